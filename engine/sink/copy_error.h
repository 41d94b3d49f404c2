#pragma once

#include <arrow/status.h>

#include <optional>
#include <string>

namespace redshift {

/// What a COPY of ours tried, for people; no secrets.
struct CopyAttempt {
  std::string manifest_url;
  /// `iam-role-arn`; empty where keys were handed over.
  std::string iam_role;
  /// Where such keys come from: "aws.credentials.provider = BASIC".
  std::string keys_source;
  /// What REGION said.
  std::optional<std::string> region;
  bool parquet = false;
};

/// `failure` of a COPY as one message with the object, what was tried and what to do, where access to S3 was
/// refused; any other failure unchanged. The detail stays.
arrow::Status ExplainCopyError(const arrow::Status& failure, const CopyAttempt& attempt);

}  // namespace redshift
