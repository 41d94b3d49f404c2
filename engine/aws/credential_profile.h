// Keys that a profile of AWS's shared configuration leads to.
#pragma once

#include <string>

#include "engine/aws/credential_source.h"

namespace redshift {

/// Which profile. Empty texts: AWS_PROFILE or "default"; the usual files.
struct ProfileChoice {
  std::string name = {};
  std::string path = {};
};

/// The keys of a profile: of its role (role_arn with source_profile, credential_source or
/// web_identity_token_file), written in it, or printed by its credential_process. The files are read anew
/// each time. Nothing where no profile was named and there is none, or it says nothing about keys. Profiles
/// with AWS SSO or a second factor, which need a person, are errors.
CredentialSource ProfileKeys(const CredentialSurroundings& surroundings, const ProfileChoice& choice = {});

}  // namespace redshift
