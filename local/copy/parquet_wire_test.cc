// COPY ... FORMAT AS PARQUET over the wire, of files that pyarrow wrote (make_parquet.py).
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "local/copy/wire_test_support.h"

namespace redshift_local {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

// Made once, in a folder that goes with the program.
class ParquetFiles {
 public:
  ParquetFiles() {
    std::string pattern = testing::TempDir() + "parquet-XXXXXX";
    folder_ = mkdtemp(pattern.data());
    const auto command = fmt::format("{} local/copy/make_parquet.py {}", PYTHON, folder_.string());
    if (std::system(command.c_str()) != 0) std::abort();
  }
  ~ParquetFiles() { std::filesystem::remove_all(folder_); }

  std::string Read(const std::string& name) const {
    std::ifstream file(folder_ / (name + ".parquet"), std::ios::binary);
    std::ostringstream bytes;
    bytes << file.rdbuf();
    EXPECT_FALSE(bytes.str().empty()) << name;
    return bytes.str();
  }

 private:
  std::filesystem::path folder_;
};

class ParquetWireTest : public CopyWireFixture {
 protected:
  static std::string File(const std::string& name) {
    static const ParquetFiles files;
    return files.Read(name);
  }

  // The rows after loading that file into a table with these columns; or the error's DETAIL, or its text.
  std::vector<std::string> LoadFile(const std::string& columns, const std::string& name,
                                    const std::string& options = "", const std::string& list = "") {
    client_.Run("drop table if exists t");
    const auto created = client_.Run("create table t (" + columns + ")");
    EXPECT_EQ(created.sqlstate, "") << created.message;
    Put(name, File(name));
    const auto answer = Copy(name, "format as parquet " + options, "t " + list);
    if (answer.sqlstate.empty()) return client_.Run("select * from t order by 1").rows;
    EXPECT_EQ(client_.Value("select count(*) from t"), "0");
    return {answer.message == "Spectrum Scan Error" ? answer.detail : answer.sqlstate + " " + answer.message};
  }
};

TEST_F(ParquetWireTest, EveryTypeArrives) {
  EXPECT_THAT(
      LoadFile(
          "b boolean, s smallint, i integer, l bigint, n decimal(10,2), w decimal(38,0), r real, f double "
          "precision, c char(4), v varchar(40), d date, t timestamp, y varbyte(3)",
          "every"),
      ElementsAre(
          "f|32767|2147483647|9223372036854775807|0.01|-1|NaN|Infinity|    ||9999-12-31|0001-01-01 00:00:00|",
          "t|-32768|-2147483648|-9223372036854775808|-123.45|99999999999999999999999999999999999999|1.5|-2."
          "5e-300|"
          "ab  |tab\tline\nback\\N ä€😀|0001-01-01|2024-02-29 23:59:59.999999|00ff5c",
          "NULL|NULL|NULL|NULL|NULL|NULL|NULL|NULL|NULL|NULL|NULL|NULL|NULL"));
  EXPECT_THAT(client_.TakeNotices(),
              Contains("INFO: Load into table 't' completed, 3 record(s) loaded successfully."));
  EXPECT_EQ(client_.Value("select pg_last_copy_count()"), "3");
  EXPECT_EQ(client_.Value("select file_format || ' ' || loaded_rows::varchar from sys_load_history where "
                          "query_id = pg_last_copy_id()"),
            "parquet 3");
}

TEST_F(ParquetWireTest, NestedColumnsBecomeSuperByTheirJson) {
  const std::string columns = "id integer, list super, \"row\" super, map super, text super";
  EXPECT_THAT(
      LoadFile(columns, "nested", "serializetojson"),
      ElementsAre(R"(1|[1,null,3]|{"a":"q\"uo\\te\n","b":{"x":[1.5,null]}}|{"k":true,"l":null}|"plain")",
                  R"(2|[]|{"a":null,"b":null}|{}|"")", "3|NULL|NULL|NULL|NULL"));
  const auto refused = LoadFile(columns, "nested");
  EXPECT_THAT(refused, ElementsAre(HasSubstr("Column type: SUPER, Parquet schema:\noptional group list")));
  EXPECT_THAT(refused, ElementsAre(HasSubstr("SERIALIZETOJSON")));
}

