#include "engine/sink/create_table.h"

#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "engine/option/quoted_name.h"
#include "engine/sql/create_table_statement.h"
#include "engine/sql/inspect_statements.h"
#include "engine/sql/session_statements.h"
#include "engine/type/created_type.h"
#include "engine/warehouse/retry_policy.h"
#include "engine/warehouse/rights.h"

namespace redshift {
namespace {

arrow::Result<std::vector<Identifier>> Columns(const std::optional<std::string>& option) {
  std::vector<Identifier> columns;
  if (!option) return columns;
  ARROW_ASSIGN_OR_RAISE(std::vector<std::string> names, ParseColumnNames(*option));
  for (const std::string& name : names) {
    ARROW_ASSIGN_OR_RAISE(Identifier column, Identifier::Make(name, "column"));
    columns.push_back(std::move(column));
  }
  return columns;
}

/// The primary key, where it alone can be the DISTKEY.
arrow::Result<std::optional<Identifier>> DefaultDistkey(const TableSchema& schema) {
  if (schema.primary_key().size() != 1) return std::nullopt;
  for (const Column& column : schema.columns()) {
    if (FoldName(column.name) != FoldName(schema.primary_key().front())) continue;
    if (!CanBeTableKey(CreatedType(column.type))) return std::nullopt;
    ARROW_ASSIGN_OR_RAISE(Identifier name, Identifier::Make(column.name, "column"));
    return name;
  }
  return std::nullopt;
}

arrow::Status CreateOnce(Session* session, const Statement& create, Clock::time_point deadline) {
  ARROW_RETURN_NOT_OK(session->Execute(BeginSql(), deadline).status());
  ARROW_RETURN_NOT_OK(session->Execute(create, deadline).status());
  return session->Execute(CommitSql(), deadline).status();
}

arrow::Result<bool> Exists(Session* session, const QualifiedName& table, Clock::time_point deadline) {
  ARROW_ASSIGN_OR_RAISE(Statement sql, TableColumnsSql(table));
  ARROW_ASSIGN_OR_RAISE(QueryResult columns, session->Execute(sql, deadline));
  return columns.row_count() > 0;
}

arrow::Status NotCreated(Session* session, const Statement& create, const QualifiedName& table,
                         const arrow::Status& why, Clock::time_point deadline) {
  auto detail = std::make_shared<WarehouseErrorDetail>();
  if (const WarehouseErrorDetail* error = WarehouseError(why)) *detail = *error;
  const std::string reason = detail->message.empty() ? why.message() : detail->message;
  const std::string user = DatabaseUser(session, deadline);
  return arrow::Status::FromDetailAndArgs(
      why.code(), detail, "Table ", table.ToString(), " could not be created by user '", user, "': ", reason,
      ". Make sure the schema exists and the user may create tables in it (",
      GrantText("CREATE ON SCHEMA " + table.schema().Quoted(), user), "), or let someone who may run this:\n",
      create.text, ";");
}

}  // namespace

arrow::Result<Statement> CreateTargetSql(const Options& options, const TableSchema& schema,
                                         const QualifiedName& table) {
  TableKeys keys;
  ARROW_ASSIGN_OR_RAISE(std::vector<Identifier> distkey,
                        Columns(options.Find(option::kSinkCreateTableDistkey)));
  if (distkey.empty()) {
    ARROW_ASSIGN_OR_RAISE(keys.distkey, DefaultDistkey(schema));
  } else {
    keys.distkey = distkey.front();
  }
  ARROW_ASSIGN_OR_RAISE(keys.sortkey, Columns(options.Find(option::kSinkCreateTableSortkey)));
  return CreateTableSql(table, schema, keys);
}

arrow::Status CreateTarget(Session* session, const Statement& create, const QualifiedName& table,
                           Clock::time_point deadline, const Interrupt* interrupt) {
  RetryPolicy policy({});
  while (true) {
    arrow::Status status = CreateOnce(session, create, deadline);
    if (status.ok()) return status;
    if (session->usable()) ARROW_RETURN_NOT_OK(session->Rollback());
    if (!session->usable()) return status;
    // Someone else may have created it: then it does not matter how ours ended.
    ARROW_ASSIGN_OR_RAISE(bool exists, Exists(session, table, deadline));
    if (exists) return arrow::Status::OK();
    const auto wait = policy.NextWait(status, Clock::now());
    if (!wait || Clock::now() + *wait > deadline) return NotCreated(session, create, table, status, deadline);
    if (interrupt == nullptr) {
      std::this_thread::sleep_for(*wait);
    } else if (!interrupt->SleepFor(*wait)) {
      return arrow::Status::Cancelled("Creating the table ", table.ToString(), " was stopped on request.");
    }
  }
}

}  // namespace redshift
