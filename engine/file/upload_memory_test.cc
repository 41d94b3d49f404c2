#include "engine/file/upload_memory.h"

#include <arrow/buffer.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

namespace redshift {
namespace {

TEST(UploadMemory, CountsWhatIsAllocated) {
  UploadMemory memory(100);
  {
    const auto buffer = arrow::AllocateResizableBuffer(64, &memory).ValueOrDie();
    EXPECT_EQ(memory.bytes_allocated(), 64);
    ASSERT_TRUE(buffer->Resize(640).ok());
    EXPECT_EQ(memory.bytes_allocated(), 640);
  }
  EXPECT_EQ(memory.bytes_allocated(), 0);
  EXPECT_EQ(memory.max_memory(), 640);
}

TEST(UploadMemory, WaitsUntilThereIsRoom) {
  UploadMemory memory(100);
  auto buffer = arrow::AllocateBuffer(64, &memory).ValueOrDie();
  std::atomic<bool> passed = false;
  std::thread waiter([&] {
    EXPECT_TRUE(memory.WaitForRoom(64).ok());
    // Only the freeing below can have let it pass.
    EXPECT_EQ(memory.bytes_allocated(), 0);
    passed = true;
  });
  EXPECT_FALSE(passed);
  buffer.reset();
  waiter.join();
  EXPECT_TRUE(passed);
}

TEST(UploadMemory, LetsARequestAboveTheLimitPassWhenNothingIsAllocated) {
  UploadMemory memory(100);
  EXPECT_TRUE(memory.WaitForRoom(1000).ok());
}

TEST(UploadMemory, CancelEndsWaits) {
  UploadMemory memory(100);
  const auto buffer = arrow::AllocateBuffer(64, &memory).ValueOrDie();
  std::thread waiter([&] { EXPECT_TRUE(memory.WaitForRoom(64).IsCancelled()); });
  memory.Cancel();
  waiter.join();
  EXPECT_TRUE(memory.WaitForRoom(1).IsCancelled());
}

}  // namespace
}  // namespace redshift
