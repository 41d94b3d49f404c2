// The options that a commit obeys.
#pragma once

#include <arrow/result.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "engine/aws/aws_credentials.h"
#include "engine/sink/ledger.h"
#include "engine/sink/sink_plan.h"
#include "engine/warehouse/connection_settings.h"
#include "engine/warehouse/retry_policy.h"

namespace redshift {

/// How to reach the warehouse and how long to try. What is loaded stands in the committable, never here.
struct CommitSettings {
  ConnectionSettings connection;
  LockWait lock_wait;
  RetrySettings retry;
  std::chrono::milliseconds timeout{0};
  /// For every statement but LOCK, which has its own; zero: none. The server is not told, since it would
  /// count the wait for the lock too.
  std::chrono::milliseconds statement_timeout{0};
  std::chrono::seconds ledger_retention{0};
  option::CommitExpired expired = option::CommitExpired::kFail;
  std::string iam_role;  ///< empty: COPY is handed `keys`
  /// Asked anew for every COPY, since temporary keys expire; null where there is a role.
  std::shared_ptr<AwsCredentials> keys;
  bool keep_files = false;

  static arrow::Result<CommitSettings> From(const SinkPlan& plan, const HostEnvironment& environment = {});

  /// What it means that COPY is handed keys, for the log; empty where it is not.
  std::string KeysNote() const;
};

/// What COPY's REGION must say for a bucket in `bucket_region`: nothing where the name of the cluster's host
/// tells that it is in the same region.
std::optional<std::string> CopyRegion(std::string_view cluster_host, std::string_view bucket_region);

}  // namespace redshift
