// Keys of a role that is assumed.
#pragma once

#include <string>

#include "engine/aws/credential_source.h"

namespace redshift {

/// What AssumeRole is asked for. Empty texts are not sent; without a session name there is one of ours.
struct AssumedRole {
  std::string arn;
  std::string session_name = {};
  std::string external_id = {};
  int duration_seconds = 0;  ///< 0: as STS does, one hour
};

/// Asks STS for keys of the role, signed with `base`. Blocks; tries again where STS is busy or silent.
arrow::Result<AwsKeys> AssumeRole(const CredentialSurroundings& surroundings, const AssumedRole& role,
                                  const AwsKeys& base);

/// The same by the token in `token_file`, which is read anew each time, as whoever issues it renews it.
arrow::Result<AwsKeys> AssumeRoleWithWebIdentity(const CredentialSurroundings& surroundings,
                                                 const AssumedRole& role, const std::string& token_file);

/// AWS_WEB_IDENTITY_TOKEN_FILE, AWS_ROLE_ARN, AWS_ROLE_SESSION_NAME, as EKS sets them, unless `role` or
/// `token_file` says something else.
CredentialSource WebIdentityKeys(const CredentialSurroundings& surroundings, AssumedRole role = {},
                                 std::string token_file = {});

}  // namespace redshift
