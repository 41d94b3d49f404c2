#include "engine/aws/aws_credentials.h"

#include <utility>
#include <vector>

#include "engine/aws/credential_cache.h"
#include "engine/aws/credential_given.h"
#include "engine/aws/credential_machine.h"
#include "engine/aws/credential_profile.h"
#include "engine/aws/credential_sts.h"
#include "engine/aws/region.h"
#include "engine/option/shared_by_key.h"

namespace redshift {

namespace {

using option::AwsCredentialsProvider;

CredentialSurroundings Surroundings(const Options& options, const HostEnvironment& environment) {
  auto http = std::make_shared<HttpClient>();
  return {.environment = environment,
          .http = http,
          .sts_endpoint = options.Find(option::kAwsRoleStsEndpoint).value_or(""),
          .region = [options, environment, http] { return FindRegion(options, environment, *http); },
          .request_timeout = options.Get(option::kAwsRequestTimeout)};
}

std::vector<CredentialSource> Automatic(const CredentialSurroundings& surroundings) {
  const HostEnvironment& environment = surroundings.environment;
  return {EnvironmentKeys(environment), SystemPropertyKeys(environment), WebIdentityKeys(surroundings),
          ProfileKeys(surroundings),    ContainerKeys(surroundings),     InstanceKeys(surroundings)};
}

AssumedRole RoleOf(const Options& options) {
  return {.arn = options.Find(option::kAwsRoleArn).value_or(""),
          .session_name = options.Find(option::kAwsRoleSessionName).value_or(""),
          .external_id = options.Find(option::kAwsRoleExternalId).value_or("")};
}

constexpr const char* kNoneAnywhere =
    "no AWS credentials were found. 'aws.credentials.provider' = AUTO looks into Flink's s3.access-key and "
    "s3.secret-key, the environment (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY), the Java system properties "
    "(aws.accessKeyId, aws.secretAccessKey), a web identity token (AWS_WEB_IDENTITY_TOKEN_FILE), the profile "
    "in ~/.aws, and the role of the container or instance. Provide one of these where the tasks run, or set "
    "'aws.credentials.provider' = 'BASIC' with its keys.";

// The keys of the role of the options, assumed with the keys of `base`, which are renewed in their own time.
CredentialSource RoleKeys(const CredentialSurroundings& surroundings, const AssumedRole& role,
                          const std::shared_ptr<AwsCredentials>& base) {
  return {"the role " + role.arn, [surroundings, role, base]() -> FoundKeys {
            ARROW_ASSIGN_OR_RAISE(const AwsKeys keys, base->Get());
            ARROW_ASSIGN_OR_RAISE(AwsKeys assumed, AssumeRole(surroundings, role, keys));
            return assumed;
          }};
}

std::shared_ptr<AwsCredentials> Cached(std::vector<CredentialSource> sources, const char* provider,
                                       std::string none_found) {
  return std::make_shared<CredentialCache>(
      std::move(sources), std::string("aws.credentials.provider = ") + provider, std::move(none_found));
}

std::shared_ptr<AwsCredentials> Make(const Options& options, const HostEnvironment& environment) {
  const CredentialSurroundings surroundings = Surroundings(options, environment);
  switch (options.Get(option::kAwsCredentialsProvider)) {
    case AwsCredentialsProvider::kAuto: {
      std::vector<CredentialSource> sources = Automatic(surroundings);
      if (FlinkSettingsCount(options)) sources.insert(sources.begin(), FlinkKeys(environment));
      return Cached(std::move(sources), "AUTO", kNoneAnywhere);
    }
    case AwsCredentialsProvider::kBasic:
      return Cached({BasicKeys(options)}, "BASIC", "the basic keys are missing");
    case AwsCredentialsProvider::kEnvVar:
      return Cached({EnvironmentKeys(environment)}, "ENV_VAR",
                    "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set in the environment of this "
                    "process. Set them where the tasks run, or choose another 'aws.credentials.provider'.");
    case AwsCredentialsProvider::kSysProp:
      return Cached({SystemPropertyKeys(environment)}, "SYS_PROP",
                    "the Java system properties aws.accessKeyId and aws.secretAccessKey are not set in this "
                    "JVM. Set them where the tasks run (env.java.opts.taskmanager), or choose another "
                    "'aws.credentials.provider'.");
    case AwsCredentialsProvider::kProfile: {
      ProfileChoice choice{.name = options.Find(option::kAwsProfileName).value_or(""),
                           .path = options.Find(option::kAwsProfilePath).value_or("")};
      CredentialSource source = ProfileKeys(surroundings, choice);
      std::string none_found = source.name + " is missing or holds no keys. Look into " +
                               (choice.path.empty() ? "~/.aws/credentials and ~/.aws/config" : choice.path) +
                               " where the tasks run, or set 'aws.credentials.profile.name'.";
      return Cached({std::move(source)}, "PROFILE", std::move(none_found));
    }
    case AwsCredentialsProvider::kAssumeRole: {
      auto base = options.IsSet(option::kAwsAccessKeyId)
                      ? Cached({BasicKeys(options)}, "BASIC", "the basic keys are missing")
                      : Cached(Automatic(surroundings), "AUTO", kNoneAnywhere);
      return Cached({RoleKeys(surroundings, RoleOf(options), base)}, "ASSUME_ROLE", "");
    }
    case AwsCredentialsProvider::kWebIdentityToken: {
      auto source = WebIdentityKeys(surroundings, RoleOf(options),
                                    options.Find(option::kAwsWebIdentityTokenFile).value_or(""));
      return Cached({std::move(source)}, "WEB_IDENTITY_TOKEN",
                    "there is no web identity token. Set 'aws.credentials.webIdentityToken.file', or "
                    "AWS_WEB_IDENTITY_TOKEN_FILE where the tasks run.");
    }
  }
  return nullptr;
}

// All that the keys depend on.
SharingKey Identity(const Options& options, const HostEnvironment& environment) {
  SharingKey identity;
  for (const auto& [key, value] : options.given()) {
    if (!key.starts_with("aws.") && key != option::kHostname.name) continue;
    identity.Add(key);
    identity.Add(value);
  }
  for (const std::string* text :
       {&environment.flink_access_key, &environment.flink_secret_key.Reveal(),
        &environment.java_access_key_id, &environment.java_secret_access_key.Reveal(),
        &environment.java_session_token.Reveal()}) {
    identity.Add(*text);
  }
  return identity;
}

bool HasOwnVariables(const HostEnvironment& environment) {
  using Function = std::string (*)(const std::string&);
  const Function* function = environment.variable.target<Function>();
  return function == nullptr || *function != ProcessVariable;
}

}  // namespace

bool FlinkSettingsCount(const Options& options) {
  return options.Get(option::kAwsCredentialsProvider) == AwsCredentialsProvider::kAuto &&
         !options.IsSet(option::kAwsCredentialsProvider) && !options.IsSet(option::kAwsRoleStsEndpoint);
}

arrow::Result<std::shared_ptr<AwsCredentials>> AwsCredentials::Make(const Options& options,
                                                                    const HostEnvironment& environment) {
  if (HasOwnVariables(environment)) return redshift::Make(options, environment);
  static SharedByKey<AwsCredentials> in_use;
  return in_use.Get(Identity(options, environment), [&]() -> arrow::Result<std::shared_ptr<AwsCredentials>> {
    return redshift::Make(options, environment);
  });
}

}  // namespace redshift
