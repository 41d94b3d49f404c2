#include "engine/type/flink_type.h"

#include <gtest/gtest.h>

#include "engine/type/created_type.h"

namespace redshift {
namespace {

std::string Reread(const char* text) {
  return ParseFlinkType(text).ValueOrDie().ToString();
}

TEST(ParseFlinkType, ReadsSynonyms) {
  EXPECT_EQ(Reread("STRING"), "STRING");
  EXPECT_EQ(Reread("VARCHAR(2147483647)"), "STRING");
  EXPECT_EQ(Reread("varchar ( 20 ) not null"), "VARCHAR(20) NOT NULL");
  EXPECT_EQ(Reread("INTEGER"), "INT");
  EXPECT_EQ(Reread("NUMERIC(5)"), "DECIMAL(5, 0)");
  EXPECT_EQ(Reread("DEC(5,2)"), "DECIMAL(5, 2)");
  EXPECT_EQ(Reread("DECIMAL"), "DECIMAL(10, 0)");
  EXPECT_EQ(Reread("DOUBLE PRECISION"), "DOUBLE");
  EXPECT_EQ(Reread("BYTES"), "BYTES");
  EXPECT_EQ(Reread("TIMESTAMP"), "TIMESTAMP(6)");
  EXPECT_EQ(Reread("TIMESTAMP(3) WITHOUT TIME ZONE"), "TIMESTAMP(3)");
  EXPECT_EQ(Reread("TIMESTAMP_LTZ(3) NOT NULL"), "TIMESTAMP_LTZ(3) NOT NULL");
  EXPECT_EQ(Reread("TIMESTAMP(3) WITH LOCAL TIME ZONE"), "TIMESTAMP_LTZ(3)");
  EXPECT_EQ(Reread("TIME"), "TIME(0)");
  EXPECT_EQ(Reread("RAW('java.lang.Object', 'AEZv') NOT NULL"), "RAW('java.lang.Object', 'AEZv') NOT NULL");
}

TEST(ParseFlinkType, TakesNestedTypesApart) {
  const FlinkType type =
      ParseFlinkType(
          "ROW<`a b` INT NOT NULL, `tick``ed` MAP<VARCHAR(5), ARRAY<DECIMAL(5, 2) NOT NULL>> 'it''s > 1', c "
          "MULTISET<INTERVAL DAY(2) TO SECOND(6) NOT NULL>> NOT NULL")
          .ValueOrDie();
  EXPECT_FALSE(type.nullable);
  EXPECT_EQ(type.field_names, (std::vector<std::string>{"a b", "tick`ed", "c"}));
  ASSERT_EQ(type.children.size(), 3u);
  EXPECT_EQ(type.children[0].ToString(), "INT NOT NULL");
  const FlinkType& map = type.children[1];
  ASSERT_EQ(map.kind, TypeKind::kMap);
  EXPECT_EQ(map.children[0].ToString(), "VARCHAR(5)");
  ASSERT_EQ(map.children[1].kind, TypeKind::kArray);
  EXPECT_EQ(map.children[1].children[0].ToString(), "DECIMAL(5, 2) NOT NULL");
  ASSERT_EQ(type.children[2].kind, TypeKind::kMultiset);
  EXPECT_EQ(type.children[2].children[0].kind, TypeKind::kIntervalDayTime);
  EXPECT_FALSE(type.children[2].children[0].nullable);
  EXPECT_EQ(ParseFlinkType("ROW(a INT, b ROW<>)").ValueOrDie().children[1].kind, TypeKind::kRow);
  EXPECT_EQ(ArrowType(type)->ToString(),
            "struct<a b: int32, tick`ed: list<entries: struct<key: string, value: list<element: "
            "decimal128(5, 2)>> not "
            "null>, c: list<entries: struct<key: duration[ms], value: int32> not null>>");
}

TEST(ParseFlinkType, RefusesTypesThatAreTooDeep) {
  const auto nested = [](int depth) {
    std::string text = "INT";
    for (int i = 0; i < depth; ++i) text = "ARRAY<" + text + ">";
    return ParseFlinkType(text).ok();
  };
  EXPECT_TRUE(nested(999));
  EXPECT_FALSE(nested(1000));
  EXPECT_FALSE(nested(2000));
}

TEST(CreatedType, HoldsEveryValueThatRedshiftCanHold) {
  const auto sql = [](const char* type) { return CreatedType(ParseFlinkType(type).ValueOrDie()).ToSql(); };
  EXPECT_EQ(sql("TINYINT"), "SMALLINT");
  EXPECT_EQ(sql("DECIMAL(38, 37)"), "DECIMAL(38,37)");
  EXPECT_EQ(sql("CHAR(3)"), "VARCHAR(12)");
  EXPECT_EQ(sql("VARCHAR(16383)"), "VARCHAR(65532)");
  EXPECT_EQ(sql("VARCHAR(16384)"), "VARCHAR(65535)");
  EXPECT_EQ(sql("STRING"), "VARCHAR(65535)");
  EXPECT_EQ(sql("BINARY(16)"), "VARBYTE(16)");
  EXPECT_EQ(sql("BYTES"), "VARBYTE(1024000)");
  EXPECT_EQ(sql("TIMESTAMP_LTZ(3)"), "TIMESTAMPTZ");
  EXPECT_EQ(sql("INTERVAL MONTH"), "INTERVAL YEAR TO MONTH");
  EXPECT_EQ(sql("INTERVAL HOUR TO SECOND(3)"), "INTERVAL DAY TO SECOND");
  EXPECT_EQ(sql("MULTISET<INT>"), "SUPER");
}

TEST(ParseFlinkType, RefusesWhatIsNoType) {
  for (const char* text : {"",
                           " ",
                           "DECIMAL(39, 0)",
                           "DECIMAL(5, 6)",
                           "DECIMAL(5",
                           "VARCHAR(99999999999)",
                           "INT NOT",
                           "INT NULL NULL",
                           "TIMESTAMP(10)",
                           "ARRAY<INT",
                           "CHAR(x)",
                           "ARRAY",
                           "ARRAY<>",
                           "MAP<INT>",
                           "ROW<INT>",
                           "ROW<`a INT>",
                           "ROW<a INT",
                           "INT)",
                           "ARRAY<INT>>",
                           "INT foo"}) {
    EXPECT_FALSE(ParseFlinkType(text).ok()) << text;
  }
}

}  // namespace
}  // namespace redshift
