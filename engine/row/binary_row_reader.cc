#include "engine/row/binary_row_reader.h"

#include <utility>

namespace redshift {

BinaryRowReader::BinaryRowReader(TableSchema schema)
    : schema_(std::move(schema)), arrow_schema_(schema_.arrow_schema()) {}

arrow::Result<BinaryRowReader> BinaryRowReader::Make(const TableSchema& schema, TimestampOverflow) {
  return BinaryRowReader(schema);
}

arrow::Result<std::shared_ptr<arrow::RecordBatch>> BinaryRowReader::Read(std::span<const uint8_t>,
                                                                         int64_t) const {
  return arrow::Status::NotImplemented("reading binary rows");
}

}  // namespace redshift
