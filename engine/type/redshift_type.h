#pragma once

#include <arrow/result.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace redshift {

enum class RedshiftKind {
  kBoolean,
  kSmallInt,
  kInteger,
  kBigInt,
  kReal,
  kDouble,
  kDecimal,
  kChar,
  kVarchar,
  kDate,
  kTime,
  kTimeTz,
  kTimestamp,
  kTimestampTz,
  kIntervalYearMonth,
  kIntervalDayTime,
  kSuper,
  kVarbyte,
  kOther,  // GEOMETRY, HLLSKETCH and what Redshift may add: named, never written
};

/// The type of a column of Redshift.
struct RedshiftType {
  RedshiftKind kind = RedshiftKind::kOther;
  int32_t length = 0;         // CHAR, VARCHAR, VARBYTE: bytes, not characters
  int precision = 0;          // DECIMAL
  int scale = 0;              // DECIMAL
  std::string spelling = {};  // of kOther: as the server wrote it

  /// As it stands in CREATE TABLE: "VARCHAR(256)", "DECIMAL(10,2)", "TIMESTAMP".
  std::string ToSql() const;
  friend bool operator==(const RedshiftType&, const RedshiftType&) = default;
};

struct TargetColumn {
  std::string name;
  RedshiftType type;
  bool not_null = false;
  bool has_default = false;
  bool is_identity = false;
};

/// A table as it is in the warehouse.
struct TargetTable {
  std::string schema;
  std::string name;
  std::vector<TargetColumn> columns;

  /// The column with this name, compared as Redshift does; nullptr when there is none.
  const TargetColumn* Find(std::string_view column) const;
};

/// Reads one row of SVV_COLUMNS: `data_type` such as "character varying" or "timestamp without time zone";
/// the other fields where they are not NULL. Types that cannot be written become kOther.
arrow::Result<RedshiftType> ParseRedshiftType(std::string_view data_type,
                                              std::optional<int64_t> character_maximum_length,
                                              std::optional<int64_t> numeric_precision,
                                              std::optional<int64_t> numeric_scale);

}  // namespace redshift
