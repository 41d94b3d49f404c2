#include "engine/sql/identifier.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace redshift {
namespace {

using ::testing::HasSubstr;

TEST(Identifier, AsciiLettersBecomeLowerCaseAsRedshiftFoldsThemInQuotesToo) {
  EXPECT_EQ(Identifier::Make("MyCol", "column")->Quoted(), "\"mycol\"");
  EXPECT_EQ(Identifier::Make("Größe", "column")->Quoted(), "\"größe\"");
}

TEST(Identifier, InnerQuotesAreDoubled) {
  EXPECT_EQ(Identifier::Make("a\"; drop table x; --", "column")->Quoted(), "\"a\"\"; drop table x; --\"");
}

TEST(Identifier, BackslashesStayAsTheyAre) {
  EXPECT_EQ(Identifier::Make("a\\b", "column")->Quoted(), "\"a\\b\"");
}

TEST(Identifier, LongNamesAreRefusedInsteadOfBeingCutByTheServer) {
  EXPECT_TRUE(Identifier::Make(std::string(127, 'a'), "table").ok());
  EXPECT_THAT(Identifier::Make(std::string(128, 'a'), "table").status().message(), HasSubstr("127"));
  // Bytes count, not characters.
  std::string umlauts;
  for (int i = 0; i < 64; ++i) umlauts += "ä";
  EXPECT_FALSE(Identifier::Make(umlauts, "table").ok());
}

TEST(Identifier, EmptyControlAndBrokenNamesAreRefused) {
  EXPECT_FALSE(Identifier::Make("", "table").ok());
  EXPECT_FALSE(Identifier::Make("a\nb", "table").ok());
  EXPECT_FALSE(Identifier::Make(std::string_view("a\0b", 3), "table").ok());
  EXPECT_FALSE(Identifier::Make("a\x7f", "table").ok());
  EXPECT_FALSE(Identifier::Make("\xff", "table").ok());
}

TEST(QualifiedName, QuotesBothParts) {
  const QualifiedName name = *QualifiedName::Make("Sales Data", "Or\"ders");
  EXPECT_EQ(name.Quoted(), "\"sales data\".\"or\"\"ders\"");
  EXPECT_EQ(name.ToString(), "sales data.or\"ders");
}

}  // namespace
}  // namespace redshift
