#pragma once

#include "engine/wait/interrupt.h"

namespace redshift {

/// How often requests are repeated that failed for a passing reason (throttling, lost connections, S3's own
/// failures), with growing, jittered pauses. Shared by the requests of one kind. Thread-safe.
class S3Retry {
 public:
  /// kUploads: Cancel also ends requests that are on their way, not only those that read; one that makes an
  /// object or an upload has some seconds more for its answer. What they leave behind has to be aborted
  /// anyway.
  enum class Kind { kSingle, kUploads };

  S3Retry(int max_attempts, Kind kind) : max_attempts_(max_attempts), kind_(kind) {}

  /// Whether to try again what has failed `attempts` times, at least once, for a passing reason. Waits
  /// before it says yes.
  bool WaitToTryAgain(int attempts);

  /// No request is repeated from here on.
  void Cancel() { cancelled_.Set(); }

  /// Set by Cancel.
  const Interrupt& cancelled() const { return cancelled_; }

  /// What ends a request that is on its way and changes something; null: nothing does.
  const Interrupt* interrupt() const { return kind_ == Kind::kUploads ? &cancelled_ : nullptr; }

 private:
  const int max_attempts_;
  const Kind kind_;
  Interrupt cancelled_;
};

}  // namespace redshift
