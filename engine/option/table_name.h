#pragma once

#include <arrow/result.h>

#include <string>
#include <string_view>

namespace redshift {

/// A table and its schema as Redshift stores them: unquoted, ASCII letters in lower case.
struct TableName {
  std::string schema;
  std::string table;

  /// `schema.table`, for messages only; statements quote the parts themselves.
  std::string ToString() const { return schema + "." + table; }
  friend bool operator==(const TableName&, const TableName&) = default;
};

/// Reads `table`, `schema.table` or `"a.schema"."a table"` (TakeName). Without a schema
/// `default_schema` is taken.
arrow::Result<TableName> ParseTableName(std::string_view text, std::string_view default_schema = "public");

}  // namespace redshift
