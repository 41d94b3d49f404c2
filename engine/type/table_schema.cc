#include "engine/type/table_schema.h"

#include <utility>

namespace redshift {

TableSchema::TableSchema(std::vector<Column> columns, std::vector<std::string> primary_key)
    : columns_(std::move(columns)), primary_key_(std::move(primary_key)) {}

std::shared_ptr<arrow::Schema> TableSchema::arrow_schema() const {
  arrow::FieldVector fields;
  fields.reserve(columns_.size());
  for (const Column& column : columns_) {
    fields.push_back(arrow::field(column.name, ArrowType(column.type), column.type.nullable));
  }
  return arrow::schema(std::move(fields));
}

arrow::Result<std::vector<size_t>> TableSchema::KeyPositions() const {
  std::vector<size_t> positions;
  positions.reserve(primary_key_.size());
  for (const std::string& name : primary_key_) {
    size_t at = 0;
    while (at < columns_.size() && columns_[at].name != name) ++at;
    if (at == columns_.size()) {
      return arrow::Status::Invalid("the PRIMARY KEY names the column \"", name,
                                    "\", which the table does not have");
    }
    positions.push_back(at);
  }
  return positions;
}

std::string FoldName(std::string_view name) {
  std::string folded(name);
  for (char& c : folded) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return folded;
}

}  // namespace redshift
