#include "engine/file/upload_memory.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

namespace redshift {
namespace {

TEST(UploadMemory, CountsWhatIsReserved) {
  const auto memory = UploadMemory::Make(100);
  {
    auto one = memory->Reserve(64).ValueOrDie();
    auto two = memory->Reserve(36).ValueOrDie();
    EXPECT_EQ(memory->reserved(), 100);
    one.ShrinkTo(4);
    EXPECT_EQ(memory->reserved(), 40);
    two = UploadMemory::Reservation();
    EXPECT_EQ(memory->reserved(), 4);
  }
  EXPECT_EQ(memory->reserved(), 0);
}

TEST(UploadMemory, WaitsUntilThereIsRoom) {
  const auto memory = UploadMemory::Make(100);
  auto reservation = memory->Reserve(64).ValueOrDie();
  std::thread waiter([&] {
    const auto more = memory->Reserve(64);
    EXPECT_TRUE(more.ok());
    // Only the return of the first can have let it pass.
    EXPECT_EQ(memory->reserved(), 64);
  });
  EXPECT_EQ(memory->reserved(), 64);
  reservation = UploadMemory::Reservation();
  waiter.join();
  EXPECT_EQ(memory->reserved(), 0);
}

TEST(UploadMemory, LetsARequestAboveTheLimitPassWhenNothingIsReserved) {
  EXPECT_TRUE(UploadMemory::Make(100)->Reserve(1000).ok());
}

TEST(UploadMemory, CancelEndsWaits) {
  const auto memory = UploadMemory::Make(100);
  const auto reservation = memory->Reserve(64).ValueOrDie();
  std::thread waiter([&] { EXPECT_TRUE(memory->Reserve(64).status().IsCancelled()); });
  memory->Cancel();
  waiter.join();
  EXPECT_TRUE(memory->Reserve(1).status().IsCancelled());
}

}  // namespace
}  // namespace redshift
