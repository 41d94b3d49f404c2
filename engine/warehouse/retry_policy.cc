#include "engine/warehouse/retry_policy.h"

#include <algorithm>

namespace redshift {

RetryPolicy::RetryPolicy(RetrySettings settings) : settings_(settings), random_(std::random_device{}()) {}

std::chrono::milliseconds RetryPolicy::Jittered(std::chrono::milliseconds first,
                                                std::chrono::milliseconds longest, int failure) {
  const int doublings = std::min(failure - 1, 20);
  const int64_t wait = std::min<int64_t>(longest.count(), first.count() << doublings);
  std::uniform_int_distribution<int64_t> jitter(wait / 2, wait);
  return std::chrono::milliseconds(jitter(random_));
}

std::optional<std::chrono::milliseconds> RetryPolicy::NextWait(const arrow::Status& status,
                                                               Clock::time_point now) {
  const WarehouseErrorDetail* error = WarehouseError(status);
  if (error == nullptr) return std::nullopt;
  if (error->retry != Retry::kConnection) connection_lost_at_.reset();
  switch (error->retry) {
    case Retry::kNever:
      return std::nullopt;
    case Retry::kStatement:
      if (++statement_failures_ > settings_.statement_retries) return std::nullopt;
      return Jittered(settings_.first_wait, settings_.longest_wait, statement_failures_);
    case Retry::kConflict: {
      const int attempts = std::max(settings_.conflict_attempts, settings_.statement_retries + 1);
      if (++conflicts_ >= attempts) return std::nullopt;
      return Jittered(settings_.first_conflict_wait, settings_.longest_conflict_wait, conflicts_);
    }
    case Retry::kConnection: {
      if (!connection_lost_at_) {
        connection_lost_at_ = now;
        connection_failures_in_row_ = 0;
      }
      ++connection_failures_;
      ++connection_failures_in_row_;
      const auto left = *connection_lost_at_ + settings_.connection_time - now;
      if (left <= Clock::duration::zero()) return std::nullopt;
      return std::min(
          Jittered(settings_.first_conflict_wait, settings_.longest_wait, connection_failures_in_row_),
          std::chrono::ceil<std::chrono::milliseconds>(left));
    }
  }
  return std::nullopt;
}

}  // namespace redshift