TEST_F(ParquetWireTest, SuperTakesAnyColumnWithinItsLimits) {
  for (const auto* name : {"int8", "text", "date", "decimal", "list", "binary"}) {
    EXPECT_EQ(LoadFile("x super", name, "serializetojson").size(), 1u) << name;
    EXPECT_EQ(client_.Value("select count(*) from t"), "1") << name;
  }
  EXPECT_THAT(LoadFile("x super", "decimal", "serializetojson"), ElementsAre("1.25"));
  EXPECT_THAT(LoadFile("x super", "date", "serializetojson"), ElementsAre("\"2024-02-29\""));
  EXPECT_THAT(LoadFile("x super", "nan_in_list", "serializetojson"), ElementsAre(HasSubstr("NaN")));
  EXPECT_THAT(LoadFile("x super", "long_in_list", "serializetojson"), ElementsAre(HasSubstr("65536 bytes")));
  EXPECT_EQ(LoadFile("x super", "longest_in_list", "serializetojson")[0].size(), 65535u + 4);
  EXPECT_EQ(LoadFile("x super", "five_megabytes", "serializetojson")[0].size(), 80u * 65003 + 1);
  EXPECT_THAT(LoadFile("x super", "seventeen_megabytes", "serializetojson"),
              ElementsAre(HasSubstr("SUPER holds 16777216")));
}

TEST_F(ParquetWireTest, ColumnsAreMappedByPositionAndCounted) {
  EXPECT_THAT(LoadFile("a integer, b varchar(5)", "two"), ElementsAre("1|a", "2|b"));
  EXPECT_THAT(LoadFile("b varchar(5), z integer default 9, a integer", "two", "", "(a, b)"),
              ElementsAre("a|9|1", "b|9|2"));
  EXPECT_THAT(LoadFile("a integer", "two"),
              ElementsAre(HasSubstr("Unmatched number of columns between table and file. Table columns: 1, "
                                    "Data columns: 2")));
  EXPECT_THAT(LoadFile("a integer, b varchar(5), c integer", "two"),
              ElementsAre(HasSubstr("Table columns: 3, Data columns: 2")));
  EXPECT_THAT(LoadFile("a integer, b varchar(5), c integer", "two", "fillrecord"),
              ElementsAre("1|a|NULL", "2|b|NULL"));
  EXPECT_THAT(LoadFile("a integer", "two", "fillrecord"), ElementsAre(HasSubstr("Data columns: 2")));
  EXPECT_THAT(LoadFile("b varchar(5), a integer", "two"), ElementsAre(HasSubstr("15007")));
}

TEST_F(ParquetWireTest, ATypeThatDoesNotFitExactlyIsRefused) {
  const std::pair<const char*, const char*> refused[] = {{"smallint", "int32"},
                                                         {"smallint", "int8"},
                                                         {"integer", "int16"},
                                                         {"integer", "int64"},
                                                         {"integer", "uint32"},
                                                         {"bigint", "int32"},
                                                         {"decimal(10,2)", "double"},
                                                         {"decimal(12,2)", "decimal"},
                                                         {"decimal(10,3)", "decimal"},
                                                         {"decimal(10,2)", "decimal_int64"},
                                                         {"real", "double"},
                                                         {"double precision", "float"},
                                                         {"varchar(9)", "binary"},
                                                         {"varchar(9)", "int64"},
                                                         {"varbyte", "text"},
                                                         {"date", "micros"},
                                                         {"timestamp", "date"},
                                                         {"timestamp", "nanos"},
                                                         {"timestamptz", "timestamptz"},
                                                         {"timestamptz", "micros"},
                                                         {"time", "time"},
                                                         {"boolean", "int32"},
                                                         {"varchar(9)", "list"},
                                                         {"interval year to month", "int32"},
                                                         {"interval day to second", "int64"}};
  for (const auto& [type, name] : refused) {
    EXPECT_THAT(LoadFile(std::string("x ") + type, name),
                ElementsAre(testing::AllOf(HasSubstr("code:      15007"),
                                           HasSubstr("has an incompatible Parquet schema for column '"),
                                           HasSubstr(".x'. Column type: "))))
        << type << " from " << name;
  }
  EXPECT_THAT(
      LoadFile("x varchar(9)", "int64"),
      ElementsAre(HasSubstr("Column type: VARCHAR, Parquet schema:\noptional int64 x [i:0 d:1 r:0]")));
}

