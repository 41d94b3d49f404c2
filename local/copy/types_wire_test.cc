// SUPER, VARBYTE and INTERVAL in text and CSV, NULL in every type, and the options that change values: over
// the wire.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "local/copy/wire_test_support.h"

namespace redshift_local {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

using TypesWireTest = CopyWireFixture;

TEST_F(TypesWireTest, SuperIsJsonInTextAndCsv) {
  EXPECT_THAT(
      Load("s super",
           "\"{\"\"a\"\":[1, 2.50, null, \"\"ä\\n\"\"]}\"\n\"\"\"text\"\"\"\n123456789012345678901234567890\n"
           "true\nnull\n",
           "csv"),
      ElementsAre(R"({"a":[1,2.50,null,"ä\n"]})", "\"text\"", "123456789012345678901234567890", "true",
                  "null"));
  EXPECT_THAT(Load("s super", "{\"a\":\"b\\nc\"}\n\\N\n", "delimiter '|'"),
              ElementsAre(R"({"a":"b\nc"})", "NULL"));
  EXPECT_THAT(Load("s super", "{\"a\":\"b\\\\\\\\c\\|d\"}\n", "escape"), ElementsAre(R"({"a":"b\\c|d"})"));
  for (const auto* bad : {"bare", "\"{\"\"a\"\":1,\"\"a\"\":2}\"", "{a:1}", "[1] [2]"}) {
    EXPECT_THAT(Load("s super", std::string(bad) + "\n", "csv"), ElementsAre("1224 s 1")) << bad;
  }
  EXPECT_THAT(Load("s super", "\"[\"\"" + std::string(65536, 'x') + "\"\"]\"\n", "csv"),
              ElementsAre("1224 s 1"));
  EXPECT_EQ(Load("s super", "\"[\"\"" + std::string(65535, 'x') + "\"\"]\"\n", "csv")[0].size(), 65539u);
  EXPECT_THAT(Load("s super", "\"[\"\"\xff\"\"]\"\n", "csv"), ElementsAre("1220 s 1"));
}

TEST_F(TypesWireTest, SuperOfCopyIsSuperOfJsonParse) {
  EXPECT_THAT(
      Load("s super", "\"{\"\"a\"\": [1, \"\"x\"\"]}\"\n\"\"\"text\"\"\"\n1.5\n", "csv",
           "select s = json_parse('{\"a\":[1,\"x\"]}'), s = json_parse('\"text\"'), s = json_parse('1.5') "
           "from t"),
      ElementsAre("t|f|f", "f|t|f", "f|f|t"));
}

TEST_F(TypesWireTest, ControlCharactersInSuperHaveTheirShortEscapes) {
  // Of JSON's escapes, these five have a letter.
  const std::string field = R"("[""\u0008\u0009\u000a\u000c\u000d\u0001""]")"
                            "\n";
  EXPECT_THAT(Load("s super", field, "csv"), ElementsAre(R"(["\b\t\n\f\r\u0001"])"));
  EXPECT_THAT(Load("s super",
                   R"("""\u0008\u000c""")"
                   "\n",
                   "csv"),
              ElementsAre(R"("\b\f")"));
}

TEST_F(TypesWireTest, SuperIsNestedAsDeepAsAnObjectOfJson) {
  const auto nested = [](int levels) {
    return std::string(static_cast<size_t>(levels), '[') + std::string(static_cast<size_t>(levels), ']');
  };
  EXPECT_THAT(Load("s super", nested(1000) + '\n', "csv", "select json_size(s) from t"), ElementsAre("2000"));
  EXPECT_THAT(Load("s super", nested(1001) + '\n', "csv"), ElementsAre("1224 s 1"));
}

TEST_F(TypesWireTest, VarbyteIsHex) {
  EXPECT_THAT(Load("v varbyte(4)", "00fFaB5c\n\nDEADBEEF\n", "csv", "select v, octet_length(v) from t"),
              ElementsAre("00ffab5c|4", "NULL|NULL", "deadbeef|4"));
  EXPECT_THAT(Load("v varbyte(4)", "\\N\n00\n", ""), ElementsAre("NULL", "00"));
  EXPECT_THAT(Load("v varbyte(4)", "0011223344\n", "csv"), ElementsAre("1204 v 1"));
  EXPECT_THAT(Load("v varbyte(4)", "001\n", "csv"), ElementsAre("1207 v 1"));
  EXPECT_THAT(Load("v varbyte(4)", "0x01\n", "csv"), ElementsAre("1207 v 1"));
  std::string longest(2048001, 'a');
  longest.back() = '\n';
  EXPECT_EQ(Load("v varbyte(1024000)", longest, "csv")[0].size(), 2048000u);
}

TEST_F(TypesWireTest, IntervalsAreReadInTheirForms) {
  const std::string months = "select m = interval '14' month from t";
  EXPECT_THAT(Load("m interval year to month", "1-2\n1 year 2 months\nP1Y2M\n", "csv", months),
              ElementsAre("t", "t", "t"));
  EXPECT_THAT(Load("m interval year to month", "1 day\n", "csv"), ElementsAre("1200 m 1"));
  EXPECT_THAT(Load("m interval year to month", "178956970-8\n", "csv"), ElementsAre("1204 m 1"));
  EXPECT_THAT(
      Load("d interval day to second", "1 02:03:04.567891\n1 day 2 hours 3 minutes 4.567891 seconds\n", "csv",
           "select d = interval '1 02:03:04.567891' day to second from t"),
      ElementsAre("t", "t"));
  EXPECT_THAT(Load("d interval day to second (3)", "0 00:00:00.0005\n", "csv",
                   "select d = interval '0 00:00:00.001' day to second from t"),
              ElementsAre("t"));
  EXPECT_THAT(Load("d interval day to second", "1 month\n", "csv"), ElementsAre("1200 d 1"));
  EXPECT_THAT(Load("d interval day to second", "106751992 00:00:00\n", "csv"), ElementsAre("1204 d 1"));
}

TEST_F(TypesWireTest, NullByTypeAndForm) {
  const char* others[] = {"boolean",
                          "smallint",
                          "integer",
                          "bigint",
                          "decimal(5,2)",
                          "real",
                          "double precision",
                          "date",
                          "time",
                          "timetz",
                          "timestamp",
                          "timestamptz",
                          "super",
                          "varbyte(3)",
                          "interval year to month",
                          "interval day to second"};
  for (const auto* type : others) {
    const std::string columns = std::string("v ") + type + ", n int";
    for (const auto* field : {"\\N", "", "  "}) {
      EXPECT_THAT(Load(columns, std::string(field) + "|1\n", ""), ElementsAre("NULL|1")) << type << field;
      EXPECT_THAT(Load(columns, std::string(field) + ",1\n", "csv"), ElementsAre("NULL|1")) << type << field;
    }
    EXPECT_THAT(Load(columns, "\"\",1\n", "csv"), ElementsAre("NULL|1")) << type;
    EXPECT_THAT(Load(columns, "@@,1\n", "csv null as '@@'"), ElementsAre("NULL|1")) << type;
    EXPECT_THAT(Load(std::string("v ") + type + " not null, n int", ",1\n", "csv"), ElementsAre("1213 v 1"))
        << type;
  }
  for (const auto* type : {"char(2)", "varchar(2)"}) {
    const std::string columns = std::string("v ") + type + ", n int";
    const std::string query = "select '<' || v || '>', n from t";
    EXPECT_THAT(Load(columns, "\\N|1\n", "", query), ElementsAre("NULL|1"));
    EXPECT_THAT(Load("v varchar(2), n int", "|1\n", "", query), ElementsAre("<>|1"));
    EXPECT_THAT(Load("v varchar(2), n int", "  |1\n", "", query), ElementsAre("<  >|1"));
    EXPECT_THAT(Load(columns, "  |1\n", "blanksasnull", query), ElementsAre("NULL|1"));
    EXPECT_THAT(Load(columns, "|1\n", "emptyasnull", query), ElementsAre("NULL|1"));
    EXPECT_THAT(Load(columns, "|1\n", "null as ''", query), ElementsAre("NULL|1"));
    EXPECT_THAT(Load("v varchar(2), n int", "\"\",1\n", "csv", query), ElementsAre("<>|1"));
  }
}

TEST_F(TypesWireTest, OptionsThatChangeValues) {
  EXPECT_THAT(Load("a varchar(9), b varchar(9)", "x\\|y|\\\\\\N\n", "escape"), ElementsAre("x|y|\\N"));
  EXPECT_THAT(Load("a varchar(9)", "line\\\nend\n\\N\n", "escape"), ElementsAre("line\nend", "NULL"));
  EXPECT_THAT(Load("a varchar(9), b varchar(9)", "'x|y'|\"it's\"\n", "removequotes"),
              ElementsAre("x|y|it's"));
  EXPECT_THAT(Load("a varchar(9)", "'x\n", "removequotes"), ElementsAre("1214  1"));
  EXPECT_THAT(Load("a int, b int, c varchar(9)", "1\n", "fillrecord"), ElementsAre("1|NULL|"));
  EXPECT_THAT(Load("a int, b super, c varbyte, d interval year to month", "1\n", "fillrecord"),
              ElementsAre("1|NULL|NULL|NULL"));
  EXPECT_THAT(Load("a varchar(9)", "x \t \n", "trimblanks"), ElementsAre("x"));
  EXPECT_THAT(Load("a varchar(3), b char(2)", "äöü|abc\n", "truncatecolumns"), ElementsAre("ä|ab"));
  EXPECT_THAT(Load("a varchar(3)", "äöü\n", ""), ElementsAre("1204 a 1"));
  EXPECT_THAT(Load("a decimal(5,2)", "7.019\n-7.019\n", ""), ElementsAre("7.01", "-7.01"));
  EXPECT_THAT(Load("a decimal(5,2)", "7.019\n-7.019\n", "roundec"), ElementsAre("7.02", "-7.02"));
  EXPECT_THAT(Load("a date, b timestamp", "soon|later\n", "acceptanydate"), ElementsAre("NULL|NULL"));
  EXPECT_THAT(Load("a varchar(9)", "x\xa4\xffy\n", "acceptinvchars"), ElementsAre("x??y"));
  EXPECT_THAT(Load("a int", "1\n", "compupdate preset statupdate off"), ElementsAre("1"));
  EXPECT_THAT(Load("a int", "1\n", "compupdate on statupdate on comprows 5000"), ElementsAre("1"));
}

}  // namespace
}  // namespace redshift_local
