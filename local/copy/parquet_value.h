// One column's values from a Parquet file, in PostgreSQL's COPY text format.
#pragma once

#include <arrow/array.h>
#include <arrow/status.h>

#include <string>

#include "local/copy/copy_statement.h"
#include "local/copy/text_value.h"

namespace redshift_local {

class ParquetValueWriter {
 public:
  /// The column must outlive the writer; CheckParquetSchema has found that the file's type fits it.
  ParquetValueWriter(const CopyStatement& statement, const CopyColumn& column);

  /// Appends a value, or `\N`. *replaced is set when ACCEPTINVCHARS replaced bytes. An error names what is
  /// wrong with the value; IsSqlError is false for it.
  arrow::Status Append(const arrow::Array& array, int64_t row, std::string* out, bool* replaced);
  /// NULL for a column that the file is too short for (FILLRECORD).
  arrow::Status AppendNull(std::string* out) const;

  const CopyColumn& column() const { return *column_; }

 private:
  arrow::Status AppendText(std::string_view text, std::string* out, bool* replaced) const;
  arrow::Status AppendDecimal(const arrow::Array& array, int64_t row, std::string* out) const;
  arrow::Status AppendSuper(const arrow::Array& array, int64_t row, std::string* out);
  arrow::Status TooLong(size_t bytes) const;

  const CopyColumn* column_;
  TextRules text_rules_;
  std::string json_;
};

}  // namespace redshift_local
