#include "local/dialect/query_tree.h"

#include <fmt/format.h>
#include <pg_query.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <string_view>

#include "local/dialect/rewriter.h"
#include "local/dialect/update_join.h"

namespace redshift_local {
namespace {

using nlohmann::json;

// Functions that PostgreSQL has and compute nodes lack, and those of the leader node.
bool IsForeignFunction(std::string_view name) {
  static const std::set<std::string_view> kNames = {"generate_series",
                                                    "string_agg",
                                                    "array_agg",
                                                    "encode",
                                                    "format",
                                                    "overlay",
                                                    "regexp_matches",
                                                    "pg_sleep",
                                                    "txid_current",
                                                    "clock_timestamp",
                                                    "now",
                                                    "age",
                                                    "current_schema",
                                                    "current_schemas",
                                                    "has_table_privilege",
                                                    "has_schema_privilege",
                                                    "has_database_privilege",
                                                    "json_agg",
                                                    "jsonb_agg",
                                                    "json_build_object",
                                                    "jsonb_build_object",
                                                    "to_json",
                                                    "to_jsonb",
                                                    "row_to_json",
                                                    "gen_random_uuid",
                                                    "unnest",
                                                    "array_length",
                                                    "regexp_split_to_table",
                                                    "string_to_array",
                                                    "pg_advisory_lock",
                                                    "pg_try_advisory_lock"};
  return kNames.contains(name);
}

bool IsForeignType(std::string_view name) {
  static const std::set<std::string_view> kNames = {"json",    "jsonb",  "uuid",     "bytea",
                                                    "xml",     "money",  "inet",     "cidr",
                                                    "macaddr", "hstore", "tsvector", "tsquery"};
  return kNames.contains(name);
}

bool IsSystemName(std::string_view schema, std::string_view name) {
  if (!schema.empty()) return schema == "pg_catalog" || schema == "information_schema" || schema == "local";
  for (std::string_view prefix : {"pg_", "stl_", "stv_", "svv_", "svl_", "sys_", "svcs_"}) {
    if (name.starts_with(prefix)) return true;
  }
  return false;
}

std::string LastName(const json& names) {
  return names.empty() ? "" : names.back().value("String", json::object()).value("sval", "");
}

class TreeReader {
 public:
  void Read(const json& node) {
    if (node.is_array()) {
      for (const json& item : node) Read(item);
    } else if (node.is_object()) {
      for (const auto& [name, value] : node.items()) {
        Visit(name, value);
        Read(value);
      }
    }
  }

  void Judge() const {
    bool reads_users_table = false;
    for (const std::string& name : tables_) reads_users_table |= !common_tables_.contains(name);
    if (!reads_users_table) return;
    if (!functions_.empty()) {
      std::vector<std::string> infos;
      for (const std::string& name : functions_)
        infos.push_back(fmt::format("Function \"{}()\" not supported.", name));
      RefuseWithInfos(infos);
    }
    for (const std::string& type : types_) RefuseWithInfos({fmt::format("Type \"{}\" not supported.", type)});
    if (has_array_) RefuseWithInfos({"Array expressions are not supported."});
    if (has_distinct_from_) Refuse("0A000", "IS DISTINCT FROM is not supported");
    if (has_query_in_rows_) Refuse("0A000", "Subqueries are not supported in a VALUES list of several rows");
    if (has_values_) Refuse("0A000", "VALUES as a table is not supported");
  }

 private:
  [[noreturn]] static void RefuseWithInfos(std::vector<std::string> infos) {
    SqlErrorFields error;
    error.sqlstate = "0A000";
    error.message = "Specified types or functions (one per INFO message) not supported on Redshift tables.";
    throw Refusal{std::move(error), std::move(infos)};
  }

  static bool HasQuery(const json& node) {
    if (node.is_object() && node.contains("SubLink")) return true;
    return node.is_structured() && std::any_of(node.begin(), node.end(), HasQuery);
  }

  void Visit(const std::string& name, const json& value) {
    if (name == "valuesLists" && value.size() > 1) has_query_in_rows_ |= HasQuery(value);
    if (name == "RangeVar") {
      const std::string table = value.value("relname", "");
      const std::string schema = value.value("schemaname", "");
      if (!IsSystemName(schema, table)) tables_.insert(schema.empty() ? table : schema + "." + table);
    } else if (name == "CommonTableExpr") {
      common_tables_.insert(value.value("ctename", ""));
    } else if (name == "relation" && value.is_object() && value.contains("relname")) {
      tables_.insert(value.value("relname", "") + " ");  // written: never a common table
    } else if (name == "FuncCall") {
      const std::string function = LastName(value.value("funcname", json::array()));
      const bool is_local = value["funcname"].size() > 1 &&
                            value["funcname"][0].value("String", json::object()).value("sval", "") == "local";
      if (!is_local && IsForeignFunction(function)) functions_.insert(function);
    } else if (name == "typeName" && value.is_object()) {
      const std::string type = LastName(value.value("names", json::array()));
      if (IsForeignType(type)) types_.insert(type);
    } else if (name == "A_ArrayExpr") {
      has_array_ = true;
    } else if (name == "A_Expr") {
      const std::string kind = value.value("kind", "");
      has_distinct_from_ |= kind == "AEXPR_DISTINCT" || kind == "AEXPR_NOT_DISTINCT";
    } else if (name == "RangeSubselect" || name == "SubLink") {
      const json& query =
          value.contains("subquery") ? value["subquery"] : value.value("subselect", json::object());
      has_values_ |= query.contains("SelectStmt") && query["SelectStmt"].contains("valuesLists");
    }
  }

  std::set<std::string> tables_;
  std::set<std::string> common_tables_;
  std::set<std::string> functions_;
  std::set<std::string> types_;
  bool has_array_ = false;
  bool has_distinct_from_ = false;
  bool has_values_ = false;
  bool has_query_in_rows_ = false;
};

}  // namespace

void RefuseOnUserTables(const std::string& sql) {
  PgQueryParseResult parsed = pg_query_parse(sql.c_str());
  json tree;
  if (parsed.error == nullptr) tree = json::parse(parsed.parse_tree, nullptr, false);
  pg_query_free_parse_result(parsed);
  if (tree.is_discarded() || tree.is_null()) return;
  for (const json& statement : tree["stmts"]) {
    const json node = statement.value("stmt", json::object());
    if (node.contains("UpdateStmt")) RefuseUpdateWithoutEquijoin(node["UpdateStmt"]);
  }
  TreeReader reader;
  reader.Read(tree["stmts"]);
  reader.Judge();
}

}  // namespace redshift_local
