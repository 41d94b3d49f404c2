#include "engine/aws/signed_call.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "engine/aws/json_text.h"
#include "engine/aws/region.h"
#include "engine/aws/xml_text.h"

namespace redshift {
namespace {

// AWS's messages are a few hundred characters; whoever else answers may write a book.
constexpr size_t kMaxMessage = 1000;

// What AWS's SDKs take for throttling, whatever the status.
constexpr std::array kThrottlingCodes = {"Throttling",
                                         "ThrottlingException",
                                         "ThrottledException",
                                         "RequestThrottledException",
                                         "RequestThrottled",
                                         "TooManyRequestsException",
                                         "ProvisionedThroughputExceededException",
                                         "TransactionInProgressException",
                                         "RequestLimitExceeded",
                                         "BandwidthLimitExceeded",
                                         "PriorRequestNotComplete",
                                         "SlowDown"};
constexpr std::array kPassingCodes = {"RequestTimeout",  "RequestTimeoutException", "IDPCommunicationError",
                                      "InternalFailure", "InternalServerException", "InternalServiceError",
                                      "InternalError",   "ServiceUnavailable"};

bool IsOneOf(const auto& codes, std::string_view code) {
  return std::find(codes.begin(), codes.end(), code) != codes.end();
}

void ReadJsonError(const HttpAnswer& answer, AwsErrorDetail* error) {
  const auto object = nlohmann::json::parse(answer.body, nullptr, /*allow_exceptions=*/false);
  if (!object.is_object()) return;
  error->code = JsonText(object, {"__type", "code", "Code"});
  if (error->code.empty()) error->code = answer.Header("x-amzn-errortype");
  // "com.amazonaws.redshiftserverless#ResourceNotFoundException:http://.."
  error->code = error->code.substr(0, error->code.find(':'));
  error->code = error->code.substr(error->code.rfind('#') + 1);
  error->message = JsonText(object, {"message", "Message", "errorMessage"});
}

void ReadXmlError(const HttpAnswer& answer, AwsErrorDetail* error) {
  const auto text = [&](std::string_view name) {
    auto found = XmlText(answer.body, {"ErrorResponse", "Error", name});
    return found ? *found : XmlText(answer.body, {"Error", name}).value_or("");
  };
  error->code = text("Code");
  error->message = text("Message");
}

std::string ReadableLine(std::string text) {
  if (text.size() > kMaxMessage) text = text.substr(0, kMaxMessage) + "...";
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < ' ') c = ' ';
  }
  return text;
}

std::string Advice(const AwsErrorDetail& error) {
  const std::string& code = error.code;
  if (error.throttled) return " AWS limits how often this may be asked; try again later.";
  if (code == "ExpiredToken" || code == "ExpiredTokenException" || code == "RequestExpired") {
    return " The AWS credentials in use have expired: check 'aws.credentials.*' and their source.";
  }
  if (code == "InvalidClientTokenId" || code == "InvalidAccessKeyId" ||
      code == "UnrecognizedClientException" || code == "SignatureDoesNotMatch" ||
      code == "InvalidSignatureException" || code == "IncompleteSignature" || code == "AuthFailure") {
    return " AWS does not accept the AWS credentials in use (or this machine's clock is wrong): check "
           "'aws.credentials.*', 'aws.region' and the clock.";
  }
  if (code.starts_with("AccessDenied") || code == "UnauthorizedOperation") {
    return " Give this permission to the AWS credentials in use.";
  }
  if (code.starts_with("ClusterNotFound") || code == "ResourceNotFoundException") {
    return " Check the name, the region and the account.";
  }
  return "";
}

arrow::Result<HttpAnswer> Call(HttpClient& client, const AwsService& service,
                               const std::optional<AwsKeys>& keys, std::string_view action,
                               std::string content_type, std::string target, std::string body,
                               const Interrupt* interrupt) {
  HttpRequest request;
  request.method = "POST";
  request.url = service.url;
  while (request.url.ends_with('/')) request.url.pop_back();
  request.url += '/';
  request.headers = {{"Content-Type", std::move(content_type)}};
  if (!target.empty()) request.headers.emplace_back("X-Amz-Target", std::move(target));
  request.body = std::move(body);
  request.timeout = service.timeout;
  if (keys) request.signing = Signing{*keys, service.region, service.signing_name};
  const std::string what = std::string(action) + " of " + service.name;
  auto answer = client.Send(request, interrupt);
  if (!answer.ok()) {
    return arrow::Status(answer.status().code(), what + " failed: " + answer.status().message(),
                         answer.status().detail());
  }
  if (answer->status / 100 != 2) return ErrorFromAnswer(*answer, what + " at " + service.url);
  return answer;
}

}  // namespace

