#include "engine/option/quoted_name.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace redshift {
namespace {

using ::testing::ElementsAre;

TEST(ColumnNames, AreSeparatedByCommasAndFolded) {
  EXPECT_THAT(*ParseColumnNames("id"), ElementsAre("id"));
  EXPECT_THAT(*ParseColumnNames(" Id ,City\t"), ElementsAre("id", "city"));
  EXPECT_THAT(*ParseColumnNames(R"("a, b" , "say ""X""",c)"), ElementsAre("a, b", "say \"x\"", "c"));
}

TEST(ColumnNames, ThatCannotBeReadAreRefused) {
  for (const char* text : {"", " ", "a,", ",a", "a,,b", "a b", "\"a", "\"a\" b", "\"\"", "a\"b"}) {
    EXPECT_FALSE(ParseColumnNames(text).ok()) << text;
  }
  EXPECT_TRUE(ParseColumnNames(std::string(127, 'x')).ok());
  EXPECT_FALSE(ParseColumnNames(std::string(128, 'x')).ok());
}

}  // namespace
}  // namespace redshift
