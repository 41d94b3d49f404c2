// BEGIN and its kin. All isolation words are taken and mean the same: the level of the database.
#include <string>

#include "local/dialect/rules.h"

namespace redshift_local {

std::string ReadTransactionModes(const Rewriter& sql, size_t at) {
  std::string access;
  while (at < sql.size()) {
    if (sql[at].Is(",")) {
      ++at;
    } else if (sql[at].IsWord("isolation") && sql[at + 1].IsWord("level")) {
      at += 2;
      if (sql[at].IsWord("serializable") || sql[at].IsWord("snapshot")) {
        at += 1;
      } else if (sql[at].IsWord("read") &&
                 (sql[at + 1].IsWord("committed") || sql[at + 1].IsWord("uncommitted"))) {
        at += 2;
      } else if (sql[at].IsWord("repeatable") && sql[at + 1].IsWord("read")) {
        at += 2;
      } else {
        RefuseSyntax(sql[at]);
      }
    } else if (sql[at].IsWord("read") && (sql[at + 1].IsWord("only") || sql[at + 1].IsWord("write"))) {
      access = sql[at + 1].IsWord("only") ? " read only" : " read write";
      at += 2;
    } else {
      RefuseSyntax(sql[at]);
    }
  }
  return access;
}

namespace {

bool EndsAfterNoiseWord(const Rewriter& sql, size_t at) {
  if (sql[at].IsWord("work") || sql[at].IsWord("transaction")) ++at;
  if (at < sql.size()) RefuseSyntax(sql[at]);
  return true;
}

}  // namespace

bool UnderstandTransaction(Rewriter& sql, Statement* statement) {
  const Token& first = sql[0];
  if (first.IsWord("savepoint") || first.IsWord("release") ||
      (first.IsWord("rollback") && (sql[1].IsWord("to") || sql[2].IsWord("to")))) {
    Refuse("0A000", "SAVEPOINT is not supported.");
  }
  if ((first.IsWord("prepare") && sql[1].IsWord("transaction")) || sql[1].IsWord("prepared")) {
    Refuse("0A000", "PREPARE TRANSACTION is not supported.");
  }
  if (first.IsWord("begin") || (first.IsWord("start") && sql[1].IsWord("transaction"))) {
    size_t at = 1;
    if (sql[at].IsWord("work") || sql[at].IsWord("transaction")) ++at;
    statement->kind = StatementKind::kBegin;
    statement->sql = "begin" + ReadTransactionModes(sql, at);
    statement->tag = first.IsWord("begin") ? "BEGIN" : "START TRANSACTION";
    return true;
  }
  if (first.IsWord("commit") || first.IsWord("end")) {
    statement->kind = StatementKind::kCommit;
    return EndsAfterNoiseWord(sql, 1);
  }
  if (first.IsWord("rollback") || first.IsWord("abort")) {
    statement->kind = StatementKind::kRollback;
    return EndsAfterNoiseWord(sql, 1);
  }
  return false;
}

}  // namespace redshift_local
