// SHOW COLUMNS and SHOW TABLES.
#include <fmt/format.h>

#include "local/dialect/rules.h"
#include "local/sql/lexer.h"

namespace redshift_local {
namespace {

// The last `count` parts of the name at `at`, of which the first may be missing; `*at` is then after it.
std::vector<std::string> ReadParts(const Rewriter& sql, size_t* at, size_t least, size_t most) {
  std::vector<std::string> parts;
  while (sql[*at].IsName()) {
    parts.push_back(sql[(*at)++].value);
    if (!sql[*at].Is(".")) break;
    ++*at;
  }
  if (parts.size() < least || parts.size() > most) RefuseSyntax(sql[*at]);
  return parts;
}

std::string ReadLike(const Rewriter& sql, size_t at, std::string_view column) {
  if (at == sql.size()) return "";
  if (!sql[at].IsWord("like") || sql[at + 1].kind != TokenKind::kString || at + 2 != sql.size())
    RefuseSyntax(sql[at]);
  return fmt::format(" and {} like {}", column, QuoteLiteral(sql[at + 1].value));
}

std::string IsShown(std::string_view column, const std::string& backend_name) {
  return fmt::format("{} = local.shown_name({})", column, QuoteLiteral(backend_name));
}

}  // namespace

bool UnderstandShow(Rewriter& sql, Statement* statement) {
  if (!sql[0].IsWord("show") || !sql[2].IsWord("from")) return false;
  size_t at = 4;
  if (sql[1].IsWord("columns") && sql[3].IsWord("table")) {
    std::vector<std::string> parts = ReadParts(sql, &at, 2, 3);
    if (parts.size() == 2) parts.insert(parts.begin(), "");
    statement->sql = "select * from local.shown_columns where " + IsShown("schema_name", parts[1]) + " and " +
                     IsShown("table_name", parts[2]);
    if (!parts[0].empty()) statement->sql += " and database_name = " + QuoteLiteral(parts[0]);
    statement->sql += ReadLike(sql, at, "column_name") + " order by ordinal_position";
  } else if (sql[1].IsWord("tables") && sql[3].IsWord("schema")) {
    std::vector<std::string> parts = ReadParts(sql, &at, 1, 2);
    statement->sql = "select * from local.shown_tables where " + IsShown("schema_name", parts.back());
    if (parts.size() == 2) statement->sql += " and database_name = " + QuoteLiteral(parts[0]);
    statement->sql += ReadLike(sql, at, "table_name") + " order by table_name";
  } else {
    return false;
  }
  statement->tag = "SHOW";
  return true;
}

}  // namespace redshift_local
