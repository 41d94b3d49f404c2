// COPY ... JSON over the wire.
#include <arrow/io/compressed.h>
#include <arrow/io/memory.h>
#include <arrow/util/compression.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "local/copy/wire_test_support.h"

namespace redshift_local {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

class JsonWireTest : public CopyWireFixture {
 protected:
  // With a JSONPaths file.
  std::vector<std::string> LoadByPaths(const std::string& columns, const std::string& paths,
                                       std::string_view bytes, const std::string& options = "") {
    Put("paths.json", "{\"jsonpaths\":[" + paths + "]}");
    return Load(columns, bytes, "json '" + Url("paths.json") + "' " + options);
  }
};

TEST_F(JsonWireTest, KeysAreColumnNames) {
  EXPECT_THAT(Load("id int, name varchar(20)",
                   "{\"id\":1,\"name\":\"a\"}{\"name\":\"b\",\"other\":{\"id\":9},\"id\":2}\n\n"
                   "{\n \"id\" : 3\n}\n{\"ID\":4,\"Name\":\"d\",\"name\":null}",
                   "json 'auto'", "select * from t order by id nulls last"),
              ElementsAre("1|a", "2|b", "3|NULL", "NULL|NULL"));
  EXPECT_THAT(client_.TakeNotices(),
              Contains("INFO: Load into table 't' completed, 4 record(s) loaded successfully."));
  EXPECT_EQ(client_.Value("select file_format from sys_load_history where query_id = pg_last_copy_id()"),
            "json");
  EXPECT_THAT(
      Load("id int, name varchar(20)", "{\"ID\":4,\"Name\":\"d\"}", "format as json 'auto ignorecase'"),
      ElementsAre("4|d"));
  EXPECT_THAT(Load("id int, name varchar(20)", "{\"id\":1,\"id\":2}", "json"), ElementsAre("2|NULL"));
}

TEST_F(JsonWireTest, ColumnsOutsideOfTheListTakeTheirDefault) {
  client_.Run("create table t (id int, state varchar(9) default 'new', note varchar(9) default 'none')");
  Put("data", "{\"id\":1,\"state\":\"old\"}");
  EXPECT_EQ(Copy("data", "json 'auto'", "t (id, note)").tag, "COPY");
  EXPECT_EQ(client_.Value("select id::varchar || state || coalesce(note, 'null') from t"), "1newnull");
}

TEST_F(JsonWireTest, AnIdentityColumnNeedsExplicitIds) {
  client_.Run("create table t (id bigint identity(1,1), name varchar(9))");
  Put("data", "{\"id\":1000,\"name\":\"a\"}");
  EXPECT_EQ(Copy("data", "json").tag, "COPY");
  EXPECT_NE(client_.Value("select id from t"), "1000");
  EXPECT_EQ(Copy("data", "json explicit_ids").tag, "COPY");
  EXPECT_EQ(client_.Value("select name from t where id = 1000"), "a");
}

TEST_F(JsonWireTest, EveryTypeIsReadAsInText) {
  EXPECT_THAT(
      Load(
          "b boolean, s smallint, l bigint, n decimal(38,5), f double precision, c char(3), v varchar(20), d "
          "date, t time, ts timestamp, tz timestamptz, y varbyte(4), m interval year to month, i interval "
          "day to "
          "second",
          R"({"b":true,"s":"-7","l":"9223372036854775807","n":"123456789012345678901234567890123.12345",
              "f":1e-300,"c":"ab","v":"\u00e4\ud83d\ude00\"\\\/\n\t","d":"2024-02-29","t":"23:59:59.999999",
              "ts":"2024-02-29 01:02:03","tz":"2024-02-29 01:02:03+02","y":"00ff","m":"1-2","i":"1 02:03:04"}
             {"b":"","s":"","l":" ","n":"","f":"","c":"","v":"","d":"","t":"","ts":"","tz":"","y":"","m":"","i":""})",
          "json 'auto'",
          "select b, s, l, n, f, c, v, d, t, ts, tz, y, m = interval '14' month, i = interval '1 02:03:04' "
          "day to "
          "second from t order by s"),
      ElementsAre("t|-7|9223372036854775807|123456789012345678901234567890123.12345|1e-300|ab |ä😀\"\\/\n\t|"
                  "2024-02-29|23:59:59.999999|2024-02-29 01:02:03|2024-02-28 23:02:03+00|00ff|t|t",
                  "NULL|NULL|NULL|NULL|NULL|   ||NULL|NULL|NULL|NULL|NULL|NULL|NULL"));
}

