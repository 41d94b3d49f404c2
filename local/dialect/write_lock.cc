// One writer per table: INSERT, UPDATE, DELETE and MERGE take the table's write lock and keep it to the end
// of their transaction.
#include "local/dialect/rules.h"
#include "local/sql/lexer.h"

namespace redshift_local {
namespace {

// The name that begins at `at`: one to three parts; empty when there is none.
std::string ReadName(const Rewriter& sql, size_t at) {
  std::string name;
  while (sql[at].IsName()) {
    if (!name.empty()) name += ".";
    name += QuoteIdentifier(sql[at].value);
    if (!sql[at + 1].Is(".")) break;
    at += 2;
  }
  return name;
}

}  // namespace

size_t MainVerb(const Rewriter& sql) {
  if (!sql[0].IsWord("with")) return 0;
  int depth = 0;
  for (size_t i = 1; i < sql.size(); ++i) {
    if (sql[i].Is("(")) ++depth;
    if (sql[i].Is(")")) --depth;
    if (depth > 0) continue;
    for (const char* verb : {"select", "insert", "update", "delete", "merge"}) {
      if (sql[i].IsWord(verb)) return i;
    }
  }
  return sql.size();
}

void LockWrittenTables(const Rewriter& sql, Statement* statement) {
  const size_t verb = MainVerb(sql);
  std::string name;
  if (sql[verb].IsWord("insert") && sql[verb + 1].IsWord("into")) name = ReadName(sql, verb + 2);
  if (sql[verb].IsWord("update")) name = ReadName(sql, verb + 1);
  if (sql[verb].IsWord("delete")) name = ReadName(sql, verb + (sql[verb + 1].IsWord("from") ? 2 : 1));
  if (sql[0].IsWord("merge") && sql[1].IsWord("into")) name = ReadName(sql, 2);
  if (name.empty()) return;
  statement->before.push_back("select local.write_lock(to_regclass(" + QuoteLiteral(name) + "))");
}

}  // namespace redshift_local
