#pragma once

#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "engine/row/change_batch.h"
#include "engine/type/table_schema.h"

namespace redshift {

/// Turns Flink's binary rows into a record batch. Input is a run of frames: int32 length (little-endian),
/// then that many bytes of a BinaryRowData. Never reads outside a frame, whatever its bytes say. Immutable
/// and so safe to share between threads; a batch owns all its memory.
class BinaryRowReader {
 public:
  /// `schema` must have passed CheckSupported with the same `overflow`.
  static arrow::Result<BinaryRowReader> Make(const TableSchema& schema, TimestampOverflow overflow);

  /// Reads exactly `row_count` frames. Invalid when the frames do not hold exactly that many rows, are
  /// damaged, or hold another row kind than +I although the table has no key; nothing is returned then. Of
  /// -U and -D only the key's columns are read. Text is taken over unchecked: it
  /// may hold invalid UTF-8 and U+0000, which RowValidator finds. Digits of a timestamp after the sixth are
  /// cut; an instant beyond what 64 bits of microseconds hold becomes the farthest one, which RowValidator
  /// finds too.
  arrow::Result<ChangeBatch> Read(std::span<const uint8_t> frames, int64_t row_count) const;

 private:
  BinaryRowReader(TableSchema schema, std::vector<bool> is_key);

  TableSchema schema_;
  std::shared_ptr<arrow::Schema> arrow_schema_;
  size_t fixed_size_;            // of every row: header, null bits and one slot of 8 bytes per field
  std::vector<bool> is_key_;     // per column; empty without a key
  std::vector<uint8_t> no_row_;  // a row of NULLs: what deletes hold outside their key
};

}  // namespace redshift
