#include "local/copy/access_rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "local/copy/authorization.h"
#include "local/copy/object_store.h"
#include "local/copy/sql_error.h"

namespace redshift_local {
namespace {

// arn:aws:iam::<account>:role/<name>
std::string_view AccountOf(std::string_view role_arn) {
  const auto account = role_arn.find("::");
  if (account == std::string_view::npos) return "";
  return role_arn.substr(account + 2, role_arn.find(':', account + 2) - account - 2);
}

arrow::Status RoleError(std::string message, std::string_view arn) {
  SqlErrorFields fields;
  fields.sqlstate = "XX000";
  fields.message = std::move(message);
  fields.detail = fmt::format(
      "-----------------------------------------------\n  error:  {}\n  code:      8001\n  context:   IAM "
      "Role={}\n-----------------------------------------------",
      fields.message, arn);
  return SqlError(std::move(fields));
}

arrow::Status InvalidAccessKeyId() {
  return S3Exception("The AWS Access Key Id you provided does not exist in our records.", 403,
                     "InvalidAccessKeyId", "Checking the access key");
}

}  // namespace

arrow::Result<RoleGrant> ParseRoleGrant(std::string_view text) {
  // The names of roles may hold '='.
  const auto equals = text.find("=s3://");
  if (equals == std::string_view::npos) {
    return arrow::Status::Invalid("'", text, "' is not ARN=s3://bucket/prefix or ARN,ARN=s3://bucket/prefix");
  }
  RoleGrant grant;
  ARROW_ASSIGN_OR_RAISE(grant.chain, ParseRoles(text.substr(0, equals)));
  ARROW_ASSIGN_OR_RAISE(grant.prefix, ParseS3Url(text.substr(equals + 1)));
  return grant;
}

AccessRules::AccessRules(const std::vector<RoleGrant>& grants, AccessKeys keys) : keys_(std::move(keys)) {
  for (const auto& grant : grants) {
    roles_[grant.chain.front()].attached = true;
    for (size_t i = 1; i < grant.chain.size(); ++i) {
      roles_[grant.chain[i - 1]].may_assume.push_back(grant.chain[i]);
    }
    roles_[grant.chain.back()].prefixes.push_back(grant.prefix);
  }
  if (!grants.empty()) default_role_ = grants.front().chain.front();
}

std::vector<std::string> AccessRules::attached_roles() const {
  std::vector<std::string> attached;
  if (!default_role_.empty()) attached.push_back(default_role_);
  for (const auto& [arn, role] : roles_) {
    if (role.attached && arn != default_role_) attached.push_back(arn);
  }
  return attached;
}

std::vector<S3Path> AccessRules::PrefixesOf(const std::string& arn) const {
  const auto role = roles_.find(arn);
  return role == roles_.end() ? std::vector<S3Path>() : role->second.prefixes;
}

arrow::Result<S3Access> AccessRules::Authorize(const CopyAuthorization& authorization, std::string_view user,
                                               std::string_view region) const {
  if (roles_.empty()) return S3Access{authorization.keys.value_or(keys_.own()), {}, {}};
  return authorization.keys ? AuthorizeKeys(*authorization.keys)
                            : AuthorizeRoles(authorization.roles, user, region);
}

arrow::Result<S3Access> AccessRules::AuthorizeRoles(const std::vector<std::string>& chain,
                                                    std::string_view user, std::string_view region) const {
  const std::string& first = chain.front() == "default" ? default_role_ : chain.front();
  const auto attached = roles_.find(first);
  if (attached == roles_.end() || !attached->second.attached) {
    return RoleError(
        fmt::format("User arn:aws:redshift:{}:{}:dbuser:local/{} is not authorized to assume IAM "
                    "Role {}",
                    region, AccountOf(first), user, first),
        first);
  }
  const Role* role = &attached->second;
  for (size_t i = 1; i < chain.size(); ++i) {
    if (std::find(role->may_assume.begin(), role->may_assume.end(), chain[i]) == role->may_assume.end()) {
      return RoleError("Not authorized to get credentials of role " + chain[i], chain[i]);
    }
    role = &roles_.at(chain[i]);
  }
  return S3Access{keys_.own(), role->prefixes, {}};
}

arrow::Result<S3Access> AccessRules::AuthorizeKeys(const S3Keys& given) const {
  const auto known = keys_.Find(given.access_key_id);
  if (!known) {
    // Another S3 server judges its keys itself.
    if (!keys_.knows_all()) return S3Access{given, {}, {}};
    return InvalidAccessKeyId();
  }
  // S3 knows temporary keys by their token.
  if (given.session_token.empty() && !known->keys.session_token.empty()) return InvalidAccessKeyId();
  if (given.secret_access_key != known->keys.secret_access_key) {
    return S3Exception(
        "The request signature we calculated does not match the signature you provided. Check your key and "
        "signing method.",
        403, "SignatureDoesNotMatch", "Checking the access key");
  }
  if (given.session_token != known->keys.session_token) {
    return S3Exception("The provided token is malformed or otherwise invalid.", 400, "InvalidToken",
                       "Checking the session token");
  }
  S3Access access{given, {}, known->expires};
  if (!known->role_arn.empty()) access.prefixes = PrefixesOf(known->role_arn);
  return access;
}

}  // namespace redshift_local
