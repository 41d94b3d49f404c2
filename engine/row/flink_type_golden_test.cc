#include <gtest/gtest.h>

#include <map>

#include "engine/row/golden/golden_rows.h"
#include "engine/type/flink_type.h"

namespace redshift {
namespace {

TEST(ParseFlinkType, ReadsEveryTypeAsFlinkWritesIt) {
  const std::map<TypeKind, std::string> roots = {
      {TypeKind::kBoolean, "BOOLEAN"},
      {TypeKind::kTinyInt, "TINYINT"},
      {TypeKind::kSmallInt, "SMALLINT"},
      {TypeKind::kInt, "INTEGER"},
      {TypeKind::kBigInt, "BIGINT"},
      {TypeKind::kFloat, "FLOAT"},
      {TypeKind::kDouble, "DOUBLE"},
      {TypeKind::kDecimal, "DECIMAL"},
      {TypeKind::kChar, "CHAR"},
      {TypeKind::kVarchar, "VARCHAR"},
      {TypeKind::kBinary, "BINARY"},
      {TypeKind::kVarbinary, "VARBINARY"},
      {TypeKind::kDate, "DATE"},
      {TypeKind::kTime, "TIME_WITHOUT_TIME_ZONE"},
      {TypeKind::kTimestamp, "TIMESTAMP_WITHOUT_TIME_ZONE"},
      {TypeKind::kTimestampLtz, "TIMESTAMP_WITH_LOCAL_TIME_ZONE"},
      {TypeKind::kTimestampTz, "TIMESTAMP_WITH_TIME_ZONE"},
      {TypeKind::kIntervalYearMonth, "INTERVAL_YEAR_MONTH"},
      {TypeKind::kIntervalDayTime, "INTERVAL_DAY_TIME"},
      {TypeKind::kArray, "ARRAY"},
      {TypeKind::kMap, "MAP"},
      {TypeKind::kMultiset, "MULTISET"},
      {TypeKind::kRow, "ROW"},
      {TypeKind::kRaw, "RAW"},
      {TypeKind::kOther, "NULL"},
  };
  for (const GoldenType& golden : ReadGoldenTypes()) {
    const auto type = ParseFlinkType(golden.text);
    ASSERT_TRUE(type.ok()) << type.status();
    EXPECT_EQ(roots.at(type->kind), golden.root) << golden.text;
    EXPECT_EQ(type->nullable, golden.nullable) << golden.text;
    // What we show can be read again as the same type.
    EXPECT_EQ(ParseFlinkType(type->ToString()).ValueOrDie(), *type) << golden.text;
  }
}

}  // namespace
}  // namespace redshift
