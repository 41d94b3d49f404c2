#include "engine/aws/credential_profile.h"

#include <algorithm>
#include <charconv>
#include <utility>
#include <vector>

#include "engine/aws/credential_given.h"
#include "engine/aws/credential_machine.h"
#include "engine/aws/credential_process.h"
#include "engine/aws/credential_sts.h"
#include "engine/aws/profile_file.h"

namespace redshift {

namespace {

// One walk along profiles, each of which may name the next.
class ProfileWalk {
 public:
  ProfileWalk(const CredentialSurroundings& surroundings, const Profiles& profiles)
      : surroundings_(surroundings), profiles_(profiles) {}

  FoundKeys KeysOf(const std::string& name) {
    const auto found = profiles_.find(name);
    if (found == profiles_.end()) return arrow::Status::Invalid("there is no AWS profile '", name, "'");
    const Profile& profile = found->second;
    if (std::find(path_.begin(), path_.end(), name) != path_.end()) {
      return arrow::Status::Invalid("the AWS profile '", name, "' leads back to itself by source_profile");
    }
    path_.push_back(name);
    if (!Text(profile, "role_arn").empty()) return KeysOfRole(name, profile);
    return OwnKeys(name, profile);
  }

 private:
  static std::string Text(const Profile& profile, const char* key) {
    const auto found = profile.find(key);
    return found == profile.end() ? "" : found->second;
  }

  static std::string SourceName(const std::string& name) { return "the AWS profile '" + name + "'"; }

  // What the profile itself holds or prints.
  FoundKeys OwnKeys(const std::string& name, const Profile& profile) const {
    const std::string id = Text(profile, "aws_access_key_id");
    const std::string secret = Text(profile, "aws_secret_access_key");
    if (id.empty() != secret.empty()) {
      return arrow::Status::Invalid(SourceName(name), " has one of aws_access_key_id and ",
                                    "aws_secret_access_key and not the other");
    }
    if (!id.empty()) {
      return AwsKeys{.access_key_id = id,
                     .secret_access_key = Secret(secret),
                     .session_token = Secret(Text(profile, "aws_session_token")),
                     .expires = std::nullopt,
                     .source = SourceName(name)};
    }
    if (const std::string command = Text(profile, "credential_process"); !command.empty()) {
      ARROW_ASSIGN_OR_RAISE(AwsKeys keys,
                            KeysFromProcess(command, SourceName(name), 2 * surroundings_.request_timeout));
      return keys;
    }
    for (const char* key : {"sso_session", "sso_start_url", "login_session"}) {
      if (profile.contains(key)) {
        return arrow::Status::NotImplemented(
            SourceName(name), " has ", key,
            ", a login that needs a person. Put its keys in with 'credential_process = aws configure "
            "export-credentials --profile ",
            name, "' in another profile.");
      }
    }
    return std::nullopt;
  }

  FoundKeys KeysOfRole(const std::string& name, const Profile& profile) {
    if (profile.contains("mfa_serial")) {
      return arrow::Status::NotImplemented(SourceName(name),
                                           " has mfa_serial, a second factor that needs a person");
    }
    AssumedRole role{.arn = Text(profile, "role_arn"),
                     .session_name = Text(profile, "role_session_name"),
                     .external_id = Text(profile, "external_id")};
    const std::string duration = Text(profile, "duration_seconds");
    std::from_chars(duration.data(), duration.data() + duration.size(), role.duration_seconds);
    if (const std::string file = Text(profile, "web_identity_token_file"); !file.empty()) {
      ARROW_ASSIGN_OR_RAISE(AwsKeys keys, AssumeRoleWithWebIdentity(surroundings_, role, file));
      return keys;
    }
    ARROW_ASSIGN_OR_RAISE(const auto base, KeysForRole(name, profile));
    if (!base) {
      return arrow::Status::Invalid(SourceName(name),
                                    " has role_arn, and there are no keys to assume it with");
    }
    ARROW_ASSIGN_OR_RAISE(AwsKeys keys, AssumeRole(surroundings_, role, *base));
    return keys;
  }

  // The keys with which the role of a profile is assumed.
  FoundKeys KeysForRole(const std::string& name, const Profile& profile) {
    const std::string source_profile = Text(profile, "source_profile");
    const std::string source = Text(profile, "credential_source");
    if (source_profile.empty() == source.empty()) {
      return arrow::Status::Invalid(SourceName(name),
                                    " has role_arn; it needs source_profile or credential_source too, one of "
                                    "them");
    }
    if (source_profile == name) return OwnKeys(name, profile);
    if (!source_profile.empty()) return KeysOf(source_profile);
    if (source == "Environment") return EnvironmentKeys(surroundings_.environment).find();
    if (source == "Ec2InstanceMetadata") return InstanceKeys(surroundings_).find();
    if (source == "EcsContainer") return ContainerKeys(surroundings_).find();
    return arrow::Status::Invalid(SourceName(name), " has credential_source = ", source,
                                  "; known are Environment, Ec2InstanceMetadata and EcsContainer");
  }

  const CredentialSurroundings& surroundings_;
  const Profiles& profiles_;
  std::vector<std::string> path_;
};

}  // namespace

CredentialSource ProfileKeys(const CredentialSurroundings& surroundings, const ProfileChoice& choice) {
  const HostEnvironment& environment = surroundings.environment;
  const bool named = !choice.name.empty() || !environment.variable("AWS_PROFILE").empty();
  const std::string name = ProfileName(environment, choice.name);
  return {"the AWS profile '" + name + "'", [surroundings, name, named, path = choice.path]() -> FoundKeys {
            ARROW_ASSIGN_OR_RAISE(const Profiles profiles, ReadProfiles(surroundings.environment, path));
            if (!named && !profiles.contains(name)) return std::nullopt;
            return ProfileWalk(surroundings, profiles).KeysOf(name);
          }};
}

}  // namespace redshift
