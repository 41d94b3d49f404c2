#pragma once

#include <arrow/status.h>

#include <string>
#include <string_view>

namespace redshift {

/// What a person needs to know about a request to S3 in order to mend it.
struct S3ErrorContext {
  std::string bucket;
  std::string endpoint;  // "http://127.0.0.1:9000", or Amazon's
  std::string region;
  std::string credentials;  // where the keys come from: "aws.credentials.provider = BASIC"
};

/// Turns Arrow's report of a failed request into one readable error: what was tried, bucket and endpoint, the
/// likely cause and what to do, then S3's own words. `action` completes "cannot ...": "write s3://b/k".
/// OK and Cancelled pass unchanged, as does what was explained before.
arrow::Status ExplainS3Error(const arrow::Status& status, const S3ErrorContext& context,
                             std::string_view action);

/// Whether S3 said that the object does not exist.
bool IsNoSuchObject(const arrow::Status& status);

/// Whether S3 said nothing at all: it cannot be reached, or the connection broke.
bool IsNoAnswer(const arrow::Status& status);

}  // namespace redshift
