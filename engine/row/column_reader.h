#pragma once

#include <arrow/buffer.h>
#include <arrow/buffer_builder.h>
#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "engine/row/binary_value.h"
#include "engine/row/nested_reader.h"
#include "engine/type/table_schema.h"

namespace redshift {

/// Collects one column out of blocks of rows. The rows' fixed part (null bits and slots) was checked to be
/// there.
class ColumnReader {
 public:
  /// `index` is the field's position in the row, `field_count` that of all fields; room is made for
  /// `row_count` rows.
  static arrow::Result<ColumnReader> Make(const Column& column, size_t index, size_t field_count,
                                          int64_t row_count);

  /// Appends the values of these rows, at most kBlockRows. `input_end` is the end of the memory that the rows
  /// lie in.
  arrow::Status Append(std::span<const RowBytes> rows, const uint8_t* input_end);

  /// The column; the reader is used up.
  arrow::Result<std::shared_ptr<arrow::ArrayData>> Finish();

  /// Rows whose fixed parts are read together while they are in the processor's nearest cache.
  static constexpr size_t kBlockRows = 256;

 private:
  ColumnReader(const Column& column, size_t index, size_t field_count, int64_t row_count);

  bool IsNull(const RowBytes& row) const { return ((row.data[null_byte_] >> null_shift_) & 1) != 0; }

  template <typename T>
  T Slot(const RowBytes& row) const;

  arrow::Status NoteNulls(std::span<const RowBytes> rows);
  template <typename T>
  void AppendPlain(std::span<const RowBytes> rows);
  void AppendBooleans(std::span<const RowBytes> rows);
  void AppendCompactDecimals(std::span<const RowBytes> rows);
  arrow::Status AppendDecimals(std::span<const RowBytes> rows);
  void AppendCompactTimestamps(std::span<const RowBytes> rows);
  arrow::Status AppendTimestamps(std::span<const RowBytes> rows);
  arrow::Status AppendBytes(std::span<const RowBytes> rows, const uint8_t* input_end);
  arrow::Status AppendNested(std::span<const RowBytes> rows);
  arrow::Status Damaged(size_t row_in_block, const char* what) const;

  Column column_;
  size_t slot_;
  size_t null_byte_;
  int null_shift_;
  int64_t row_count_;
  int64_t done_ = 0;  // rows appended
  int64_t null_count_ = 0;
  std::shared_ptr<arrow::Buffer> validity_;  // made at the first NULL
  std::shared_ptr<arrow::Buffer> values_;    // of text and bytes: offsets
  arrow::BufferBuilder text_;                // text and bytes
  std::unique_ptr<NestedReader> nested_;     // ARRAY, MAP, MULTISET, ROW
};

}  // namespace redshift