const char* AwsErrorDetail::type_id() const {
  return "redshift::AwsErrorDetail";
}

std::string AwsErrorDetail::ToString() const {
  return "AWS error " + (code.empty() ? "without code" : code) + " (HTTP " + std::to_string(http_status) +
         ")";
}

const AwsErrorDetail* AwsError(const arrow::Status& status) {
  return dynamic_cast<const AwsErrorDetail*>(status.detail().get());
}

bool IsPassingCode(std::string_view code) {
  return IsOneOf(kThrottlingCodes, code) || IsOneOf(kPassingCodes, code);
}

bool IsRetryable(const arrow::Status& status) {
  if (const AwsErrorDetail* error = AwsError(status)) return error->retryable;
  if (const HttpErrorDetail* error = HttpError(status)) return error->retryable();
  return false;
}

std::string ServiceUrl(std::string_view override, std::string_view variable, std::string_view host_prefix,
                       std::string_view region, const HostEnvironment& environment) {
  if (!override.empty()) return std::string(override);
  if (auto configured = FindConfiguredEndpoint(variable, environment)) return std::move(configured->url);
  return "https://" + std::string(host_prefix) + "." + std::string(region) + "." +
         std::string(DomainOfRegion(region));
}

arrow::Status ErrorFromAnswer(const HttpAnswer& answer, std::string_view what) {
  auto error = std::make_shared<AwsErrorDetail>();
  error->http_status = answer.status;
  const size_t first = answer.body.find_first_not_of(" \t\r\n\xEF\xBB\xBF");
  if (first != std::string::npos) {
    answer.body[first] == '{' ? ReadJsonError(answer, error.get()) : ReadXmlError(answer, error.get());
  }
  error->throttled = IsOneOf(kThrottlingCodes, error->code) || answer.status == 429 ||
                     error->message.find("Rate exceeded") != std::string::npos;
  error->retryable = error->throttled || answer.status >= 500 || IsPassingCode(error->code);

  std::string text(what);
  if (error->code.empty()) {
    const std::string_view type = answer.Header("content-type");
    text += " was answered with HTTP " + std::to_string(answer.status) +
            " and no error of AWS's (content type '" + ReadableLine(std::string(type)) + "', " +
            std::to_string(answer.body.size()) + " bytes). Check the endpoint, and what stands in between.";
  } else {
    error->message = ReadableLine(std::move(error->message));
    text += " was refused: " + ReadableLine(error->code) + ": " + error->message;
    if (!text.ends_with('.')) text += '.';
    text += Advice(*error);
  }
  return arrow::Status(arrow::StatusCode::IOError, std::move(text), std::move(error));
}

arrow::Result<std::string> CallQuery(HttpClient& client, const AwsService& service,
                                     const std::optional<AwsKeys>& keys, std::string_view action,
                                     std::string_view version, const QueryParameters& parameters,
                                     const Interrupt* interrupt) {
  std::string form = "Action=" + std::string(action) + "&Version=" + std::string(version);
  for (const auto& [name, value] : parameters) form += "&" + UrlEscape(name) + "=" + UrlEscape(value);
  ARROW_ASSIGN_OR_RAISE(HttpAnswer answer, Call(client, service, keys, action,
                                                "application/x-www-form-urlencoded; charset=utf-8",
                                                /*target=*/"", std::move(form), interrupt));
  return std::move(answer.body);
}

arrow::Result<nlohmann::json> CallJson(HttpClient& client, const AwsService& service, const AwsKeys& keys,
                                       std::string_view target, const nlohmann::json& parameters,
                                       const Interrupt* interrupt) {
  const std::string_view action = target.substr(target.rfind('.') + 1);
  ARROW_ASSIGN_OR_RAISE(
      HttpAnswer answer,
      Call(client, service, keys, action, "application/x-amz-json-1.1", std::string(target),
           parameters.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace), interrupt));
  auto object = nlohmann::json::parse(answer.body, nullptr, /*allow_exceptions=*/false);
  if (!object.is_object()) {
    return ErrorFromAnswer(answer, std::string(action) + " of " + service.name + " at " + service.url);
  }
  return object;
}

}  // namespace redshift
