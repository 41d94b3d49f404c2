#include "engine/aws/credential_machine.h"

#include <algorithm>
#include <chrono>
#include <thread>
#include <utility>

#include "engine/aws/credential_document.h"
#include "engine/aws/profile_file.h"

namespace redshift {

namespace {

using std::chrono::milliseconds;

constexpr int kAttempts = 3;
constexpr milliseconds kPause{300};
constexpr milliseconds kContainerTimeout{2'000};
// Away from EC2 nobody answers, and nobody says so.
constexpr milliseconds kInstanceTimeout{1'000};
constexpr const char* kInstanceTokenSeconds = "21600";

HttpRequest Ask(std::string url, milliseconds timeout) {
  HttpRequest request;
  request.url = std::move(url);
  request.timeout = timeout;
  request.connect_timeout = timeout;
  request.max_answer_bytes = 1 << 16;
  request.use_proxy = false;
  return request;
}

// Asks again where the machine is too busy to answer.
arrow::Result<HttpAnswer> AskPatiently(HttpClient& http, const HttpRequest& request) {
  for (int attempt = 1;; ++attempt) {
    arrow::Result<HttpAnswer> answer = http.Send(request);
    const bool may_pass =
        answer.ok() ? answer->status == 429 || answer->status >= 500
                    : HttpError(answer.status()) != nullptr && HttpError(answer.status())->retryable();
    if (!may_pass || attempt == kAttempts) return answer;
    std::this_thread::sleep_for(kPause);
  }
}

std::string_view HostOf(std::string_view url) {
  url.remove_prefix(url.find("://") + 3);
  url = url.substr(0, url.find_first_of("/?#"));
  if (const size_t at = url.rfind('@'); at != std::string_view::npos) url.remove_prefix(at + 1);
  if (url.starts_with('[')) return url.substr(0, url.find(']') + 1);
  return url.substr(0, url.find(':'));
}

bool IsOwnMachine(std::string_view host) {
  return host == "localhost" || host == "[::1]" || host == "169.254.170.2" || host == "169.254.170.23" ||
         host == "[fd00:ec2::23]" ||
         (host.starts_with("127.") && host.find_first_not_of("0123456789.") == std::string_view::npos);
}

arrow::Result<std::string> AuthorizationToken(const HostEnvironment& environment) {
  std::string token = environment.variable("AWS_CONTAINER_AUTHORIZATION_TOKEN");
  if (const std::string file = environment.variable("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE");
      !file.empty()) {
    ARROW_ASSIGN_OR_RAISE(token, ReadSmallFile(file, "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"));
    token.resize(token.find_last_not_of(" \t\r\n") + 1);
  }
  if (token.find_first_of("\r\n") != std::string::npos) {
    return arrow::Status::Invalid("the container's authorization token has more than one line");
  }
  return token;
}

FoundKeys AskContainer(const CredentialSurroundings& surroundings, const std::string& name) {
  ARROW_ASSIGN_OR_RAISE(const std::string url, ContainerUrl(surroundings.environment));
  if (url.empty()) return std::nullopt;
  HttpRequest request = Ask(url, kContainerTimeout);
  request.headers.emplace_back("Accept", "application/json");
  ARROW_ASSIGN_OR_RAISE(std::string token, AuthorizationToken(surroundings.environment));
  if (!token.empty()) request.headers.emplace_back("Authorization", std::move(token));
  ARROW_ASSIGN_OR_RAISE(const HttpAnswer answer, AskPatiently(*surroundings.http, request));
  if (answer.status != 200) {
    return arrow::Status::IOError(name, " was asked for at ", url.substr(0, url.find('?')),
                                  " and refused with status ", answer.status);
  }
  return KeysFromDocument(answer.body, "Token", name);
}

std::string InstanceUrl(const HostEnvironment& environment) {
  std::string url = environment.variable("AWS_EC2_METADATA_SERVICE_ENDPOINT");
  if (url.empty()) {
    const std::string mode = environment.variable("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE");
    url = mode == "IPv6" || mode == "ipv6" ? "http://[fd00:ec2::254]" : "http://169.254.169.254";
  }
  while (url.ends_with('/')) url.pop_back();
  return url + "/latest/";
}

bool IsDisabled(const HostEnvironment& environment) {
  const std::string disabled = environment.variable("AWS_EC2_METADATA_DISABLED");
  return disabled == "true" || disabled == "True" || disabled == "TRUE";
}

// Of one conversation with the metadata service.
class Instance {
 public:
  Instance(const HostEnvironment& environment, HttpClient& http)
      : url_(InstanceUrl(environment)), http_(http), disabled_(IsDisabled(environment)) {}

  // Nothing where no metadata service is.
  arrow::Result<bool> Open() {
    if (disabled_) return false;
    HttpRequest request = Ask(url_ + "api/token", kInstanceTimeout);
    request.method = "PUT";
    request.headers.emplace_back("X-aws-ec2-metadata-token-ttl-seconds", kInstanceTokenSeconds);
    const auto answer = http_.Send(request);
    if (!answer.ok()) {
      const HttpErrorDetail* error = HttpError(answer.status());
      if (error != nullptr && error->kind == HttpErrorDetail::Kind::kRequest) return answer.status();
      return false;
    }
    // Whatever else has this address somewhere answers differently.
    if (answer->status != 200 || answer->body.empty() ||
        answer->body.find_first_of("\r\n<") != std::string::npos) {
      return false;
    }
    token_ = Secret(answer->body);
    return true;
  }

  arrow::Result<HttpAnswer> Get(const std::string& path) {
    HttpRequest request = Ask(url_ + path, kInstanceTimeout);
    request.headers.emplace_back("X-aws-ec2-metadata-token", token_.Reveal());
    return AskPatiently(http_, request);
  }

 private:
  const std::string url_;
  HttpClient& http_;
  const bool disabled_;
  Secret token_;
};

FoundKeys AskInstance(const CredentialSurroundings& surroundings, const std::string& name) {
  static constexpr const char* kPath = "meta-data/iam/security-credentials/";
  Instance instance(surroundings.environment, *surroundings.http);
  ARROW_ASSIGN_OR_RAISE(const bool open, instance.Open());
  if (!open) return std::nullopt;
  ARROW_ASSIGN_OR_RAISE(const HttpAnswer roles, instance.Get(kPath));
  if (roles.status == 404) return std::nullopt;  // an instance without a role
  const std::string role = roles.body.substr(0, roles.body.find_first_of("\r\n"));
  if (roles.status != 200 || role.empty()) {
    return arrow::Status::IOError(name, " was asked for and refused with status ", roles.status);
  }
  ARROW_ASSIGN_OR_RAISE(const HttpAnswer answer, instance.Get(kPath + UrlEscape(role)));
  if (answer.status != 200) {
    return arrow::Status::IOError(name, " '", role, "' was asked for and refused with status ",
                                  answer.status);
  }
  return KeysFromDocument(answer.body, "Token", name);
}

}  // namespace

arrow::Result<std::string> ContainerUrl(const HostEnvironment& environment) {
  const std::string relative = environment.variable("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
  if (!relative.empty()) {
    // Anything else could continue the address in front of it: "http://169.254.170.2" + ".evil.example".
    if (!relative.starts_with('/')) {
      return arrow::Status::Invalid("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI does not begin with '/'");
    }
    return "http://169.254.170.2" + relative;
  }
  std::string full = environment.variable("AWS_CONTAINER_CREDENTIALS_FULL_URI");
  if (full.empty() || full.starts_with("https://")) return full;
  if (full.starts_with("http://") && IsOwnMachine(HostOf(full))) return full;
  return arrow::Status::Invalid(
      "AWS_CONTAINER_CREDENTIALS_FULL_URI is neither https nor an address of this machine or of ECS or EKS; "
      "the container's keys are not asked for there");
}

CredentialSource ContainerKeys(const CredentialSurroundings& surroundings) {
  const std::string name = "the role of the container";
  return {name, [surroundings, name] { return AskContainer(surroundings, name); }};
}

CredentialSource InstanceKeys(const CredentialSurroundings& surroundings) {
  const std::string name = "the role of the EC2 instance";
  return {name, [surroundings, name] { return AskInstance(surroundings, name); }};
}

std::string InstanceRegion(const HostEnvironment& environment, HttpClient& http) {
  Instance instance(environment, http);
  const auto open = instance.Open();
  if (!open.ok() || !*open) return "";
  const auto answer = instance.Get("meta-data/placement/region");
  return answer.ok() && answer->status == 200 ? answer->body : "";
}

}  // namespace redshift
