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
  std::unique_lock lock(mutex_);
  if (!NeedsRenewal(valid_for, clock_())) return *keys_;
  const int64_t renewals_before = renewals_;
  // What is still good is used while another thread asks for better.
  const bool must_wait = !AreValid(clock_()) || valid_for.count() > 0;
  lock.unlock();
  std::unique_lock renewal(renewal_, std::defer_lock);
  if (must_wait) {
    renewal.lock();
  } else if (!renewal.try_lock()) {
    lock.lock();
    return *keys_;
  }
  lock.lock();
  // What another thread found in the meantime is good for all that waited for it, be it an error: each of
  // them asking a silent source for itself would take the last one minutes.
  if (renewals_ == renewals_before) {
    lock.unlock();
    FoundKeys found = Find();
    lock.lock();
    Take(std::move(found));
  }
  if (!renewal_error_.ok() && !AreValid(clock_())) return renewal_error_;
  return *keys_;
}

void CredentialCache::Take(FoundKeys found) {
  ++renewals_;
  asked_ = clock_();
  renewal_error_ = found.ok() && !*found ? arrow::Status::Invalid(none_found_) : found.status();
  if (renewal_error_.ok()) keys_ = **std::move(found);
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
