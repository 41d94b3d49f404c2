// CREATE USER and ALTER USER with Redshift's passwords.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "local/dialect/rules.h"
#include "local/sql/lexer.h"

namespace redshift_local {
namespace {

bool HasOneIn(const std::string& text, char first, char last) {
  return std::any_of(text.begin(), text.end(), [&](char c) { return c >= first && c <= last; });
}

/// First words of the statements that may name users.
constexpr std::array<std::string_view, 6> kNamingUsers = {"grant", "revoke", "create",
                                                          "alter", "drop",   "set"};

constexpr std::string_view kSha256 = "sha256|";

// digest|salt, both as hexadecimal digits.
bool IsDigestWithSalt(std::string_view text) {
  constexpr size_t kDigestDigits = 64;
  if (text.size() < kDigestDigits + 3 || text[kDigestDigits] != '|') return false;
  const std::string_view salt = text.substr(kDigestDigits + 1);
  const auto is_hex = [](std::string_view digits) {
    return digits.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
  };
  return is_hex(text.substr(0, kDigestDigits)) && is_hex(salt) && salt.size() % 2 == 0;
}

// Clear text: 8 to 64 characters with an upper-case letter, a lower-case letter and a digit.
void CheckPassword(const std::string& password) {
  if (password.starts_with(kSha256)) {
    const std::string rest = password.substr(kSha256.size());
    return IsDigestWithSalt(rest) ? void() : CheckPassword(rest);
  }
  if (password.starts_with("md5") && password.size() == 35) return;
  if (password.size() < 8 || password.size() > 64)
    Refuse("42601", "password must be between 8 and 64 characters");
  if (!HasOneIn(password, 'A', 'Z')) Refuse("42601", "password must contain at least one uppercase letter");
  if (!HasOneIn(password, 'a', 'z')) Refuse("42601", "password must contain at least one lowercase letter");
  if (!HasOneIn(password, '0', '9')) Refuse("42601", "password must contain at least one number");
}

// What the back end calls the user: a name in quotes as it is written, not folded.
std::string UserName(const Token& name) {
  if (name.kind != TokenKind::kQuoted) return name.value;
  const std::string_view inside = name.text.substr(1, name.text.size() - 2);
  std::string exact;
  for (size_t i = 0; i < inside.size(); ++i) {
    exact.push_back(inside[i]);
    if (inside[i] == '"') ++i;
  }
  return exact;
}

// Where [first, end) a statement names users; empty when it names none.
struct Range {
  size_t first = 0;
  size_t end = 0;
};

Range UsersIn(const Rewriter& sql) {
  const size_t end = sql.size();
  const auto after_last = [&](std::string_view word) {
    size_t first = end;
    for (size_t i = 1; i < end; ++i) {
      if (sql[i].IsWord(word)) first = i + 1;
    }
    return Range{first, end};
  };
  // Of ALTER DEFAULT PRIVILEGES [FOR USER u] GRANT ... TO u everything in quotes but the schema.
  const bool defaults = sql[0].IsWord("alter") && sql[1].IsWord("default");
  if (defaults) return {2, end};
  if (sql[0].IsWord("grant")) return after_last("to");
  if (sql[0].IsWord("revoke")) return after_last("from");
  if (sql[1].IsWord("user")) return {2, sql[0].IsWord("drop") ? end : 3};
  if (sql[1].IsWord("group")) return after_last("user");
  if (sql[1].IsWord("schema") || sql[1].IsWord("session")) {
    if (const Range users = after_last("authorization"); users.first < end)
      return {users.first, users.first + 1};
  }
  // OWNER TO u ends the statement; a column may have this name, too.
  const bool owner =
      sql[0].IsWord("alter") && end > 4 && sql[end - 3].IsWord("owner") && sql[end - 2].IsWord("to");
  if (owner && !sql[end - 4].IsWord("rename") && !sql[end - 4].IsWord("column")) return {end - 1, end};
  return {};
}

}  // namespace

void KeepCaseOfUserNames(Rewriter& sql) {
  const auto is_first = [&](std::string_view word) { return sql[0].IsWord(word); };
  if (std::none_of(kNamingUsers.begin(), kNamingUsers.end(), is_first)) return;
  const auto keep = [&](size_t i) {
    if (sql[i].kind == TokenKind::kQuoted) sql.Replace(i, 1, std::string(sql[i].text));
  };
  const Range users = UsersIn(sql);
  for (size_t i = users.first; i < std::min(users.end, sql.size()); ++i) {
    const bool is_other =
        sql[i - 1].IsWord("group") || sql[i - 1].IsWord("role") || sql[i - 1].IsWord("schema");
    if (!is_other) keep(i);
  }
  if (is_first("alter") && sql[1].IsWord("user") && sql[3].IsWord("rename") && sql[4].IsWord("to")) keep(5);
}

bool UnderstandUser(Rewriter& sql, Statement* statement) {
  const bool create = sql[0].IsWord("create");
  if (!(create || sql[0].IsWord("alter")) || !sql[1].IsWord("user")) return false;
  if (!sql[2].IsName()) RefuseSyntax(sql[2]);
  const Token& name = sql[2];
  bool has_password = false;
  // PostgreSQL has no place for a password stored as SHA-256: it is kept as a setting of the user.
  std::string digest = "null";
  for (size_t i = 3; i < sql.size(); ++i) {
    if (sql[i].IsWord("password")) {
      has_password = true;
      if (sql[i + 1].IsWord("disable")) {
        sql.Replace(i + 1, 1, "null");
      } else if (sql[i + 1].kind == TokenKind::kString) {
        const std::string& password = sql[i + 1].value;
        CheckPassword(password);
        if (password.starts_with(kSha256)) {
          digest = QuoteLiteral(password.substr(kSha256.size()));
          sql.Replace(i + 1, 1, "null");
        } else {
          sql.Replace(i + 1, 1, QuoteLiteral(password));
        }
      } else {
        RefuseSyntax(sql[i + 1]);
      }
    } else if (sql[i].IsWord("createuser")) {
      sql.Replace(i, 1, "superuser");
    } else if (sql[i].IsWord("nocreateuser")) {
      sql.Replace(i, 1, "nosuperuser");
    } else if (sql[i].IsWord("syslog") && sql[i + 1].IsWord("access")) {
      sql.Remove(i, 3);
      i += 2;
    } else if (sql[i].IsWord("session") && sql[i + 1].IsWord("timeout")) {
      sql.Remove(i, 3);
      i += 2;
    }
  }
  if (create && !has_password)
    Refuse("42601", fmt::format("CREATE USER {}: a PASSWORD must be given", name.text));
  statement->sql = sql.Render();
  if (has_password) {
    statement->after.push_back("do " +
                               QuoteLiteral(fmt::format("begin perform local.keep_digest({}, {}); end",
                                                        QuoteLiteral(UserName(name)), digest)));
  }
  statement->tag = create ? "CREATE USER" : "ALTER USER";
  return true;
}

}  // namespace redshift_local
