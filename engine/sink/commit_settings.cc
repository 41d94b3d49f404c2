#include "engine/sink/commit_settings.h"

#include <utility>

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

std::string_view RegionOfHost(std::string_view host) {
  // <cluster>.<hash>.<region>.redshift.amazonaws.com and
  // <workgroup>.<account>.<region>.redshift-serverless...
  for (std::string_view service : {".redshift.amazonaws.com", ".redshift-serverless.amazonaws.com"}) {
    const size_t at = host.find(service);
    if (at == std::string_view::npos) continue;
    const size_t dot = host.rfind('.', at - 1);
    if (at == 0 || dot == std::string_view::npos) return {};
    return host.substr(dot + 1, at - dot - 1);
  }
  return {};
}

std::optional<std::string> CommitSettings::CopyRegion(std::string_view bucket_region) const {
  const std::string_view cluster = RegionOfHost(connection.host);
  if (cluster.empty()) return region;
  if (bucket_region.empty() || bucket_region == cluster) return std::nullopt;
  return std::string(bucket_region);
}

}  // namespace redshift
