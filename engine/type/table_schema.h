#pragma once

#include <arrow/type_fwd.h>

#include <memory>
#include <string>
#include <vector>

#include "engine/type/flink_type.h"

namespace redshift {

/// A column as it is declared in Flink.
struct Column {
  std::string name;
  FlinkType type;
  friend bool operator==(const Column&, const Column&) = default;
};

/// The physical columns of a table declared in Flink, in the order of its rows.
class TableSchema {
 public:
  TableSchema() = default;
  explicit TableSchema(std::vector<Column> columns, std::vector<std::string> primary_key = {});

  const std::vector<Column>& columns() const { return columns_; }
  /// Names of the key's columns as declared; empty without PRIMARY KEY.
  const std::vector<std::string>& primary_key() const { return primary_key_; }
  /// Positions of the key's columns in columns(), in the order of the key. Invalid when the key names a
  /// column that is not there.
  arrow::Result<std::vector<size_t>> KeyPositions() const;
  /// The schema of this table's record batches. Only for a schema that passed CheckSupported.
  std::shared_ptr<arrow::Schema> arrow_schema() const;

  friend bool operator==(const TableSchema&, const TableSchema&) = default;

 private:
  std::vector<Column> columns_;
  std::vector<std::string> primary_key_;
};

/// The name as Redshift stores it: ASCII letters in lower case, in quotes too.
std::string FoldName(std::string_view name);

}  // namespace redshift