TEST_F(ParquetWireTest, WhatFitsIsTaken) {
  EXPECT_THAT(LoadFile("x smallint", "int16"), ElementsAre("1"));
  EXPECT_THAT(LoadFile("x timestamp", "int96"), ElementsAre("2024-02-29 23:59:59.999999"));
  EXPECT_THAT(LoadFile("x timestamp", "int96_ends"),
              ElementsAre("0001-01-01 00:00:00", "9999-12-31 23:59:59.999999"));
  EXPECT_THAT(LoadFile("x decimal(10,8)", "tiny_decimal"), ElementsAre("-0.00000012", "0.00000001"));
  EXPECT_THAT(LoadFile("x varchar(3)", "bad_utf8", "acceptinvchars '^'"), ElementsAre("a^b"));
  EXPECT_THAT(LoadFile("x timestamp", "micros"), ElementsAre("2024-02-29 23:59:59.999999"));
  EXPECT_THAT(LoadFile("x timestamp", "millis"), ElementsAre("2024-02-29 23:59:59.005"));
  EXPECT_THAT(LoadFile("x varchar(6)", "dictionary"), ElementsAre("abcdef"));
  EXPECT_THAT(LoadFile("x varchar(6)", "large_text"), ElementsAre("abcdef"));
  EXPECT_THAT(LoadFile("x varchar(4)", "blanks"), ElementsAre("abc "));
  EXPECT_THAT(LoadFile("x varbyte(6)", "binary"), ElementsAre("616263646566"));
}

TEST_F(ParquetWireTest, ABadValueEndsTheLoadAndLeavesNothing) {
  EXPECT_THAT(
      LoadFile("x varchar(5)", "text"),
      ElementsAre(HasSubstr("The length of the data column x is longer than the length defined in the "
                            "table. Table: 5, Data: 6")));
  EXPECT_THAT(LoadFile("x varbyte(5)", "binary"), ElementsAre(HasSubstr("Table: 5, Data: 6")));
  EXPECT_THAT(LoadFile("x char(5)", "multibyte"),
              ElementsAre(HasSubstr("Multibyte character not supported")));
  EXPECT_THAT(LoadFile("x integer not null", "null"),
              ElementsAre(HasSubstr("Missing data for not-null field")));
  EXPECT_THAT(LoadFile("x decimal(19,0)", "decimal19"), ElementsAre(HasSubstr("Overflow")));
  EXPECT_THAT(LoadFile("x varchar(3)", "bad_utf8"), ElementsAre(HasSubstr("Bad UTF-8 hex sequence: a4")));
  EXPECT_THAT(LoadFile("x varchar(5)", "last_bad"), ElementsAre(HasSubstr("Row: 100001")));
  EXPECT_EQ(client_.Value("select pg_last_copy_count()"), "0");
}

TEST_F(ParquetWireTest, ColumnarCopyTakesFewParameters) {
  EXPECT_THAT(LoadFile("x integer", "int32", "statupdate off acceptinvchars maxerror 0"), ElementsAre("1"));
  for (const auto* option :
       {"region 'us-east-1'", "gzip", "zstd", "maxerror 1", "ignoreallerrors", "noload", "compupdate off",
        "delimiter ','", "null as 'x'", "truncatecolumns", "trimblanks", "roundec", "acceptanydate",
        "dateformat 'auto'", "timeformat 'auto'", "ignoreheader 1", "emptyasnull", "blanksasnull",
        "encoding utf8"}) {
    EXPECT_THAT(LoadFile("x integer", "int32", option),
                ElementsAre(testing::AllOf(StartsWith("0A000 "),
                                           HasSubstr("argument is not supported for PARQUET based COPY"))))
        << option;
  }
}

