#include "engine/type/check_supported.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace redshift {
namespace {

using ::testing::HasSubstr;

TableSchema SchemaOf(const std::vector<std::pair<std::string, std::string>>& columns,
                     std::vector<std::string> key = {}) {
  std::vector<Column> result;
  result.reserve(columns.size());
  for (const auto& [name, type] : columns) result.push_back({name, ParseFlinkType(type).ValueOrDie()});
  return TableSchema(std::move(result), std::move(key));
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

TEST(CheckSupported, AcceptsBytesIntervalsAndEveryNesting) {
  const TableSchema schema =
      SchemaOf({{"a", "BINARY(3)"},
                {"b", "BYTES"},
                {"c", "INTERVAL YEAR TO MONTH"},
                {"d", "INTERVAL DAY TO SECOND(3)"},
                {"e", "ARRAY<INT>"},
                {"f", "MAP<STRING, ARRAY<DECIMAL(38, 38)>>"},
                {"g", "MULTISET<ROW<`x` BYTES, `y` INTERVAL MONTH>>"},
                {"h", "ROW<`a` ROW<`b` MAP<ROW<`c` TIMESTAMP_LTZ(6)>, MULTISET<DATE>>>>"}});
  EXPECT_TRUE(CheckSupported(schema, TimestampOverflow::kFail).ok())
      << CheckSupported(schema, TimestampOverflow::kFail);
  for (const Column& column : schema.columns()) EXPECT_NE(ArrowType(column.type), nullptr) << column.name;
}

TEST(CheckSupported, LooksIntoNestedTypes) {
  const auto message = [](const char* type) {
    return CheckSupported(SchemaOf({{"c", type}}), TimestampOverflow::kFail).message();
  };
  EXPECT_THAT(
      message("ARRAY<RAW('x', 'y')>"),
      HasSubstr("column \"c\" ARRAY<RAW('x', 'y')>: its part RAW('x', 'y'): Redshift has no type for it"));
  EXPECT_THAT(message("MAP<STRING, ROW<`at` TIMESTAMP(9)>>"),
              HasSubstr("its part TIMESTAMP(9): Redshift keeps"));
  EXPECT_THAT(message("ROW<`a` INT, `a` INT>"), HasSubstr("two of its fields are named \"a\""));
  EXPECT_EQ(message("ROW<`a` INT, `A` INT>"), "");
}

TEST(CheckSupported, LeavesRoomForTheColumnsOfTheStage) {
  const auto check = [](size_t columns, const std::vector<std::string>& key) {
    std::vector<std::pair<std::string, std::string>> declared;
    for (size_t i = 0; i < columns; ++i) declared.emplace_back("c" + std::to_string(i), "INT NOT NULL");
    return CheckSupported(SchemaOf(declared, key), TimestampOverflow::kFail).message();
  };
  EXPECT_EQ(check(1600, {}), "");
  EXPECT_THAT(check(1601, {}), HasSubstr("1601 columns"));
  EXPECT_EQ(check(1597, {"c0"}), "");
  EXPECT_THAT(check(1598, {"c0"}), HasSubstr("PRIMARY KEY"));
}

TEST(CheckSupported, KeysHaveTypesThatRedshiftComparesExactly) {
  const std::string fine[] = {"BOOLEAN", "TINYINT", "SMALLINT", "INT",  "BIGINT",       "DECIMAL(38, 2)",
                              "CHAR(3)", "STRING",  "DATE",     "TIME", "TIMESTAMP(6)", "TIMESTAMP_LTZ(6)"};
  for (const std::string& type : fine) {
    EXPECT_TRUE(CheckSupported(SchemaOf({{"k", type + " NOT NULL"}}, {"k"}), TimestampOverflow::kFail).ok())
        << type;
    EXPECT_THAT(CheckSupported(SchemaOf({{"k", type}}, {"k"}), TimestampOverflow::kFail).message(),
                HasSubstr("declare the column NOT NULL"))
        << type;
  }
  const std::string refused[] = {
      "FLOAT",      "DOUBLE",        "BYTES",         "BINARY(2)",    "INTERVAL MONTH",
      "ARRAY<INT>", "MAP<INT, INT>", "MULTISET<INT>", "ROW<`a` INT>", "INTERVAL SECOND(3)"};
  for (const std::string& type : refused) {
    EXPECT_THAT(CheckSupported(SchemaOf({{"a", "INT NOT NULL"}, {"k", type + " NOT NULL"}}, {"a", "k"}),
                               TimestampOverflow::kFail)
                    .message(),
                HasSubstr("PRIMARY KEY column \"k\" "))
        << type;
  }
  EXPECT_THAT(CheckSupported(SchemaOf({{"a", "INT NOT NULL"}}, {"b"}), TimestampOverflow::kFail).message(),
              HasSubstr("\"b\" is not a column of the table"));
  EXPECT_THAT(
      CheckSupported(SchemaOf({{"a", "INT NOT NULL"}}, {"a", "a"}), TimestampOverflow::kFail).message(),
      HasSubstr("\"a\" stands in the key twice"));
}

TEST(CheckSupported, NamesEveryColumnThatCannotBeWritten) {
  const TableSchema schema = SchemaOf(
      {{"ok", "INT"}, {"raw", "RAW('x', 'y')"}, {"fine", "DECIMAL(38, 38)"}, {"ts", "TIMESTAMP(9)"}});
  const std::string message = CheckSupported(schema, TimestampOverflow::kFail).message();
  EXPECT_THAT(message, HasSubstr("column \"raw\" RAW('x', 'y'): Redshift has no type for it"));
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
