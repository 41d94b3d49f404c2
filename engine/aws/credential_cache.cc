#include "engine/aws/credential_cache.h"

#include <algorithm>
#include <utility>

namespace redshift {

namespace {

// AWS gives an instance new keys as long before the old ones expire.
constexpr std::chrono::minutes kRenewBefore{5};
constexpr std::chrono::minutes kLookAgainAfter{5};
// While renewals fail, or bring keys that are about to expire as well.
constexpr std::chrono::seconds kPause{10};

}  // namespace

CredentialCache::CredentialCache(std::vector<CredentialSource> sources, std::string description,
                                 std::string none_found, Clock clock)
    : description_(std::move(description)),
      none_found_(std::move(none_found)),
      clock_(std::move(clock)),
      sources_(std::move(sources)) {}

bool CredentialCache::AreValid(Time now) const {
  return keys_ && (!keys_->expires || *keys_->expires > now);
}

bool CredentialCache::NeedsRenewal(std::chrono::milliseconds valid_for, Time now) const {
  if (!AreValid(now)) return true;
  const auto since = now - asked_;
  if (!keys_->expires) return since >= kLookAgainAfter;
  const auto left = *keys_->expires - now;
  return left < std::max<std::chrono::milliseconds>(valid_for, kRenewBefore) && since >= kPause;
}

arrow::Result<AwsKeys> CredentialCache::Get(std::chrono::milliseconds valid_for) {
  {
    std::unique_lock lock(mutex_);
    if (!NeedsRenewal(valid_for, clock_())) return *keys_;
    // What is still good is used while another thread asks for better.
    const bool can_wait = !AreValid(clock_()) || valid_for.count() > 0;
    lock.unlock();
    std::unique_lock renewal(renewal_, std::defer_lock);
    if (can_wait) {
      renewal.lock();
    } else if (!renewal.try_lock()) {
      lock.lock();
      return *keys_;
    }
    lock.lock();
    // Another thread may have renewed them in the meantime.
    const bool needed = NeedsRenewal(valid_for, clock_());
    lock.unlock();
    if (needed) ARROW_RETURN_NOT_OK(Renew());
  }
  std::lock_guard lock(mutex_);
  return *keys_;
}

arrow::Status CredentialCache::Renew() {
  FoundKeys found = Find();
  std::lock_guard lock(mutex_);
  asked_ = clock_();
  if (found.ok() && *found) {
    keys_ = **std::move(found);
    return arrow::Status::OK();
  }
  const arrow::Status why = found.ok() ? arrow::Status::Invalid(none_found_) : found.status();
  return AreValid(asked_) ? arrow::Status::OK() : why;
}

FoundKeys CredentialCache::Find() {
  for (CredentialSource& source : sources_) {
    ARROW_ASSIGN_OR_RAISE(auto keys, source.find());
    if (!keys) continue;
    // Another source could be another identity, in the middle of a job.
    std::vector<CredentialSource> only{std::move(source)};
    sources_ = std::move(only);
    return keys;
  }
  return std::nullopt;
}

}  // namespace redshift
