// COPY as a client sees it: redshift-local as a process, libpq, objects in its S3.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <thread>

#include "local/copy/wire_test_support.h"

namespace redshift_local {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

bool Eventually(const std::function<bool()>& holds) {
  for (int i = 0; i < 3000; ++i) {
    if (holds()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return false;
}

class CopyWireTest : public CopyWireFixture {
 protected:
  // Waits until the COPY of that object has begun to load; it is still at it then.
  void AwaitRunning(const std::string& key) {
    Client watcher(local()["url"]);
    EXPECT_TRUE(Eventually([&] {
      return watcher.Value(
                 "select count(*) from sys_load_history where status = 'running' and data_source = '" +
                 Url(key) + "'") == "1";
    }));
  }

  std::string LongFile(int rows) const {
    std::string bytes;
    for (int i = 0; i < rows; ++i) bytes += fmt::format("{},name {}\n", i, i);
    return bytes;
  }
};

TEST_F(CopyWireTest, LoadsAndTellsTheCountByNoticeTagAndFunctions) {
  client_.Run("create table t (id int, name varchar(20))");
  EXPECT_EQ(client_.Value("select pg_last_copy_count()"), "0");
  EXPECT_EQ(client_.Value("select pg_last_copy_id()"), "-1");
  Put("in/1", "1|a\n2|b\n");
  Put("in/2", "3|c\n");
  const auto answer = Copy("in/");
  EXPECT_EQ(answer.tag, "COPY") << answer.message;
  EXPECT_THAT(client_.TakeNotices(),
              Contains("INFO: Load into table 't' completed, 3 record(s) loaded successfully."));
  EXPECT_EQ(client_.Value("select pg_last_copy_count()"), "3");
  EXPECT_NE(client_.Value("select pg_last_copy_id()"), "-1");
  EXPECT_THAT(client_.Run("select id, name from t order by id").rows, ElementsAre("1|a", "2|b", "3|c"));
}

TEST_F(CopyWireTest, EveryTypeArrivesAsItWasWritten) {
  EXPECT_EQ(
      client_
          .Run(
              "create table t (b boolean, s smallint, i integer, l bigint, d decimal(38,5), r real, "
              "f double precision, c char(4), v varchar(40), dt date, tm time, ts timestamp, tz timestamptz)")
          .sqlstate,
      "");
  Put("types",
      "true,-32768,2147483647,-9223372036854775808,123456789012345678901234567890123.12345,1.5,-2.5e-300,ab,"
      "\"q\"\"uo,te\n\\N ä€😀\",0001-01-01,23:59:59.999999,9999-12-31 23:59:59.999999,2024-06-01 "
      "12:00:00+02\n"
      ",,,,,,,@,@,,,,\n"
      "0,0,0,0,0,NaN,Infinity,,\"\",2024-02-29,00:00:00,1970-01-01 00:00:00,1970-01-01 00:00:00+00\n");
  EXPECT_EQ(Copy("types", "csv null as '@'").tag, "COPY")
      << client_.Run("select * from stl_load_errors").rows.size();
  EXPECT_THAT(
      client_.Run("select b, s, i, l, d, r, f, c, v, dt, tm, ts, tz from t order by i desc nulls last").rows,
      ElementsAre(
          "t|-32768|2147483647|-9223372036854775808|123456789012345678901234567890123.12345|1.5|-2.5e-300|"
          "ab  |q\"uo,te\n\\N ä€😀|0001-01-01|23:59:59.999999|9999-12-31 23:59:59.999999|"
          "2024-06-01 10:00:00+00",
          "f|0|0|0|0.00000|NaN|Infinity|    ||2024-02-29|00:00:00|1970-01-01 00:00:00|1970-01-01 00:00:00+00",
          "NULL|NULL|NULL|NULL|NULL|NULL|NULL|NULL|NULL|NULL|NULL|NULL|NULL"));
}

TEST_F(CopyWireTest, EachErrorCodeIsRecordedWithColumnAndLine) {
  client_.Run(
      "create table t (i integer, v varchar(5) not null, d date, ts timestamp, f double precision, n "
      "decimal(5,2), "
      "b boolean, c char(3))");
  const std::string good = "1|v|2024-01-01|2024-01-01 00:00:00|1.5|1.25|t|abc\n";
  EXPECT_EQ(ErrorOf(good + "1|v|2024-01-01|2024-01-01 00:00:00|1.5|1.25|t|abc|extra\n"), "1202  2");
  EXPECT_EQ(ErrorOf("1,v,2024-01-01\n", "csv"), "1203  1");
  EXPECT_EQ(ErrorOf("1|too long|||||| \n"), "1204 v 1");
  EXPECT_EQ(ErrorOf("1|v|01.01.2024|||||\n"), "1205 d 1");
  EXPECT_EQ(ErrorOf("1|v||2024-01-01 25:00:00||||\n"), "1206 ts 1");
  EXPECT_EQ(ErrorOf(good + good + "x|v||||||\n"), "1207 i 3");
  EXPECT_EQ(ErrorOf("1|v|||x|||\n"), "1208 f 1");
  EXPECT_EQ(ErrorOf("1|v||||x||\n"), "1209 n 1");
  EXPECT_EQ(ErrorOf("1|v|||||maybe|\n"), "1210 b 1");
  EXPECT_EQ(ErrorOf(good + "\n"), "1211  2");
  EXPECT_EQ(ErrorOf("1|\\N||||||\n"), "1213 v 1");
  EXPECT_EQ(ErrorOf("1|v\n"), "1214  1");
  EXPECT_EQ(ErrorOf("1|v\xa4||||||\n"), "1220 v 1");
  EXPECT_EQ(ErrorOf("1|v||||||\xc3\xa9\n"), "1220 c 1");
  EXPECT_EQ(ErrorOf("2147483648|v||||||\n"), "1222 i 1");
  EXPECT_EQ(client_.Value("select count(*) from t"), "0");
}

TEST_F(CopyWireTest, LoadErrorsOutliveTheRollbackOfTheirTransaction) {
  client_.Run("create table t (id int, name varchar(20))");
  Put("good", "1|a\n");
  Put("bad", "2|b\nx3|it's ä\n");
  EXPECT_EQ(client_.Run("begin").tag, "BEGIN");
  EXPECT_EQ(Copy("good").tag, "COPY");
  EXPECT_EQ(Copy("bad").message, kFailed);
  EXPECT_EQ(client_.Run("select 1").sqlstate, "25P02");
  EXPECT_EQ(client_.Run("rollback").tag, "ROLLBACK");
  EXPECT_EQ(client_.Value("select count(*) from t"), "0");
  EXPECT_EQ(client_.Value("select pg_last_copy_count()"), "0");
  EXPECT_THAT(
      client_
          .Run("select trim(filename), line_number, trim(colname), trim(type), position, trim(raw_line), "
               "trim(raw_field_value), err_code, trim(err_reason) from stl_load_errors "
               "where query = pg_last_copy_id()")
          .rows,
      ElementsAre(Url("bad") + "|2|id|int4|0|x3|it's ..|x3|1207|"
                               "Invalid digit, Value 'x', Pos 0, Type: Integer"));
  EXPECT_EQ(
      client_.Value("select octet_length(filename) from stl_load_errors where query = pg_last_copy_id()"),
      "256");
  EXPECT_THAT(
      client_
          .Run("select trim(file_name), line_number, trim(column_name), trim(column_type), error_code, "
               "trim(error_message) from sys_load_error_detail where query_id = pg_last_copy_id()")
          .rows,
      ElementsAre(Url("bad") + "|2|id|int4|1207|Invalid digit, Value 'x', Pos 0, Type: Integer"));
  EXPECT_THAT(client_
                  .Run("select field, trim(colname), trim(value), is_null from stl_loaderror_detail "
                       "where query = pg_last_copy_id() order by field")
                  .rows,
              ElementsAre("0|id|x3|0", "1|name|it's ..|0"));
  EXPECT_EQ(client_.Value("select status || ' ' || error_count::varchar from sys_load_history "
                          "where query_id = pg_last_copy_id()"),
            "aborted 1");
}

TEST_F(CopyWireTest, TheHistoryViewsShowFilesAndRows) {
  client_.Run("create table t (id int, name varchar(20))");
  Put("in/1", "1,a\n2,b\n");
  Put("in/2", "3,c\n");
  EXPECT_EQ(Copy("in/", "csv").tag, "COPY");
  EXPECT_THAT(client_
                  .Run("select trim(filename), lines_scanned, errors from stl_load_commits "
                       "where query = pg_last_copy_id() order by 1")
                  .rows,
              ElementsAre(Url("in/1") + "|2|0", Url("in/2") + "|1|0"));
  EXPECT_EQ(client_.Value("select status || ' ' || table_name || ' ' || file_format || ' ' || "
                          "loaded_rows::varchar || ' ' || source_file_count::varchar from sys_load_history "
                          "where query_id = pg_last_copy_id()"),
            "completed t csv 3 2");
}

TEST_F(CopyWireTest, ManifestsNameTheirFiles) {
  client_.Run("create table t (id int, name varchar(20))");
  Put("data/a", "1|a\n");
  Put("data/a2", "2|b\n");
  const auto manifest = [&](const std::string& entries) {
    Put("manifest", "{\"entries\":[" + entries + "]}");
  };
  const auto entry = [&](const std::string& key, const char* more = "") {
    return "{\"url\":\"" + Url(key) + "\"" + more + "}";
  };
  manifest(entry("data/a") + "," + entry("data/a", ",\"mandatory\":true") + "," + entry("data/gone"));
  EXPECT_EQ(Copy("manifest", "manifest").tag, "COPY");
  EXPECT_THAT(client_.Run("select * from t").rows, ElementsAre("1|a", "1|a"));
  manifest(entry("data/a") + "," + entry("data/gone", ",\"mandatory\":true"));
  auto answer = Copy("manifest", "manifest");
  EXPECT_EQ(answer.sqlstate, "XX000");
  EXPECT_THAT(answer.message, HasSubstr("Mandatory url is not present in manifest file"));
  manifest(entry("data/gone"));
  EXPECT_EQ(Copy("manifest", "manifest").sqlstate, "XX000");
  manifest("{\"url\":\"data/a\"}");
  EXPECT_EQ(Copy("manifest", "manifest").sqlstate, "XX000");
  EXPECT_THAT(Copy("no-manifest", "manifest").message, HasSubstr("NoSuchKey"));
  EXPECT_EQ(Copy("manifest", "").message, kFailed);
  EXPECT_EQ(client_.Value("select count(*) from t"), "2");
}

TEST_F(CopyWireTest, S3ErrorsAreInRedshiftsWords) {
  client_.Run("create table t (id int)");
  auto answer = Copy("nothing-here");
  EXPECT_EQ(answer.sqlstate, "XX000");
  EXPECT_EQ(answer.message, "The specified S3 prefix '" + prefix_ + "nothing-here' does not exist");
  answer = client_.Run(std::string("copy t from 's3://no-such-bucket/x'") + kAuth);
  EXPECT_EQ(answer.sqlstate, "XX000");
  EXPECT_THAT(answer.message,
              StartsWith("S3ServiceException:The specified bucket does not exist,Status 404,"));
  answer = client_.Run(std::string("copy t from 's3://no-such-bucket/x'") + kAuth + "manifest");
  EXPECT_THAT(answer.message, HasSubstr("NoSuchBucket"));
  EXPECT_EQ(client_.Value("select pg_last_copy_id()"), "-1");
}

TEST_F(CopyWireTest, StatementsAreRefusedBeforeAnythingIsLoaded) {
  client_.Run("create table t (id int)");
  Put("x", "1\n");
  EXPECT_EQ(Copy("x", "frobnicate").sqlstate, "42601");
  EXPECT_EQ(Copy("x", "csv escape").sqlstate, "0A000");
  EXPECT_EQ(Copy("x", "iam_role default").sqlstate, "42601");
  EXPECT_EQ(Copy("x", "format as orc").sqlstate, "0A000");
  EXPECT_EQ(client_.Run(CopyText("x", "", "nope")).sqlstate, "42P01");
  EXPECT_EQ(client_.Run(CopyText("x", "", "t (nope)")).sqlstate, "42703");
  for (const auto* text : {"copy t from stdin", "copy t to stdout"}) {
    EXPECT_THAT(client_.Run(text).message, StartsWith("LOAD source is not supported.")) << text;
  }
  EXPECT_EQ(client_.Value("select count(*) from t"), "0");
}

TEST_F(CopyWireTest, MaxErrorLoadsTheRestAndSaysSo) {
  client_.Run("create table t (id int, name varchar(20))");
  Put("x", "1|a\nx|b\n3|c\n");
  EXPECT_EQ(Copy("x", "maxerror 1").message, kFailed);
  EXPECT_EQ(Copy("x", "maxerror 2").tag, "COPY");
  EXPECT_THAT(client_.TakeNotices(),
              Contains("INFO: Load into table 't' completed, 1 record(s) could not be loaded.  Check "
                       "'stl_load_errors' system table for details."));
  EXPECT_EQ(client_.Value("select pg_last_copy_count()"), "2");
  EXPECT_EQ(client_.Value("select count(*) from stl_load_errors where query = pg_last_copy_id()"), "1");
}

TEST_F(CopyWireTest, IsTakenByTheExtendedProtocol) {
  client_.Run("create table t (id int, name varchar(20))");
  Put("x", "1|a\n");
  PGresult* result =
      PQexecParams(client_.get(), CopyText("x", "").c_str(), 0, nullptr, nullptr, nullptr, nullptr, 0);
  EXPECT_EQ(PQresultStatus(result), PGRES_COMMAND_OK) << PQresultErrorMessage(result);
  EXPECT_STREQ(PQcmdStatus(result), "COPY");
  PQclear(result);
  EXPECT_EQ(client_.Value("select count(*) from t"), "1");
  EXPECT_EQ(client_.Value("select pg_last_copy_count()"), "1");
}

TEST_F(CopyWireTest, AFailedCopyLeavesTheSessionUsable) {
  client_.Run("create table t (id int, name varchar(20))");
  Put("good", "1|a\n");
  Put("bad", "x|a\n");
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(Copy("bad").message, kFailed);
    EXPECT_EQ(Copy("missing").sqlstate, "XX000");
    EXPECT_EQ(Copy("good").tag, "COPY");
  }
  EXPECT_EQ(client_.Value("select count(*) from t"), "3");
}

TEST_F(CopyWireTest, WorksOnTemporaryTablesAndNewOnesOfTheTransaction) {
  Put("x", "1|a\n");
  client_.Run("begin");
  client_.Run("create temp table stage (id int, name varchar(20))");
  client_.Run("create table t (id int, name varchar(20))");
  EXPECT_EQ(client_.Run(CopyText("x", "", "stage")).tag, "COPY");
  EXPECT_EQ(Copy("x").tag, "COPY");
  EXPECT_EQ(client_.Run("commit").tag, "COMMIT");
  EXPECT_EQ(client_.Value("select count(*) from stage"), "1");
  EXPECT_EQ(client_.Value("select count(*) from t"), "1");
}

TEST_F(CopyWireTest, NamesOf127BytesAreLoadedInto) {
  const std::string table = "long_" + std::string(122, 't');
  const std::string one = std::string(126, 'c') + "1";
  const std::string two = std::string(126, 'c') + "2";
  Put("x.json", "{\"" + two + "\":\"b\",\"" + one + "\":1}");
  Put("x.csv", "b,2\n");
  Put("bad.csv", "b,x\n");
  EXPECT_EQ(client_.Run("create temp table " + table + " (" + one + " int, " + two + " varchar(9))").sqlstate,
            "");
  EXPECT_EQ(client_.Run(CopyText("x.json", "json", table)).tag, "COPY");
  EXPECT_EQ(client_.Run(CopyText("x.csv", "csv", table + " (" + two + ", " + one + ")")).tag, "COPY");
  EXPECT_THAT(client_.Run("select " + one + ", " + two + " from " + table + " order by 1").rows,
              ElementsAre("1|b", "2|b"));
  EXPECT_THAT(client_.Run(CopyText("bad.csv", "csv", table + " (" + two + ", " + one + ")")).message,
              HasSubstr("'" + table + "'"));
  EXPECT_EQ(client_.Value("select trim(colname) from stl_load_errors where query = pg_last_copy_id()"), one);
}

TEST_F(CopyWireTest, IdentityAndDefaultsFillWhatTheFileLeavesOut) {
  client_.Run("create table t (id bigint identity(1,1), name varchar(20), state varchar(10) default 'new')");
  Put("names", "a\nb\n");
  EXPECT_EQ(client_.Run(CopyText("names", "", "t (name)")).tag, "COPY");
  EXPECT_EQ(client_.Value("select count(distinct id)::varchar || min(state) from t"), "2new");
  Put("ids", "1000|c|old\n");
  EXPECT_EQ(Copy("ids", "explicit_ids").tag, "COPY");
  EXPECT_EQ(client_.Value("select name from t where id = 1000"), "c");
}

TEST_F(CopyWireTest, AnAutocommitCopyOutlivesItsClient) {
  client_.Run("create table t (id int, name varchar(20))");
  Put("x", LongFile(1'000'000));
  {
    Client leaver(local()["url"]);
    leaver.Send(CopyText("x", "csv"));
    AwaitRunning("x");
    leaver.Drop();
  }
  EXPECT_TRUE(Eventually([&] { return client_.Value("select count(*) from t") == "1000000"; }));
}

TEST_F(CopyWireTest, ACopyInABlockIsRolledBackWithItsClient) {
  client_.Run("create table t (id int, name varchar(20))");
  Put("x", LongFile(1'000'000));
  {
    Client leaver(local()["url"]);
    leaver.Run("begin");
    leaver.Send(CopyText("x", "csv"));
    AwaitRunning("x");
    leaver.Drop();
  }
  // Its lock on the table goes with it.
  client_.Run("begin");
  EXPECT_EQ(client_.Run("lock t").sqlstate, "");
  client_.Run("commit");
  EXPECT_EQ(client_.Value("select count(*) from t"), "0");
}

TEST_F(CopyWireTest, ASecondCopyWaitsForTheFirstTransaction) {
  client_.Run("create table t (id int, name varchar(20))");
  Put("x", "1|a\n");
  client_.Run("begin");
  EXPECT_EQ(Copy("x").tag, "COPY");
  Client second(local()["url"]);
  second.Send(CopyText("x", ""));
  std::this_thread::sleep_for(std::chrono::milliseconds(700));
  EXPECT_TRUE(second.IsBusy());
  EXPECT_EQ(client_.Run("rollback").tag, "ROLLBACK");
  EXPECT_EQ(second.Wait().tag, "COPY");
  EXPECT_EQ(client_.Value("select count(*) from t"), "1");
}

TEST_F(CopyWireTest, ACancelledCopyLeavesNothing) {
  client_.Run("create table t (id int, name varchar(20))");
  Put("x", LongFile(3'000'000));
  client_.Send(CopyText("x", "csv"));
  AwaitRunning("x");
  client_.Cancel();
  const auto answer = client_.Wait();
  EXPECT_EQ(answer.sqlstate, "57014") << answer.tag << answer.message;
  EXPECT_EQ(client_.Value("select count(*) from t"), "0");
  client_.Run("set statement_timeout to 200");
  EXPECT_EQ(Copy("x", "csv").sqlstate, "57014");
  client_.Run("set statement_timeout to 0");
  EXPECT_EQ(client_.Value("select count(*) from t"), "0");
}

TEST_F(CopyWireTest, NeedsTheInsertRight) {
  client_.Run("create table t (id int)");
  Put("x", "1\n");
  EXPECT_EQ(client_.Run("create user reader password 'Reader123'").sqlstate, "");
  auto url = local()["url"];
  const auto at = url.find('@');
  Client reader("postgresql://reader:Reader123" + url.substr(at));
  EXPECT_EQ(reader.Run(CopyText("x", "")).sqlstate, "42501");
  EXPECT_EQ(reader.Value("select pg_last_copy_id()"), "-1");
  // Errors of others are not shown.
  EXPECT_EQ(reader.Value("select count(*) from stl_load_errors"), "0");
}

}  // namespace
}  // namespace redshift_local
