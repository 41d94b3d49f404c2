#include "engine/warehouse/login_calls.h"

#include <charconv>
#include <memory>
#include <nlohmann/json.hpp>
#include <utility>

#include "engine/aws/aws_time.h"
#include "engine/aws/json_text.h"
#include "engine/aws/xml_text.h"

namespace redshift {
namespace {

using Json = nlohmann::json;

constexpr std::string_view kVersion = "2012-12-01";
// The shortest that AWS gives; a session goes on when its password has expired.
constexpr int kDurationSeconds = 900;

arrow::Status Incomplete(std::string_view call, std::string_view what) {
  return arrow::Status::Invalid(call, " was answered without ", what, ".");
}

/// What was asked about has no endpoint yet; the same call may find one later.
arrow::Status NoEndpoint(const std::string& call, const std::string& what) {
  auto error = std::make_shared<AwsErrorDetail>();
  error->retryable = true;
  return arrow::Status(
      arrow::StatusCode::IOError,
      call + " was answered without an endpoint: " + what + " is still being created or resumed.",
      std::move(error));
}

/// null when there is no such member.
Json MemberOf(const Json& object, const char* name) {
  return object.is_object() && object.contains(name) ? object.at(name) : Json();
}

/// A port given as a number or as text; 0 when it is neither.
int PortOf(const Json& object, const char* name) {
  int64_t port = 0;
  const Json value = MemberOf(object, name);
  if (value.is_number_integer()) {
    port = value.get<int64_t>();
  } else if (value.is_string()) {
    const auto& text = value.get_ref<const std::string&>();
    if (std::from_chars(text.data(), text.data() + text.size(), port).ptr != text.data() + text.size())
      return 0;
  }
  return port > 0 && port <= 65535 ? static_cast<int>(port) : 0;
}

arrow::Result<LoginCredentials> FromXml(const std::string& xml, const std::string& action) {
  const auto text = [&](const char* name) {
    return XmlText(xml, {action + "Response", action + "Result", name}).value_or("");
  };
  LoginCredentials login;
  login.user = text("DbUser");
  login.password = Secret(text("DbPassword"));
  login.expires = ParseAwsTime(text("Expiration"));
  if (login.user.empty() || login.password.empty() || !login.expires) {
    return Incomplete(action, "user, password or expiry");
  }
  return login;
}

}  // namespace

arrow::Result<LoginCredentials> GetClusterCredentials(const CallContext& call, const std::string& cluster,
                                                      const std::string& database, const std::string& user,
                                                      bool auto_create,
                                                      const std::vector<std::string>& groups) {
  QueryParameters parameters = {{"ClusterIdentifier", cluster},
                                {"DbName", database},
                                {"DbUser", user},
                                {"DurationSeconds", std::to_string(kDurationSeconds)},
                                {"AutoCreate", auto_create ? "true" : "false"}};
  for (size_t i = 0; i < groups.size(); ++i) {
    parameters.emplace_back("DbGroups.DbGroup." + std::to_string(i + 1), groups[i]);
  }
  ARROW_ASSIGN_OR_RAISE(const std::string xml,
                        CallQuery(*call.http, call.service, call.keys, "GetClusterCredentials", kVersion,
                                  parameters, call.interrupt));
  return FromXml(xml, "GetClusterCredentials");
}

arrow::Result<LoginCredentials> GetClusterCredentialsWithIam(const CallContext& call,
                                                             const std::string& cluster,
                                                             const std::string& database) {
  const QueryParameters parameters = {{"ClusterIdentifier", cluster},
                                      {"DbName", database},
                                      {"DurationSeconds", std::to_string(kDurationSeconds)}};
  ARROW_ASSIGN_OR_RAISE(const std::string xml,
                        CallQuery(*call.http, call.service, call.keys, "GetClusterCredentialsWithIAM",
                                  kVersion, parameters, call.interrupt));
  return FromXml(xml, "GetClusterCredentialsWithIAM");
}

arrow::Result<LoginCredentials> GetWorkgroupCredentials(const CallContext& call, const std::string& workgroup,
                                                        const std::string& database) {
  const Json parameters = {
      {"workgroupName", workgroup}, {"dbName", database}, {"durationSeconds", kDurationSeconds}};
  ARROW_ASSIGN_OR_RAISE(const Json answer,
                        CallJson(*call.http, call.service, call.keys, "RedshiftServerless.GetCredentials",
                                 parameters, call.interrupt));
  LoginCredentials login;
  login.user = JsonText(answer, {"dbUser"});
  login.password = Secret(JsonText(answer, {"dbPassword"}));
  // Seconds since 1970, with a fraction.
  const auto expiration = answer.find("expiration");
  if (expiration != answer.end() && expiration->is_number()) {
    const std::chrono::duration<double> seconds(expiration->get<double>());
    login.expires = std::chrono::system_clock::time_point(
        std::chrono::duration_cast<std::chrono::system_clock::duration>(seconds));
  }
  if (login.user.empty() || login.password.empty() || !login.expires) {
    return Incomplete("GetCredentials", "user, password or expiry");
  }
  return login;
}

arrow::Result<WarehouseAddress> LookUpCluster(const CallContext& call, const std::string& cluster) {
  ARROW_ASSIGN_OR_RAISE(const std::string xml,
                        CallQuery(*call.http, call.service, call.keys, "DescribeClusters", kVersion,
                                  {{"ClusterIdentifier", cluster}}, call.interrupt));
  const auto text = [&](const char* name) {
    return XmlText(xml, {"DescribeClustersResponse", "DescribeClustersResult", "Clusters", "Cluster",
                         "Endpoint", name})
        .value_or("");
  };
  WarehouseAddress address{text("Address"), PortOf(Json{{"port", text("Port")}}, "port")};
  if (address.host.empty() || address.port == 0) {
    return NoEndpoint("DescribeClusters", "the cluster");
  }
  return address;
}

arrow::Result<WarehouseAddress> LookUpWorkgroup(const CallContext& call, const std::string& workgroup) {
  ARROW_ASSIGN_OR_RAISE(const Json answer,
                        CallJson(*call.http, call.service, call.keys, "RedshiftServerless.GetWorkgroup",
                                 {{"workgroupName", workgroup}}, call.interrupt));
  const Json endpoint = MemberOf(MemberOf(answer, "workgroup"), "endpoint");
  WarehouseAddress address{JsonText(endpoint, {"address"}), PortOf(endpoint, "port")};
  if (address.host.empty() || address.port == 0) {
    return NoEndpoint("GetWorkgroup", "the workgroup");
  }
  return address;
}

arrow::Result<SecretLogin> GetSecretLogin(const CallContext& call, const std::string& arn) {
  ARROW_ASSIGN_OR_RAISE(const Json answer,
                        CallJson(*call.http, call.service, call.keys, "secretsmanager.GetSecretValue",
                                 {{"SecretId", arn}}, call.interrupt));
  const Json secret = Json::parse(JsonText(answer, {"SecretString"}), nullptr, /*allow_exceptions=*/false);
  SecretLogin found;
  found.login.user = JsonText(secret, {"username"});
  found.login.password = Secret(JsonText(secret, {"password"}));
  if (found.login.user.empty() || found.login.password.empty()) {
    return arrow::Status::Invalid(
        "The secret '", arn,
        "' is not of the form that Redshift's secrets have: JSON with 'username' and "
        "'password'.");
  }
  if (const std::string host = JsonText(secret, {"host"}); !host.empty()) {
    const int port = PortOf(secret, "port");
    found.address = WarehouseAddress{host, port == 0 ? WarehouseAddress().port : port};
  }
  return found;
}

}  // namespace redshift
