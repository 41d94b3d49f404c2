#include "engine/type/flink_type.h"

#include <gtest/gtest.h>

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

TEST(ParseFlinkType, RefusesWhatIsNoType) {
  for (const char* text : {"", " ", "DECIMAL(39, 0)", "DECIMAL(5, 6)", "DECIMAL(5", "VARCHAR(99999999999)",
                           "INT NOT", "INT NULL NULL", "TIMESTAMP(10)", "ARRAY<INT", "CHAR(x)", "INT foo"}) {
    EXPECT_FALSE(ParseFlinkType(text).ok()) << text;
  }
}

}  // namespace
}  // namespace redshift
