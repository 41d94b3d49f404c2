#include "engine/aws/credential_given.h"

#include <utility>

namespace redshift {

namespace {

struct Names {
  const char* source;
  const char* id;
  const char* secret;
};

FoundKeys Complete(const Names& names, std::string id, Secret secret, Secret token) {
  if (id.empty() && secret.empty()) return std::nullopt;
  if (id.empty() || secret.empty()) {
    return arrow::Status::Invalid(names.source, " has ", id.empty() ? names.secret : names.id, " but no ",
                                  id.empty() ? names.id : names.secret, ". Set both, or neither.");
  }
  return AwsKeys{.access_key_id = std::move(id),
                 .secret_access_key = std::move(secret),
                 .session_token = std::move(token),
                 .expires = std::nullopt,
                 .source = names.source};
}

}  // namespace

CredentialSource BasicKeys(const Options& options) {
  static constexpr Names kNames{"the table's options", "'aws.credentials.basic.accesskeyid'",
                                "'aws.credentials.basic.secretkey'"};
  return {kNames.source, [id = options.Find(option::kAwsAccessKeyId).value_or(""),
                          secret = options.Find(option::kAwsSecretKey).value_or(Secret()),
                          token = options.Find(option::kAwsSessionToken).value_or(Secret())] {
            return Complete(kNames, id, secret, token);
          }};
}

CredentialSource FlinkKeys(const HostEnvironment& environment) {
  static constexpr Names kNames{"Flink's configuration", "s3.access-key", "s3.secret-key"};
  return {kNames.source, [environment] {
            return Complete(kNames, environment.flink_access_key, environment.flink_secret_key, Secret());
          }};
}

CredentialSource EnvironmentKeys(const HostEnvironment& environment) {
  static constexpr Names kNames{"the environment", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"};
  return {kNames.source, [environment] {
            return Complete(kNames, environment.variable(kNames.id),
                            Secret(environment.variable(kNames.secret)),
                            Secret(environment.variable("AWS_SESSION_TOKEN")));
          }};
}

CredentialSource SystemPropertyKeys(const HostEnvironment& environment) {
  static constexpr Names kNames{"the Java system properties", "aws.accessKeyId", "aws.secretAccessKey"};
  return {kNames.source, [environment] {
            return Complete(kNames, environment.java_access_key_id, environment.java_secret_access_key,
                            environment.java_session_token);
          }};
}

}  // namespace redshift