TEST_F(ParquetWireTest, AManifestGivesTheExactLength) {
  client_.Run("create table t (x integer)");
  const auto bytes = File("int32");
  Put("part", bytes);
  const auto copy = [&](const std::string& meta) {
    Put("manifest", "{\"entries\":[{\"url\":\"" + Url("part") + "\",\"mandatory\":true" + meta + "}]}");
    return Copy("manifest", "format parquet manifest");
  };
  const auto length = [&](size_t count) { return fmt::format(",\"meta\":{{\"content_length\":{}}}", count); };
  auto answer = copy("");
  EXPECT_THAT(answer.detail, HasSubstr("File entry does not have 'meta' key."));
  EXPECT_THAT(answer.detail, HasSubstr("15003"));
  EXPECT_THAT(copy(length(bytes.size() + 1)).message, HasSubstr("InvalidRange"));
  EXPECT_EQ(copy(length(bytes.size() - 1)).sqlstate, "XX000");
  EXPECT_EQ(client_.Value("select count(*) from t"), "0");
  EXPECT_EQ(copy(length(bytes.size())).tag, "COPY");
  EXPECT_EQ(client_.Value("select count(*) from t"), "1");
}

TEST_F(ParquetWireTest, ASuffixOfACodecMakesAFileUnreadable) {
  client_.Run("create table t (x integer)");
  for (const auto* name : {"part.gz", "part.snappy", "part.bz2"}) {
    Put(name, File("int32"));
    EXPECT_EQ(Copy(name, "parquet").message, "Spectrum Scan Error") << name;
  }
  Put("part.snappy.parquet", File("int32"));
  EXPECT_EQ(Copy("part.snappy.parquet", "parquet").tag, "COPY");
  Put("text", "1\n2\n");
  EXPECT_THAT(Copy("text", "parquet").detail, HasSubstr("cannot be read as Parquet"));
}

TEST_F(ParquetWireTest, AnAttributeIsNotInAnObjectTwice) {
  EXPECT_THAT(LoadFile("x super", "key_twice", "serializetojson"),
              ElementsAre(HasSubstr("Duplicate attribute 'k'")));
}

// A FLOAT is the double of the same value: numpy's float64(float32(0.1)) is 0.10000000149011612.
TEST_F(ParquetWireTest, NumbersInsideSuperKeepTheirValue) {
  EXPECT_THAT(LoadFile("x super, y super", "floats", "serializetojson"),
              ElementsAre("[0.10000000149011612,-1753734016,-0.0,0,9.999999680285692e+37,2.5]|"
                          "[0.1,-1753734016,-0.0,1e+300,2.5e-05]"));
}

TEST_F(ParquetWireTest, LoadsManyRowGroups) {
  EXPECT_EQ(LoadFile("x integer", "many").size(), 100'000u);
  EXPECT_EQ(client_.Value("select sum(x::bigint) from t"), "4999950000");
}

TEST_F(ParquetWireTest, IdentityColumnsHaveTheirPlaceInTheFile) {
  client_.Run("create table t (id integer identity(1,1), x integer)");
  Put("one", File("one"));
  EXPECT_EQ(Copy("one", "parquet", "t (x)").tag, "COPY");
  EXPECT_EQ(client_.Value("select x from t"), "7");
  EXPECT_EQ(Copy("one", "parquet explicit_ids", "t (id)").tag, "COPY");
  EXPECT_EQ(client_.Value("select count(*) from t where id = 7 and x is null"), "1");
}

}  // namespace
}  // namespace redshift_local
