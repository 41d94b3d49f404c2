#include "engine/sink/commit_settings.h"

#include <algorithm>
#include <utility>

#include "engine/aws/region.h"

namespace redshift {

arrow::Result<CommitSettings> CommitSettings::From(const SinkPlan& plan, const HostEnvironment& environment) {
  const Options& options = plan.options();
  CommitSettings settings;
  ARROW_ASSIGN_OR_RAISE(settings.connection, ConnectionSettings::From(options, environment));
  // The label by which a later commit knows the dead sessions of an earlier one.
  settings.connection.query_group = plan.query_group() + " commit";
  settings.statement_timeout = std::exchange(settings.connection.statement_timeout, {});
  settings.lock_wait.timeout = options.Get(option::kSinkCommitLockTimeout);
  settings.retry.statement_retries = static_cast<int>(options.Get(option::kSinkMaxRetries));
  settings.retry.conflict_attempts = static_cast<int>(options.Get(option::kSinkCommitConflictRetries)) + 1;
  settings.retry.connection_time = options.Get(option::kSinkCommitReconnectTimeout);
  settings.timeout = options.Get(option::kSinkCommitTimeout);
  if (!options.IsSet(option::kSinkCommitLockTimeout)) {
    // What comes behind the lock needs time too.
    settings.lock_wait.timeout = std::min(settings.lock_wait.timeout, settings.timeout / 2);
  }
  settings.ledger_retention =
      std::chrono::duration_cast<std::chrono::seconds>(options.Get(option::kSinkLedgerRetention));
  settings.expired = options.Get(option::kSinkCommitExpired);
  settings.iam_role = options.Find(option::kIamRoleArn).value_or("");
  if (settings.iam_role.empty()) {
    ARROW_ASSIGN_OR_RAISE(settings.keys, AwsCredentials::Make(options, environment));
  }
  settings.keep_files = options.Get(option::kSinkCopyKeepFiles);
  return settings;
}

std::string CommitSettings::KeysNote() const {
  if (!keys) return "";
  const bool plain_text = connection.ssl_mode == "disable";
  return "'iam-role-arn' is not set, so COPY is handed the S3 keys of " + keys->description() +
         ": they stand in its statement, which travels " +
         (plain_text ? "in plain text, since 'ssl.mode' = 'disable', so that whoever listens has them"
                     : "over TLS") +
         ", and the cluster may show statements to its administrators and in its audit logs. Set "
         "'iam-role-arn', and no key leaves this process.";
}

std::optional<std::string> CopyRegion(std::string_view cluster_host, std::string_view bucket_region) {
  if (bucket_region.empty() || RegionOfHost(cluster_host) == bucket_region) return std::nullopt;
  return std::string(bucket_region);
}

}  // namespace redshift
