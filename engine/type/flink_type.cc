#include "engine/type/flink_type.h"

namespace redshift {
namespace {

std::string Sized(const char* name, int size) {
  return std::string(name) + "(" + std::to_string(size) + ")";
}

std::string WithoutNullability(const FlinkType& type) {
  switch (type.kind) {
    case TypeKind::kBoolean:
      return "BOOLEAN";
    case TypeKind::kTinyInt:
      return "TINYINT";
    case TypeKind::kSmallInt:
      return "SMALLINT";
    case TypeKind::kInt:
      return "INT";
    case TypeKind::kBigInt:
      return "BIGINT";
    case TypeKind::kFloat:
      return "FLOAT";
    case TypeKind::kDouble:
      return "DOUBLE";
    case TypeKind::kDecimal:
      return "DECIMAL(" + std::to_string(type.precision) + ", " + std::to_string(type.scale) + ")";
    case TypeKind::kChar:
      return Sized("CHAR", type.length);
    case TypeKind::kVarchar:
      return type.length == kMaxLength ? "STRING" : Sized("VARCHAR", type.length);
    case TypeKind::kBinary:
      return Sized("BINARY", type.length);
    case TypeKind::kVarbinary:
      return type.length == kMaxLength ? "BYTES" : Sized("VARBINARY", type.length);
    case TypeKind::kDate:
      return "DATE";
    case TypeKind::kTime:
      return Sized("TIME", type.precision);
    case TypeKind::kTimestamp:
      return Sized("TIMESTAMP", type.precision);
    case TypeKind::kTimestampLtz:
      return Sized("TIMESTAMP_LTZ", type.precision);
    case TypeKind::kTimestampTz:
      return Sized("TIMESTAMP", type.precision) + " WITH TIME ZONE";
    case TypeKind::kIntervalYearMonth:
    case TypeKind::kIntervalDayTime:
    case TypeKind::kArray:
    case TypeKind::kMap:
    case TypeKind::kMultiset:
    case TypeKind::kRow:
    case TypeKind::kRaw:
    case TypeKind::kOther:
      return type.spelling;
  }
  return type.spelling;
}

}  // namespace

std::string FlinkType::ToString() const {
  return WithoutNullability(*this) + (nullable ? "" : " NOT NULL");
}

std::shared_ptr<arrow::DataType> ArrowType(const FlinkType& type) {
  switch (type.kind) {
    case TypeKind::kBoolean:
      return arrow::boolean();
    case TypeKind::kTinyInt:
      return arrow::int8();
    case TypeKind::kSmallInt:
      return arrow::int16();
    case TypeKind::kInt:
      return arrow::int32();
    case TypeKind::kBigInt:
      return arrow::int64();
    case TypeKind::kFloat:
      return arrow::float32();
    case TypeKind::kDouble:
      return arrow::float64();
    case TypeKind::kDecimal:
      return arrow::decimal128(type.precision, type.scale);
    case TypeKind::kChar:
    case TypeKind::kVarchar:
      return arrow::utf8();
    case TypeKind::kDate:
      return arrow::date32();
    case TypeKind::kTime:
      return arrow::time32(arrow::TimeUnit::MILLI);
    case TypeKind::kTimestamp:
      return arrow::timestamp(arrow::TimeUnit::MICRO);
    case TypeKind::kTimestampLtz:
      return arrow::timestamp(arrow::TimeUnit::MICRO, "UTC");
    default:
      return nullptr;
  }
}

}  // namespace redshift
