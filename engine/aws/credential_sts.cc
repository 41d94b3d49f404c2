#include "engine/aws/credential_sts.h"

#include <chrono>
#include <thread>
#include <utility>

#include "engine/aws/aws_time.h"
#include "engine/aws/profile_file.h"
#include "engine/aws/signed_call.h"
#include "engine/aws/xml_text.h"

namespace redshift {

namespace {

constexpr int kAttempts = 4;
constexpr std::chrono::milliseconds kPause{500};
constexpr std::string_view kVersion = "2011-06-15";
constexpr const char* kSessionName = "flink-connector-redshift";

AwsService Sts(const CredentialSurroundings& surroundings) {
  std::string region = surroundings.region ? surroundings.region() : "";
  if (region.empty()) region = "us-east-1";
  std::string url = ServiceUrl(surroundings.sts_endpoint, "STS", "sts", region, surroundings.environment);
  return {.name = "AWS STS",
          .signing_name = "sts",
          .region = std::move(region),
          .url = std::move(url),
          .timeout = surroundings.request_timeout};
}

QueryParameters Parameters(const AssumedRole& role) {
  QueryParameters parameters = {
      {"RoleArn", role.arn},
      {"RoleSessionName", role.session_name.empty() ? kSessionName : role.session_name}};
  if (!role.external_id.empty()) parameters.emplace_back("ExternalId", role.external_id);
  if (role.duration_seconds != 0) {
    parameters.emplace_back("DurationSeconds", std::to_string(role.duration_seconds));
  }
  return parameters;
}

arrow::Result<AwsKeys> Ask(const CredentialSurroundings& surroundings, const AssumedRole& role,
                           const std::optional<AwsKeys>& base, const std::string& action,
                           const QueryParameters& parameters) {
  const AwsService sts = Sts(surroundings);
  const auto call = [&]() -> arrow::Result<std::string> {
    for (int attempt = 1;; ++attempt) {
      auto answer = CallQuery(*surroundings.http, sts, base, action, kVersion, parameters);
      if (answer.ok() || attempt == kAttempts) return answer;
      if (!IsRetryable(answer.status())) return answer;
      std::this_thread::sleep_for(kPause * attempt);
    }
  };
  const auto answer = call();
  if (!answer.ok()) {
    return answer.status().WithMessage("the role ", role.arn, " could not be assumed",
                                       base ? " with the keys of " + base->source : "", " at ", sts.url, ": ",
                                       answer.status().message());
  }
  const auto text = [&](std::string_view name) {
    return XmlText(*answer, {action + "Response", action + "Result", "Credentials", name}).value_or("");
  };
  AwsKeys keys{.access_key_id = text("AccessKeyId"),
               .secret_access_key = Secret(text("SecretAccessKey")),
               .session_token = Secret(text("SessionToken")),
               .expires = ParseAwsTime(text("Expiration")),
               .source = "the role " + role.arn};
  if (keys.access_key_id.empty() || keys.secret_access_key.empty() || keys.session_token.empty() ||
      !keys.expires) {
    return arrow::Status::IOError("what answered at ", sts.url, " to ", action,
                                  " is no answer of AWS STS; check 'aws.credentials.role.stsEndpoint' and "
                                  "AWS_ENDPOINT_URL_STS");
  }
  return keys;
}

}  // namespace

arrow::Result<AwsKeys> AssumeRole(const CredentialSurroundings& surroundings, const AssumedRole& role,
                                  const AwsKeys& base) {
  return Ask(surroundings, role, base, "AssumeRole", Parameters(role));
}

arrow::Result<AwsKeys> AssumeRoleWithWebIdentity(const CredentialSurroundings& surroundings,
                                                 const AssumedRole& role, const std::string& token_file) {
  ARROW_ASSIGN_OR_RAISE(std::string token, ReadSmallFile(token_file, "the web identity token"));
  token.resize(token.find_last_not_of(" \t\r\n") + 1);
  if (token.empty()) return arrow::Status::Invalid(token_file, " (the web identity token) is empty");
  QueryParameters parameters = Parameters(role);
  parameters.emplace_back("WebIdentityToken", std::move(token));
  return Ask(surroundings, role, std::nullopt, "AssumeRoleWithWebIdentity", parameters);
}

CredentialSource WebIdentityKeys(const CredentialSurroundings& surroundings, AssumedRole role,
                                 std::string token_file) {
  const HostEnvironment& environment = surroundings.environment;
  if (token_file.empty()) token_file = environment.variable("AWS_WEB_IDENTITY_TOKEN_FILE");
  if (role.arn.empty()) role.arn = environment.variable("AWS_ROLE_ARN");
  if (role.session_name.empty()) role.session_name = environment.variable("AWS_ROLE_SESSION_NAME");
  return {"the web identity token", [surroundings, role, token_file]() -> FoundKeys {
            // The variable of the role alone is often set for other programs.
            if (token_file.empty()) return std::nullopt;
            if (role.arn.empty()) {
              return arrow::Status::Invalid(
                  "there is a web identity token in ", token_file,
                  " and no role to assume with it. Set 'aws.credentials.role.arn', or AWS_ROLE_ARN.");
            }
            ARROW_ASSIGN_OR_RAISE(AwsKeys keys, AssumeRoleWithWebIdentity(surroundings, role, token_file));
            return keys;
          }};
}

}  // namespace redshift
