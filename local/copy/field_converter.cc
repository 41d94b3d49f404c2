#include "local/copy/field_converter.h"

#include <fmt/format.h>

#include <limits>

#include "local/copy/interval_value.h"
#include "local/copy/number_value.h"
#include "local/copy/super_value.h"
#include "local/copy/unverified.h"
#include "local/copy/varbyte_value.h"

namespace redshift_local {
namespace {

bool IsDateOrTime(ColumnKind kind) {
  switch (kind) {
    case ColumnKind::kDate:
    case ColumnKind::kTime:
    case ColumnKind::kTimeTz:
    case ColumnKind::kTimestamp:
    case ColumnKind::kTimestampTz:
      return true;
    default:
      return false;
  }
}

template <typename T>
bool AppendInt(std::string_view text, const char* type, std::string* row, FieldError* error) {
  return AppendInteger(text, std::numeric_limits<T>::min(), std::numeric_limits<T>::max(), type, row, error);
}

}  // namespace

arrow::Result<FieldConverter> FieldConverter::Make(const CopyStatement& statement, const CopyColumn& column) {
  FieldConverter converter;
  converter.statement_ = &statement;
  converter.column_ = &column;
  const ColumnKind kind = column.kind;
  converter.is_character_ = kind == ColumnKind::kChar || kind == ColumnKind::kVarchar;
  converter.blanks_are_null_ = !converter.is_character_ || statement.Has(CopyOption::kBlanksAsNull);
  converter.empty_is_null_ = !converter.is_character_ || statement.Has(CopyOption::kEmptyAsNull);

  auto& rules = converter.text_rules_;
  rules.max_bytes = converter.is_character_ ? column.length : std::numeric_limits<int32_t>::max();
  rules.trim_blanks = kind == ColumnKind::kVarchar && statement.Has(CopyOption::kTrimBlanks);
  rules.truncate = converter.is_character_ && statement.Has(CopyOption::kTruncateColumns);
  rules.nul_is_null = statement.null_as == std::string_view("\0", 1);
  if (kind == ColumnKind::kVarchar && statement.Has(CopyOption::kAcceptInvChars)) {
    rules.replacement = statement.replacement;
  }
  if (IsDateOrTime(kind)) {
    const auto& format = kind == ColumnKind::kDate ? statement.date_format : statement.time_format;
    ARROW_ASSIGN_OR_RAISE(converter.date_time_, DateTimeReader::Make(kind, format));
    converter.bad_date_is_null_ =
        statement.Has(CopyOption::kAcceptAnyDate) && kind != ColumnKind::kTime && kind != ColumnKind::kTimeTz;
  }
  return converter;
}

bool FieldConverter::IsNull(const FieldView& field) const {
  if (!field.quoted || CopyChoices().quoted_null_marker_is_null) {
    const auto marked = field.quoted ? field.text : field.raw;
    if (marked == statement_->null_as) return true;
  }
  if (field.text.empty()) {
    if (!empty_is_null_) return false;
    return !is_character_ || !field.quoted || CopyChoices().quoted_empty_is_empty;
  }
  return blanks_are_null_ && IsAllBlank(field.text);
}

bool FieldConverter::Append(const FieldView& field, std::string* row, FieldError* error,
                            bool* replaced) const {
  if (IsNull(field)) return AppendNull(row, error);
  return AppendNotNull(field.text, row, error, replaced);
}

bool FieldConverter::AppendJson(std::string_view text, std::string* row, FieldError* error,
                                bool* replaced) const {
  if (text.empty() ? empty_is_null_ : blanks_are_null_ && IsAllBlank(text)) return AppendNull(row, error);
  return AppendNotNull(text, row, error, replaced);
}

bool FieldConverter::AppendNotNull(std::string_view text, std::string* row, FieldError* error,
                                   bool* replaced) const {
  if (AppendValue(text, row, error, replaced)) return true;
  if (bad_date_is_null_) return AppendNull(row, error);
  if (column_->identity != IdentityKind::kNone) error->code = load_code::kIdentity;
  return false;
}

bool FieldConverter::AppendMissing(std::string* row, FieldError* error) const {
  if (column_->kind == ColumnKind::kVarchar && !empty_is_null_) return true;
  return AppendNull(row, error);
}

bool FieldConverter::AppendNull(std::string* row, FieldError* error) const {
  if (column_->not_null) {
    *error = {load_code::kNotNull, "Missing data for not-null field"};
    return false;
  }
  row->append("\\N");
  return true;
}

bool FieldConverter::AppendValue(std::string_view text, std::string* row, FieldError* error,
                                 bool* replaced) const {
  switch (column_->kind) {
    case ColumnKind::kBoolean:
      return AppendBoolean(text, row, error);
    case ColumnKind::kSmallint:
      return AppendInt<int16_t>(text, "Short", row, error);
    case ColumnKind::kInteger:
      return AppendInt<int32_t>(text, "Integer", row, error);
    case ColumnKind::kBigint:
      return AppendInt<int64_t>(text, "Long", row, error);
    case ColumnKind::kDecimal:
      return AppendDecimal(text, column_->precision, column_->scale, statement_->Has(CopyOption::kRoundEc),
                           row, error);
    case ColumnKind::kReal:
      return AppendReal(text, row, error);
    case ColumnKind::kDouble:
      return AppendDouble(text, row, error);
    case ColumnKind::kChar:
      return AppendChar(text, text_rules_, row, error);
    case ColumnKind::kDate:
    case ColumnKind::kTime:
    case ColumnKind::kTimeTz:
    case ColumnKind::kTimestamp:
    case ColumnKind::kTimestampTz:
      return date_time_.Append(text, row, error);
    case ColumnKind::kSuper:
      return AppendSuper(text, row, error);
    case ColumnKind::kVarbyte:
      return AppendHex(text, column_->length, row, error);
    case ColumnKind::kIntervalYearToMonth:
      return AppendMonths(text, row, error);
    case ColumnKind::kIntervalDayToSecond:
      return AppendDayTime(text, column_->length, row, error);
    case ColumnKind::kVarchar:
    case ColumnKind::kOther:
      return AppendVarchar(text, text_rules_, row, error, replaced);
  }
  return false;
}

LoadError LoadErrorAt(const std::string& file, int64_t line, std::string_view record,
                      const CopyColumn* column) {
  LoadError error;
  error.file = file;
  error.line = line;
  error.raw_line = record.substr(0, kKeptOfLine);
  if (column == nullptr) return error;
  error.column = column->name;
  error.type = LoadTypeName(column->kind);
  error.length = LoadTypeLength(*column);
  return error;
}

LoadErrorField LoadErrorFieldOf(const CopyColumn& column, std::string_view text, bool is_null) {
  return {column.name, LoadTypeName(column.kind), LoadTypeLength(column),
          std::string(text.substr(0, kKeptOfLine)), is_null};
}

const char* LoadTypeName(ColumnKind kind) {
  switch (kind) {
    case ColumnKind::kBoolean:
      return "bool";
    case ColumnKind::kSmallint:
      return "int2";
    case ColumnKind::kInteger:
      return "int4";
    case ColumnKind::kBigint:
      return "int8";
    case ColumnKind::kDecimal:
      return "numeric";
    case ColumnKind::kReal:
      return "float4";
    case ColumnKind::kDouble:
      return "float8";
    case ColumnKind::kChar:
      return "char";
    case ColumnKind::kVarchar:
      return "varchar";
    case ColumnKind::kDate:
      return "date";
    case ColumnKind::kTime:
      return "time";
    case ColumnKind::kTimeTz:
      return "timetz";
    case ColumnKind::kTimestamp:
      return "timestamp";
    case ColumnKind::kTimestampTz:
      return "timestampt";  // the view's column has ten bytes
    case ColumnKind::kIntervalYearToMonth:
      return "intervaly2m";
    case ColumnKind::kIntervalDayToSecond:
      return "intervald2s";
    case ColumnKind::kSuper:
      return "super";
    case ColumnKind::kVarbyte:
      return "varbyte";
    case ColumnKind::kOther:
      break;
  }
  return "other";
}

std::string LoadTypeLength(const CopyColumn& column) {
  if (column.length > 0) return fmt::format("{}", column.length);
  if (column.kind == ColumnKind::kDecimal) return fmt::format("{}, {}", column.precision, column.scale);
  return "";
}

}  // namespace redshift_local
