// The keys that the `aws.credentials.*` options, or the machine, lead to.
#pragma once

#include <arrow/result.h>

#include <chrono>
#include <memory>
#include <string>

#include "engine/aws/aws_keys.h"
#include "engine/aws/host_environment.h"
#include "engine/option/options.h"
#include "engine/wait/interrupt.h"

namespace redshift {

/// How long a caller waits for keys. Who leaves early does not keep them from others who wait.
struct KeyWait {
  std::chrono::steady_clock::time_point until = std::chrono::steady_clock::time_point::max();
  const Interrupt* interrupt = nullptr;  ///< may be null
};

/// The AWS keys of one table. They are found when they are first asked for, kept, and renewed some minutes
/// before they expire, so that a job may run for days. Thread-safe; their source is asked on a thread of its
/// own, once for all who wait.
class AwsCredentials {
 public:
  /// Asks nobody yet. Invalid where the options name something that cannot be: a chain of profiles without
  /// end and files that cannot be read show in Get.
  static arrow::Result<std::shared_ptr<AwsCredentials>> Make(const Options& options,
                                                             const HostEnvironment& environment = {});
  virtual ~AwsCredentials() = default;

  /// Keys that are valid for at least `valid_for` from now where their source can give such; those it has
  /// otherwise. Blocks while they are fetched, as `wait` allows: seconds as a rule, four times
  /// 'aws.request-timeout' where STS stays silent. A renewal that fails or takes long leaves the old keys in
  /// use for as long as they are valid; after that its error is returned. Errors name what was tried and hold
  /// no secrets; they have an HttpErrorDetail when the wait was cut short.
  virtual arrow::Result<AwsKeys> Get(std::chrono::milliseconds valid_for = {}, const KeyWait& wait = {}) = 0;

  /// AWS says that `keys` have expired: who asks next gets others, where their source has others by now.
  virtual void Refuse(const AwsKeys& keys) { static_cast<void>(keys); }

  /// Where the keys come from, for messages: "aws.credentials.provider = AUTO".
  virtual const std::string& description() const = 0;
};

/// Whether Flink's own settings for S3 go before all others: with AUTO, when no option of `aws.credentials.*`
/// is given. Users have set them already, for Flink's file systems.
bool FlinkSettingsCount(const Options& options);

}  // namespace redshift
