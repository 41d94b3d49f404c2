#pragma once

#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace redshift {

/// Flink's logical types, as far as a column of a table can have them.
enum class TypeKind {
  kBoolean,
  kTinyInt,
  kSmallInt,
  kInt,
  kBigInt,
  kFloat,
  kDouble,
  kDecimal,
  kChar,
  kVarchar,
  kBinary,
  kVarbinary,
  kDate,
  kTime,
  kTimestamp,
  kTimestampLtz,
  kTimestampTz,
  kIntervalYearMonth,
  kIntervalDayTime,
  kArray,
  kMap,
  kMultiset,
  kRow,
  kRaw,
  kOther,  // NULL, VARIANT, structured types: known to Flink, without a place in Redshift
};

/// What TIMESTAMP values with more than six fractional digits do: Redshift keeps microseconds.
enum class TimestampOverflow { kFail, kCut };

/// The length of VARCHAR and VARBINARY without a limit (Flink's STRING and BYTES).
inline constexpr int32_t kMaxLength = 2147483647;

struct FlinkType {
  TypeKind kind = TypeKind::kOther;
  int32_t length = 0;  // CHAR, VARCHAR: characters; BINARY, VARBINARY: bytes
  int precision = 0;   // DECIMAL: digits; TIME, TIMESTAMP: fractional digits
  int scale = 0;       // DECIMAL
  bool nullable = true;
  std::string spelling;  // of ARRAY, MAP, MULTISET, ROW, INTERVAL, RAW, ...: as given, without NOT NULL
  std::vector<FlinkType> children;       // ARRAY, MULTISET: the element; MAP: key and value; ROW: the fields
  std::vector<std::string> field_names;  // ROW

  /// As a user would write it: "DECIMAL(10, 2) NOT NULL", "STRING".
  std::string ToString() const;
  friend bool operator==(const FlinkType&, const FlinkType&) = default;
};

/// Whether the type is ARRAY, MAP, MULTISET or ROW.
bool IsNested(TypeKind kind);
/// Whether the type is CHAR or VARCHAR.
bool IsText(TypeKind kind);
/// Whether the type is BINARY or VARBINARY.
bool IsBinary(TypeKind kind);

/// Reads Flink's LogicalType.asSerializableString(), e.g. "DECIMAL(10, 2) NOT NULL", and the usual synonyms
/// (STRING, INTEGER, NUMERIC, TIMESTAMP_LTZ, ...). Types that cannot be written parse too, so that they can
/// be refused by name.
arrow::Result<FlinkType> ParseFlinkType(std::string_view text);

/// The Arrow type that holds a column of this type in a record batch:
///   BOOLEAN bool; TINYINT to BIGINT int8 to int64; FLOAT float32; DOUBLE float64; DECIMAL decimal128(p, s);
///   CHAR, VARCHAR utf8; DATE date32; TIME time32(ms), as Flink's rows hold no more than milliseconds;
///   TIMESTAMP timestamp(us); TIMESTAMP_LTZ timestamp(us, "UTC"); BINARY, VARBINARY binary; INTERVAL YEAR TO
///   MONTH month_interval; INTERVAL DAY TO SECOND duration(ms); ARRAY list; ROW struct; MAP and MULTISET a
///   list of "entries", structs of "key" and "value" (Arrow's own map ends the process at a NULL key).
/// nullptr for types that CheckSupported refuses.
std::shared_ptr<arrow::DataType> ArrowType(const FlinkType& type);

/// Whether this is how ArrowType holds MAP and MULTISET, rather than ARRAY.
bool IsEntriesType(const arrow::DataType& type);

}  // namespace redshift
