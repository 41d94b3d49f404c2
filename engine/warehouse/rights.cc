#include "engine/warehouse/rights.h"

#include <algorithm>
#include <memory>
#include <optional>

#include "engine/sql/inspect_statements.h"
#include "engine/sql/session_statements.h"
#include "engine/warehouse/if_answered.h"

namespace redshift {
namespace {

/// For a right to be tried: nothing runs, but a lock may be in the way.
constexpr std::chrono::seconds kTryTime(10);

struct SchemaRights {
  std::string user;
  bool usage = false;
  bool temporary_tables = false;
};

bool IsTrue(const QueryResult& result, int column) {
  return result.Get(0, column).value_or("f") == "t";
}

/// Nothing where there is no such schema, or the server does not tell.
arrow::Result<std::optional<SchemaRights>> AskSchemaRights(Session* session, const Identifier& schema,
                                                           Clock::time_point deadline) {
  ARROW_ASSIGN_OR_RAISE(Statement sql, SchemaRightsSql(schema));
  ARROW_ASSIGN_OR_RAISE(auto answer, IfAnswered(session, sql, deadline));
  if (!answer || answer->row_count() == 0) return std::nullopt;
  return SchemaRights{std::string(answer->Get(0, 0).value_or(session->settings().user)), IsTrue(*answer, 1),
                      IsTrue(*answer, 2)};
}

/// Whether the server refuses the statement for want of a right. Any other refusal says nothing.
arrow::Result<bool> IsForbidden(Session* session, const Statement& sql, Clock::time_point deadline) {
  const arrow::Status status = session->Execute(sql, std::min(deadline, Clock::now() + kTryTime)).status();
  if (status.ok()) return false;
  if (!session->usable()) return status;
  const WarehouseErrorDetail* error = WarehouseError(status);
  return error != nullptr && error->kind == ErrorKind::kPermission;
}

arrow::Result<bool> AreTemporaryTablesForbidden(Session* session, Clock::time_point deadline) {
  ARROW_RETURN_NOT_OK(session->Execute(BeginSql(), deadline).status());
  const auto forbidden = IsForbidden(
      session, {"CREATE a temporary table", "CREATE TEMP TABLE flink_rights (one INTEGER)", {}}, deadline);
  ARROW_RETURN_NOT_OK(session->Rollback());
  return forbidden;
}

/// Those of `rights` that the server denies by word and by deed. `any`: its word that they are there is in
/// doubt.
arrow::Result<std::vector<std::string_view>> MissingRights(Session* session, const QualifiedName& table,
                                                           const Rights& rights, bool any,
                                                           Clock::time_point deadline) {
  ARROW_ASSIGN_OR_RAISE(Statement sql, PrivilegesSql(table, rights.on_table));
  ARROW_ASSIGN_OR_RAISE(const auto granted, IfAnswered(session, sql, deadline));
  std::vector<std::string_view> missing;
  for (size_t i = 0; i < rights.on_table.size(); ++i) {
    if (!any && granted && IsTrue(*granted, static_cast<int>(i))) continue;
    const std::string_view right = rights.on_table[i];
    ARROW_ASSIGN_OR_RAISE(Statement use,
                          ExplainUseSql(table, right, right == "update" ? rights.set : rights.read));
    ARROW_ASSIGN_OR_RAISE(const bool forbidden, IsForbidden(session, use, deadline));
    if (forbidden) missing.push_back(right);
  }
  return missing;
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
  const bool no_usage = schema && !schema->usage;
  ARROW_ASSIGN_OR_RAISE(const auto missing, MissingRights(session, table, rights, no_usage, deadline));
  if (!missing.empty()) {
    if (no_usage) return NoUsage(schema->user, table.schema());
    const std::string user = schema ? schema->user : DatabaseUser(session, deadline);
    return Refused("User '", user, "' lacks rights on ", table.ToString(),
                   ". Ask its owner for: ", GrantText(RightsText(missing) + " ON " + table.Quoted(), user));
  }
  if (!schema || !rights.temporary_tables || schema->temporary_tables) return arrow::Status::OK();
  ARROW_ASSIGN_OR_RAISE(const bool forbidden, AreTemporaryTablesForbidden(session, deadline));
  if (!forbidden) return arrow::Status::OK();
  const std::string& database = session->settings().database;
  return Refused("User '", schema->user, "' may not create temporary tables in database '", database,
                 "', through which changes of ", table.ToString(), " go. Ask the database's owner for: ",
                 GrantText("TEMP ON DATABASE \"" + database + "\"", schema->user));
}

arrow::Status CheckHidden(Session* session, const QualifiedName& table, const Rights& rights,
                          Clock::time_point deadline) {
  ARROW_ASSIGN_OR_RAISE(auto schema, AskSchemaRights(session, table.schema(), deadline));
  if (!schema) return arrow::Status::OK();
  ARROW_ASSIGN_OR_RAISE(Statement sql, TableIdSql(table));
  ARROW_ASSIGN_OR_RAISE(const auto id, IfAnswered(session, sql, deadline));
  if (id && id->row_count() > 0) return CheckRights(session, table, rights, deadline);
  if (schema->usage) return arrow::Status::OK();
  ARROW_ASSIGN_OR_RAISE(Statement use, ExplainUseSql(table, "delete", {}));
  ARROW_ASSIGN_OR_RAISE(const bool forbidden, IsForbidden(session, use, deadline));
  return forbidden ? NoUsage(schema->user, table.schema()) : arrow::Status::OK();
}

std::string DatabaseUser(Session* session, Clock::time_point deadline) {
  const auto answer = session->Execute({"SELECT current_user", "SELECT current_user", {}}, deadline);
  if (!answer.ok() || answer->row_count() == 0) return session->settings().user;
  return std::string(answer->Get(0, 0).value_or(session->settings().user));
}

}  // namespace redshift
