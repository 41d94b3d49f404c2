#include "engine/type/check_supported.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace redshift {
namespace {

using ::testing::HasSubstr;

TableSchema SchemaOf(const std::vector<std::pair<std::string, std::string>>& columns) {
  std::vector<Column> result;
  result.reserve(columns.size());
  for (const auto& [name, type] : columns) result.push_back({name, ParseFlinkType(type).ValueOrDie()});
  return TableSchema(std::move(result));
}

TEST(CheckSupported, AcceptsEveryScalarType) {
  const TableSchema schema = SchemaOf({{"a", "BOOLEAN"},
                                       {"b", "TINYINT"},
                                       {"c", "SMALLINT"},
                                       {"d", "INT"},
                                       {"e", "BIGINT"},
                                       {"f", "FLOAT"},
                                       {"g", "DOUBLE"},
                                       {"h", "DECIMAL(38, 37)"},
                                       {"i", "CHAR(3)"},
                                       {"j", "STRING"},
                                       {"k", "DATE"},
                                       {"l", "TIME(3)"},
                                       {"m", "TIMESTAMP(6)"},
                                       {"n", "TIMESTAMP_LTZ(6)"}});
  EXPECT_TRUE(CheckSupported(schema, TimestampOverflow::kFail).ok());
  for (const Column& column : schema.columns()) EXPECT_NE(ArrowType(column.type), nullptr) << column.name;
}

TEST(CheckSupported, NamesEveryColumnThatCannotBeWritten) {
  const TableSchema schema = SchemaOf({{"ok", "INT"},
                                       {"bin", "BYTES"},
                                       {"list", "ARRAY<INT>"},
                                       {"raw", "RAW('x', 'y')"},
                                       {"span", "INTERVAL DAY TO SECOND(3)"},
                                       {"fine", "DECIMAL(38, 38)"},
                                       {"ts", "TIMESTAMP(9)"}});
  const std::string message = CheckSupported(schema, TimestampOverflow::kFail).message();
  EXPECT_THAT(message, HasSubstr("column \"bin\" BYTES: this type is not supported yet"));
  EXPECT_THAT(message, HasSubstr("column \"list\" ARRAY<INT>: this type is not supported yet"));
  EXPECT_THAT(message, HasSubstr("column \"raw\" RAW('x', 'y'): Redshift has no type for it"));
  EXPECT_THAT(message,
              HasSubstr("column \"span\" INTERVAL DAY TO SECOND(3): this type is not supported yet"));
  EXPECT_THAT(message, HasSubstr("column \"fine\" DECIMAL(38, 38): Redshift has at most 37"));
  EXPECT_THAT(message, HasSubstr("column \"ts\" TIMESTAMP(9)"));
  EXPECT_THAT(message, ::testing::Not(HasSubstr("\"ok\"")));
}

TEST(CheckSupported, FineTimestampsMayBeCutWhenAskedFor) {
  const TableSchema schema = SchemaOf({{"a", "TIMESTAMP(9)"}, {"b", "TIMESTAMP_LTZ(7)"}});
  EXPECT_FALSE(CheckSupported(schema, TimestampOverflow::kFail).ok());
  EXPECT_TRUE(CheckSupported(schema, TimestampOverflow::kCut).ok());
}

TEST(CheckSupported, RefusesNamesThatRedshiftWouldChange) {
  EXPECT_THAT(CheckSupported(SchemaOf({{"Id", "INT"}, {"iD", "INT"}}), TimestampOverflow::kFail).message(),
              HasSubstr("column \"iD\" and column \"Id\" differ only in case"));
  EXPECT_TRUE(CheckSupported(SchemaOf({{std::string(127, 'x'), "INT"}}), TimestampOverflow::kFail).ok());
  EXPECT_THAT(CheckSupported(SchemaOf({{std::string(128, 'x'), "INT"}}), TimestampOverflow::kFail).message(),
              HasSubstr("128 bytes"));
  EXPECT_FALSE(CheckSupported(SchemaOf({}), TimestampOverflow::kFail).ok());
}

}  // namespace
}  // namespace redshift
