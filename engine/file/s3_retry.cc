#include "engine/file/s3_retry.h"

#include <algorithm>
#include <chrono>
#include <random>

namespace redshift {

namespace {

constexpr std::chrono::milliseconds kFirstPause{100};
constexpr std::chrono::milliseconds kLongestPause{5000};

}  // namespace

bool S3Retry::ShouldRetry(const AWSErrorDetail& error, int64_t attempted_retries) {
  const bool hopeless = cancelled_ || (after_failure_ == AfterFailure::kGiveUpToo && gave_up_);
  if (!hopeless && error.should_retry && attempted_retries + 1 < max_attempts_) return true;
  gave_up_ = true;
  return false;
}

int64_t S3Retry::CalculateDelayBeforeNextRetry(const AWSErrorDetail&, int64_t attempted_retries) {
  const int64_t doublings = std::clamp<int64_t>(attempted_retries, 0, 16);
  const int64_t pause = std::min<int64_t>(kFirstPause.count() << doublings, kLongestPause.count());
  thread_local std::minstd_rand random{std::random_device{}()};
  return std::uniform_int_distribution<int64_t>(pause / 2, pause)(random);
}

}  // namespace redshift
