// In a program of its own, since the peak of resident memory is the whole process's.
#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>
#include <string>

#include "engine/file/testing/moto_server.h"
#include "engine/sink/copy_writer.h"
#include "engine/sink/testing/copy_rows.h"

namespace redshift {
namespace {

using ::redshift::testing::CopyOptions;
using ::redshift::testing::CopyPlan;
using ::redshift::testing::CopyRows;
using ::redshift::testing::CopyTarget;
using ::redshift::testing::MotoServer;

constexpr int64_t kMib = 1024 * 1024;

int64_t PeakResidentBytes() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmHWM:")) return std::stoll(line.substr(6)) * 1024;
  }
  return 0;
}

TEST(CopyWriterMemory, AGigabyteOfRowsPassesThroughWithinBounds) {
  MotoServer moto;
  moto.CreateBucket("bucket");
  const std::vector<std::string> types = {"BIGINT", "BIGINT", "VARCHAR(200)"};
  const SinkPlan plan =
      CopyPlan(types, CopyOptions(moto.endpoint(), "s3://bucket/p", {{"sink.copy.memory", "64mb"}}));
  auto writer =
      CopyWriter::Make(plan, {.job_id = "job", .attempt_id = "attempt", .subtask = 0, .restored = false},
                       CopyTarget(types))
          .ValueOrDie();

  // A megabyte of rows, over and over: with it the writer is the only thing that could grow.
  CopyRows rows;
  uint32_t seed = 1;
  while (rows.frames().size() < kMib) {
    std::string text(120, ' ');
    for (char& c : text) {
      seed = seed * 1664525 + 1013904223;
      c = static_cast<char>('a' + (seed >> 24) % 16);
    }
    rows.Add({rows.count(), static_cast<int64_t>(seed), text});
  }
  const int64_t before = PeakResidentBytes();
  int64_t bytes = 0;
  int64_t row_count = 0;
  for (int checkpoint = 0; checkpoint < 2; ++checkpoint) {
    for (int i = 0; i < 512; ++i) {
      ASSERT_TRUE(writer->Write(rows.frames(), rows.count()).ok());
      bytes += static_cast<int64_t>(rows.frames().size());
      row_count += rows.count();
    }
    ASSERT_TRUE(writer->Finish().ok());
  }
  const int64_t growth = PeakResidentBytes() - before;
  EXPECT_EQ(writer->metrics().rows, row_count);
  ASSERT_TRUE(writer->Close().ok());

  std::printf(
      "resident memory grew by %lld MiB at most while %lld MiB of rows became %lld MiB in %lld files\n",
      static_cast<long long>(growth / kMib), static_cast<long long>(bytes / kMib),
      static_cast<long long>(writer->metrics().bytes / kMib),
      static_cast<long long>(writer->metrics().files));
  EXPECT_GE(bytes, 1024 * kMib);
  EXPECT_LT(growth, 250 * kMib);
}

}  // namespace
}  // namespace redshift
