#include "engine/aws/host_environment.h"

#include <cstdlib>

namespace redshift {

std::string ProcessVariable(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  return value == nullptr ? "" : value;
}

arrow::Result<HostEnvironment> HostEnvironment::FromGiven(const std::map<std::string, std::string>& given) {
  HostEnvironment host;
  for (const auto& [key, value] : given) {
    if (key == "flink.s3.access-key") {
      host.flink_access_key = value;
    } else if (key == "flink.s3.secret-key") {
      host.flink_secret_key = Secret(value);
    } else if (key == "flink.s3.endpoint") {
      host.flink_endpoint = value;
    } else if (key == "flink.s3.path.style.access") {
      host.flink_path_style_access = value == "true";
    } else if (key == "java.aws.accessKeyId") {
      host.java_access_key_id = value;
    } else if (key == "java.aws.secretAccessKey") {
      host.java_secret_access_key = Secret(value);
    } else if (key == "java.aws.sessionToken") {
      host.java_session_token = Secret(value);
    } else {
      return arrow::Status::Invalid("'", key, "' is no setting of a host that this engine knows");
    }
  }
  return host;
}

}  // namespace redshift
