// The faults of local.fault(), against the running program. Each test has a table of its own, by whose name
// its faults find their moment.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "local/session/fault_board.h"
#include "local/testing/local_process.h"

namespace redshift_local {
namespace {

using ::testing::HasSubstr;
using Rows = std::vector<std::vector<std::string>>;

// A fresh table with one row (1, 'first').
Client TableWithRow(const std::string& name) {
  Client client;
  client.Run("create table " + name + " (id int, v varchar(20))");
  EXPECT_EQ(client.Run("insert into " + name + " values (1, 'first')").tag, "INSERT 0 1");
  return client;
}

// "asked fired" of the only fault with this pattern.
std::string AskedAndFired(Client& client, const std::string& pattern) {
  return client.Run("select asked || ' ' || fired from local.faults where pattern = '" + pattern + "'")
      .Value();
}

std::string CopySql(const std::string& table, const std::string& key) {
  return fmt::format("copy {} from 's3://local/{}' iam_role default csv", table, key);
}

// Of the answer to Send, before libpq adds its own words about a lost connection.
std::string FirstSqlState(Client& client) {
  const std::unique_ptr<PGresult, decltype(&PQclear)> result(PQgetResult(client.connection()), PQclear);
  const char* state = PQresultErrorField(result.get(), PG_DIAG_SQLSTATE);
  return state == nullptr ? "" : state;
}

// The session has ended, and its transaction with it.
bool LocksAreFree(Client& client, const std::string& table) {
  client.Run("set statement_timeout to 5000");
  const bool free = client.Run("begin; lock " + table).ok();
  client.Run("rollback");
  return free;
}

TEST(FaultTest, EveryKnownFaultCanBeAskedForAndCleared) {
  Client client;
  const int before = std::stoi(client.Run("select count(*) from local.faults").Value());
  for (std::string_view name : FaultNames()) {
    EXPECT_EQ(client.Run(fmt::format("select local.fault('{}', 1, 'no such text')", name)).Value(), "armed");
  }
  const std::string count = std::to_string(FaultNames().size());
  EXPECT_EQ(client.Run("select local.clear_faults()").Value(), count);
  EXPECT_EQ(client.Run("select count(*) from local.faults where remaining > 0").Value(), "0");
  EXPECT_EQ(client.Run("select count(*) from local.faults").Value(),
            std::to_string(before + static_cast<int>(FaultNames().size())));
  EXPECT_EQ(client.Run("select local.clear_faults()").Value(), "0");
}

TEST(FaultTest, WhatCannotBeAskedForIsRefused) {
  Client client;
  EXPECT_THAT(client.Run("select local.fault('explode')").message, HasSubstr("unknown fault \"explode\""));
  EXPECT_THAT(client.Run("select local.fault('explode')").hint, HasSubstr("cut-before-commit"));
  EXPECT_EQ(client.Run("select local.fault('slow', 0)").sqlstate, "22023");
  EXPECT_EQ(client.Run("select local.fault('slow', 1, null, 0)").sqlstate, "22023");
  EXPECT_EQ(client.Run("select local.fault('slow', 1, null, 1.5)").sqlstate, "22023");
  EXPECT_EQ(client.Run("select local.fault('slow', 1, null, 1, -1)").sqlstate, "22023");
}

TEST(FaultTest, CutBeforeCommitRollsBack) {
  Client client = TableWithRow("cut_before");
  EXPECT_EQ(client.Run("select local.fault('cut-before-commit', 1, 'INTO cut_before')").Value(), "armed");
  Client other;
  other.Run("begin");
  other.Run("select 1");
  EXPECT_EQ(other.Run("commit").tag, "COMMIT");  // not this transaction
  other.Run("begin");
  other.Run("insert into cut_before values (2, 'x')");
  EXPECT_EQ(other.Run("commit").sqlstate, "08006");
  EXPECT_EQ(AskedAndFired(client, "into cut_before"), "1 1");
  EXPECT_EQ(client.Run("begin; lock cut_before; select count(*) from cut_before").Value(), "1");
}

TEST(FaultTest, CutAfterCommitHasCommitted) {
  Client client = TableWithRow("cut_after");
  EXPECT_EQ(
      client.RunWith("select local.fault($1, $2::int, $3)", {"cut-after-commit", "1", "cut_after"}).Value(),
      "armed");
  // The statement that arms a fault has the pattern in it too; it is a transaction of its own.
  Client other;
  other.RunWith("begin", {});
  other.RunWith("insert into cut_after values ($1, $2)", {"2", "x"});
  EXPECT_EQ(other.RunWith("commit", {}).sqlstate, "08006");
  EXPECT_EQ(client.Run("begin; lock cut_after; select count(*) from cut_after").Value(), "2");
  client.Run("commit");
  EXPECT_EQ(client
                .RunWith("select fault, remaining, asked, fired from local.faults where pattern = $1",
                         {"cut_after"})
                .rows,
            (Rows{{"cut-after-commit", "0", "1", "1"}}));
}

TEST(FaultTest, CutAtLogInIsALostConnection) {
  Client client;
  client.Run("select local.fault('cut-at-login', 1, 'application_name=cut_me')");
  EXPECT_TRUE(Client().is_connected());
  Client cut(SharedLocal(), "application_name=cut_me");
  EXPECT_FALSE(cut.is_connected());
  EXPECT_EQ(AskedAndFired(client, "application_name=cut_me"), "1 1");
  EXPECT_TRUE(Client(SharedLocal(), "application_name=cut_me").is_connected());
}

TEST(FaultTest, OneTooManyIsRefusedAtLogIn) {
  Client client;
  client.Run("select local.fault('too-many-connections', 1, 'application_name=crowd')");
  Client refused(SharedLocal(), "application_name=crowd");
  EXPECT_FALSE(refused.is_connected());
  EXPECT_THAT(refused.error(), HasSubstr("connection limit \"250\" exceeded for non-bootstrap users"));
  EXPECT_EQ(AskedAndFired(client, "application_name=crowd"), "1 1");
}

TEST(FaultTest, WithoutAPatternTheFirstDataStatementOfABlockIsHit) {
  // A server of its own: whatever block comes next is hit.
  LocalProcess local({"--port", "0", "--s3-port", "0", "--api-port", "0"});
  ASSERT_TRUE(local.is_ready()) << local.Log();
  Client client(local);
  client.Run("create table head (id int)");
  client.Run("select local.fault('serializable-violation')");
  EXPECT_EQ(client.Run("select count(*) from head").Value(), "0");  // no block
  client.Run("begin");
  EXPECT_EQ(client.Run("lock head").tag, "LOCK TABLE");  // no data statement
  const Answer answer = client.Run("insert into head values (1)");
  EXPECT_EQ(answer.sqlstate, "XX000");
  EXPECT_EQ(answer.message, "1023");
  EXPECT_EQ(client.Run("insert into head values (1)").sqlstate, "25P02");
  EXPECT_EQ(client.Run("commit").tag, "ROLLBACK");
  EXPECT_EQ(client.Run("select asked, fired from local.faults").rows, (Rows{{"1", "1"}}));
  EXPECT_EQ(client.Run("select count(*) from head").Value(), "0");
  EXPECT_EQ(local.Stop(SIGTERM), 0);
}

struct ErrorFault {
  const char* fault;
  const char* sqlstate;
  const char* message;
};

std::string NameOfCase(const ::testing::TestParamInfo<ErrorFault>& fault) {
  std::string name = fault.param.fault;
  std::erase(name, '-');
  return name;
}

class ErrorFaultTest : public ::testing::TestWithParam<ErrorFault> {
 protected:
  std::string table() const {
    std::string name = "hit_by_" + std::string(GetParam().fault);
    for (char& c : name) c = c == '-' ? '_' : c;
    return name;
  }
};

TEST_P(ErrorFaultTest, FailsTheStatementAndItsTransaction) {
  Client client = TableWithRow(table());
  client.Run(fmt::format("select local.fault('{}', 2, 'update {}')", GetParam().fault, table()));
  // By both protocols.
  for (const bool extended : {false, true}) {
    client.Run("begin");
    client.Run(fmt::format("insert into {} values (2, 'x')", table()));
    const std::string update = fmt::format("update {} set v = 'changed'", table());
    const Answer answer = extended ? client.RunWith(update, {}) : client.Run(update);
    EXPECT_EQ(answer.sqlstate, GetParam().sqlstate);
    EXPECT_THAT(answer.message, HasSubstr(GetParam().message));
    EXPECT_EQ(client.Run("select 1").sqlstate, "25P02");
    EXPECT_EQ(client.Run("commit").tag, "ROLLBACK");
  }
  EXPECT_EQ(AskedAndFired(client, "update " + table()), "2 2");
  EXPECT_EQ(client.Run("select * from " + table()).rows, (Rows{{"1", "first"}}));
}

INSTANTIATE_TEST_SUITE_P(
    Errors, ErrorFaultTest,
    ::testing::Values(
        ErrorFault{"serializable-violation", "XX000", "1023"},
        ErrorFault{"conflict", "XX000", "could not complete because of conflict with concurrent transaction"},
        ErrorFault{"deadlock", "40P01", "deadlock detected"}, ErrorFault{"disk-full", "53100", "Disk Full"},
        ErrorFault{"read-only", "25006", "Query execution failed because system is in read-only mode"},
        ErrorFault{"statement-timeout", "57014", "cancelled on user's request"}),
    NameOfCase);

TEST(FaultTest, AnErrorInsteadOfCommitEndsTheBlock) {
  Client client = TableWithRow("no_commit");
  client.Run("select local.fault('serializable-violation', 1, 'commit /* no_commit */ work')");
  client.Run("begin");
  client.Run("insert into no_commit values (2, 'x')");
  EXPECT_EQ(client.Run("commit /* no_commit */ work").message, "1023");
  EXPECT_EQ(AskedAndFired(client, "commit /* no_commit */ work"), "1 1");
  EXPECT_EQ(client.Run("select count(*) from no_commit").Value(), "1");  // outside any block
}

TEST(FaultTest, ShutdownEndsTheSession) {
  Client client = TableWithRow("shut_down");
  client.Run("select local.fault('shutdown', 1, 'update shut_down')");
  Client victim;
  victim.Run("begin");
  victim.Run("lock shut_down");
  victim.Send("update shut_down set v = 'x'");
  EXPECT_EQ(FirstSqlState(victim), "57P01");
  EXPECT_FALSE(victim.Run("select 1").ok());
  EXPECT_EQ(AskedAndFired(client, "update shut_down"), "1 1");
  EXPECT_TRUE(LocksAreFree(client, "shut_down"));
}

TEST(FaultTest, ASlowReplyComesLate) {
  Client client = TableWithRow("slowed");
  client.Run("select local.fault('slow', 1, 'update slowed', 1, 300)");
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(client.Run("update slowed set v = 'late'").tag, "UPDATE 1");
  EXPECT_GE(std::chrono::steady_clock::now() - begin, std::chrono::milliseconds(300));
  EXPECT_EQ(AskedAndFired(client, "update slowed"), "1 1");
}

TEST(FaultTest, ASlowStatementRunsAlsoWhenItsClientHasGone) {
  Client client = TableWithRow("slowed_and_left");
  client.Run("select local.fault('slow', 1, 'commit /* slowed_and_left */ work', 1, 300)");
  Client gone;
  gone.Run("begin");
  gone.Run("update slowed_and_left set v = 'late'");
  gone.Send("commit /* slowed_and_left */ work");
  ASSERT_TRUE(
      Eventually([&] { return AskedAndFired(client, "commit /* slowed_and_left */ work") == "1 1"; }));
  gone.Vanish();
  EXPECT_TRUE(Eventually([&] { return client.Run("select v from slowed_and_left").Value() == "late"; }));
}

TEST(FaultTest, ASlowStatementCanBeCancelled) {
  Client client = TableWithRow("slowed_for_long");
  client.Run("select local.fault('slow', 1, 'update slowed_for_long', 1, 3600000)");
  Client victim;
  victim.Send("update slowed_for_long set v = 'late'");
  ASSERT_TRUE(Eventually([&] { return AskedAndFired(client, "update slowed_for_long") == "1 1"; }));
  PGcancel* cancel = PQgetCancel(victim.connection());
  char error[256];
  EXPECT_EQ(PQcancel(cancel, error, sizeof(error)), 1) << error;
  PQfreeCancel(cancel);
  EXPECT_EQ(victim.Await().sqlstate, "57014");
  EXPECT_EQ(client.Run("select v from slowed_for_long").Value(), "first");
}

// A session in a block with a lock, to which nothing is said any more.
struct Hanging {
  explicit Hanging(const std::string& table) : client(TableWithRow(table)) {
    client.Run("select local.fault('silence', 1, 'update " + table + "')");
    victim.Run("begin");
    victim.Run("lock " + table);
    victim.Send("update " + table + " set v = 'x'");
    hangs = Eventually([&] { return AskedAndFired(client, "update " + table) == "1 1"; });
    EXPECT_FALSE(victim.HasAnswerWithin(200));
  }
  Client client;
  Client victim;
  bool hangs = false;
};

TEST(FaultTest, SilenceEndsWhenTheClientLeaves) {
  Hanging hanging("hangs_left");
  ASSERT_TRUE(hanging.hangs);
  hanging.victim.Vanish();
  EXPECT_TRUE(LocksAreFree(hanging.client, "hangs_left"));
}

TEST(FaultTest, SilenceEndsWhenTheSessionIsTerminated) {
  Hanging hanging("hangs_terminated");
  ASSERT_TRUE(hanging.hangs);
  EXPECT_EQ(
      hanging.client.Run("select pg_terminate_backend(" + std::to_string(hanging.victim.pid()) + ")").Value(),
      "t");
  EXPECT_EQ(FirstSqlState(hanging.victim), "57P01");
  EXPECT_TRUE(LocksAreFree(hanging.client, "hangs_terminated"));
}

TEST(FaultTest, SnapshotAtBeginMakesALaterUpdateBehindLockConflict) {
  Client client = TableWithRow("early");
  client.Run("select local.fault('snapshot-at-begin', 1, 'application_name=early')");
  Client stale(SharedLocal(), "application_name=early");
  stale.Run("begin");
  EXPECT_EQ(AskedAndFired(client, "application_name=early"), "1 1");
  client.Run("update early set v = 'newer' where id = 1");
  EXPECT_EQ(stale.Run("lock early").tag, "LOCK TABLE");
  EXPECT_EQ(stale.Run("update early set v = 'mine' where id = 1").message,
            "could not complete because of conflict with concurrent transaction");
  EXPECT_EQ(stale.Run("commit").tag, "ROLLBACK");
}

TEST(FaultTest, CutDuringCopyInABlockLoadsNothing) {
  PutObject(SharedLocal(), "cut_copy/1", "1,one\n2,two\n");
  Client client = TableWithRow("cut_copy");
  client.Run("select local.fault('cut-during-copy', 1, 'copy cut_copy')");
  Client victim;
  victim.Run("begin");
  EXPECT_EQ(victim.Run(CopySql("cut_copy", "cut_copy/")).sqlstate, "08006");
  EXPECT_EQ(AskedAndFired(client, "copy cut_copy"), "1 1");
  EXPECT_EQ(client.Run("begin; lock cut_copy; select count(*) from cut_copy").Value(), "1");
}

TEST(FaultTest, CutDuringCopyInAutocommitLoadsAllTheSame) {
  PutObject(SharedLocal(), "cut_auto/1", "1,one\n2,two\n");
  Client client = TableWithRow("cut_auto");
  client.Run("select local.fault('cut-during-copy', 1, 'copy cut_auto')");
  Client victim;
  EXPECT_EQ(victim.Run(CopySql("cut_auto", "cut_auto/")).sqlstate, "08006");
  EXPECT_EQ(AskedAndFired(client, "copy cut_auto"), "1 1");
  EXPECT_TRUE(Eventually([&] { return client.Run("select count(*) from cut_auto").Value() == "3"; }));
}

class CopyFaultTest : public ::testing::TestWithParam<ErrorFault> {};

TEST_P(CopyFaultTest, FailsTheLoadOnce) {
  PutObject(SharedLocal(), "copy_fault/1", "2,two\n");
  std::string table = "faulty_" + std::string(GetParam().fault);
  for (char& c : table) c = c == '-' ? '_' : c;
  Client client = TableWithRow(table);
  client.Run(fmt::format("select local.fault('{}', 1, 'copy {}')", GetParam().fault, table));
  const Answer answer = client.Run(CopySql(table, "copy_fault/"));
  EXPECT_EQ(answer.sqlstate, GetParam().sqlstate);
  EXPECT_EQ(answer.message, GetParam().message);
  EXPECT_EQ(AskedAndFired(client, "copy " + table), "1 1");
  EXPECT_EQ(client.Run(CopySql(table, "copy_fault/")).tag, "COPY");
  EXPECT_EQ(client.Run("select count(*) from " + table).Value(), "2");
}

INSTANTIATE_TEST_SUITE_P(
    Errors, CopyFaultTest,
    ::testing::Values(
        ErrorFault{"copy-access-denied", "XX000",
                   "S3ServiceException:Access Denied,Status 403,Error AccessDenied"},
        ErrorFault{"copy-expired-token", "XX000",
                   "S3ServiceException:The provided token has expired.,Status 400,Error ExpiredToken"},
        ErrorFault{"copy-slow-down", "XX000",
                   "S3ServiceException:Please reduce your request rate.,Status 503,Error SlowDown"},
        ErrorFault{"copy-missing-file", "XX000", "Mandatory url is not present in manifest file"}),
    NameOfCase);

TEST(FaultTest, TheStandInStopsAlthoughSessionsHangAndNamesFaultsThatNeverFired) {
  LocalProcess local({"--port", "0", "--s3-port", "0", "--api-port", "0"});
  ASSERT_TRUE(local.is_ready()) << local.Log();
  Client client(local);
  client.Run("create table hangs (id int)");
  client.Run("select local.fault('silence', 1, 'insert into hangs')");
  client.Run("select local.fault('slow', 1, 'delete from hangs', 1, 3600000)");
  client.Run("select local.fault('silence-at-login', 1, 'application_name=hangs')");
  Client silent(local);
  silent.Send("insert into hangs values (1)");
  Client slow(local);
  slow.Send("delete from hangs");
  Client at_login(local, "application_name=hangs connect_timeout=2");
  EXPECT_FALSE(at_login.is_connected());
  ASSERT_TRUE(Eventually([&] { return client.Run("select sum(fired) from local.faults").Value() == "3"; }));
  client.Run("select local.fault('deadlock', 2, 'nowhere', 0.5)");
  EXPECT_EQ(local.Stop(SIGTERM), 3);
  EXPECT_THAT(local.Log(), HasSubstr("fault deadlock for 'nowhere' was armed and never fired"));
}

}  // namespace
}  // namespace redshift_local
