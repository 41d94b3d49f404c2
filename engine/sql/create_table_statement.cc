#include "engine/sql/create_table_statement.h"

#include <set>
#include <string>
#include <utility>

#include "engine/type/created_type.h"
#include "engine/type/problem_list.h"

namespace redshift {
namespace {

constexpr size_t kMaxSortkeyColumns = 400;  // Redshift: "CREATE TABLE"

std::string List(const std::vector<Identifier>& names) {
  std::string text;
  for (const Identifier& name : names) text += (text.empty() ? "" : ", ") + name.Quoted();
  return text;
}

void CheckKey(const TableSchema& schema, const Identifier& name, const std::string& role,
              ProblemList* problems) {
  for (const Column& column : schema.columns()) {
    if (FoldName(column.name) != name.name()) continue;
    const RedshiftType type = CreatedType(column.type);
    if (!CanBeTableKey(type)) {
      problems->Add(role + " \"" + name.name() + "\": Redshift takes no " + type.ToSql() + " there");
    }
    return;
  }
  problems->Add(role + " \"" + name.name() + "\" is not a declared column");
}

}  // namespace

bool CanBeTableKey(const RedshiftType& type) {
  switch (type.kind) {
    case RedshiftKind::kIntervalYearMonth:
    case RedshiftKind::kIntervalDayTime:
    case RedshiftKind::kSuper:
    case RedshiftKind::kVarbyte:
    case RedshiftKind::kOther:
      return false;
    default:
      return true;
  }
}

arrow::Result<Statement> CreateTableSql(const QualifiedName& table, const TableSchema& schema,
                                        const TableKeys& keys) {
  ProblemList problems;
  if (keys.distkey) CheckKey(schema, *keys.distkey, "DISTKEY", &problems);
  std::set<Identifier> sorted;
  for (const Identifier& name : keys.sortkey) {
    CheckKey(schema, name, "SORTKEY column", &problems);
    if (!sorted.insert(name).second) {
      problems.Add("SORTKEY column \"" + name.name() + "\" is named twice");
    }
  }
  if (keys.sortkey.size() > kMaxSortkeyColumns) {
    problems.Add("the SORTKEY has " + std::to_string(keys.sortkey.size()) + " columns; Redshift takes 400");
  }
  ARROW_RETURN_NOT_OK(problems.ToStatus("table " + table.ToString() + " cannot be created:"));

  std::vector<Identifier> primary_key;
  for (const std::string& column : schema.primary_key()) {
    ARROW_ASSIGN_OR_RAISE(Identifier name, Identifier::Make(column, "column"));
    primary_key.push_back(std::move(name));
  }
  const std::set<Identifier> in_key(primary_key.begin(), primary_key.end());
  std::string text = "CREATE TABLE IF NOT EXISTS " + table.Quoted() + " (";
  std::string_view separator = "\n  ";
  for (const Column& column : schema.columns()) {
    ARROW_ASSIGN_OR_RAISE(Identifier name, Identifier::Make(column.name, "column"));
    const RedshiftType type = CreatedType(column.type);
    text += separator;
    text += name.Quoted() + " " + type.ToSql();
    if (!column.type.nullable || in_key.contains(name)) text += " NOT NULL";
    separator = ",\n  ";
  }
  if (!primary_key.empty()) text += ",\n  PRIMARY KEY (" + List(primary_key) + ")";
  text += "\n)";
  if (keys.distkey) text += "\nDISTKEY (" + keys.distkey->Quoted() + ")";
  if (!keys.sortkey.empty()) text += "\nSORTKEY (" + List(keys.sortkey) + ")";
  return Statement{"CREATE TABLE " + table.ToString(), std::move(text), {}};
}

}  // namespace redshift
