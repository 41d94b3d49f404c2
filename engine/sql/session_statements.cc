#include "engine/sql/session_statements.h"

#include "engine/sql/literal.h"

namespace redshift {

Statement BeginSql() {
  return {"BEGIN", "BEGIN", {}};
}
Statement CommitSql() {
  return {"COMMIT", "COMMIT", {}};
}
Statement RollbackSql() {
  return {"ROLLBACK", "ROLLBACK", {}};
}

arrow::Result<Statement> SetQueryGroupSql(std::string_view label) {
  ARROW_ASSIGN_OR_RAISE(std::string literal, QuoteLiteral(label, "query group"));
  return Statement{"SET query_group", "SET query_group TO " + literal, {}};
}

Statement SetStatementTimeoutSql(std::chrono::milliseconds timeout) {
  return {"SET statement_timeout", "SET statement_timeout TO " + std::to_string(timeout.count()), {}};
}

Statement LastCopyCountSql() {
  return {"SELECT pg_last_copy_count()", "SELECT pg_last_copy_count()", {}};
}

Statement LastCopyIdSql() {
  return {"SELECT pg_last_copy_id()", "SELECT pg_last_copy_id()", {}};
}

Statement TerminateSessionSql(int64_t pid) {
  const std::string text = "SELECT pg_terminate_backend(" + std::to_string(pid) + ")";
  return {text, text, {}};
}

}  // namespace redshift
