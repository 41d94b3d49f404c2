// A writer behind a line of a megabyte a second. In a program of its own, since the peak of resident memory
// is the whole process's.
#include <atomic>
#include <thread>

#include "engine/file/testing/slow_line.h"
#include "engine/sink/testing/memory_run.h"

namespace redshift {
namespace {

using testing::CopyOptions;
using testing::CopyRows;
using testing::kMib;
using testing::PeakResidentBytes;

constexpr int64_t kMemory = 32 * kMib;
constexpr int64_t kTotal = 160 * kMib;

/// About 256 KiB of rows that do not compress.
CopyRows Rows() {
  CopyRows rows;
  uint32_t seed = 1;
  while (static_cast<int64_t>(rows.frames().size()) < kMib / 4) {
    std::string text(1000, ' ');
    for (char& c : text) c = static_cast<char>('#' + ((seed = seed * 1664525 + 1013904223) >> 24) % 80);
    rows.Add({rows.count(), text});
  }
  return rows;
}

TEST(SlowS3, TheWriterWaitsWithBoundedMemoryUntilTheLineHasCarriedItsRows) {
  testing::MotoServer moto;
  moto.CreateBucket("bucket");
  testing::SlowLine line(moto.port(), 1'000'000);
  const std::vector<std::string> types = {"BIGINT", "VARCHAR(2147483647)"};
  const SinkPlan plan = testing::CopyPlan(
      types, CopyOptions(line.endpoint(), "s3://bucket/p",
                         {{"sink.copy.memory", "32mb"}, {"sink.copy.compression", "none"}}));
  auto writer =
      CopyWriter::Make(plan, {.job_id = "job", .attempt_id = "attempt", .subtask = 0, .restored = false},
                       testing::CopyTarget(types))
          .ValueOrDie();
  const CopyRows rows = Rows();
  const auto batch = static_cast<int64_t>(rows.frames().size());
  const int64_t peak_before = PeakResidentBytes();

  std::atomic<int64_t> accepted = 0;
  std::atomic<bool> done = false;
  arrow::Status written;
  std::thread job([&] {
    while (written.ok() && accepted < kTotal) {
      written = writer->Write(rows.frames(), rows.count());
      if (written.ok()) accepted += batch;
    }
    done = true;
  });
  // The writer has taken what its memory holds, and parts are arriving.
  while (!done && line.carried() < 3 * kMib) {
    // Read in this order: what is carried meanwhile only makes the bound wider.
    const int64_t taken = accepted;
    EXPECT_LE(taken, line.carried() + kMemory + batch);
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  EXPECT_FALSE(done) << written;
  EXPECT_GE(line.carried(), 3 * kMib);
  const int64_t growth_while_slow = PeakResidentBytes() - peak_before;

  line.OpenUp();
  job.join();
  ASSERT_TRUE(written.ok()) << written;
  const auto files = writer->Finish();
  ASSERT_TRUE(files.ok()) << files.status();
  int64_t row_count = 0;
  for (const StagedFile& file : files->data) row_count += file.rows;
  EXPECT_EQ(row_count, accepted / batch * rows.count());
  EXPECT_TRUE(writer->Close().ok());
  // What stands beside the rows: libraries, threads and what the allocator keeps for each, the line's
  // buffers.
  EXPECT_LT(growth_while_slow, kMemory + 64 * kMib);
  EXPECT_LT(PeakResidentBytes() - peak_before, kMemory + 64 * kMib);
}

}  // namespace
}  // namespace redshift
