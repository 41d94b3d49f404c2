#include "engine/type/redshift_type.h"

#include <array>
#include <utility>

#include "engine/type/table_schema.h"

namespace redshift {
namespace {

using enum RedshiftKind;

struct TypeName {
  std::string_view name;
  RedshiftKind kind;
};

/// As SVV_COLUMNS spells them, and their synonyms.
constexpr std::array<TypeName, 41> kNames = {{
    {"boolean", kBoolean},
    {"bool", kBoolean},
    {"smallint", kSmallInt},
    {"int2", kSmallInt},
    {"integer", kInteger},
    {"int", kInteger},
    {"int4", kInteger},
    {"bigint", kBigInt},
    {"int8", kBigInt},
    {"real", kReal},
    {"float4", kReal},
    {"double precision", kDouble},
    {"float8", kDouble},
    {"float", kDouble},
    {"numeric", kDecimal},
    {"decimal", kDecimal},
    {"character", kChar},
    {"char", kChar},
    {"nchar", kChar},
    {"bpchar", kChar},
    {"character varying", kVarchar},
    {"varchar", kVarchar},
    {"nvarchar", kVarchar},
    {"text", kVarchar},
    {"date", kDate},
    {"time without time zone", kTime},
    {"time", kTime},
    {"time with time zone", kTimeTz},
    {"timetz", kTimeTz},
    {"timestamp without time zone", kTimestamp},
    {"timestamp", kTimestamp},
    {"timestamp with time zone", kTimestampTz},
    {"timestamptz", kTimestampTz},
    {"interval year to month", kIntervalYearMonth},
    {"interval day to second", kIntervalDayTime},
    {"super", kSuper},
    {"varbyte", kVarbyte},
    {"varbinary", kVarbyte},
    {"binary varying", kVarbyte},
    {"intervaly2m", kIntervalYearMonth},
    {"intervald2s", kIntervalDayTime},
}};

RedshiftKind KindOf(std::string_view name) {
  for (const TypeName& known : kNames) {
    if (known.name == name) return known.kind;
  }
  return kOther;
}

std::string Sized(const char* name, int32_t length) {
  return std::string(name) + "(" + std::to_string(length) + ")";
}

}  // namespace

std::string RedshiftType::ToSql() const {
  switch (kind) {
    case kBoolean:
      return "BOOLEAN";
    case kSmallInt:
      return "SMALLINT";
    case kInteger:
      return "INTEGER";
    case kBigInt:
      return "BIGINT";
    case kReal:
      return "REAL";
    case kDouble:
      return "DOUBLE PRECISION";
    case kDecimal:
      return "DECIMAL(" + std::to_string(precision) + "," + std::to_string(scale) + ")";
    case kChar:
      return Sized("CHAR", length);
    case kVarchar:
      return Sized("VARCHAR", length);
    case kDate:
      return "DATE";
    case kTime:
      return "TIME";
    case kTimeTz:
      return "TIMETZ";
    case kTimestamp:
      return "TIMESTAMP";
    case kTimestampTz:
      return "TIMESTAMPTZ";
    case kIntervalYearMonth:
      return "INTERVAL YEAR TO MONTH";
    case kIntervalDayTime:
      return "INTERVAL DAY TO SECOND";
    case kSuper:
      return "SUPER";
    case kVarbyte:
      return Sized("VARBYTE", length);
    case kOther:
      return spelling;
  }
  return spelling;
}

const TargetColumn* TargetTable::Find(std::string_view column) const {
  const std::string wanted = FoldName(column);
  for (const TargetColumn& candidate : columns) {
    if (FoldName(candidate.name) == wanted) return &candidate;
  }
  return nullptr;
}

arrow::Result<RedshiftType> ParseRedshiftType(std::string_view data_type,
                                              std::optional<int64_t> character_maximum_length,
                                              std::optional<int64_t> numeric_precision,
                                              std::optional<int64_t> numeric_scale) {
  const std::string name = FoldName(data_type);
  RedshiftType type;
  type.kind = KindOf(name);
  switch (type.kind) {
    case kChar:
    case kVarchar:
      // Redshift: "Character types"; the name alone means these lengths.
      type.length = static_cast<int32_t>(
          character_maximum_length.value_or(type.kind == kVarchar || name == "bpchar" ? 256 : 1));
      if (type.length < 1 || type.length > 65535) {
        return arrow::Status::Invalid("a column of type ", data_type, " cannot have ", type.length, " bytes");
      }
      break;
    case kVarbyte:
      type.length = static_cast<int32_t>(character_maximum_length.value_or(64000));
      break;
    case kDecimal:
      type.precision = static_cast<int>(numeric_precision.value_or(18));
      type.scale = static_cast<int>(numeric_scale.value_or(0));
      if (type.precision < 1 || type.precision > 38 || type.scale < 0 || type.scale > type.precision) {
        return arrow::Status::Invalid("a column cannot be DECIMAL(", type.precision, ",", type.scale, ")");
      }
      break;
    case kOther:
      type.spelling = data_type;
      break;
    default:
      break;
  }
  return type;
}

}  // namespace redshift
