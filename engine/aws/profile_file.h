// AWS's shared configuration: ~/.aws/config and ~/.aws/credentials.
#pragma once

#include <arrow/result.h>

#include <map>
#include <string>
#include <string_view>

#include "engine/aws/host_environment.h"

namespace redshift {

/// The settings of one profile, by key in lower case. Holds keys in clear text: never print it.
using Profile = std::map<std::string, std::string>;
/// By name.
using Profiles = std::map<std::string, Profile>;

enum class ProfileFileKind {
  kConfig,       ///< profiles are headed [default] and [profile name]; other sections are none
  kCredentials,  ///< profiles are headed [name]
  kEither,
};

/// Adds the profiles of a file's text to `profiles`; what the text says goes before what was there. Comments
/// and nested settings are passed over, as is what is no setting.
void ParseProfiles(std::string_view text, ProfileFileKind kind, Profiles* profiles);

/// The profiles of `path`, or, when that is empty, of AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE or the
/// files below ~/.aws, of which the credentials file goes first and either may be missing.
arrow::Result<Profiles> ReadProfiles(const HostEnvironment& environment, const std::string& path);

/// `name`, or AWS_PROFILE, or "default".
std::string ProfileName(const HostEnvironment& environment, const std::string& name);

/// Reads a file of at most 1 MiB. `what` says in the error what the file is for.
arrow::Result<std::string> ReadSmallFile(const std::string& path, std::string_view what);

}  // namespace redshift