TEST_F(JsonWireTest, TextKeepsNumbersBooleansAndNestedValues) {
  EXPECT_THAT(Load("v varchar(40)",
                   R"({"v":1.50}{"v":true}{"v":{"a": [1, "x"]}}{"v":[]}{"v":"\u0041"}{"v":null})", "json"),
              ElementsAre("1.50", "true", R"({"a": [1, "x"]})", "[]", "A", "NULL"));
  EXPECT_THAT(Load("v varchar(4)", R"({"v":"\\N"})", "json"), ElementsAre("\\N"));
}

TEST_F(JsonWireTest, SuperTakesEveryValue) {
  EXPECT_THAT(
      Load("v super", R"({"v":{"a" : [1, "x"]}}{"v":[]}{"v":"te\"xt"}{"v":1.50}{"v":false}{"v":null}{})",
           "json"),
      ElementsAre(R"({"a":[1,"x"]})", "[]", R"("te\"xt")", "1.50", "false", "NULL", "NULL"));
  EXPECT_THAT(Load("v super", R"({"v":{"a":1,"a":2}})", "json"), ElementsAre("1224 v 1"));
  EXPECT_THAT(Load("v super", "{\"v\":\"" + std::string(65536, 'x') + "\"}", "json"),
              ElementsAre("1224 v 1"));
}

TEST_F(JsonWireTest, EmptyAndBlankText) {
  EXPECT_THAT(Load("v varchar(9)", R"({"v":""}{"v":"  "})", "json"), ElementsAre("", "  "));
  EXPECT_THAT(Load("v varchar(9)", R"({"v":""}{"v":"  "})", "json emptyasnull"), ElementsAre("NULL", "  "));
  EXPECT_THAT(Load("v varchar(9)", R"({"v":"x "}{"v":"  "})", "json blanksasnull trimblanks"),
              ElementsAre("x", "NULL"));
  EXPECT_THAT(Load("v varchar(2) not null", R"({"v":null})", "json"), ElementsAre("1213 v 1"));
  EXPECT_THAT(Load("v varchar(2) not null", "\n\n{}", "json"), ElementsAre("1213 v 3"));
}

TEST_F(JsonWireTest, UnquotedNumbersPassThroughFloatingPoint) {
  EXPECT_THAT(Load("n decimal(10,2)", R"({"n":1.15}{"n":"1.15"}{"n":7.019})", "json"),
              ElementsAre("1.14", "1.15", "7.01"));
  EXPECT_THAT(Load("n decimal(10,2)", R"({"n":1.15}{"n":"1.15"}{"n":7.019})", "json roundec"),
              ElementsAre("1.15", "1.15", "7.02"));
  EXPECT_THAT(Load("l bigint", R"({"l":9007199254740993}{"l":"9007199254740993"}{"l":1e3})", "json"),
              ElementsAre("9007199254740992", "9007199254740993", "1000"));
  EXPECT_THAT(Load("i int", R"({"i":1.5})", "json"), ElementsAre("1207 i 1"));
}

