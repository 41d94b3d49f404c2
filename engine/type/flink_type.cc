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

constexpr const char* kEntries = "entries";

/// How Arrow holds MAP and MULTISET.
std::shared_ptr<arrow::DataType> EntriesType(const std::shared_ptr<arrow::DataType>& key,
                                             const std::shared_ptr<arrow::DataType>& value) {
  return arrow::list(arrow::field(
      kEntries, arrow::struct_({arrow::field("key", key), arrow::field("value", value)}), false));
}

/// nullptr when a part has no Arrow type.
std::shared_ptr<arrow::DataType> NestedArrowType(const FlinkType& type) {
  arrow::FieldVector fields;
  for (size_t i = 0; i < type.children.size(); ++i) {
    const std::shared_ptr<arrow::DataType> child = ArrowType(type.children[i]);
    if (child == nullptr) return nullptr;
    const std::string name = type.kind == TypeKind::kRow ? type.field_names[i] : "element";
    fields.push_back(arrow::field(name, child));
  }
  switch (type.kind) {
    case TypeKind::kArray:
      return arrow::list(fields[0]);
    case TypeKind::kMap:
      return EntriesType(fields[0]->type(), fields[1]->type());
    case TypeKind::kMultiset:
      return EntriesType(fields[0]->type(), arrow::int32());
    default:
      return arrow::struct_(fields);
  }
}

}  // namespace

bool IsEntriesType(const arrow::DataType& type) {
  return type.id() == arrow::Type::LIST && type.field(0)->name() == kEntries;
}

bool IsNested(TypeKind kind) {
  return kind == TypeKind::kArray || kind == TypeKind::kMap || kind == TypeKind::kMultiset ||
         kind == TypeKind::kRow;
}

bool IsText(TypeKind kind) {
  return kind == TypeKind::kChar || kind == TypeKind::kVarchar;
}

bool IsBinary(TypeKind kind) {
  return kind == TypeKind::kBinary || kind == TypeKind::kVarbinary;
}

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
    case TypeKind::kBinary:
    case TypeKind::kVarbinary:
      return arrow::binary();
    case TypeKind::kIntervalYearMonth:
      return arrow::month_interval();
    case TypeKind::kIntervalDayTime:
      return arrow::duration(arrow::TimeUnit::MILLI);
    case TypeKind::kArray:
    case TypeKind::kMap:
    case TypeKind::kMultiset:
    case TypeKind::kRow:
      return NestedArrowType(type);
    case TypeKind::kTimestampTz:
    case TypeKind::kRaw:
    case TypeKind::kOther:
      return nullptr;
  }
  return nullptr;
}

}  // namespace redshift
