#include "engine/file/s3_retry.h"

#include <algorithm>
#include <chrono>
#include <random>

namespace redshift {

namespace {

constexpr std::chrono::milliseconds kFirstPause{100};
constexpr std::chrono::milliseconds kLongestPause{5000};

std::chrono::milliseconds PauseAfter(int attempts) {
  const int doublings = std::clamp(attempts - 1, 0, 16);
  const auto pause = std::min(kFirstPause * (1 << doublings), kLongestPause);
  thread_local std::minstd_rand random{std::random_device{}()};
  return std::chrono::milliseconds(
      std::uniform_int_distribution<int64_t>(pause.count() / 2, pause.count())(random));
}

}  // namespace

bool S3Retry::WaitToTryAgain(int attempts) {
  return attempts < max_attempts_ && cancelled_.SleepFor(PauseAfter(attempts));
}

}  // namespace redshift
