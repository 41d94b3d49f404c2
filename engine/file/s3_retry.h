#pragma once

#include <arrow/filesystem/s3fs.h>

#include <atomic>
#include <cstdint>

namespace redshift {

/// Repeats requests that failed for a passing reason (throttling, lost connections, S3's own failures), with
/// growing, jittered pauses of at most kLongestPause, until the attempts are used up or Cancel is called.
/// Thread-safe.
class S3Retry : public arrow::fs::S3RetryStrategy {
 public:
  /// What happens to later requests once a request has failed for good: when many parts make one object, the
  /// others need no more patience.
  enum class AfterFailure { kGoOn, kGiveUpToo };

  S3Retry(int max_attempts, AfterFailure after_failure)
      : max_attempts_(max_attempts), after_failure_(after_failure) {}

  bool ShouldRetry(const AWSErrorDetail& error, int64_t attempted_retries) override;
  int64_t CalculateDelayBeforeNextRetry(const AWSErrorDetail& error, int64_t attempted_retries) override;

  /// No request is repeated from here on.
  void Cancel() { cancelled_ = true; }
  /// Whether a request has failed for good.
  bool gave_up() const { return gave_up_; }

 private:
  const int max_attempts_;
  const AfterFailure after_failure_;
  std::atomic<bool> cancelled_ = false;
  std::atomic<bool> gave_up_ = false;
};

}  // namespace redshift
