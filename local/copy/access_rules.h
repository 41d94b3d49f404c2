// Which roles the "cluster" has, and what they and the known access keys may read.
#pragma once

#include <arrow/result.h>

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "local/copy/access_keys.h"
#include "local/copy/host.h"
#include "local/copy/s3_access.h"

namespace redshift_local {

/// One value of --role.
struct RoleGrant {
  /// As in IAM_ROLE: the first role is attached to the cluster, each may assume the next.
  std::vector<std::string> chain;
  /// What the last role of the chain may read.
  S3Path prefix;
};

/// `ARN=s3://bucket/prefix` or `ARN,ARN=s3://bucket/prefix`.
arrow::Result<RoleGrant> ParseRoleGrant(std::string_view text);

/// Without any grant there are no rules: every role and all keys may do everything. Immutable, so safe for
/// several threads.
class AccessRules {
 public:
  AccessRules(const std::vector<RoleGrant>& grants, AccessKeys keys);

  /// What a COPY of this database user may read. Errors are Redshift's: a role that is not attached or that
  /// its predecessor in a chain may not assume, an unknown access key, a wrong secret or token, an expired
  /// one. Keys of STS reach as far as the role that they were issued for. May block for one request to STS.
  arrow::Result<S3Access> Authorize(const CopyAuthorization& authorization, std::string_view user,
                                    std::string_view region) const;

  const AccessKeys& keys() const { return keys_; }
  /// The default role first.
  std::vector<std::string> attached_roles() const;

 private:
  struct Role {
    bool attached = false;
    std::vector<std::string> may_assume;
    std::vector<S3Path> prefixes;
  };

  arrow::Result<S3Access> AuthorizeRoles(const std::vector<std::string>& chain, std::string_view user,
                                         std::string_view region) const;
  arrow::Result<S3Access> AuthorizeKeys(const S3Keys& given) const;
  std::vector<S3Path> PrefixesOf(const std::string& arn) const;

  std::map<std::string, Role> roles_;
  std::string default_role_;
  AccessKeys keys_;
};

}  // namespace redshift_local
