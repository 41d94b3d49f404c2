#include "local/copy/parquet_schema.h"

#include <fmt/format.h>
#include <parquet/types.h>

#include "local/copy/spectrum_error.h"
#include "local/copy/sql_error.h"
#include "local/copy/unverified.h"

namespace redshift_local {
namespace {

using parquet::LogicalType;
using Physical = parquet::Type;

bool IsPlain(const LogicalType& logical) {
  return logical.is_none() || logical.is_null();
}

// INT_8 ... INT_64; a field without annotation is as wide as its physical type.
bool IsSignedInteger(const LogicalType& logical, int bits) {
  if (!logical.is_int()) return false;
  const auto& integer = dynamic_cast<const parquet::IntLogicalType&>(logical);
  return integer.is_signed() && integer.bit_width() == bits;
}

bool FitsTimestamp(Physical::type physical, const LogicalType& logical) {
  const auto& choices = CopyChoices();
  if (physical == Physical::INT96) return choices.parquet_int96;
  if (physical != Physical::INT64 || !logical.is_timestamp()) return false;
  const auto unit = dynamic_cast<const parquet::TimestampLogicalType&>(logical).time_unit();
  return unit == LogicalType::TimeUnit::NANOS ? choices.parquet_nanos : choices.parquet_int64_timestamp;
}

bool FitsTime(Physical::type physical, const LogicalType& logical) {
  return CopyChoices().parquet_time && physical == Physical::INT64 && logical.is_time() &&
         dynamic_cast<const parquet::TimeLogicalType&>(logical).time_unit() == LogicalType::TimeUnit::MICROS;
}

bool FitsDecimal(Physical::type physical, const LogicalType& logical, const CopyColumn& column) {
  if (!logical.is_decimal()) return false;
  const bool integer = physical == Physical::INT32 || physical == Physical::INT64;
  if (integer ? !CopyChoices().parquet_integer_decimal : physical != Physical::FIXED_LEN_BYTE_ARRAY) {
    return false;
  }
  const auto& decimal = dynamic_cast<const parquet::DecimalLogicalType&>(logical);
  return CopyChoices().parquet_other_decimal ||
         (decimal.precision() == column.precision && decimal.scale() == column.scale);
}

bool Fits(const parquet::schema::PrimitiveNode& field, const CopyColumn& column) {
  const auto physical = field.physical_type();
  const auto& logical = *field.logical_type();
  switch (column.kind) {
    case ColumnKind::kBoolean:
      return physical == Physical::BOOLEAN;
    case ColumnKind::kSmallint:
      if (physical != Physical::INT32) return false;
      if (IsSignedInteger(logical, 16)) return true;
      return CopyChoices().parquet_other_int32_into_smallint &&
             (IsPlain(logical) || IsSignedInteger(logical, 8) || IsSignedInteger(logical, 32));
    case ColumnKind::kInteger:
      return physical == Physical::INT32 && (IsPlain(logical) || IsSignedInteger(logical, 32));
    case ColumnKind::kBigint:
      return physical == Physical::INT64 && (IsPlain(logical) || IsSignedInteger(logical, 64));
    case ColumnKind::kDecimal:
      return FitsDecimal(physical, logical, column);
    case ColumnKind::kReal:
      return physical == Physical::FLOAT;
    case ColumnKind::kDouble:
      return physical == Physical::DOUBLE;
    case ColumnKind::kChar:
    case ColumnKind::kVarchar:
      return physical == Physical::BYTE_ARRAY && logical.is_string();
    case ColumnKind::kDate:
      return physical == Physical::INT32 && logical.is_date();
    case ColumnKind::kTime:
      return FitsTime(physical, logical);
    case ColumnKind::kTimestamp:
      return FitsTimestamp(physical, logical);
    case ColumnKind::kTimestampTz:
      return CopyChoices().parquet_timestamptz && FitsTimestamp(physical, logical);
    case ColumnKind::kVarbyte:
      return physical == Physical::BYTE_ARRAY && IsPlain(logical);
    case ColumnKind::kTimeTz:
    case ColumnKind::kIntervalYearToMonth:
    case ColumnKind::kIntervalDayToSecond:
    case ColumnKind::kSuper:
    case ColumnKind::kOther:
      return false;
  }
  return false;
}

std::string Lower(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

// `optional int64 id [i:0 d:1 r:0]`
std::string Describe(const parquet::schema::Node& field, int position) {
  static constexpr const char* kRepetitions[] = {"required", "optional", "repeated"};
  const auto repetition = field.repetition();
  std::string text = repetition <= parquet::Repetition::REPEATED ? kRepetitions[repetition] : "";
  text += ' ';
  text += field.is_group() ? "group"
                           : Lower(parquet::TypeToString(
                                 dynamic_cast<const parquet::schema::PrimitiveNode&>(field).physical_type()));
  text += fmt::format(" {}", field.name());
  if (field.logical_type() && !IsPlain(*field.logical_type())) {
    text += fmt::format(" ({})", field.logical_type()->ToString());
  }
  return text + fmt::format(" [i:{} d:{} r:{}]", position,
                            repetition == parquet::Repetition::REQUIRED ? 0 : 1,
                            repetition == parquet::Repetition::REPEATED ? 1 : 0);
}

}  // namespace

std::string SpectrumTypeName(const CopyColumn& column) {
  switch (column.kind) {
    case ColumnKind::kBoolean:
      return "BOOLEAN";
    case ColumnKind::kSmallint:
      return "SMALLINT";
    case ColumnKind::kInteger:
      return "INTEGER";
    case ColumnKind::kBigint:
      return "BIGINT";
    case ColumnKind::kDecimal:
      return fmt::format("DECIMAL({}, {})", column.precision, column.scale);
    case ColumnKind::kReal:
      return "REAL";
    case ColumnKind::kDouble:
      return "DOUBLE PRECISION";
    case ColumnKind::kChar:
      return "CHAR";
    case ColumnKind::kVarchar:
      return "VARCHAR";
    case ColumnKind::kDate:
      return "DATE";
    case ColumnKind::kTime:
      return "TIME";
    case ColumnKind::kTimeTz:
      return "TIMETZ";
    case ColumnKind::kTimestamp:
      return "TIMESTAMP";
    case ColumnKind::kTimestampTz:
      return "TIMESTAMPTZ";
    case ColumnKind::kIntervalYearToMonth:
      return "INTERVAL YEAR TO MONTH";
    case ColumnKind::kIntervalDayToSecond:
      return "INTERVAL DAY TO SECOND";
    case ColumnKind::kSuper:
      return "SUPER";
    case ColumnKind::kVarbyte:
      return "VARBYTE";
    case ColumnKind::kOther:
      break;
  }
  return "UNKNOWN";
}

arrow::Status CheckParquetSchema(const parquet::SchemaDescriptor& schema,
                                 const std::vector<FieldTarget>& targets, const CopyStatement& statement,
                                 const S3Path& file) {
  const auto& root = *schema.group_node();
  const auto count = static_cast<size_t>(root.field_count());
  if (count > targets.size() || (count < targets.size() && !statement.Has(CopyOption::kFillRecord))) {
    return SpectrumError(15001, fmt::format("Unmatched number of columns between table and file. "
                                            "Table columns: {}, Data columns: {}, File name: {}",
                                            targets.size(), count, file.ToUrl()));
  }
  for (size_t i = 0; i < count; ++i) {
    if (targets[i].skipped) continue;
    const auto& column = *targets[i].column;
    const auto& field = *root.field(static_cast<int>(i));
    const bool to_json = column.kind == ColumnKind::kSuper && statement.Has(CopyOption::kSerializeToJson);
    if (to_json) continue;
    const bool plain = field.is_primitive() && field.repetition() != parquet::Repetition::REPEATED;
    if (plain && Fits(dynamic_cast<const parquet::schema::PrimitiveNode&>(field), column)) continue;
    auto context = fmt::format(
        "File '{}' has an incompatible Parquet schema for column '{}.{}'. Column type: {}, Parquet "
        "schema:\n{}",
        file.ToUrl(), file.ToUrl(), column.name, SpectrumTypeName(column),
        Describe(field, static_cast<int>(i)));
    if (column.kind == ColumnKind::kSuper) context += "\nA SUPER column needs SERIALIZETOJSON.";
    return SpectrumError(15007, context);
  }
  return arrow::Status::OK();
}

}  // namespace redshift_local
