// Memory that runs out anywhere in a writer is an error of the writer, never the end of the process.
#include <gmock/gmock.h>

#include <atomic>
#include <cstdlib>
#include <new>

#include "engine/sink/testing/copy_writer_fixture.h"
#include "engine/sink/testing/process_resources.h"
#include "engine/wait/guarded.h"

namespace {

// What systems refuse are blocks that grow with the data. (A few bytes end the process: values are copied in
// constructors of arrow::Result, which are noexcept.)
constexpr std::size_t kLarge = 1024;

// How many more large allocations succeed before one fails; below zero: all.
std::atomic<int64_t> allocations_left = -1;
std::atomic<int> allocations_failed = 0;

}  // namespace

// Of the whole process, its libraries included.
void* operator new(std::size_t size) {
  if (size >= kLarge && allocations_left.load(std::memory_order_relaxed) >= 0 &&
      allocations_left.fetch_sub(1) == 0) {
    ++allocations_failed;
    throw std::bad_alloc();
  }
  if (void* memory = std::malloc(size == 0 ? 1 : size)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}

namespace redshift {
namespace {

using ::redshift::testing::CopyRows;
using ::redshift::testing::CopyWriterTest;
using ::redshift::testing::ExpectGivenBack;
using ::redshift::testing::OptionMap;
using ::redshift::testing::ProcessResources;
using ::testing::SizeIs;

class OutOfMemoryTest : public CopyWriterTest {
 protected:
  static constexpr int64_t kRows = 300;  // of 10 KB each at most

  // As Flink uses a writer, up to a checkpoint; every call as the guard of native methods makes it.
  arrow::Status WriteAndFinish(const SinkPlan& plan, const CopyRows& rows, StagedFiles* files) {
    std::unique_ptr<CopyWriter> writer;
    arrow::Status status = Guarded([&] {
      auto opened = TryOpen(plan);
      if (opened.ok()) writer = *std::move(opened);
      return opened.status();
    });
    if (status.ok()) status = Guarded([&] { return writer->Write(rows.frames(), rows.count()); });
    if (status.ok()) status = Guarded([&] { return writer->Finish().Value(files); });
    // Where it fails, close() has its errors suppressed.
    if (writer) static_cast<void>(Guarded([&] { return writer->Close(); }));
    return status;
  }

  void FailEverywhere(const SinkPlan& plan) {
    CopyRows rows;
    for (int64_t i = 0; i < kRows; ++i) rows.Add({i, std::string(static_cast<size_t>(i % 10 * 1000), 'x')});
    StagedFiles files;
    ASSERT_TRUE(WriteAndFinish(plan, rows, &files).ok());
    const ProcessResources before = ProcessResources::Now();
    int failures = 0;
    for (int64_t successes = 0;; ++successes) {
      files = {};
      allocations_failed = 0;
      allocations_left = successes;
      const arrow::Status status = WriteAndFinish(plan, rows, &files);
      allocations_left = -1;
      if (!status.ok()) ++failures;
      if (status.ok()) {
        int64_t staged = 0;
        for (const StagedFile& file : files.data) staged += file.rows;
        EXPECT_EQ(staged, kRows) << "a writer that reports no error has all rows";
      }
      ExpectGivenBack(before);
      if (allocations_failed == 0) break;
    }
    EXPECT_GT(failures, 0);
  }
};

TEST_F(OutOfMemoryTest, OfACopyWriterIsItsError) {
  FailEverywhere(Plan());
}

TEST_F(OutOfMemoryTest, OfACopyWriterOfChangesIsItsError) {
  FailEverywhere(KeyedPlan());
}

TEST_F(OutOfMemoryTest, OfAWriterOfParquetIsItsError) {
  FailEverywhere(Plan({{"sink.copy.format", "parquet"}}));
}

}  // namespace
}  // namespace redshift
