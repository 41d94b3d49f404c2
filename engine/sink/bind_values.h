// Values of record batches as bind parameters.
#pragma once

#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "engine/type/redshift_type.h"
#include "engine/type/table_schema.h"
#include "engine/warehouse/session.h"

namespace redshift {

/// The type a bind parameter for a column is declared with (OID), so that a column of NULLs only has a type
/// too. For SUPER and VARBYTE it is VARCHAR: they stand in the statement as JSON_PARSE($n) and
/// to_varbyte($n, 'hex'). Types that we do not write are an error.
arrow::Result<uint32_t> BindType(const RedshiftType& type);

/// Appends the text of one value that is not NULL, as it would stand in CSV (AppendPlainText).
void AppendBindText(const arrow::Array& column, int64_t row, std::string* out);

/// Collects bind parameters row by row. Reused from statement to statement.
class BindValues {
 public:
  explicit BindValues(std::vector<uint32_t> column_types) : column_types_(std::move(column_types)) {}

  void Clear();
  void AppendRow(const arrow::RecordBatch& batch, int64_t row);
  /// Takes the last row back.
  void DropLastRow();

  int rows() const { return static_cast<int>(row_starts_.size()); }
  /// Bytes of all values.
  int64_t bytes() const { return static_cast<int64_t>(text_.size()); }
  /// Valid until the next change.
  const Parameters& Bind();

 private:
  std::vector<uint32_t> column_types_;
  std::string text_;                // NUL-terminated values one after the other
  std::vector<int64_t> offsets_;    // into text_; -1: NULL
  std::vector<size_t> row_starts_;  // sizes of text_ before each row
  Parameters parameters_;
};

}  // namespace redshift
