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

arrow::Result<Statement> TableIdSql(const QualifiedName& table) {
  ARROW_ASSIGN_OR_RAISE(std::string schema_name, QuoteLiteral(table.schema().name(), "schema name"));
  ARROW_ASSIGN_OR_RAISE(std::string table_name, QuoteLiteral(table.table().name(), "table name"));
  return Statement{
      "SELECT id of " + table.ToString(),
      "SELECT c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = " +
          schema_name + " AND c.relname = " + table_name,
      {}};
}

Statement LockHoldersSql(int64_t table_id) {
  return {"SELECT lock holders",
          "SELECT DISTINCT pid, trim(txn_owner) FROM svv_transactions WHERE relation = " +
              std::to_string(table_id) + " AND granted ORDER BY pid",
          {}};
}

Statement StlSessionLabelSql(int64_t pid) {
  return {"SELECT label of session " + std::to_string(pid),
          "SELECT trim(label) FROM stl_query WHERE pid = " + std::to_string(pid) +
              " ORDER BY starttime DESC, query DESC LIMIT 1",
          {}};
}

Statement SysSessionLabelSql(int64_t pid) {
  return {"SELECT label of session " + std::to_string(pid),
          "SELECT trim(query_label) FROM sys_query_history WHERE session_id = " + std::to_string(pid) +
              " ORDER BY start_time DESC, query_id DESC LIMIT 1",
          {}};
}

Statement RunningStatementsSql(int64_t pid) {
  return {"SELECT statements of session " + std::to_string(pid),
          "SELECT count(*) FROM stv_recents WHERE pid = " + std::to_string(pid) + " AND status = 'Running'",
          {}};
}

Statement TerminateSessionSql(int64_t pid) {
  const std::string text = "SELECT pg_terminate_backend(" + std::to_string(pid) + ")";
  return {text, text, {}};
}

}  // namespace redshift
