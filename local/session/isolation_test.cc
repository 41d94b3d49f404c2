// Snapshots, write locks and conflicts, against the running program.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

#include "local/testing/local_process.h"

namespace redshift_local {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using Rows = std::vector<std::vector<std::string>>;

constexpr char kConflict[] = "could not complete because of conflict with concurrent transaction";

// A fresh table with one row (1, 'first').
Client TableWithRow(const std::string& name) {
  Client client;
  client.Run("create table " + name + " (id int, v varchar(20))");
  EXPECT_EQ(client.Run("insert into " + name + " values (1, 'first')").tag, "INSERT 0 1");
  return client;
}

TEST(IsolationTest, BeginTakesNoSnapshot) {
  Client other = TableWithRow("late");
  Client client;
  client.Run("begin isolation level read committed");
  other.Run("insert into late values (2, 'x')");
  EXPECT_EQ(client.Run("select count(*) from late").Value(), "2");
  // From here on the snapshot stands, whatever level BEGIN named.
  other.Run("insert into late values (3, 'x')");
  EXPECT_EQ(client.Run("select count(*) from late").Value(), "2");
  client.Run("commit");
}

TEST(IsolationTest, AllWordsForALevelAreTakenAndNoneTakesASnapshot) {
  Client other = TableWithRow("worded");
  Client client;
  int rows = 1;
  for (const std::string level : {"serializable", "read uncommitted", "read committed", "repeatable read"}) {
    EXPECT_EQ(client.Run("begin work isolation level " + level + " read write").tag, "BEGIN");
    EXPECT_EQ(client.Run("set transaction isolation level " + level).tag, "SET");
    EXPECT_EQ(client.RunWith("set session characteristics as transaction isolation level " + level, {}).tag,
              "SET");
    other.Run("insert into worded values (2, 'x')");
    EXPECT_EQ(client.Run("select count(*) from worded").Value(), std::to_string(++rows)) << level;
    other.Run("insert into worded values (3, 'x')");
    EXPECT_EQ(client.Run("select count(*) from worded").Value(), std::to_string(rows++)) << level;
    client.Run("commit");
  }
}

TEST(IsolationTest, LockTakesNoSnapshotSoThatAnUpdateBehindItSeesTheNewestRow) {
  Client first = TableWithRow("head");
  first.Run("begin");
  first.Run("lock head");
  Client second;
  second.Run("begin");
  second.Send("lock table head");
  EXPECT_FALSE(second.HasAnswerWithin(200));
  first.Run("update head set v = 'newest' where id = 1");
  first.Run("commit");
  EXPECT_EQ(second.Await().tag, "LOCK TABLE");
  EXPECT_EQ(second.Run("update head set v = v || '!' where id = 1").tag, "UPDATE 1");
  EXPECT_EQ(second.Run("commit").tag, "COMMIT");
  EXPECT_EQ(first.Run("select v from head").Value(), "newest!");
}

TEST(IsolationTest, AStaleSnapshotEndsInAConflict) {
  Client other = TableWithRow("stale");
  Client client;
  client.Run("begin");
  client.Run("select * from stale");
  other.Run("update stale set v = 'changed' where id = 1");
  const Answer answer = client.Run("update stale set v = 'mine' where id = 1");
  EXPECT_EQ(answer.sqlstate, "XX000");
  EXPECT_EQ(answer.message, kConflict);
  EXPECT_EQ(client.Run("commit").tag, "ROLLBACK");
}

TEST(IsolationTest, OneWriterPerTable) {
  Client first = TableWithRow("written");
  first.Run("begin");
  first.Run("insert into written values (2, 'x')");
  Client second;
  second.Send("insert into written values (3, 'y')");
  EXPECT_FALSE(second.HasAnswerWithin(200));
  // Readers do not wait; they see what is committed.
  EXPECT_EQ(Client().Run("select count(*) from written").Value(), "1");
  first.Run("commit");
  EXPECT_EQ(second.Await().tag, "INSERT 0 1");
  EXPECT_EQ(first.Run("select count(*) from written").Value(), "3");
}

TEST(IsolationTest, WritersWithParametersWaitForEachOther) {
  Client client = TableWithRow("bound");
  std::vector<std::vector<std::string>> tags(4);
  std::vector<std::thread> threads;
  for (std::vector<std::string>& mine : tags) {
    threads.emplace_back([&mine] {
      Client writer;
      for (int i = 0; i < 50; ++i) {
        const Answer answer = writer.RunWith("insert into bound values ($1, $2)", {"2", "x"});
        mine.push_back(answer.ok() ? answer.tag : answer.message);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const std::vector<std::string>& mine : tags) EXPECT_THAT(mine, Each("INSERT 0 1"));
  EXPECT_EQ(client.Run("select count(*) from bound").Value(), "201");
}

TEST(IsolationTest, TheSecondWriterOfARowFailsOnceItHasWaited) {
  Client first = TableWithRow("contended");
  first.Run("begin");
  first.Run("update contended set v = 'a' where id = 1");
  Client second;
  second.Send("update contended set v = 'b' where id = 1");
  EXPECT_FALSE(second.HasAnswerWithin(200));
  first.Run("commit");
  EXPECT_EQ(second.Await().message, kConflict);
}

TEST(IsolationTest, ReadersWaitBehindLock) {
  Client first = TableWithRow("locked");
  first.Run("begin");
  first.Run("lock locked");
  Client reader;
  reader.Send("select count(*) from locked");
  EXPECT_FALSE(reader.HasAnswerWithin(200));
  first.Run("commit");
  EXPECT_EQ(reader.Await().Value(), "1");
}

TEST(IsolationTest, DeadlocksHaveOneVictim) {
  Client first = TableWithRow("dead_a");
  TableWithRow("dead_b");
  Client second;
  first.Run("begin");
  second.Run("begin");
  first.Run("lock dead_a");
  second.Run("lock dead_b");
  first.Send("lock dead_b");
  second.Send("lock dead_a");
  // The victim's locks go with its error, so both get their answers.
  const Answer answers[] = {first.Await(), second.Await()};
  const int victim = answers[0].ok() ? 1 : 0;
  EXPECT_EQ(answers[victim].sqlstate, "40P01");
  EXPECT_EQ(answers[1 - victim].tag, "LOCK TABLE");
}

TEST(IsolationTest, TruncateCommitsTheBlockItStandsIn) {
  Client client = TableWithRow("kept");
  TableWithRow("emptied");
  client.Run("begin");
  client.Run("insert into kept values (2, 'x')");
  EXPECT_EQ(client.Run("truncate emptied").tag, "TRUNCATE TABLE");
  client.Run("rollback");
  EXPECT_EQ(client.Run("select count(*) from kept").Value(), "2");
  EXPECT_EQ(client.Run("select count(*) from emptied").Value(), "0");
}

TEST(IsolationTest, TheHolderOfALockCanBeNamedAndEnded) {
  Client holder = TableWithRow("blocked");
  holder.Run("set query_group to 'loader 7'");
  holder.Run("begin");
  holder.Run("lock blocked");
  Client waiter;
  waiter.Run("begin");
  waiter.Send("lock blocked");
  EXPECT_FALSE(waiter.HasAnswerWithin(200));

  Client look;
  const std::string id = look.Run("select oid from pg_class where relname = 'blocked'").Value();
  const std::string pid = std::to_string(holder.pid());
  EXPECT_EQ(
      look.Run("select distinct pid, trim(txn_owner) from svv_transactions where granted and relation = " +
               id)
          .rows,
      (Rows{{pid, "awsuser"}}));
  EXPECT_EQ(look.Run("select lock_owner_pid, trim(lock_status) from stv_locks where table_id = " + id +
                     " order by lock_status")
                .rows,
            (Rows{{pid, "Holding write lock"}, {std::to_string(waiter.pid()), "Waiting for write lock"}}));
  EXPECT_EQ(look.Run("select trim(label) from stl_query where pid = " + pid +
                     " order by starttime desc, query desc limit 1")
                .Value(),
            "loader 7");
  EXPECT_EQ(look.Run("select count(*) from stv_recents where status = 'Running' and pid = " + pid).Value(),
            "0");
  EXPECT_EQ(look.Run("select count(*) from stv_recents where status = 'Running' and pid = " +
                     std::to_string(waiter.pid()))
                .Value(),
            "1");
  EXPECT_EQ(look.Run("select trim(user_name) from stv_sessions where process = " + pid).Value(), "awsuser");
  EXPECT_EQ(look.Run("select pg_terminate_backend(" + pid + ")").Value(), "t");
  EXPECT_EQ(waiter.Await().tag, "LOCK TABLE");
}

}  // namespace
}  // namespace redshift_local
