#pragma once

#include <arrow/result.h>
#include <arrow/status.h>

#include <string>
#include <string_view>
#include <vector>

/// What the text of some options must look like. Errors say only what is wrong ("it holds a port"); the
/// caller adds key and value.
namespace redshift {

struct S3Location {
  std::string bucket;
  std::string prefix;  // without slashes at its ends; may be empty
};

/// A bare host name or address; not the URL or the endpoint with port and database that AWS shows.
arrow::Status CheckHostname(std::string_view text);

/// A name that the server is told when a session is opened, of a user or database.
arrow::Status CheckServerName(std::string_view text);

/// Neither a letter nor a blank: U+0000 to U+001F, U+007F.
bool IsControl(char c);

/// `s3://bucket/prefix`.
arrow::Result<S3Location> ParseS3Uri(std::string_view text);

/// `default`, or role ARNs separated by commas; blanks around the commas are taken out, as Redshift wants
/// none.
arrow::Result<std::string> NormalizeIamRole(std::string_view text);

/// The ARN of one role.
arrow::Status CheckRoleArn(std::string_view text);

/// A session name as AssumeRole takes it.
arrow::Status CheckRoleSessionName(std::string_view text);

/// `http://host:port` or `https://host`.
arrow::Status CheckEndpoint(std::string_view text);

/// A region's name, such as `us-east-1`.
arrow::Status CheckRegion(std::string_view text);

/// The name of a cluster or workgroup: letters, digits and hyphens.
arrow::Status CheckClusterName(std::string_view text);

/// The ARN of a secret of Secrets Manager.
arrow::Status CheckSecretArn(std::string_view text);

/// What names a key of KMS: an ARN, an id, an alias.
arrow::Status CheckKmsKey(std::string_view text);

/// Names separated by commas; blanks around them do not count.
arrow::Result<std::vector<std::string>> ParseNameList(std::string_view text);

/// A run id: letters, digits and `._:-`, at most 100.
arrow::Status CheckRunId(std::string_view text);

}  // namespace redshift
