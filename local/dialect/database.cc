// CREATE DATABASE and ALTER DATABASE: where a database's isolation level is said.
#include <fmt/format.h>

#include "local/dialect/rules.h"
#include "local/sql/lexer.h"

namespace redshift_local {
namespace {

// PostgreSQL's level for what stands after ISOLATION LEVEL.
std::string ReadLevel(const Token& word) {
  if (word.IsWord("serializable")) return "serializable";
  if (word.IsWord("snapshot")) return "repeatable read";
  RefuseSyntax(word);
}

bool IsIsolation(const Rewriter& sql, size_t at) {
  return sql[at].IsWord("isolation") && sql[at + 1].IsWord("level");
}

void UnderstandCreate(Rewriter& sql, Statement* statement) {
  if (!sql[2].IsName()) RefuseSyntax(sql[2]);
  statement->kind = StatementKind::kApart;
  statement->refused_in_block = "CREATE DATABASE";
  statement->tag = "CREATE DATABASE";
  for (size_t i = 3; i < sql.size(); ++i) {
    if (IsIsolation(sql, i)) {
      statement->after = {fmt::format("alter database {} set default_transaction_isolation = {}",
                                      sql.Render(2, 3), QuoteLiteral(ReadLevel(sql[i + 2])))};
      sql.Remove(i, 3);
      i += 2;
    } else if (sql[i].IsWord("collate") && sql[i + 1].IsWord("case_sensitive")) {
      sql.Remove(i, 2);
    } else if (sql[i].IsWord("collate")) {
      Refuse("0A000", "CREATE DATABASE ... COLLATE CASE_INSENSITIVE is not supported yet by redshift-local.");
    } else if (sql[i].IsWord("unlimited")) {
      sql.Replace(i, 1, "-1");
    }
  }
  statement->sql = sql.Render();
}

}  // namespace

bool UnderstandDatabase(Rewriter& sql, Statement* statement) {
  if (!sql[1].IsWord("database") || !sql[2].IsName()) return false;
  if (sql[0].IsWord("create")) {
    UnderstandCreate(sql, statement);
    return true;
  }
  if (!sql[0].IsWord("alter") || !IsIsolation(sql, 3)) return false;
  const std::string level = ReadLevel(sql[5]);
  if (sql.size() > 6) RefuseSyntax(sql[6]);
  statement->refused_in_block = "ALTER DATABASE ... ISOLATION LEVEL";
  statement->sql = "do " + QuoteLiteral(fmt::format("begin perform local.set_isolation({}, {}); end",
                                                    QuoteLiteral(sql[2].value), QuoteLiteral(level)));
  statement->tag = "ALTER DATABASE";
  return true;
}

}  // namespace redshift_local
