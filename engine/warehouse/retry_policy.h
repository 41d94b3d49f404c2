// How often a unit of work is repeated, and how long to wait before the next attempt.
#pragma once

#include <arrow/status.h>

#include <chrono>
#include <optional>
#include <random>

#include "engine/warehouse/error.h"
#include "engine/warehouse/session.h"

namespace redshift {

struct RetrySettings {
  int statement_retries = 3;   ///< sink.max-retries
  int conflict_attempts = 10;  ///< at least; more if sink.max-retries is more
  std::chrono::milliseconds connection_time{15 * 60 * 1000};
  std::chrono::milliseconds first_conflict_wait{100};
  std::chrono::milliseconds longest_conflict_wait{5'000};
  std::chrono::milliseconds first_wait{1'000};
  std::chrono::milliseconds longest_wait{60'000};
};

/// Counts the failures of one unit of work.
class RetryPolicy {
 public:
  explicit RetryPolicy(RetrySettings settings);

  /// Called with each failure. The time to wait before the next attempt (exponential, jittered), or nothing
  /// when `status` is to be given up.
  std::optional<std::chrono::milliseconds> NextWait(const arrow::Status& status, Clock::time_point now);
  /// Failures so far.
  int failures() const { return statement_failures_ + conflicts_ + connection_failures_; }

 private:
  std::chrono::milliseconds Jittered(std::chrono::milliseconds first, std::chrono::milliseconds longest,
                                     int failure);
  RetrySettings settings_;
  int statement_failures_ = 0;
  int conflicts_ = 0;
  int connection_failures_ = 0;
  int connection_failures_in_row_ = 0;
  std::optional<Clock::time_point> connection_lost_at_;
  std::minstd_rand random_;
};

}  // namespace redshift
