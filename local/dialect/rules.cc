#include "local/dialect/rules.h"

#include <array>
#include <string_view>

#include "local/sql/lexer.h"

namespace redshift_local {
namespace {

bool IsOneOf(const Token& token, std::initializer_list<std::string_view> words) {
  for (std::string_view word : words) {
    if (token.IsWord(word)) return true;
  }
  return false;
}

// Statements that Redshift counts as queries: they get an id that pg_last_query_id() tells.
bool CountsAsQuery(const Token& first) {
  return IsOneOf(first, {"select", "with", "insert", "update", "delete", "copy", "create", "merge",
                         "truncate", "unload", "fetch", "execute"}) ||
         first.Is("(");
}

}  // namespace

void ApplyRules(Rewriter& sql, const DialectContext&, Statement* statement) {
  const Token& first = sql[0];
  statement->counts_as_query = CountsAsQuery(first);
  if (first.IsWord("copy")) {
    statement->kind = StatementKind::kCopy;
    return;
  }
  if (UnderstandTransaction(sql, statement)) return;
  statement->kind = StatementKind::kSql;
  RefuseUnsupported(sql);
  RewriteExpressions(sql, statement);
  if (UnderstandSetting(sql, statement) || UnderstandCreateTable(sql, statement) ||
      UnderstandAlterTable(sql, statement) || UnderstandUser(sql, statement) ||
      UnderstandMaintenance(sql, statement)) {
    return;
  }
  if (first.IsWord("truncate")) statement->kind = StatementKind::kTruncate;
  LockWrittenTables(sql, statement);
  statement->sql = sql.Render();
}

}  // namespace redshift_local
