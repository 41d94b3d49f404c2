#include "engine/sink/bind_values.h"

#include <arrow/api.h>

#include "engine/row/json_text.h"

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
constexpr uint32_t kIntervalYearToMonth = 1188;
constexpr uint32_t kIntervalDayToSecond = 1190;
constexpr uint32_t kNumeric = 1700;

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
    case RedshiftKind::kIntervalYearMonth:
      return kIntervalYearToMonth;
    case RedshiftKind::kIntervalDayTime:
      return kIntervalDayToSecond;
    case RedshiftKind::kSuper:
    case RedshiftKind::kVarbyte:
      // What JSON_PARSE and to_varbyte take.
      return kVarchar;
    default:
      return arrow::Status::NotImplemented("Values of type ", type.ToSql(), " cannot be inserted yet.");
  }
}

void AppendBindText(const arrow::Array& column, int64_t row, std::string* out) {
  if (column.type_id() == arrow::Type::BOOL) {
    *out += static_cast<const arrow::BooleanArray&>(column).Value(row) ? 't' : 'f';
  } else {
    AppendPlainText(column, row, out);
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
