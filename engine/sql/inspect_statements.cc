#include "engine/sql/inspect_statements.h"

#include "engine/sql/literal.h"

namespace redshift {

arrow::Result<Statement> TableColumnsSql(const QualifiedName& table) {
  ARROW_ASSIGN_OR_RAISE(std::string schema_name, QuoteLiteral(table.schema().name(), "schema name"));
  ARROW_ASSIGN_OR_RAISE(std::string table_name, QuoteLiteral(table.table().name(), "table name"));
  return Statement{
      "SELECT columns of " + table.ToString(),
      "SELECT column_name, data_type, character_maximum_length, numeric_precision, numeric_scale, "
      "is_nullable, column_default FROM svv_columns WHERE table_schema = " +
          schema_name + " AND table_name = " + table_name + " ORDER BY ordinal_position",
      {}};
}

arrow::Result<Statement> TableKeysSql(const QualifiedName& table) {
  ARROW_ASSIGN_OR_RAISE(std::string schema_name, QuoteLiteral(table.schema().name(), "schema name"));
  ARROW_ASSIGN_OR_RAISE(std::string table_name, QuoteLiteral(table.table().name(), "table name"));
  return Statement{
      "SELECT keys of " + table.ToString(),
      "SELECT a.attname, a.attisdistkey, a.attsortkeyord FROM pg_attribute a "
      "JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace "
      "WHERE n.nspname = " +
          schema_name + " AND c.relname = " + table_name +
          " AND a.attnum > 0 AND (a.attisdistkey OR a.attsortkeyord <> 0) ORDER BY abs(a.attsortkeyord)",
      {}};
}

Statement ShowColumnsSql(const Identifier& database, const QualifiedName& table) {
  return {"SHOW COLUMNS of " + table.ToString(),
          "SHOW COLUMNS FROM TABLE " + database.Quoted() + "." + table.Quoted(),
          {}};
}

arrow::Result<Statement> SchemaRightsSql(const Identifier& schema) {
  ARROW_ASSIGN_OR_RAISE(std::string name, QuoteLiteral(schema.name(), "schema name"));
  return Statement{"SELECT rights on schema " + schema.name(),
                   "SELECT current_user, has_schema_privilege(nspname, 'usage'), "
                   "has_database_privilege(current_database(), 'temp') FROM pg_namespace WHERE nspname = " +
                       name,
                   {}};
}

std::string GrantText(std::string_view rights, std::string_view user) {
  std::string text = "GRANT " + std::string(rights) + " TO \"";
  for (char c : user) {
    if (c == '"') text += '"';
    text += c;
  }
  return text + '"';
}

arrow::Result<Statement> PrivilegesSql(const QualifiedName& table,
                                       const std::vector<std::string_view>& privileges) {
  ARROW_ASSIGN_OR_RAISE(std::string name, QuoteLiteral(table.Quoted(), "table name"));
  std::string text = "SELECT ";
  std::string_view separator;
  for (std::string_view privilege : privileges) {
    text += separator;
    text += "has_table_privilege(" + name + ", '" + std::string(privilege) + "')";
    separator = ", ";
  }
  return Statement{"SELECT privileges on " + table.ToString(), std::move(text), {}};
}

arrow::Result<Statement> ExplainUseSql(const QualifiedName& table, std::string_view privilege,
                                       const std::vector<Identifier>& columns) {
  const bool sets = privilege == "update";
  std::string names;
  for (const Identifier& column : columns) {
    names += (names.empty() ? "" : ", ") + column.Quoted() + (sets ? " = NULL" : "");
  }
  std::string text;
  if (privilege == "insert") {
    text = "INSERT INTO " + table.Quoted() + " DEFAULT VALUES";
  } else if (privilege == "delete") {
    text = "DELETE FROM " + table.Quoted();
  } else if (!names.empty() && privilege == "select") {
    text = "SELECT " + names + " FROM " + table.Quoted();
  } else if (!names.empty() && sets) {
    text = "UPDATE " + table.Quoted() + " SET " + names;
  } else {
    return arrow::Status::Invalid("No statement is known that needs ", privilege, " on ", table.ToString(),
                                  ".");
  }
  return Statement{"EXPLAIN " + std::string(privilege) + " of " + table.ToString(), "EXPLAIN " + text, {}};
}

Statement StlLoadErrorsSql(int64_t query) {
  return {"SELECT from stl_load_errors",
          "SELECT trim(filename), line_number, trim(colname), trim(type), err_code, trim(err_reason) "
          "FROM stl_load_errors WHERE query = " +
              std::to_string(query) + " ORDER BY starttime, filename, line_number LIMIT 5",
          {}};
}

Statement SysLoadErrorsSql(int64_t query) {
  return {"SELECT from sys_load_error_detail",
          "SELECT trim(file_name), line_number, trim(column_name), trim(column_type), error_code, "
          "trim(error_message) FROM sys_load_error_detail WHERE query_id = " +
              std::to_string(query) + " ORDER BY start_time, file_name, line_number LIMIT 5",
          {}};
}

}  // namespace redshift
