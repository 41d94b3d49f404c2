#include "local/copy/parquet_value.h"

#include <arrow/array/array_binary.h>
#include <arrow/array/array_decimal.h>
#include <arrow/array/array_primitive.h>
#include <arrow/type.h>
#include <fmt/format.h>

#include <cmath>
#include <iterator>

#include "local/copy/nested_json.h"
#include "local/copy/number_value.h"
#include "local/copy/parquet_time.h"
#include "local/copy/super_value.h"
#include "local/copy/varbyte_value.h"

namespace redshift_local {
namespace {

// Integers are as wide as their annotation says; the switches of unverified.h let others in.
arrow::Status AppendInteger(const arrow::Array& array, int64_t row, int64_t least, int64_t most,
                            std::string* out) {
  int64_t value = 0;
  switch (array.type_id()) {
    case arrow::Type::INT8:
      value = static_cast<const arrow::Int8Array&>(array).Value(row);
      break;
    case arrow::Type::INT16:
      value = static_cast<const arrow::Int16Array&>(array).Value(row);
      break;
    case arrow::Type::INT32:
      value = static_cast<const arrow::Int32Array&>(array).Value(row);
      break;
    default:
      value = static_cast<const arrow::Int64Array&>(array).Value(row);
  }
  if (value < least || value > most) return arrow::Status::Invalid("the integer ", value, " is out of range");
  fmt::format_to(std::back_inserter(*out), "{}", value);
  return arrow::Status::OK();
}

template <typename T>
void AppendFloating(T value, std::string* out) {
  if (std::isnan(value)) {
    out->append("NaN");
  } else if (std::isinf(value)) {
    out->append(value < 0 ? "-Infinity" : "Infinity");
  } else {
    fmt::format_to(std::back_inserter(*out), "{}", value);
  }
}

template <typename T>
constexpr int64_t kLeast = std::numeric_limits<T>::min();
template <typename T>
constexpr int64_t kMost = std::numeric_limits<T>::max();

}  // namespace

ParquetValueWriter::ParquetValueWriter(const CopyStatement& statement, const CopyColumn& column)
    : column_(&column) {
  text_rules_.max_bytes = column.length;
  if (column.kind == ColumnKind::kVarchar && statement.Has(CopyOption::kAcceptInvChars)) {
    text_rules_.replacement = statement.replacement;
  }
}

arrow::Status ParquetValueWriter::AppendNull(std::string* out) const {
  if (column_->not_null) return arrow::Status::Invalid("Missing data for not-null field");
  out->append("\\N");
  return arrow::Status::OK();
}

arrow::Status ParquetValueWriter::TooLong(size_t bytes) const {
  return arrow::Status::Invalid(
      fmt::format("The length of the data column {} is longer than the length "
                  "defined in the table. Table: {}, Data: {}",
                  column_->name, column_->length, bytes));
}

arrow::Status ParquetValueWriter::AppendText(std::string_view text, std::string* out, bool* replaced) const {
  FieldError error;
  const bool good = column_->kind == ColumnKind::kChar
                        ? AppendChar(text, text_rules_, out, &error)
                        : AppendVarchar(text, text_rules_, out, &error, replaced);
  if (good) return arrow::Status::OK();
  return error.code == load_code::kOutOfRange ? TooLong(text.size()) : arrow::Status::Invalid(error.reason);
}

arrow::Status ParquetValueWriter::AppendDecimal(const arrow::Array& array, int64_t row,
                                                std::string* out) const {
  FieldError error;
  const auto text = array.type_id() == arrow::Type::DECIMAL256
                        ? static_cast<const arrow::Decimal256Array&>(array).FormatValue(row)
                        : static_cast<const arrow::Decimal128Array&>(array).FormatValue(row);
  // Very small values come with an exponent, which the reader of text fields does not take.
  if (text.find('E') != std::string::npos) {
    out->append(text);
    return arrow::Status::OK();
  }
  if (redshift_local::AppendDecimal(text, column_->precision, column_->scale, false, out, &error)) {
    return arrow::Status::OK();
  }
  return arrow::Status::Invalid(error.reason);
}

arrow::Status ParquetValueWriter::AppendSuper(const arrow::Array& array, int64_t row, std::string* out) {
  json_.clear();
  ARROW_RETURN_NOT_OK(AppendNestedJson(array, row, &json_));
  // Keys may be there twice, and levels too many.
  FieldError error;
  if (redshift_local::AppendSuper(json_, out, &error)) return arrow::Status::OK();
  return arrow::Status::Invalid(error.reason);
}

arrow::Status ParquetValueWriter::Append(const arrow::Array& array, int64_t row, std::string* out,
                                         bool* replaced) {
  if (array.IsNull(row)) return AppendNull(out);
  switch (column_->kind) {
    case ColumnKind::kBoolean:
      out->push_back(static_cast<const arrow::BooleanArray&>(array).Value(row) ? 't' : 'f');
      return arrow::Status::OK();
    case ColumnKind::kSmallint:
      return AppendInteger(array, row, kLeast<int16_t>, kMost<int16_t>, out);
    case ColumnKind::kInteger:
      return AppendInteger(array, row, kLeast<int32_t>, kMost<int32_t>, out);
    case ColumnKind::kBigint:
      return AppendInteger(array, row, kLeast<int64_t>, kMost<int64_t>, out);
    case ColumnKind::kDecimal:
      return AppendDecimal(array, row, out);
    case ColumnKind::kReal:
      AppendFloating(static_cast<const arrow::FloatArray&>(array).Value(row), out);
      return arrow::Status::OK();
    case ColumnKind::kDouble:
      AppendFloating(static_cast<const arrow::DoubleArray&>(array).Value(row), out);
      return arrow::Status::OK();
    case ColumnKind::kChar:
    case ColumnKind::kVarchar:
      return AppendText(static_cast<const arrow::BinaryArray&>(array).GetView(row), out, replaced);
    case ColumnKind::kDate: {
      ARROW_ASSIGN_OR_RAISE(const auto time, ParquetTimeOf(array, row));
      AppendDate(time, out);
      return arrow::Status::OK();
    }
    case ColumnKind::kTime: {
      ARROW_ASSIGN_OR_RAISE(const auto time, ParquetTimeOf(array, row));
      AppendTimeOfDay(time, false, out);
      return arrow::Status::OK();
    }
    case ColumnKind::kTimestamp:
    case ColumnKind::kTimestampTz: {
      ARROW_ASSIGN_OR_RAISE(const auto time, ParquetTimeOf(array, row));
      AppendTimestamp(time, column_->kind == ColumnKind::kTimestampTz, out);
      return arrow::Status::OK();
    }
    case ColumnKind::kVarbyte: {
      const auto bytes = static_cast<const arrow::BinaryArray&>(array).GetView(row);
      if (bytes.size() > static_cast<size_t>(column_->length)) return TooLong(bytes.size());
      AppendVarbyte(bytes, out);
      return arrow::Status::OK();
    }
    case ColumnKind::kSuper:
      return AppendSuper(array, row, out);
    case ColumnKind::kTimeTz:
    case ColumnKind::kIntervalYearToMonth:
    case ColumnKind::kIntervalDayToSecond:
    case ColumnKind::kOther:
      break;
  }
  return arrow::Status::Invalid("no Parquet type goes into a column of this type");
}

}  // namespace redshift_local
