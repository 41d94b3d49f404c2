#include "local/api/temporary_login.h"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <algorithm>
#include <string_view>

#include "local/api/api_error.h"
#include "local/dialect/reserved_word.h"
#include "local/session/password.h"
#include "local/sql/lexer.h"

namespace redshift_local {
namespace {

constexpr int64_t kShortest = 900;
constexpr int64_t kLongest = 3600;
constexpr size_t kLongestName = 64;
/// Makes 72 characters of Base64, with + and / among them as in Redshift's.
constexpr size_t kPasswordBytes = 54;

bool IsLetter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool IsNameCharacter(char c) {
  return IsLetter(c) || (c >= '0' && c <= '9') || std::string_view("_+.@-").find(c) != std::string_view::npos;
}

std::string MakePassword() {
  const std::string bytes = RandomBytes(kPasswordBytes);
  std::string text(4 * ((bytes.size() + 2) / 3) + 1, '\0');
  const int size =
      EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                      reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
  text.resize(static_cast<size_t>(size));
  return text;
}

// What follows `kind` in an ARN; empty when it is of another kind.
std::string PartOfArn(const std::string& arn, const std::string& kind) {
  const size_t at = arn.find(kind);
  return at == std::string::npos ? "" : arn.substr(at + kind.size());
}

}  // namespace

std::chrono::seconds CheckDuration(std::optional<int64_t> given, const std::string& name) {
  const int64_t seconds = given.value_or(kShortest);
  if (seconds < kShortest || seconds > kLongest) {
    throw ApiError(
        ApiErrorKind::kInvalidParameter,
        fmt::format("{} must be between {} and {} seconds, not {}.", name, kShortest, kLongest, seconds));
  }
  return std::chrono::seconds(seconds);
}

void CheckName(const std::string& value, const std::string& parameter) {
  const auto refuse = [&](const std::string& why) {
    return ApiError(ApiErrorKind::kInvalidParameter, fmt::format("{} '{}' {}.", parameter, value, why));
  };
  if (value.empty() || value.size() > kLongestName) throw refuse("must have 1 to 64 characters");
  if (!IsLetter(value[0])) throw refuse("must begin with a letter");
  if (!std::all_of(value.begin(), value.end(), IsNameCharacter)) {
    throw refuse("may contain letters, digits and _ + . @ - only");
  }
  if (IsReservedWord(FoldCase(value))) throw refuse("is a reserved word");
}

IssuedLogin MakeLogin(const LoginRequest& request, std::chrono::system_clock::time_point expires) {
  CheckName(request.db_user, "DbUser");
  if (FoldCase(request.db_user) == "public") {
    throw ApiError(ApiErrorKind::kInvalidParameter, "DbUser can't be PUBLIC.");
  }
  if (!request.db_name.empty()) CheckName(request.db_name, "DbName");
  IssuedLogin login;
  login.user = fmt::format("{}:{}", request.auto_create ? "IAMA" : "IAM", request.db_user);
  for (const std::string& group : request.db_groups) {
    CheckName(group, "DbGroups");
    if (group != FoldCase(group)) {
      throw ApiError(ApiErrorKind::kInvalidParameter,
                     fmt::format("DbGroups '{}' must not contain upper-case letters.", group));
    }
    login.user += ":" + group;
  }
  login.password = MakePassword();
  login.database_user = request.db_user;
  login.database = request.db_name;
  login.create_user = request.auto_create;
  login.groups = request.db_groups;
  login.expires = expires;
  return login;
}

IssuedLogin MakeLoginOfCaller(const std::string& caller_arn, const std::string& db_name,
                              std::chrono::system_clock::time_point expires) {
  if (!db_name.empty()) CheckName(db_name, "DbName");
  IssuedLogin login;
  // arn:aws:sts::<account>:assumed-role/<role>/<session>
  const std::string role = PartOfArn(caller_arn, ":assumed-role/");
  if (!role.empty()) {
    login.user = "IAMR:" + role.substr(0, role.find('/'));
  } else {
    // arn:aws:iam::<account>:user/<path><name>
    const std::string user = PartOfArn(caller_arn, ":user/");
    login.user = "IAM:" + user.substr(user.rfind('/') + 1);
  }
  login.password = MakePassword();
  login.database_user = login.user;
  login.database = db_name;
  login.create_user = true;
  login.expires = expires;
  return login;
}

}  // namespace redshift_local
