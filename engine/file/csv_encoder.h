#pragma once

#include <arrow/buffer_builder.h>
#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include <cstdint>
#include <string>
#include <vector>

#include "engine/type/table_schema.h"

namespace redshift {

/// Writes record batches as the CSV that our COPY reads: comma, `"` doubled inside quotes, LF after every
/// record, no header. NULL of a column of text, bytes (written in hex) or nested values (as JSON) is the bare
/// null marker, NULL of any other column an empty field; so are dates and timestamps outside the years 1 to
/// 9999, which pass RowValidator with ACCEPTANYDATE alone. Immutable and so safe to share between threads.
class CsvEncoder {
 public:
  /// `null_marker`: ASCII letters, digits and `_` only, not empty.
  static arrow::Result<CsvEncoder> Make(const TableSchema& schema, std::string null_marker);

  /// Appends the rows of `batch` to `out`. The batch has the columns of TableSchema::arrow_schema() and has
  /// passed RowValidator, which knew the null marker.
  arrow::Status Encode(const arrow::RecordBatch& batch, arrow::BufferBuilder* out) const;

 private:
  CsvEncoder(std::vector<Column> columns, std::string null_marker);

  std::vector<Column> columns_;
  std::string null_marker_;
  std::string bare_null_;  // NULL of columns that are not text
  size_t row_room_ = 0;    // bytes that a row can need, its text aside
};

}  // namespace redshift