TEST_F(JsonWireTest, JsonPathsPickTheirParts) {
  const std::string rows =
      R"({"id":1,"who":[{"name":"a"},{"name":"b"}]}
         {"who":[{"name":null},{"x":1}]})";
  EXPECT_THAT(LoadByPaths("x int, a varchar(9), b varchar(9)",
                          R"("$['id']","$['who'][0]['name']","$['who'][1]['name']")", rows),
              ElementsAre("1|a|b", "NULL|NULL|NULL"));
  EXPECT_THAT(
      LoadByPaths("x int, a varchar(9), b varchar(9)", R"("$.id","$.who[0].name","$.who[1].name")", rows),
      ElementsAre("1|a|b", "NULL|NULL|NULL"));
  EXPECT_THAT(LoadByPaths("w super", R"("$")", "{\"a\":1}"), ElementsAre("{\"a\":1}"));
  EXPECT_THAT(LoadByPaths("x int", R"("$['a'][3]")", R"({"a":[1]})"), ElementsAre("1216 x 1"));
  EXPECT_EQ(client_.Value("select trim(err_reason) from stl_load_errors where query = pg_last_copy_id()"),
            "Invalid JSONPath format: Not an array or index out of range.");
  EXPECT_THAT(LoadByPaths("x int", R"("$['a'][0]")", R"({"a":[1]}{"a":[]})", "maxerror 2"), ElementsAre("1"));
}

