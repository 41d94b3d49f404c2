// Databases of SERIALIZABLE isolation, and the switch between the levels, against the running program.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "local/testing/local_process.h"

namespace redshift_local {
namespace {

using ::testing::AllOf;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using Rows = std::vector<std::vector<std::string>>;

// A session in a database of the level, made at the first use.
Client In(const std::string& level) {
  static const bool made = [] {
    for (const char* name : {"serializable", "snapshot"}) {
      const Answer answer =
          Client().Run(std::string("create database is_") + name + " isolation level " + name);
      EXPECT_EQ(answer.tag, "CREATE DATABASE") << answer.message;
    }
    return true;
  }();
  EXPECT_TRUE(made);
  return Client(SharedLocal(), "dbname=is_" + level);
}

std::string TableId(Client* client, const std::string& table) {
  return client->Run("select oid from pg_class where relname = '" + table + "'").Value();
}

// Error 1023 in the guide's form.
auto IsViolation() {
  return AllOf(Field(&Answer::sqlstate, "XX000"), Field(&Answer::message, "1023"),
               Field(&Answer::detail,
                     MatchesRegex("Serializable isolation violation on table - [0-9]+, transactions forming "
                                  "the cycle are: [0-9]+(, [0-9]+)+ \\(pid:[0-9]+\\)")));
}

// The guide's example of two transactions that each read what the other writes. The answer of the second
// COMMIT, whose transaction may have failed before it.
Answer RunCycle(const std::string& level, Client* one, Client* two) {
  one->Run("drop table if exists cycle_a; drop table if exists cycle_b");
  one->Run("create table cycle_a (a int); create table cycle_b (a int)");
  // The words for a level are taken and mean nothing: that of the database counts.
  one->Run(level == "snapshot" ? "begin isolation level serializable"
                               : "begin isolation level read committed");
  two->Run("begin");
  EXPECT_EQ(one->Run("select count(*) from cycle_a").Value(), "0");
  EXPECT_TRUE(one->Run("insert into cycle_b values (1)").ok());
  EXPECT_TRUE(two->Run("insert into cycle_a values (1)").ok());
  EXPECT_EQ(two->Run("select count(*) from cycle_b").Value(), "0");
  EXPECT_EQ(one->Run("commit").tag, "COMMIT");
  return two->Run("commit");
}

TEST(SerializableTest, TransactionsThatReadWhatTheOtherWritesCannotBothCommit) {
  Client one = In("serializable");
  Client two = In("serializable");
  const Answer lost = RunCycle("serializable", &one, &two);
  EXPECT_THAT(lost, IsViolation());
  EXPECT_THAT(lost.detail, HasSubstr("table - " + TableId(&one, "cycle_a") + ","));
  EXPECT_THAT(lost.detail, HasSubstr("(pid:" + std::to_string(two.pid()) + ")"));
  EXPECT_EQ(one.Run("select count(*) from cycle_a").Value(), "0");
  // The loser goes through when it is repeated.
  EXPECT_EQ(two.Run("begin; insert into cycle_a values (1); select count(*) from cycle_b").Value(), "1");
  EXPECT_EQ(two.Run("commit").tag, "COMMIT");
}

TEST(SerializableTest, ACommitThatFailsIsNoMomentForACutAfterIt) {
  Client one = In("serializable");
  Client two = In("serializable");
  const std::string pattern = "insert into cycle_a values";
  one.Run("select local.fault('cut-after-commit', 1, '" + pattern + "')");
  EXPECT_THAT(RunCycle("serializable", &one, &two), IsViolation());
  EXPECT_EQ(
      one.Run("select asked || ' ' || fired from local.faults where pattern = '" + pattern + "'").Value(),
      "0 0");
  EXPECT_EQ(one.Run("select local.clear_faults()").Value(), "1");
}

TEST(SerializableTest, SnapshotIsolationLetsThemBothCommit) {
  Client one = In("snapshot");
  Client two = In("snapshot");
  EXPECT_EQ(RunCycle("snapshot", &one, &two).tag, "COMMIT");
  EXPECT_EQ(one.Run("select count(*) from cycle_a").Value(), "1");
}

TEST(SerializableTest, TheCycleNamesItsTransactionsAndStlTrConflictRemembersTheLoser) {
  Client one = In("serializable");
  Client two = In("serializable");
  Client look = In("serializable");
  const auto transaction_of = [&](Client& client) {
    return look
        .Run("select max(xid) from svv_transactions where pid = " + std::to_string(client.pid()) +
             " and lockable_object_type = 'transactionid'")
        .Value();
  };
  one.Run("create table named (a int)");
  const std::string id = TableId(&one, "named");
  one.Run("begin; select count(*) from named; insert into named values (1)");
  two.Run("begin; select count(*) from named");
  two.Send("insert into named values (2)");
  EXPECT_FALSE(two.HasAnswerWithin(200));
  const std::string winner = transaction_of(one);
  EXPECT_EQ(one.Run("commit").tag, "COMMIT");
  const Answer lost = two.Await();
  EXPECT_THAT(lost, IsViolation());
  EXPECT_THAT(lost.detail, AllOf(HasSubstr("table - " + id + ","), HasSubstr(", " + winner + " (pid:")));
  const Rows kept = look.Run(
                            "select xact_id, process_id, abort_time > xact_start_ts from stl_tr_conflict "
                            "where table_id = " +
                            id)
                        .rows;
  ASSERT_EQ(kept.size(), 1u);
  EXPECT_THAT(lost.detail, HasSubstr("cycle are: " + kept[0][0] + ", "));
  EXPECT_EQ(kept[0][1], std::to_string(two.pid()));
  EXPECT_EQ(kept[0][2], "t");
}

TEST(SerializableTest, WritersThatReadNothingWaitForEachOtherAndBothCommit) {
  Client one = In("serializable");
  Client two = In("serializable");
  one.Run("create table pure (a int)");
  one.Run("begin");
  one.Run("insert into pure values (1)");
  two.Send("insert into pure values (2)");
  EXPECT_FALSE(two.HasAnswerWithin(200));
  EXPECT_EQ(one.Run("commit").tag, "COMMIT");
  EXPECT_EQ(two.Await().tag, "INSERT 0 1");
  EXPECT_EQ(one.Run("select count(*) from pure").Value(), "2");
}

TEST(SerializableTest, AStaleRowIsAViolationToo) {
  Client one = In("serializable");
  Client two = In("serializable");
  one.Run("create table stale (a int); insert into stale values (1)");
  two.Run("begin; select * from stale");
  EXPECT_EQ(one.Run("update stale set a = 2").tag, "UPDATE 1");
  // By the extended protocol, as drivers do it.
  EXPECT_THAT(two.RunWith("update stale set a = a + $1", {"1"}), IsViolation());
  EXPECT_EQ(two.Run("commit").tag, "ROLLBACK");
}

TEST(SerializableTest, CopyCanBeTheLoser) {
  PutObject(SharedLocal(), "serializable/rows.csv", "1\n2\n");
  Client one = In("serializable");
  Client two = In("serializable");
  one.Run("create table copied (a int)");
  two.Run("begin; select count(*) from copied");
  EXPECT_EQ(one.Run("begin; select count(*) from copied; insert into copied values (3); commit").tag,
            "COMMIT");
  EXPECT_THAT(two.Run("copy copied from 's3://local/serializable/rows.csv' "
                      "credentials 'aws_access_key_id=test;aws_secret_access_key=testtest' csv"),
              IsViolation());
  EXPECT_EQ(two.Run("rollback").tag, "ROLLBACK");
  EXPECT_EQ(one.Run("select count(*) from copied").Value(), "1");
}

TEST(SerializableTest, LockBeforeTheSnapshotPreventsIt) {
  Client one = In("serializable");
  Client two = In("serializable");
  one.Run("create table first (a int); create table second (a int)");
  one.Run("begin; lock first, second");
  two.Run("begin");
  two.Send("lock table first, second");
  EXPECT_FALSE(two.HasAnswerWithin(200));
  EXPECT_EQ(one.Run("select count(*) from first; insert into second values (1); commit").tag, "COMMIT");
  EXPECT_EQ(two.Await().tag, "LOCK TABLE");
  EXPECT_EQ(two.Run("select count(*) from second").Value(), "1");
  EXPECT_EQ(two.Run("insert into first values (1); commit").tag, "COMMIT");
}

TEST(SerializableTest, TransactionsThatMakeTablesAndReadTheCatalogueDoNotConflict) {
  Client one = In("serializable");
  Client two = In("serializable");
  const auto make = [](Client& client, const std::string& name) {
    client.Run("begin");
    client.Run("create table " + name + " (a int encode zstd primary key) distkey (a) sortkey (a)");
    client.Run("create temp table stage (like " + name + ")");
    return client.Run("select distkey from svv_redshift_columns where table_name = '" + name + "'").Value();
  };
  EXPECT_EQ(make(one, "made_by_one"), "t");
  EXPECT_EQ(make(two, "made_by_two"), "t");
  EXPECT_EQ(one.Run("commit").tag, "COMMIT");
  EXPECT_EQ(two.Run("drop table stage; commit").tag, "COMMIT");
}

TEST(IsolationLevelTest, IsSaidByCreateDatabaseAndShownByTheSystemViews) {
  In("serializable");
  Client look;
  EXPECT_EQ(look.Run("select trim(db_name), trim(isolation_level) from stv_db_isolation_level "
                     "where db_name in ('dev', 'is_serializable', 'is_snapshot') order by 1")
                .rows,
            (Rows{{"dev", "Snapshot Isolation"},
                  {"is_serializable", "Serializable"},
                  {"is_snapshot", "Snapshot Isolation"}}));
  EXPECT_EQ(look.Run("select database_isolation_level from svv_redshift_databases "
                     "where database_name = 'is_serializable'")
                .Value(),
            "Serializable");
  EXPECT_EQ(look.Run("create database never isolation level read committed").sqlstate, "42601");
  EXPECT_EQ(look.Run("begin; create database never").sqlstate, "25001");
}

TEST(IsolationLevelTest, IsAlteredOutsideBlocksWithoutOtherSessionsAndNotOfDev) {
  Client look;
  ASSERT_TRUE(look.Run("create database switched").ok());
  const std::string alter = "alter database switched isolation level serializable";
  Client one(SharedLocal(), "dbname=switched");
  EXPECT_EQ(look.Run(alter).sqlstate, "55006");
  {
    Client two(SharedLocal(), "dbname=switched");
    EXPECT_THAT(one.Run(alter).message, HasSubstr("is being accessed by other users"));
  }
  EXPECT_EQ(one.Run("begin; " + alter).sqlstate, "25001");
  one.Run("rollback");
  EXPECT_TRUE(Eventually([&] { return one.Run(alter).tag == "ALTER DATABASE"; }));
  EXPECT_EQ(look.Run("alter database dev isolation level serializable").message,
            "the isolation level of database \"dev\" cannot be changed");
  // Of the session that said it, and of the next.
  Client two(SharedLocal(), "dbname=switched");
  EXPECT_THAT(RunCycle("serializable", &two, &one), IsViolation());
}

}  // namespace
}  // namespace redshift_local
