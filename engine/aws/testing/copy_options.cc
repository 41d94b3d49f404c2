#include "engine/aws/testing/copy_options.h"

namespace redshift::testing {

OptionMap CopyOptions(const std::string& endpoint, const std::string& s3_uri, const OptionMap& more) {
  OptionMap options = {
      {"connector", "redshift"},
      {"hostname", "127.0.0.1"},
      {"username", "awsuser"},
      {"password", "Awsuser1"},
      {"table-name", "public.events"},
      {"sink.write.mode", "copy"},
      {"s3-uri", s3_uri},
      {"aws.endpoint", endpoint},
      {"aws.credentials.provider", "BASIC"},
      {"aws.credentials.basic.accesskeyid", "AKIDEXAMPLE"},
      {"aws.credentials.basic.secretkey", kSecretKey},
  };
  for (const auto& [key, value] : more) options[key] = value;
  return options;
}

Options ParsedCopyOptions(const std::string& endpoint, const std::string& s3_uri, const OptionMap& more) {
  return Options::Parse(CopyOptions(endpoint, s3_uri, more)).ValueOrDie();
}

}  // namespace redshift::testing
