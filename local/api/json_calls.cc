// The calls of Redshift Serverless, in the JSON protocol, version 1.1.
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <optional>

#include "local/api/call.h"
#include "local/api/temporary_login.h"

namespace redshift_local {
namespace {

using std::chrono::system_clock;
using Json = nlohmann::json;

constexpr std::string_view kTargetPrefix = "RedshiftServerless.";
constexpr char kContentType[] = "application/x-amz-json-1.1";

Json ReadBody(const std::string& body) {
  const Json request = Json::parse(body, nullptr, /*allow_exceptions=*/false);
  if (!request.is_object()) throw ApiError(ApiErrorKind::kInvalidParameter, "The body is not a JSON object.");
  return request;
}

// Empty when it is absent or null.
std::string Text(const Json& request, const char* name) {
  const auto found = request.find(name);
  if (found == request.end() || found->is_null()) return "";
  if (found->is_string()) return found->get<std::string>();
  throw ApiError(ApiErrorKind::kInvalidParameter, fmt::format("{} must be a string.", name));
}

std::optional<int64_t> Number(const Json& request, const char* name) {
  const auto found = request.find(name);
  if (found == request.end() || found->is_null()) return std::nullopt;
  if (found->is_number_integer()) return found->get<int64_t>();
  throw ApiError(ApiErrorKind::kInvalidParameter, fmt::format("{} must be an integer.", name));
}

double Epoch(system_clock::time_point time) {
  return static_cast<double>(
             std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count()) /
         1000;
}

// What a client sent comes back in messages, and need not be UTF-8.
std::string Dump(const Json& body) {
  return body.dump(-1, ' ', false, Json::error_handler_t::replace);
}

ApiAnswer Answered(const Json& body) {
  return {200, kContentType, Dump(body)};
}

void CheckWorkgroup(const std::string& name, const ClusterFacts& cluster) {
  if (name != cluster.name) {
    throw ApiError(ApiErrorKind::kNotFound, fmt::format("Workgroup {} not found", name));
  }
}

ApiAnswer GetCredentials(const Json& request, const Call& call) {
  const std::string workgroup = Text(request, "workgroupName");
  const std::string domain = Text(request, "customDomainName");
  if (workgroup.empty() && domain.empty()) {
    throw ApiError(ApiErrorKind::kMissingParameter,
                   "Either workgroupName or customDomainName must be in the request.");
  }
  if (workgroup.empty()) {
    throw ApiError(ApiErrorKind::kNotFound,
                   fmt::format("Custom domain {} not found: redshift-local has none.", domain));
  }
  CheckWorkgroup(workgroup, call.cluster);
  const auto lasts = CheckDuration(Number(request, "durationSeconds"), "durationSeconds");
  const IssuedLogin login = MakeLoginOfCaller(call.caller_arn, Text(request, "dbName"), call.now + lasts);
  call.server->issued().Issue(login);
  return Answered({{"dbUser", login.user},
                   {"dbPassword", login.password},
                   {"expiration", Epoch(login.expires)},
                   {"nextRefreshTime", Epoch(login.expires)}});
}

ApiAnswer GetWorkgroup(const Json& request, const Call& call) {
  const ClusterFacts& cluster = call.cluster;
  const std::string name = Text(request, "workgroupName");
  if (name.empty()) throw ApiError(ApiErrorKind::kMissingParameter, "workgroupName must be in the request.");
  CheckWorkgroup(name, cluster);
  const Json endpoint = {
      {"address", cluster.address}, {"port", cluster.port}, {"vpcEndpoints", Json::array()}};
  return Answered({{"workgroup",
                    {{"workgroupName", cluster.name},
                     {"workgroupId", cluster.name},
                     {"workgroupArn", fmt::format("arn:aws:redshift-serverless:{}:{}:workgroup/{}",
                                                  cluster.region, kAccount, cluster.name)},
                     {"namespaceName", cluster.name},
                     {"status", "AVAILABLE"},
                     {"creationDate", Epoch(cluster.created)},
                     {"baseCapacity", 8},
                     {"enhancedVpcRouting", false},
                     {"publiclyAccessible", false},
                     {"port", cluster.port},
                     {"endpoint", endpoint}}}});
}

}  // namespace

std::string JsonOperation(const ApiRequest& request) {
  const std::string target = request.Header("x-amz-target");
  if (!target.starts_with(kTargetPrefix)) {
    throw ApiError(ApiErrorKind::kUnknownOperation, fmt::format("X-Amz-Target '{}' is not known.", target));
  }
  return target.substr(kTargetPrefix.size());
}

ApiAnswer AnswerJson(const std::string& operation, const Call& call) {
  if (operation == "GetCredentials") return GetCredentials(ReadBody(call.request.body), call);
  if (operation == "GetWorkgroup") return GetWorkgroup(ReadBody(call.request.body), call);
  throw ApiError(
      ApiErrorKind::kUnknownOperation,
      fmt::format("Operation {} is not known: redshift-local answers GetCredentials and GetWorkgroup.",
                  operation));
}

ApiAnswer JsonError(const ApiError& error) {
  const ApiErrorCode code = CodeOf(error.kind, ApiProtocol::kJson);
  return {code.http_status, kContentType, Dump({{"__type", code.code}, {"message", error.what()}})};
}

}  // namespace redshift_local
