#include "engine/warehouse/rights.h"

#include <memory>
#include <optional>

#include "engine/sql/inspect_statements.h"
#include "engine/sql/session_statements.h"

namespace redshift {
namespace {

struct SchemaRights {
  std::string user;
  bool usage = false;
  bool temporary_tables = false;
};

bool IsTrue(const QueryResult& result, int column) {
  return result.Get(0, column).value_or("f") == "t";
}

/// Nothing where there is no such schema.
arrow::Result<std::optional<SchemaRights>> AskSchemaRights(Session* session, const Identifier& schema,
                                                           Clock::time_point deadline) {
  ARROW_ASSIGN_OR_RAISE(Statement sql, SchemaRightsSql(schema));
  ARROW_ASSIGN_OR_RAISE(QueryResult answer, session->Execute(sql, deadline));
  if (answer.row_count() == 0) return std::nullopt;
  return SchemaRights{std::string(answer.Get(0, 0).value_or(session->settings().user)), IsTrue(answer, 1),
                      IsTrue(answer, 2)};
}

template <typename... Args>
arrow::Status Refused(Args&&... message) {
  auto detail = std::make_shared<WarehouseErrorDetail>();
  detail->kind = ErrorKind::kPermission;
  detail->session_usable = true;
  detail->sqlstate = "42501";
  detail->label = "rights";
  return arrow::Status::FromDetailAndArgs(arrow::StatusCode::IOError, std::move(detail),
                                          std::forward<Args>(message)...);
}

arrow::Status NoUsage(const std::string& user, const Identifier& schema) {
  return Refused("User '", user, "' may not use the schema ", schema.name(),
                 ". Ask its owner for: ", GrantText("USAGE ON SCHEMA " + schema.Quoted(), user));
}

}  // namespace

std::string RightsText(const std::vector<std::string_view>& on_table) {
  std::string text;
  for (std::string_view right : on_table) {
    if (!text.empty()) text += ", ";
    for (char c : right) text += static_cast<char>(c - 'a' + 'A');
  }
  return text;
}

arrow::Status CheckRights(Session* session, const QualifiedName& table, const Rights& rights,
                          Clock::time_point deadline) {
  ARROW_ASSIGN_OR_RAISE(auto schema, AskSchemaRights(session, table.schema(), deadline));
  if (schema && !schema->usage) return NoUsage(schema->user, table.schema());
  ARROW_ASSIGN_OR_RAISE(Statement sql, PrivilegesSql(table, rights.on_table));
  ARROW_ASSIGN_OR_RAISE(QueryResult granted, session->Execute(sql, deadline));
  std::vector<std::string_view> missing;
  for (size_t i = 0; i < rights.on_table.size(); ++i) {
    if (!IsTrue(granted, static_cast<int>(i))) missing.push_back(rights.on_table[i]);
  }
  const std::string user = schema ? schema->user : session->settings().user;
  if (!missing.empty()) {
    return Refused("User '", user, "' lacks rights on ", table.ToString(),
                   ". Ask its owner for: ", GrantText(RightsText(missing) + " ON " + table.Quoted(), user));
  }
  if (schema && rights.temporary_tables && !schema->temporary_tables) {
    const std::string& database = session->settings().database;
    return Refused("User '", user, "' may not create temporary tables in database '", database,
                   "', through which changes of ", table.ToString(), " go. Ask the database's owner for: ",
                   GrantText("TEMP ON DATABASE \"" + database + "\"", user));
  }
  return arrow::Status::OK();
}

arrow::Status CheckHidden(Session* session, const QualifiedName& table, const Rights& rights,
                          Clock::time_point deadline) {
  ARROW_ASSIGN_OR_RAISE(auto schema, AskSchemaRights(session, table.schema(), deadline));
  if (!schema) return arrow::Status::OK();
  if (!schema->usage) return NoUsage(schema->user, table.schema());
  ARROW_ASSIGN_OR_RAISE(Statement sql, TableIdSql(table));
  ARROW_ASSIGN_OR_RAISE(QueryResult id, session->Execute(sql, deadline));
  return id.row_count() == 0 ? arrow::Status::OK() : CheckRights(session, table, rights, deadline);
}

std::string DatabaseUser(Session* session, Clock::time_point deadline) {
  const auto answer = session->Execute({"SELECT current_user", "SELECT current_user", {}}, deadline);
  if (!answer.ok() || answer->row_count() == 0) return session->settings().user;
  return std::string(answer->Get(0, 0).value_or(session->settings().user));
}

}  // namespace redshift