TEST_F(JsonWireTest, ABadJsonPathsFileFailsWhateverMaxerror) {
  const std::string row = "{\"a\":1}";
  for (const auto* paths :
       {R"("a")", R"("$.a['b']")", R"("$.*")", R"("$[?(@.x)]")", R"("$['a'")", R"("$[-1]")", "1"}) {
    EXPECT_THAT(LoadByPaths("x int", paths, row, "maxerror 9"),
                ElementsAre(HasSubstr("XX000 Invalid JSONPath format")))
        << paths;
  }
  EXPECT_THAT(
      LoadByPaths("x int", R"("$.a","$.b")", row),
      ElementsAre("XX000 Number of jsonpaths and the number of columns should match. JSONPath size: 2, "
                  "Number of columns in table or column list: 1"));
  Put("other.json", "{\"paths\":[\"$.b\"]}");
  EXPECT_THAT(Load("a int", row, "json '" + Url("other.json") + "'"), ElementsAre("1"));
  EXPECT_THAT(Load("a int", row, "json '" + Url("missing.json") + "'"), ElementsAre(HasSubstr("NoSuchKey")));
}

TEST_F(JsonWireTest, NoshredKeepsTheWholeObject) {
  EXPECT_THAT(Load("v super", "{\"a\" : 1}\n{\"b\":[null]}", "json 'noshred'"),
              ElementsAre("{\"a\":1}", "{\"b\":[null]}"));
  EXPECT_THAT(Load("v super, w int", "{\"a\":1}", "json 'noshred'"), ElementsAre(HasSubstr("0A000")));
  EXPECT_THAT(Load("v varchar(99)", "{\"a\":1}", "json 'noshred'"), ElementsAre(HasSubstr("0A000")));
  client_.Run("drop table if exists t");
  client_.Run("create table t (v super, w int default 3)");
  EXPECT_EQ(Copy("data", "json 'noshred'", "t (v)").tag, "COPY");
  EXPECT_EQ(client_.Value("select w from t"), "3");
}

TEST_F(JsonWireTest, EachRunOfJunkIsOneError) {
  const std::string bytes = "[\n{\"i\":1}, ,\n{\"i\":2}\n{\"i\":}\n{\"i\":\"x\"}\n{\"i\":3}\n] {\"i\":4";
  EXPECT_THAT(Load("i int", bytes, "json maxerror 7"), ElementsAre("1", "2", "3"));
  EXPECT_THAT(client_
                  .Run("select err_code, line_number, trim(colname) from stl_load_errors where query = "
                       "pg_last_copy_id() order by line_number, err_code")
                  .rows,
              ElementsAre("1216|1|", "1216|2|", "1216|4|", "1207|5|i", "1216|7|", "1216|7|"));
  EXPECT_EQ(Copy("data", "json maxerror 6").message, kFailed);
  EXPECT_THAT(Load("i int", "{\"i\":1},{\"i\":2}", "json"), ElementsAre("1216  1"));
}

TEST_F(JsonWireTest, LineNumberIsTheLastLineOfTheObject) {
  EXPECT_THAT(Load("i int", "{\"i\":1}\n{\n\"i\":\n\"x\"\n}\n", "json"), ElementsAre("1207 i 5"));
  EXPECT_THAT(Load("i int", "header {\"i\":9}\n{\"i\":1}\n", "json ignoreheader 1"), ElementsAre("1"));
}

TEST_F(JsonWireTest, AnObjectHasFourMegabytesPipesCountedTwice) {
  const auto object = [](size_t bytes, char c) {
    const std::string head = "{\"i\":1,\"x\":\"";
    return head + std::string(bytes - head.size() - 2, c) + "\"}";
  };
  constexpr size_t kMost = size_t{4} << 20;
  EXPECT_THAT(Load("i int", object(kMost, 'x'), "json"), ElementsAre("1"));
  EXPECT_THAT(Load("i int", object(kMost + 1, 'x') + "{\"i\":2}", "json maxerror 2"), ElementsAre("2"));
  EXPECT_THAT(Load("i int", object(3 << 20, '|') + "\n{\"i\":2}", "json maxerror 2"), ElementsAre("2"));
  EXPECT_EQ(client_.Value("select err_code from stl_load_errors where query = pg_last_copy_id()"), "1216");
}

TEST_F(JsonWireTest, BadCharactersAreErrorsOrReplaced) {
  EXPECT_THAT(Load("v varchar(9)", "{\"v\":\"a\xa4\"}", "json"), ElementsAre("1220 v 1"));
  EXPECT_THAT(Load("v varchar(9)", "{\"v\":\"a\\ud800\"}", "json"), ElementsAre("1220 v 1"));
  EXPECT_THAT(Load("v varchar(9)", "{\"v\":\"a\\u0000\"}", "json"), ElementsAre("1220 v 1"));
  EXPECT_THAT(Load("v varchar(9)", "{\"v\":\"a\xa4\"}", "json acceptinvchars '^'"), ElementsAre("a^"));
  EXPECT_THAT(Load("c char(9)", "{\"c\":\"\\u00e4\"}", "json"), ElementsAre("1220 c 1"));
  EXPECT_THAT(Load("v varchar(3)", "{\"v\":\"abcd\"}", "json"), ElementsAre("1204 v 1"));
  EXPECT_THAT(Load("v varchar(3)", "{\"v\":\"abcd\"}", "json truncatecolumns"), ElementsAre("abc"));
  EXPECT_THAT(Load("d date", "{\"d\":\"soon\"}", "json acceptanydate"), ElementsAre("NULL"));
}

TEST_F(JsonWireTest, CompressedFilesAreReadByKeyword) {
  const std::pair<arrow::Compression::type, const char*> codecs[] = {{arrow::Compression::GZIP, "gzip"},
                                                                     {arrow::Compression::ZSTD, "zstd"},
                                                                     {arrow::Compression::BZ2, "bzip2"}};
  for (const auto& [kind, keyword] : codecs) {
    const auto codec = *arrow::util::Codec::Create(kind);
    const auto sink = *arrow::io::BufferOutputStream::Create();
    const auto stream = *arrow::io::CompressedOutputStream::Make(codec.get(), sink);
    EXPECT_TRUE(stream->Write("{\"i\":1}\n{\"i\":2}\n").ok());
    EXPECT_TRUE(stream->Close().ok());
    EXPECT_THAT(Load("i int", (*sink->Finish())->ToString(), std::string("json 'auto' ") + keyword),
                ElementsAre("1", "2"))
        << keyword;
  }
}

TEST_F(JsonWireTest, OptionsOfOtherFormatsAreRefused) {
  EXPECT_THAT(Load("i int", "{}", "json delimiter ','"),
              ElementsAre("0A000 DELIMITER argument is not supported for JSON based COPY"));
  EXPECT_THAT(Load("i int", "{}", "json null as 'x'"), ElementsAre(HasSubstr("0A000 NULL AS argument")));
}

}  // namespace
}  // namespace redshift_local
