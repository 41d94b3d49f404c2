// Calls of AWS's interfaces: the Query protocol (answers in XML) and JSON 1.1.
#pragma once

#include <arrow/result.h>

#include <chrono>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/aws/aws_keys.h"
#include "engine/aws/host_environment.h"
#include "engine/aws/http_client.h"

namespace redshift {

/// Attached to the Status of a call that AWS answered with an error.
class AwsErrorDetail : public arrow::StatusDetail {
 public:
  std::string code;     ///< "AccessDenied", "ClusterNotFound"; empty when the answer was none of AWS's
  std::string message;  ///< AWS's own words
  int http_status = 0;
  bool throttled = false;  ///< too many calls: "Rate exceeded"
  bool retryable = false;  ///< throttled, or an error of the service's own (5xx)

  const char* type_id() const override;
  std::string ToString() const override;
};

/// The detail of `status`, or null (a failure to get an answer has an HttpErrorDetail).
const AwsErrorDetail* AwsError(const arrow::Status& status);

/// Whether AWS's SDKs take an error code for one that passes, whatever the HTTP status: too many calls, or a
/// failure of the service's own.
bool IsPassingCode(std::string_view code);

/// Whether the same call may pass later, be it that AWS or that the network failed.
bool IsRetryable(const arrow::Status& status);

/// Where a service answers and how its requests are signed.
struct AwsService {
  std::string name;                           ///< for messages: "Amazon Redshift"
  std::string signing_name;                   ///< "redshift", "sts"
  std::string region;                         ///< "us-east-1"
  std::string url;                            ///< "https://redshift.us-east-1.amazonaws.com"
  std::chrono::milliseconds timeout{30'000};  ///< of one call
};

/// The URL of a service: `override` (an option) when not empty, else AWS_ENDPOINT_URL_<`variable`> or
/// AWS_ENDPOINT_URL of the environment as in AWS's SDKs, unless AWS_IGNORE_CONFIGURED_ENDPOINT_URLS is true,
/// else https://<`host_prefix`>.<region>.amazonaws.com (".cn" in China's regions).
std::string ServiceUrl(std::string_view override, std::string_view variable, std::string_view host_prefix,
                       std::string_view region, const HostEnvironment& environment);

using QueryParameters = std::vector<std::pair<std::string, std::string>>;

/// One call of the Query protocol: POST of `Action`, `Version` and `parameters` as a form. Without `keys` the
/// call is not signed (AssumeRoleWithWebIdentity). Answers the XML of a success; errors have an
/// AwsErrorDetail or an HttpErrorDetail. Sent once; blocks for at most `service.timeout`.
arrow::Result<std::string> CallQuery(HttpClient& client, const AwsService& service,
                                     const std::optional<AwsKeys>& keys, std::string_view action,
                                     std::string_view version, const QueryParameters& parameters,
                                     const Interrupt* interrupt = nullptr);

/// One call of the JSON 1.1 protocol. `target`: "secretsmanager.GetSecretValue". Otherwise as CallQuery.
arrow::Result<nlohmann::json> CallJson(HttpClient& client, const AwsService& service, const AwsKeys& keys,
                                       std::string_view target, const nlohmann::json& parameters,
                                       const Interrupt* interrupt = nullptr);

/// The error for an answer that is none of success: XML with `Code` and `Message`, JSON with `__type`, or
/// neither. `what`, "AssumeRole of AWS STS", begins the message.
arrow::Status ErrorFromAnswer(const HttpAnswer& answer, std::string_view what);

}  // namespace redshift
