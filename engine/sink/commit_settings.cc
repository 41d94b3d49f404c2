#include "engine/sink/commit_settings.h"

#include <utility>

#include "engine/aws/region.h"

namespace redshift {

arrow::Result<CommitSettings> CommitSettings::From(const SinkPlan& plan) {
  const Options& options = plan.options();
  CommitSettings settings;
  ARROW_ASSIGN_OR_RAISE(settings.connection, ConnectionSettings::From(options));
  // The label by which a later commit knows the dead sessions of an earlier one.
  settings.connection.query_group = plan.query_group() + " commit";
  settings.statement_timeout = std::exchange(settings.connection.statement_timeout, {});
  settings.lock_wait.timeout = options.Get(option::kSinkCommitLockTimeout);
  settings.retry.statement_retries = static_cast<int>(options.Get(option::kSinkMaxRetries));
  settings.retry.conflict_attempts = static_cast<int>(options.Get(option::kSinkCommitConflictRetries)) + 1;
  settings.retry.connection_time = options.Get(option::kSinkCommitReconnectTimeout);
  settings.timeout = options.Get(option::kSinkCommitTimeout);
  settings.ledger_retention =
      std::chrono::duration_cast<std::chrono::seconds>(options.Get(option::kSinkLedgerRetention));
  settings.expired = options.Get(option::kSinkCommitExpired);
  settings.iam_role = options.Find(option::kIamRoleArn).value_or("");
  settings.keep_files = options.Get(option::kSinkCopyKeepFiles);
  settings.region = options.Find(option::kAwsRegion);
  return settings;
}

std::optional<std::string> CommitSettings::CopyRegion(std::string_view bucket_region) const {
  const std::string cluster = RegionOfHost(connection.host);
  if (cluster.empty()) return region;
  if (bucket_region.empty() || bucket_region == cluster) return std::nullopt;
  return std::string(bucket_region);
}

}  // namespace redshift
