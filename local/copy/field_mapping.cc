// From the fields of a file to the columns of a table.
#include <fmt/format.h>

#include <algorithm>

#include "local/copy/load.h"
#include "local/copy/sql_error.h"
#include "local/copy/unverified.h"

namespace redshift_local {
namespace {

arrow::Status MissingExplicitIds() {
  SqlErrorFields fields;
  fields.sqlstate = "0A000";
  fields.message = "cannot set an identity column to a value";
  fields.hint = "Leave the IDENTITY column out of the column list, or give EXPLICIT_IDS.";
  return SqlError(std::move(fields));
}

}  // namespace

arrow::Result<std::vector<FieldTarget>> MapFields(const CopyStatement& statement, const CopyTarget& target) {
  const bool explicit_ids = statement.Has(CopyOption::kExplicitIds);
  std::vector<FieldTarget> fields;
  const auto listed = [&](const CopyColumn& column) {
    return std::any_of(fields.begin(), fields.end(),
                       [&](const auto& field) { return field.column == &column; });
  };
  if (statement.columns.empty()) {
    for (const auto& column : target.columns) {
      const bool skipped = column.identity == IdentityKind::kAlways && !explicit_ids;
      if (skipped && !CopyChoices().identity_has_field) continue;
      fields.push_back({&column, skipped});
    }
  }
  for (const auto& name : statement.columns) {
    const auto column = std::find_if(target.columns.begin(), target.columns.end(),
                                     [&](const auto& candidate) { return candidate.name == name; });
    if (column == target.columns.end()) {
      return SqlError("42703",
                      fmt::format("column \"{}\" of relation \"{}\" does not exist", name, target.name));
    }
    if (listed(*column))
      return SqlError("42701", fmt::format("column \"{}\" specified more than once", name));
    if (column->identity == IdentityKind::kAlways && !explicit_ids) return MissingExplicitIds();
    fields.push_back({&*column, false});
  }
  if (explicit_ids && std::none_of(fields.begin(), fields.end(), [](const auto& field) {
        return field.column->identity != IdentityKind::kNone;
      })) {
    return SqlError("0A000", "EXPLICIT_IDS needs an IDENTITY column among the columns to load");
  }
  for (const auto& column : target.columns) {
    if (column.not_null && !column.has_default && column.identity == IdentityKind::kNone && !listed(column)) {
      return SqlError("23502", fmt::format("Cannot insert a NULL value into column {}", column.name));
    }
  }
  return fields;
}

std::string CopyFromStdin(const CopyTarget& target, const std::vector<FieldTarget>& fields) {
  std::string columns;
  for (const auto& field : fields) {
    if (field.skipped) continue;
    columns += (columns.empty() ? "" : ", ") + field.column->backend_name;
  }
  return fmt::format("COPY {} ({}) FROM STDIN WITH (FORMAT text, ENCODING 'UTF8')", target.backend_name,
                     columns);
}

}  // namespace redshift_local
