// What is known where a task runs and stands in no option.
#pragma once

#include <arrow/result.h>

#include <functional>
#include <map>
#include <optional>
#include <string>

#include "engine/option/secret.h"

namespace redshift {

/// The value of a variable of this process; empty when it is not set.
std::string ProcessVariable(const std::string& name);

/// Settings of the cluster and the machine, read on the machine that uses them, so that none travels with the
/// job. Empty fields were not set.
struct HostEnvironment {
  /// Flink's own settings for S3: `s3.access-key`, `s3.secret-key`, `s3.endpoint`, `s3.path.style.access`.
  std::string flink_access_key = {};
  Secret flink_secret_key = {};
  std::string flink_endpoint = {};
  std::optional<bool> flink_path_style_access = {};

  /// Java's system properties `aws.accessKeyId`, `aws.secretAccessKey` (or `aws.secretKey`),
  /// `aws.sessionToken`.
  std::string java_access_key_id = {};
  Secret java_secret_access_key = {};
  Secret java_session_token = {};

  /// Environment variables. Replaced in tests.
  std::function<std::string(const std::string&)> variable = ProcessVariable;

  /// `given`, all optional: "flink.s3.access-key", "flink.s3.secret-key", "flink.s3.endpoint",
  /// "flink.s3.path.style.access" (true or false), "java.aws.accessKeyId", "java.aws.secretAccessKey",
  /// "java.aws.sessionToken". Invalid with other keys; messages hold no values.
  static arrow::Result<HostEnvironment> FromGiven(const std::map<std::string, std::string>& given);
};

}  // namespace redshift
