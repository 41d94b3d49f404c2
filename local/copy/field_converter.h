// One column's fields: NULL or a value, in PostgreSQL's COPY text format.
#pragma once

#include <arrow/result.h>

#include <string>

#include "local/copy/copy_statement.h"
#include "local/copy/date_time_value.h"
#include "local/copy/load_error.h"
#include "local/copy/record_splitter.h"
#include "local/copy/text_value.h"

namespace redshift_local {

class FieldConverter {
 public:
  /// Both must outlive the converter.
  static arrow::Result<FieldConverter> Make(const CopyStatement& statement, const CopyColumn& column);

  /// Appends the field's value, or `\N`, to the row. *replaced is set when ACCEPTINVCHARS replaced bytes.
  bool Append(const FieldView& field, std::string* row, FieldError* error, bool* replaced) const;

  /// The value of a JSON member that is not null, as text. Empty text is NULL but for character columns.
  bool AppendJson(std::string_view text, std::string* row, FieldError* error, bool* replaced) const;
  bool AppendNull(std::string* row, FieldError* error) const;

  /// The field of a record that ended too early, with FILLRECORD.
  bool AppendMissing(std::string* row, FieldError* error) const;

  bool IsNull(const FieldView& field) const;
  const CopyColumn& column() const { return *column_; }

 private:
  bool AppendNotNull(std::string_view text, std::string* row, FieldError* error, bool* replaced) const;
  bool AppendValue(std::string_view text, std::string* row, FieldError* error, bool* replaced) const;

  const CopyStatement* statement_ = nullptr;
  const CopyColumn* column_ = nullptr;
  bool is_character_ = false;
  bool blanks_are_null_ = false;
  bool empty_is_null_ = false;
  bool bad_date_is_null_ = false;
  TextRules text_rules_;
  DateTimeReader date_time_;
};

/// What the load views keep of a line or a value, in bytes.
inline constexpr size_t kKeptOfLine = 1024;

/// Where an error is, as far as a record tells it; `column` is null when the record as a whole is at fault.
LoadError LoadErrorAt(const std::string& file, int64_t line, std::string_view record,
                      const CopyColumn* column);
/// One field of a record that failed.
LoadErrorField LoadErrorFieldOf(const CopyColumn& column, std::string_view text, bool is_null);

/// The words of STL_LOAD_ERRORS: int4, varchar, numeric ...
const char* LoadTypeName(ColumnKind kind);
/// Bytes, or "p, s" for DECIMAL, or empty.
std::string LoadTypeLength(const CopyColumn& column);

}  // namespace redshift_local
