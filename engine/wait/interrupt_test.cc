#include "engine/wait/interrupt.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <chrono>
#include <memory>
#include <thread>

namespace redshift {
namespace {

using std::chrono::hours;
using std::chrono::steady_clock;

/// One that was made when the process had no descriptor left.
std::unique_ptr<Interrupt> WithoutDescriptor() {
  rlimit limit{};
  EXPECT_EQ(getrlimit(RLIMIT_NOFILE, &limit), 0);
  const rlimit none{0, limit.rlim_max};
  EXPECT_EQ(setrlimit(RLIMIT_NOFILE, &none), 0);
  auto interrupt = std::make_unique<Interrupt>();
  EXPECT_EQ(setrlimit(RLIMIT_NOFILE, &limit), 0);
  EXPECT_LT(interrupt->fd(), 0);
  return interrupt;
}

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
