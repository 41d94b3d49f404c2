#include "engine/wait/interrupt.h"

#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "engine/wait/testing/without_descriptor.h"

namespace redshift {
namespace {

using std::chrono::hours;
using std::chrono::steady_clock;

TEST(Interrupt, EndsASleep) {
  Interrupt interrupt;
  std::thread setter([&] { interrupt.Set(); });
  EXPECT_FALSE(interrupt.SleepFor(hours(1)));
  setter.join();
}

TEST(Interrupt, EndsASleepAlsoWhereThereWasNoDescriptorForIt) {
  const auto interrupt = WithoutDescriptor();
  std::thread setter([&] { interrupt->Set(); });
  EXPECT_FALSE(interrupt->SleepFor(hours(1)));
  setter.join();
}

TEST(Interrupt, IsAwaitedAlsoWhereThereWasNoDescriptorForTheOneThatStopsTheWait) {
  const Interrupt done;
  const auto stop = WithoutDescriptor();
  std::thread setter([&] { stop->Set(); });
  EXPECT_EQ(done.Await(steady_clock::now() + hours(1), stop.get()), Interrupt::Waited::kStopped);
  setter.join();
}

}  // namespace
}  // namespace redshift
