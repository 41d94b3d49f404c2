// LOCK, VACUUM and ANALYZE.
#include "local/dialect/rules.h"

namespace redshift_local {
namespace {

// LOCK [TABLE] t [, ...]: only ever ACCESS EXCLUSIVE.
void UnderstandLock(Rewriter& sql, Statement* statement) {
  size_t at = sql[1].IsWord("table") ? 2 : 1;
  if (!sql[at].IsName()) RefuseSyntax(sql[at]);
  for (size_t i = at; i < sql.size(); ++i) {
    if (!sql[i].IsName() && !sql[i].Is(".") && !sql[i].Is(",")) RefuseSyntax(sql[i]);
    if (i > at && sql[i].IsName() && sql[i - 1].IsName()) RefuseSyntax(sql[i]);
  }
  statement->sql = "lock table " + sql.Render(at, sql.size()) + " in access exclusive mode";
  statement->tag = "LOCK TABLE";
}

// The table of VACUUM and ANALYZE; everything else they say steers what PostgreSQL does by itself.
std::string TableOf(const Rewriter& sql, size_t at) {
  for (const char* word : {"full", "sort", "delete", "reindex", "recluster", "only", "verbose"}) {
    if (sql[at].IsWord(word)) ++at;
    if (sql[at].IsWord("only")) ++at;
  }
  const size_t first = at;
  if (!sql[at].IsName() || sql[at].IsWord("to")) return "";
  ++at;
  while (sql[at].Is(".") && sql[at + 1].IsName()) at += 2;
  return " " + sql.Render(first, at);
}

}  // namespace

bool UnderstandMaintenance(Rewriter& sql, Statement* statement) {
  if (sql[0].IsWord("lock")) {
    UnderstandLock(sql, statement);
    return true;
  }
  if (sql[0].IsWord("vacuum")) {
    statement->refused_in_block = "VACUUM";
    statement->sql = "vacuum" + TableOf(sql, 1);
    statement->tag = "VACUUM";
    return true;
  }
  if (sql[0].IsWord("analyze")) {
    if (sql[1].IsWord("compression"))
      Refuse("0A000", "ANALYZE COMPRESSION is not supported yet by redshift-local.");
    statement->sql = "analyze" + TableOf(sql, 1);
    statement->tag = "ANALYZE";
    return true;
  }
  return false;
}

}  // namespace redshift_local
