#include "engine/file/csv_encoder.h"

#include <utility>

namespace redshift {

CsvEncoder::CsvEncoder(std::vector<Column> columns, std::string null_marker, std::string table)
    : columns_(std::move(columns)), null_marker_(std::move(null_marker)), table_(std::move(table)) {}

arrow::Result<CsvEncoder> CsvEncoder::Make(const TableSchema& schema, std::string null_marker,
                                           std::string table) {
  return CsvEncoder(schema.columns(), std::move(null_marker), std::move(table));
}

arrow::Status CsvEncoder::Encode(const arrow::RecordBatch&, arrow::BufferBuilder*, int64_t) const {
  return arrow::Status::NotImplemented("writing CSV");
}

}  // namespace redshift
