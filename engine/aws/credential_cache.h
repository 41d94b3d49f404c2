// Keys that are kept for as long as they are good.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "engine/aws/aws_credentials.h"
#include "engine/aws/credential_source.h"

namespace redshift {

/// The keys of the first of some sources that has any; it is asked again from then on, the others are not.
/// Keys that expire are renewed five minutes before; others are looked up again every five minutes, as files
/// change. Those who wait at the same time share what comes, be it an error. Thread-safe.
class CredentialCache : public AwsCredentials {
 public:
  using Clock = std::function<std::chrono::system_clock::time_point()>;

  /// `none_found` is the message for when no source has keys.
  CredentialCache(std::vector<CredentialSource> sources, std::string description, std::string none_found,
                  Clock clock = std::chrono::system_clock::now);

  arrow::Result<AwsKeys> Get(std::chrono::milliseconds valid_for = {}, const KeyWait& wait = {}) override;
  void Refuse(const AwsKeys& keys) override;
  const std::string& description() const override { return description_; }

 private:
  struct State;

  const std::string description_;
  const std::shared_ptr<State> state_;  // shared with the thread that asks
};

}  // namespace redshift
