#pragma once

#include <arrow/buffer_builder.h>
#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include <cstdint>
#include <string>
#include <vector>

#include "engine/row/row_validator.h"
#include "engine/type/table_schema.h"

namespace redshift {

/// Writes record batches as the CSV that our COPY reads: comma, `"` doubled inside quotes, LF after every
/// record, no header. NULL of a column of text, bytes (written in hex) or nested values (as JSON) is the bare
/// null marker, NULL of any other column an empty field. Immutable and so safe to share between threads.
class CsvEncoder {
 public:
  /// `null_marker`: ASCII letters, digits and `_` only, not empty. `table` is the name shown in errors.
  static arrow::Result<CsvEncoder> Make(const TableSchema& schema, std::string null_marker,
                                        std::string table = "");

  /// Appends the rows of `batch` to `out`. A row larger than kMaxCopyRowBytes and a text equal to the null
  /// marker are a BadRowError; the rows before it stay in `out`. `first_row_number` is for that
  /// message. The batch has the columns of TableSchema::arrow_schema() and has passed RowValidator.
  arrow::Status Encode(const arrow::RecordBatch& batch, arrow::BufferBuilder* out,
                       int64_t first_row_number = 0) const;

 private:
  CsvEncoder(std::vector<Column> columns, std::string null_marker, std::string table);

  std::vector<Column> columns_;
  std::string null_marker_;
  std::string bare_null_;  // NULL of columns that are not text
  std::string table_;
  size_t row_room_ = 0;  // bytes that a row can need, its text aside
};

}  // namespace redshift
