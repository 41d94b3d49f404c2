#include "engine/warehouse/inspect.h"

#include <charconv>
#include <string>

#include "engine/sql/inspect_statements.h"
#include "engine/type/table_schema.h"

namespace redshift {
namespace {

std::optional<int64_t> Number(const QueryResult& result, int row, int column) {
  std::optional<std::string_view> text = result.Get(row, column);
  if (!text) return std::nullopt;
  int64_t number = 0;
  auto parsed = std::from_chars(text->data(), text->data() + text->size(), number);
  if (parsed.ec != std::errc()) return std::nullopt;
  return number;
}

/// OK also when the server refused the statement, as long as the session can go on: then there is no answer.
arrow::Result<std::optional<QueryResult>> IfAnswered(Session* session, const Statement& sql,
                                                     Clock::time_point deadline) {
  auto answer = session->Execute(sql, deadline);
  if (answer.ok()) return std::optional<QueryResult>(std::move(*answer));
  if (!session->usable() || Clock::now() >= deadline) return answer.status();
  return std::nullopt;
}

arrow::Status ReadKeys(Session* session, const QualifiedName& table, Clock::time_point deadline,
                       TargetTable* target) {
  ARROW_ASSIGN_OR_RAISE(Statement sql, TableKeysSql(table));
  ARROW_ASSIGN_OR_RAISE(auto keys, IfAnswered(session, sql, deadline));
  if (!keys) return arrow::Status::OK();
  for (int row = 0; row < keys->row_count(); ++row) {
    const std::string name(keys->Get(row, 0).value_or(""));
    if (keys->Get(row, 1).value_or("f") == "t") target->distkey = name;
    if (Number(*keys, row, 2).value_or(0) != 0) target->sortkey.push_back(name);
  }
  return arrow::Status::OK();
}

arrow::Status ReadCollations(Session* session, const QualifiedName& table, Clock::time_point deadline,
                             TargetTable* target) {
  auto database = Identifier::Make(session->settings().database, "database");
  if (!database.ok()) return arrow::Status::OK();
  ARROW_ASSIGN_OR_RAISE(auto shown, IfAnswered(session, ShowColumnsSql(*database, table), deadline));
  if (!shown) return arrow::Status::OK();
  const std::optional<int> name_at = shown->Find("column_name");
  const std::optional<int> collation_at = shown->Find("collation");
  if (!name_at || !collation_at) return arrow::Status::OK();
  for (int row = 0; row < shown->row_count(); ++row) {
    const std::string name = FoldName(shown->Get(row, *name_at).value_or(""));
    const std::string collation = FoldName(shown->Get(row, *collation_at).value_or(""));
    for (TargetColumn& column : target->columns) {
      if (FoldName(column.name) == name) column.case_insensitive = collation == "case_insensitive";
    }
  }
  return arrow::Status::OK();
}

std::vector<std::string_view> Privileges(TableUse use) {
  switch (use) {
    case TableUse::kAppend:
      return {"insert"};
    case TableUse::kUpsert:
      return {"select", "insert", "update", "delete"};
    case TableUse::kOverwrite:
      return {"insert", "delete"};
  }
  return {"insert"};
}

arrow::Status CheckPrivileges(Session* session, const QualifiedName& table, TableUse use,
                              Clock::time_point deadline) {
  const std::vector<std::string_view> wanted = Privileges(use);
  ARROW_ASSIGN_OR_RAISE(Statement sql, PrivilegesSql(table, wanted));
  ARROW_ASSIGN_OR_RAISE(QueryResult granted, session->Execute(sql, deadline));
  std::string missing;
  for (size_t i = 0; i < wanted.size(); ++i) {
    if (granted.Get(0, static_cast<int>(i)).value_or("f") == "t") continue;
    if (!missing.empty()) missing += ", ";
    for (char c : wanted[i]) missing += static_cast<char>(c - 'a' + 'A');
  }
  if (missing.empty()) return arrow::Status::OK();
  auto detail = std::make_shared<WarehouseErrorDetail>();
  detail->kind = ErrorKind::kPermission;
  detail->session_usable = true;
  detail->sqlstate = "42501";
  detail->label = sql.label;
  const std::string& user = session->settings().user;
  return arrow::Status::FromDetailAndArgs(
      arrow::StatusCode::IOError, detail, "User '", user, "' lacks rights on ", table.ToString(),
      ". Ask its owner for: GRANT ", missing, " ON ", table.Quoted(), " TO \"", user, "\"");
}

}  // namespace

arrow::Result<TargetTable> InspectTable(Session* session, const QualifiedName& table, TableUse use,
                                        Clock::time_point deadline) {
  const ConnectionSettings& settings = session->settings();
  ARROW_ASSIGN_OR_RAISE(Statement columns_sql, TableColumnsSql(table));
  ARROW_ASSIGN_OR_RAISE(QueryResult columns, session->Execute(columns_sql, deadline));
  if (columns.row_count() == 0) {
    auto detail = std::make_shared<WarehouseErrorDetail>();
    detail->kind = ErrorKind::kUndefinedTable;
    detail->session_usable = true;
    detail->label = columns_sql.label;
    return arrow::Status::FromDetailAndArgs(
        arrow::StatusCode::KeyError, detail, "There is no table ", table.ToString(), " in database '",
        settings.database, "' at ", settings.host, ":", settings.port, " that user '", settings.user,
        "' can see. Create it, correct 'table-name' or 'database-name', or GRANT the user rights on it.");
  }
  TargetTable target;
  target.schema = table.schema().name();
  target.name = table.table().name();
  for (int row = 0; row < columns.row_count(); ++row) {
    TargetColumn column;
    column.name = std::string(columns.Get(row, 0).value_or(""));
    ARROW_ASSIGN_OR_RAISE(column.type,
                          ParseRedshiftType(columns.Get(row, 1).value_or(""), Number(columns, row, 2),
                                            Number(columns, row, 3), Number(columns, row, 4)));
    column.not_null = columns.Get(row, 5).value_or("YES") == "NO";
    const std::optional<std::string_view> default_text = columns.Get(row, 6);
    // How Redshift shows IDENTITY(seed, step). A GENERATED BY DEFAULT one reads default_identity(..) and can
    // be written.
    column.is_identity = default_text && default_text->starts_with("\"identity\"(");
    column.has_default = default_text && !default_text->empty();
    target.columns.push_back(std::move(column));
  }
  ARROW_RETURN_NOT_OK(ReadKeys(session, table, deadline, &target));
  ARROW_RETURN_NOT_OK(ReadCollations(session, table, deadline, &target));
  ARROW_RETURN_NOT_OK(CheckPrivileges(session, table, use, deadline));
  return target;
}

}  // namespace redshift
