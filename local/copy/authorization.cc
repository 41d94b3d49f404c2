#include "local/copy/authorization.h"

#include <algorithm>

#include "local/copy/sql_error.h"

namespace redshift_local {
namespace {

bool HasBlank(std::string_view text) {
  return text.find_first_of(" \t\r\n\f\v") != std::string_view::npos;
}

// arn:aws[-partition]:iam::<12 digits>:role/<path and name>
bool IsRoleArn(std::string_view arn) {
  if (!arn.starts_with("arn:aws")) return false;
  arn.remove_prefix(7);
  const auto colon = arn.find(':');
  if (colon == std::string_view::npos) return false;
  if (colon != 0 && arn[0] != '-') return false;
  arn.remove_prefix(colon + 1);
  if (!arn.starts_with("iam::")) return false;
  arn.remove_prefix(5);
  if (arn.size() < 12 ||
      !std::all_of(arn.begin(), arn.begin() + 12, [](char c) { return c >= '0' && c <= '9'; })) {
    return false;
  }
  arn.remove_prefix(12);
  return arn.starts_with(":role/") && arn.size() > 6;
}

arrow::Status InvalidCredentials() {
  return SqlError("XX000",
                  "Invalid credentials. Must be of the format: credentials 'aws_iam_role=...' or "
                  "'aws_access_key_id=...;aws_secret_access_key=...[;token=...]'");
}

}  // namespace

arrow::Result<std::vector<std::string>> ParseRoles(std::string_view text) {
  std::vector<std::string> roles;
  for (size_t start = 0;;) {
    const auto comma = text.find(',', start);
    const auto role = text.substr(start, comma == std::string_view::npos ? comma : comma - start);
    if (HasBlank(role) || !IsRoleArn(role)) {
      return SqlError("XX000", "Invalid IAM role '" + std::string(role) +
                                   "'. Must be arn:aws:iam::<account>:role/<name>; roles of a chain are "
                                   "separated by a comma without blanks");
    }
    roles.emplace_back(role);
    if (comma == std::string_view::npos) return roles;
    start = comma + 1;
  }
}

arrow::Result<CopyAuthorization> ParseLegacyCredentials(std::string_view text, bool* has_symmetric_key) {
  *has_symmetric_key = false;
  if (HasBlank(text)) return InvalidCredentials();
  CopyAuthorization authorization;
  S3Keys keys;
  bool has_id = false;
  bool has_secret = false;
  bool has_token = false;
  for (size_t start = 0; start <= text.size();) {
    auto end = text.find(';', start);
    if (end == std::string_view::npos) end = text.size();
    const auto part = text.substr(start, end - start);
    start = end + 1;
    const auto equals = part.find('=');
    if (equals == std::string_view::npos || equals + 1 == part.size()) return InvalidCredentials();
    const auto key = part.substr(0, equals);
    const std::string value(part.substr(equals + 1));
    if (key == "aws_iam_role" && authorization.roles.empty()) {
      ARROW_ASSIGN_OR_RAISE(authorization.roles, ParseRoles(value));
    } else if (key == "aws_access_key_id" && !has_id) {
      keys.access_key_id = value;
      has_id = true;
    } else if (key == "aws_secret_access_key" && !has_secret) {
      keys.secret_access_key = value;
      has_secret = true;
    } else if (key == "token" && !has_token) {
      keys.session_token = value;
      has_token = true;
    } else if (key == "master_symmetric_key" && !*has_symmetric_key) {
      *has_symmetric_key = true;
    } else {
      return InvalidCredentials();
    }
  }
  const bool by_role = !authorization.roles.empty();
  const bool by_keys = has_id && has_secret;
  const bool any_key_part = has_id || has_secret || has_token;
  if (by_role ? any_key_part : !by_keys) return InvalidCredentials();
  if (by_keys) authorization.keys = std::move(keys);
  return authorization;
}

}  // namespace redshift_local
