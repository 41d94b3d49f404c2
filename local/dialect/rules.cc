#include "local/dialect/rules.h"

#include <array>
#include <string_view>

#include "local/dialect/query_tree.h"
#include "local/dialect/update_join.h"
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

bool ReturnsRows(const Token& first) {
  return IsOneOf(first, {"select", "with", "fetch", "execute", "show", "explain", "values", "table"}) ||
         first.Is("(");
}

// TOP limits the first query only, and the LIMIT that we make of it would limit all.
void RefuseTopOfSet(const Rewriter& sql) {
  int depth = 0;
  for (size_t i = 0; i < sql.size(); ++i) {
    if (sql[i].Is("(")) ++depth;
    if (sql[i].Is(")")) --depth;
    if (depth == 0 && IsOneOf(sql[i], {"union", "intersect", "except", "minus"})) {
      Refuse("0A000",
             "SELECT TOP together with UNION, INTERSECT or EXCEPT is not supported yet by redshift-local.");
    }
  }
}

/// Beyond this, only a long list of values is to be expected, and parsing it twice is dear.
constexpr size_t kLargestParsedQuery = 256 * 1024;

// Whether the statement has a query in it that is worth a look by PostgreSQL's parser.
bool MayReadTables(const Rewriter& sql) {
  if (!IsOneOf(sql[0], {"select", "with", "insert", "update", "delete"})) return false;
  if (sql.Source(0, sql.size()).size() > kLargestParsedQuery) return false;
  if (!sql[0].IsWord("insert")) return true;
  for (size_t i = 1; i < sql.size(); ++i) {
    if (sql[i].IsWord("select")) return true;
  }
  return false;
}

}  // namespace

void ApplyRules(Rewriter& sql, const DialectContext& context, Statement* statement) {
  const Token& first = sql[0];
  statement->counts_as_query = CountsAsQuery(first);
  statement->returns_rows = ReturnsRows(first);
  if (first.IsWord("copy")) {
    statement->kind = StatementKind::kCopy;
    return;
  }
  if (UnderstandTransaction(sql, statement)) return;
  statement->kind = StatementKind::kSql;
  RefuseUnsupported(sql);
  RewriteExpressions(sql, statement);
  KeepCaseOfUserNames(sql);
  if (statement->returns_rows) ReplaceLateralAliases(sql);
  if (UnderstandShow(sql, statement) || UnderstandSetting(sql, statement) ||
      UnderstandCreateTable(sql, statement) || UnderstandAlterTable(sql, statement) ||
      UnderstandUser(sql, statement) || UnderstandDatabase(sql, statement) ||
      UnderstandMaintenance(sql, statement) || UnderstandMerge(sql, statement)) {
    return;
  }
  if (first.IsWord("deallocate")) {
    const size_t name = sql[1].IsWord("prepare") ? 2 : 1;
    statement->deallocates = sql[name].IsWord("all") ? "" : sql[name].value;
  }
  if (first.IsWord("delete") && !sql[1].IsWord("from")) sql.Replace(0, 1, "delete from");
  if (first.IsWord("select") && sql[1].IsWord("top") && sql[2].kind == TokenKind::kNumber) {
    RefuseTopOfSet(sql);
    const std::string limit(sql[2].text);
    sql.Remove(1, 2);
    statement->sql = sql.Render() + " limit " + limit;
    return;
  }
  if (first.IsWord("declare") && sql[1].IsName()) statement->opens_cursor = sql[1].value;
  if (first.IsWord("close") && sql[1].IsName()) statement->closes_cursor = true;
  if (first.IsWord("truncate")) statement->kind = StatementKind::kTruncate;
  LockWrittenTables(sql, statement);
  if (context.checks_matches && (first.IsWord("update") || first.IsWord("with"))) {
    CheckForSeveralMatches(sql, statement);
  }
  statement->sql = sql.Render();
  if (MayReadTables(sql)) RefuseOnUserTables(statement->sql);
}

}  // namespace redshift_local
