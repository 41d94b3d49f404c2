#pragma once

#include "engine/wait/interrupt.h"

namespace redshift {

/// How often requests are repeated that failed for a passing reason (throttling, lost connections, S3's own
/// failures), with growing, jittered pauses, and whether they go on at all. Thread-safe.
class S3Retry {
 public:
  explicit S3Retry(int max_attempts) : max_attempts_(max_attempts) {}

  /// Whether to try again what has failed `attempts` times, at least once, for a passing reason. Waits
  /// before it says yes.
  bool WaitToTryAgain(int attempts);

  /// No request is begun or repeated from here on, and those on their way end; one that makes an object or an
  /// upload has some seconds more for its answer.
  void Cancel() { cancelled_.Set(); }

  /// Set by Cancel.
  const Interrupt& cancelled() const { return cancelled_; }

 private:
  const int max_attempts_;
  Interrupt cancelled_;
};

}  // namespace redshift
