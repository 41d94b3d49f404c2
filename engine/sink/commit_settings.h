// The options that a commit obeys.
#pragma once

#include <arrow/result.h>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

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
  std::string iam_role;  ///< empty: the S3 keys in use are handed over
  bool keep_files = false;
  /// `aws.region` where it was given.
  std::optional<std::string> region;

  static arrow::Result<CommitSettings> From(const SinkPlan& plan);

  /// What COPY's REGION must say for a bucket in `bucket_region`: nothing where the cluster is known to be in
  /// the same region, or where nobody said which region is meant.
  std::optional<std::string> CopyRegion(std::string_view bucket_region) const;
};

}  // namespace redshift
