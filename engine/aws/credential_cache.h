// Keys that are kept for as long as they are good.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "engine/aws/aws_credentials.h"
#include "engine/aws/credential_source.h"

namespace redshift {

/// The keys of the first of some sources that has any; it is asked again from then on, the others are not.
/// Keys that expire are renewed five minutes before; others are looked up again every five minutes, as files
/// change. Threads that wait while one asks share what it gets, be it an error. Thread-safe.
class CredentialCache : public AwsCredentials {
 public:
  using Clock = std::function<std::chrono::system_clock::time_point()>;

  /// `none_found` is the message for when no source has keys.
  CredentialCache(std::vector<CredentialSource> sources, std::string description, std::string none_found,
                  Clock clock = std::chrono::system_clock::now);

  arrow::Result<AwsKeys> Get(std::chrono::milliseconds valid_for = {}) override;
  const std::string& description() const override { return description_; }

 private:
  using Time = std::chrono::system_clock::time_point;

  bool NeedsRenewal(std::chrono::milliseconds valid_for, Time now) const;
  bool AreValid(Time now) const;
  FoundKeys Find();
  void Take(FoundKeys found);

  const std::string description_;
  const std::string none_found_;
  const Clock clock_;

  std::mutex renewal_;  // held by the thread that asks; taken before mutex_
  std::vector<CredentialSource> sources_;

  mutable std::mutex mutex_;
  std::optional<AwsKeys> keys_;
  Time asked_;            // when the sources were last asked, with whatever result
  int64_t renewals_ = 0;  // how often they were asked
  arrow::Status renewal_error_;
};

}  // namespace redshift
