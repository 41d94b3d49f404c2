#pragma once

#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include <cstdint>
#include <memory>
#include <span>

#include "engine/type/table_schema.h"

namespace redshift {

/// Turns Flink's binary rows into a record batch. Input is a run of frames: int32 length (little-endian),
/// then that many bytes of a BinaryRowData. Never reads outside a frame, whatever its bytes say. Immutable
/// and so safe to share between threads; the batch owns all its memory.
class BinaryRowReader {
 public:
  /// `schema` must have passed CheckSupported with the same `overflow`.
  static arrow::Result<BinaryRowReader> Make(const TableSchema& schema, TimestampOverflow overflow);

  /// Reads exactly `row_count` frames. Invalid when the frames do not hold exactly that many rows, are
  /// damaged, or hold another row kind than +I. Text is taken over unchecked: it may hold invalid UTF-8 and
  /// U+0000, which RowValidator finds.
  arrow::Result<std::shared_ptr<arrow::RecordBatch>> Read(std::span<const uint8_t> frames,
                                                          int64_t row_count) const;

 private:
  explicit BinaryRowReader(TableSchema schema);

  TableSchema schema_;
  std::shared_ptr<arrow::Schema> arrow_schema_;
};

}  // namespace redshift
