// COPY inside sessions: transactions, counters, error views, clients that vanish. Formats are tested in
// copy/.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "local/testing/local_process.h"

namespace redshift_local {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Rows = std::vector<std::vector<std::string>>;

Client Loader(const std::string& table) {
  Client client;
  client.Run("create table " + table + " (id int, v varchar(10))");
  return client;
}

std::string CopySql(const std::string& table, const std::string& key) {
  return fmt::format("copy {} from 's3://local/{}' iam_role default csv", table, key);
}

TEST(CopySessionTest, LoadsAndCounts) {
  PutObject(SharedLocal(), "good/1", "1,one\n2,two\n");
  Client client = Loader("loaded");
  EXPECT_EQ(client.Run("select pg_last_copy_count(), pg_last_copy_id()").rows, (Rows{{"0", "-1"}}));
  EXPECT_EQ(client.Run(CopySql("loaded", "good/")).tag, "COPY");
  EXPECT_THAT(client.TakeNotices(),
              ElementsAre("INFO: Load into table 'loaded' completed, 2 record(s) loaded successfully."));
  EXPECT_EQ(client.Run("select pg_last_copy_count()").Value(), "2");
  EXPECT_EQ(client.Run("select count(*) from loaded").Value(), "2");
  EXPECT_EQ(client.RunWith(CopySql("loaded", "good/"), {}).tag, "COPY");
  EXPECT_EQ(client.RunWith("select pg_last_copy_count()", {}).Value(), "2");
  EXPECT_EQ(client.Run("select count(*) from loaded").Value(), "4");
}

TEST(CopySessionTest, ErrorsAreSeenAfterTheRollback) {
  PutObject(SharedLocal(), "bad/1", "1,one\nx,two\n");
  Client client = Loader("spoilt");
  client.Run("begin");
  client.Run("insert into spoilt values (0, 'zero')");
  const Answer answer = client.Run(CopySql("spoilt", "bad/"));
  EXPECT_EQ(answer.sqlstate, "XX000");
  EXPECT_THAT(answer.message, HasSubstr("Load into table 'spoilt' failed."));
  EXPECT_EQ(client.Run("select 1").sqlstate, "25P02");
  client.Run("rollback");
  EXPECT_EQ(client.Run("select count(*) from spoilt").Value(), "0");
  EXPECT_EQ(client
                .Run("select trim(filename), line_number, trim(colname), err_code from stl_load_errors where "
                     "query = pg_last_copy_id()")
                .rows,
            (Rows{{"s3://local/bad/1", "2", "id", "1207"}}));
  EXPECT_EQ(
      client.Run("select line_number from sys_load_error_detail where query_id = pg_last_copy_id()").Value(),
      "2");
  EXPECT_EQ(client.Run("select pg_last_copy_count()").Value(), "0");
}

TEST(CopySessionTest, TheSecondLoaderOfATableWaits) {
  PutObject(SharedLocal(), "wait/1", "1,one\n");
  Client first = Loader("awaited");
  first.Run("begin");
  first.Run(CopySql("awaited", "wait/"));
  Client second;
  second.Send(CopySql("awaited", "wait/"));
  EXPECT_FALSE(second.HasAnswerWithin(300));
  first.Run("commit");
  EXPECT_EQ(second.Await().tag, "COPY");
  EXPECT_EQ(first.Run("select count(*) from awaited").Value(), "2");
}

TEST(CopySessionTest, LoadsIntoATemporaryTableOfTheSession) {
  PutObject(SharedLocal(), "temp/1", "1,one\n");
  Client client;
  client.Run("create temp table staged (id int, v varchar(10))");
  EXPECT_EQ(client.Run(CopySql("staged", "temp/")).tag, "COPY");
  EXPECT_EQ(client.Run("select v from staged").Value(), "one");
}

TEST(CopySessionTest, AutocommitLoadOutlivesItsClientAndALoadInABlockDoesNot) {
  std::string rows;
  for (int i = 0; i < 300'000; ++i) rows += fmt::format("{},abc\n", i);
  PutObject(SharedLocal(), "large/1", rows);
  Client look = Loader("vanished");
  // The client leaves while COPY waits for the table's lock, so that it is surely gone before the load.
  const auto load = [&](bool in_block) {
    Client holder;
    holder.Run("begin");
    holder.Run("lock vanished");
    Client client;
    if (in_block) client.Run("begin");
    client.Send(CopySql("vanished", "large/"));
    EXPECT_FALSE(client.HasAnswerWithin(300));
    client.Vanish();
    holder.Run("commit");
  };
  load(true);
  load(false);
  EXPECT_TRUE(Eventually([&] { return look.Run("select count(*) from vanished").Value() == "300000"; }));
}

TEST(CopySessionTest, CancelAndTimeoutEndALoad) {
  PutObject(SharedLocal(), "cancel/1", "1,one\n");
  Client holder = Loader("timed_load");
  holder.Run("begin");
  holder.Run("lock timed_load");
  Client client;
  client.Run("set statement_timeout to 150");
  EXPECT_EQ(client.Run(CopySql("timed_load", "cancel/")).sqlstate, "57014");
  holder.Run("commit");
  EXPECT_EQ(client.Run(CopySql("timed_load", "cancel/")).tag, "COPY");
}

TEST(CopySessionTest, CopyOfAClientsOwnDataIsRefused) {
  Client client = Loader("no_stdin");
  for (const char* sql :
       {"copy no_stdin from stdin", "copy no_stdin to stdout", "copy no_stdin from '/tmp/x'"}) {
    EXPECT_FALSE(client.Run(sql).ok()) << sql;
  }
  EXPECT_THAT(
      client.Run("copy no_stdin from stdin").message,
      HasSubstr("LOAD source is not supported. (Hint: only S3 or DynamoDB or EMR based load is allowed)"));
  EXPECT_EQ(client.RunWith("copy nowhere from 's3://local/good/' iam_role default", {}).sqlstate, "42P01");
}

}  // namespace
}  // namespace redshift_local
