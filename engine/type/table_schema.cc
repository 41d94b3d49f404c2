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

std::string FoldName(std::string_view name) {
  std::string folded(name);
  for (char& c : folded) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return folded;
}

}  // namespace redshift
