#include "engine/sink/bind_values.h"

#include <arrow/api.h>
#include <arrow/util/decimal.h>

#include <charconv>
#include <chrono>
#include <cmath>

namespace redshift {
namespace {

// Type OIDs of the wire protocol (Redshift: "Data types", drivers).
constexpr uint32_t kBool = 16;
constexpr uint32_t kInt8 = 20;
constexpr uint32_t kInt2 = 21;
constexpr uint32_t kInt4 = 23;
constexpr uint32_t kFloat4 = 700;
constexpr uint32_t kFloat8 = 701;
constexpr uint32_t kBpchar = 1042;
constexpr uint32_t kVarchar = 1043;
constexpr uint32_t kDate = 1082;
constexpr uint32_t kTime = 1083;
constexpr uint32_t kTimestamp = 1114;
constexpr uint32_t kTimestampTz = 1184;
constexpr uint32_t kNumeric = 1700;

template <typename T>
void AppendNumber(T value, std::string* out) {
  char digits[64];
  out->append(digits, static_cast<size_t>(std::to_chars(digits, digits + sizeof digits, value).ptr - digits));
}

template <typename T>
void AppendFloat(T value, std::string* out) {
  if (std::isnan(value)) {
    *out += "NaN";
  } else if (std::isinf(value)) {
    *out += value < 0 ? "-Infinity" : "Infinity";
  } else {
    AppendNumber(value, out);
  }
}

void AppendPadded(int64_t value, int width, std::string* out) {
  char digits[20];
  const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
  const auto length = static_cast<int>(end - digits);
  for (int i = length; i < width; ++i) *out += '0';
  out->append(digits, static_cast<size_t>(length));
}

void AppendDate(std::chrono::sys_days day, std::string* out) {
  const std::chrono::year_month_day date(day);
  AppendPadded(static_cast<int>(date.year()), 4, out);
  *out += '-';
  AppendPadded(static_cast<unsigned>(date.month()), 2, out);
  *out += '-';
  AppendPadded(static_cast<unsigned>(date.day()), 2, out);
}

void AppendTimeOfDay(std::chrono::microseconds time, std::string* out) {
  const std::chrono::hh_mm_ss split(time);
  AppendPadded(split.hours().count(), 2, out);
  *out += ':';
  AppendPadded(split.minutes().count(), 2, out);
  *out += ':';
  AppendPadded(split.seconds().count(), 2, out);
  if (split.subseconds().count() != 0) {
    *out += '.';
    AppendPadded(split.subseconds().count(), 6, out);
  }
}

void AppendTimestamp(int64_t micros, std::string* out) {
  const std::chrono::sys_time<std::chrono::microseconds> time{std::chrono::microseconds(micros)};
  const auto day = std::chrono::floor<std::chrono::days>(time);
  AppendDate(day, out);
  *out += ' ';
  AppendTimeOfDay(time - day, out);
}

void AppendDecimal(const arrow::Decimal128& value, int scale, std::string* out) {
  std::string digits = value.ToIntegerString();
  if (digits.front() == '-') {
    *out += '-';
    digits.erase(0, 1);
  }
  if (scale <= 0) {
    *out += digits;
    return;
  }
  const auto fraction = static_cast<size_t>(scale);
  if (digits.size() <= fraction) digits.insert(0, fraction + 1 - digits.size(), '0');
  out->append(digits, 0, digits.size() - fraction);
  *out += '.';
  out->append(digits, digits.size() - fraction);
}

}  // namespace

arrow::Result<uint32_t> BindType(const RedshiftType& type) {
  switch (type.kind) {
    case RedshiftKind::kBoolean:
      return kBool;
    case RedshiftKind::kSmallInt:
      return kInt2;
    case RedshiftKind::kInteger:
      return kInt4;
    case RedshiftKind::kBigInt:
      return kInt8;
    case RedshiftKind::kReal:
      return kFloat4;
    case RedshiftKind::kDouble:
      return kFloat8;
    case RedshiftKind::kDecimal:
      return kNumeric;
    case RedshiftKind::kChar:
      return kBpchar;
    case RedshiftKind::kVarchar:
      return kVarchar;
    case RedshiftKind::kDate:
      return kDate;
    case RedshiftKind::kTime:
      return kTime;
    case RedshiftKind::kTimestamp:
      return kTimestamp;
    case RedshiftKind::kTimestampTz:
      return kTimestampTz;
    default:
      return arrow::Status::NotImplemented("Values of type ", type.ToSql(), " cannot be inserted yet.");
  }
}

void AppendBindText(const arrow::Array& column, int64_t row, std::string* out) {
  switch (column.type_id()) {
    case arrow::Type::BOOL:
      *out += static_cast<const arrow::BooleanArray&>(column).Value(row) ? 't' : 'f';
      return;
    case arrow::Type::INT8:
      AppendNumber(static_cast<int>(static_cast<const arrow::Int8Array&>(column).Value(row)), out);
      return;
    case arrow::Type::INT16:
      AppendNumber(static_cast<const arrow::Int16Array&>(column).Value(row), out);
      return;
    case arrow::Type::INT32:
      AppendNumber(static_cast<const arrow::Int32Array&>(column).Value(row), out);
      return;
    case arrow::Type::INT64:
      AppendNumber(static_cast<const arrow::Int64Array&>(column).Value(row), out);
      return;
    case arrow::Type::FLOAT:
      AppendFloat(static_cast<const arrow::FloatArray&>(column).Value(row), out);
      return;
    case arrow::Type::DOUBLE:
      AppendFloat(static_cast<const arrow::DoubleArray&>(column).Value(row), out);
      return;
    case arrow::Type::DECIMAL128: {
      const auto& decimals = static_cast<const arrow::Decimal128Array&>(column);
      const auto& type = static_cast<const arrow::Decimal128Type&>(*column.type());
      AppendDecimal(arrow::Decimal128(decimals.GetValue(row)), type.scale(), out);
      return;
    }
    case arrow::Type::STRING:
      *out += static_cast<const arrow::StringArray&>(column).GetView(row);
      return;
    case arrow::Type::DATE32:
      AppendDate(
          std::chrono::sys_days(std::chrono::days(static_cast<const arrow::Date32Array&>(column).Value(row))),
          out);
      return;
    case arrow::Type::TIME32:
      AppendTimeOfDay(std::chrono::milliseconds(static_cast<const arrow::Time32Array&>(column).Value(row)),
                      out);
      return;
    case arrow::Type::TIMESTAMP: {
      AppendTimestamp(static_cast<const arrow::TimestampArray&>(column).Value(row), out);
      const auto& type = static_cast<const arrow::TimestampType&>(*column.type());
      if (!type.timezone().empty()) *out += "+00";
      return;
    }
    default:
      return;
  }
}

void BindValues::Clear() {
  text_.clear();
  offsets_.clear();
  row_starts_.clear();
}

void BindValues::AppendRow(const arrow::RecordBatch& batch, int64_t row) {
  row_starts_.push_back(text_.size());
  for (int i = 0; i < batch.num_columns(); ++i) {
    const arrow::Array& column = *batch.column(i);
    if (column.IsNull(row)) {
      offsets_.push_back(-1);
      continue;
    }
    offsets_.push_back(static_cast<int64_t>(text_.size()));
    AppendBindText(column, row, &text_);
    text_ += '\0';
  }
}

void BindValues::DropLastRow() {
  text_.resize(row_starts_.back());
  row_starts_.pop_back();
  offsets_.resize(offsets_.size() - column_types_.size());
}

const Parameters& BindValues::Bind() {
  parameters_.types.clear();
  parameters_.values.clear();
  for (int row = 0; row < rows(); ++row) {
    parameters_.types.insert(parameters_.types.end(), column_types_.begin(), column_types_.end());
  }
  for (int64_t offset : offsets_) {
    parameters_.values.push_back(offset < 0 ? nullptr : text_.data() + offset);
  }
  return parameters_;
}

}  // namespace redshift
