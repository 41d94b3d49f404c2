#include "engine/sql/upsert_statements.h"

#include <algorithm>
#include <utility>

#include "engine/type/table_schema.h"

namespace redshift {
namespace {

std::string List(const std::vector<Identifier>& names, const std::string& prefix = "") {
  std::string text;
  for (const Identifier& name : names) {
    if (!text.empty()) text += ", ";
    text += prefix + name.Quoted();
  }
  return text;
}

const Identifier* FindName(const std::vector<Identifier>& names, std::string_view name) {
  const auto found =
      std::find_if(names.begin(), names.end(), [&](const Identifier& one) { return one.name() == name; });
  return found == names.end() ? nullptr : &*found;
}

bool IsText(const RedshiftType& type) {
  return type.kind == RedshiftKind::kChar || type.kind == RedshiftKind::kVarchar;
}

}  // namespace

UpsertStatements::UpsertStatements(UpsertNames names, const TargetTable& target) : names_(std::move(names)) {
  for (const Identifier& column : names_.columns) types_.push_back(*target.Find(column.name()));
  all_declared_ = types_.size() == target.columns.size();
  const std::string distkey = FoldName(target.distkey);
  if (const Identifier* column = FindName(names_.columns, distkey)) distkey_ = column->Quoted();
  for (const std::string& name : target.sortkey) {
    // Only a beginning of the sort key sorts as the target does.
    const Identifier* column = FindName(names_.columns, FoldName(name));
    if (column == nullptr) break;
    sortkey_.push_back(*column);
  }
}

arrow::Result<UpsertStatements> UpsertStatements::Make(UpsertNames names, const TargetTable& target) {
  std::string missing;
  for (const Identifier& column : names.columns) {
    if (target.Find(column.name()) == nullptr) missing += " \"" + column.name() + "\"";
  }
  if (!missing.empty()) {
    return arrow::Status::Invalid("Table ", names.target.ToString(),
                                  " lacks columns of the rows that are to be written:", missing,
                                  ". Add them again, or take them out of the table declared in Flink.");
  }
  for (const Identifier& column : names.key) {
    if (FindName(names.columns, column.name()) == nullptr) {
      return arrow::Status::Invalid("The key column \"", column.name(), "\" of ", names.target.ToString(),
                                    " is not among the columns.");
    }
  }
  if (names.key.empty()) {
    return arrow::Status::Invalid("Table ", names.target.ToString(), " has no key to upsert by.");
  }
  return UpsertStatements(std::move(names), target);
}

std::vector<Identifier> UpsertStatements::stage_columns() const {
  std::vector<Identifier> columns = names_.columns;
  columns.push_back(names_.op);
  columns.push_back(names_.seq);
  columns.push_back(names_.subtask);
  return columns;
}

Statement UpsertStatements::CreateStage() const {
  std::string text = "CREATE TEMP TABLE " + names_.stage.Quoted() + " (";
  for (size_t i = 0; i < names_.columns.size(); ++i) {
    const Identifier& column = names_.columns[i];
    text += "\n  " + column.Quoted() + " " + types_[i].type.ToSql();
    if (FindName(names_.key, column.name()) != nullptr) text += " NOT NULL";
    text += ",";
  }
  text += "\n  " + names_.op.Quoted() + " SMALLINT NOT NULL,\n  " + names_.seq.Quoted() +
          " BIGINT NOT NULL,\n  " + names_.subtask.Quoted() + " INTEGER NOT NULL\n)";
  if (!distkey_.empty()) text += "\nDISTKEY (" + distkey_ + ")";
  if (!sortkey_.empty()) text += "\nSORTKEY (" + List(sortkey_) + ")";
  return {"CREATE stage of " + names_.target.ToString(), std::move(text), {}};
}

Statement UpsertStatements::DropStage() const {
  return {"DROP stage of " + names_.target.ToString(), "DROP TABLE " + names_.stage.Quoted(), {}};
}

std::string UpsertStatements::ComparedKey() const {
  std::string text;
  for (const Identifier& column : names_.key) {
    if (!text.empty()) text += ", ";
    const TargetColumn& type =
        types_[static_cast<size_t>(FindName(names_.columns, column.name()) - names_.columns.data())];
    // Trailing blanks are no part of a key; whether grouping knows it too is not documented.
    text += IsText(type.type) ? "RTRIM(" + column.Quoted() + ")" : column.Quoted();
  }
  return text;
}

Statement UpsertStatements::CountRepeatedKeys() const {
  return {"SELECT repeated keys in the stage of " + names_.target.ToString(),
          "SELECT count(*) FROM (SELECT 1 AS one FROM " + names_.stage.Quoted() + " GROUP BY " +
              ComparedKey() + " HAVING count(*) > 1) AS repeated",
          {}};
}

std::vector<Statement> UpsertStatements::KeepLastPerKey() const {
  const std::string target = names_.target.ToString();
  const std::string stage = names_.stage.Quoted();
  const std::string seq = names_.seq.Quoted();
  const std::string subtask = names_.subtask.Quoted();
  // A temporary table, for USING takes tables only.
  const std::string earlier = names_.earlier.Quoted();
  return {
      {"CREATE earlier changes of " + target,
       "CREATE TEMP TABLE " + earlier + " (" + seq + " BIGINT NOT NULL, " + subtask + " INTEGER NOT NULL)",
       {}},
      {"INSERT earlier changes of " + target,
       "INSERT INTO " + earlier + " (" + seq + ", " + subtask + ")\nSELECT " + seq + ", " + subtask +
           " FROM (\n  SELECT " + seq + ", " + subtask + ", ROW_NUMBER() OVER (PARTITION BY " +
           ComparedKey() + " ORDER BY " + seq + " DESC, " + subtask + " DESC) AS place\n  FROM " + stage +
           "\n) AS placed WHERE place > 1",
       {}},
      {"DELETE earlier changes from the stage of " + target,
       "DELETE FROM " + stage + " USING " + earlier + " WHERE " + stage + "." + seq + " = " + earlier + "." +
           seq + " AND " + stage + "." + subtask + " = " + earlier + "." + subtask,
       {}},
      {"DROP earlier changes of " + target, "DROP TABLE " + earlier, {}}};
}

std::string UpsertStatements::SameKey() const {
  // Of its own name, since DELETE has no alias for its target.
  const std::string target = names_.target.table().Quoted();
  const std::string stage = names_.stage.Quoted();
  std::string text;
  for (const Identifier& column : names_.key) {
    if (!text.empty()) text += " AND ";
    text += target + "." + column.Quoted() + " = " + stage + "." + column.Quoted();
  }
  return text;
}

Statement UpsertStatements::Fill() const {
  const std::string stage = names_.stage.Quoted();
  return {"INSERT into " + names_.target.ToString(),
          "INSERT INTO " + names_.target.Quoted() + " (" + List(names_.columns) + ")\nSELECT " +
              List(names_.columns) + " FROM " + stage + " WHERE " + names_.op.Quoted() + " = 0",
          {}};
}

std::vector<Statement> UpsertStatements::Apply() const {
  const std::string name = names_.target.ToString();
  const std::string target = names_.target.Quoted();
  const std::string stage = names_.stage.Quoted();
  const std::string op = stage + "." + names_.op.Quoted();
  const std::string delete_matching = "DELETE FROM " + target + " USING " + stage + " WHERE " + SameKey();
  if (all_declared_) return {{"DELETE from " + name, delete_matching, {}}, Fill()};

  std::vector<Statement> statements;
  std::string set;
  for (const Identifier& column : names_.columns) {
    if (FindName(names_.key, column.name()) != nullptr) continue;
    if (!set.empty()) set += ", ";
    set += column.Quoted() + " = " + stage + "." + column.Quoted();
  }
  if (!set.empty()) {
    statements.push_back({"UPDATE " + name,
                          "UPDATE " + target + " SET " + set + "\nFROM " + stage + " WHERE " + SameKey() +
                              " AND " + op + " = 0",
                          {}});
  }
  statements.push_back({"DELETE from " + name, delete_matching + " AND " + op + " = 1", {}});
  statements.push_back({"INSERT into " + name,
                        "INSERT INTO " + target + " (" + List(names_.columns) + ")\nSELECT " +
                            List(names_.columns, stage + ".") + " FROM " + stage + " LEFT JOIN " + target +
                            " ON " + SameKey() + "\nWHERE " + op + " = 0 AND " +
                            names_.target.table().Quoted() + "." + names_.key.front().Quoted() + " IS NULL",
                        {}});
  return statements;
}

Statement DeleteAllSql(const TableReference& table) {
  return {"DELETE from " + table.ToString(), "DELETE FROM " + table.Quoted(), {}};
}

}  // namespace redshift
