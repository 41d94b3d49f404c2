// Commits whose predecessor has not ended: its transaction still runs, or its session stands idle with the
// lock of the ledger because its process or its host is gone. Sessions and processes are real.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <functional>
#include <future>
#include <nlohmann/json.hpp>
#include <thread>

#include "engine/file/testing/s3_gate.h"
#include "engine/sink/committable.h"
#include "engine/sink/committer.h"
#include "engine/sink/sink_start.h"
#include "engine/sink/sink_test_support.h"
#include "engine/sink/testing/commit_process.h"
#include "engine/sql/session_statements.h"
#include "engine/warehouse/testing/session_gate.h"

namespace redshift {
namespace {

using ::redshift::testing::CommitProcess;
using ::redshift::testing::S3Gate;
using ::testing::AllOf;
using ::testing::HasSubstr;
using Kind = CommitOutcome::Kind;
using Outcome = arrow::Result<CommitOutcome>;

const RedshiftLocal& Local() {
  return RedshiftLocal::Get();
}

class InDoubtTest : public ::testing::Test {
 protected:
  void SetUp() override {
    table_ = TestTableName();
    Local().Sql("CREATE TABLE " + table_ + " (id BIGINT, name VARCHAR(5))");
    StageCommittable(MakePlan({}));
    blocker_ = Local().Connect();
  }

  /// The same sink with another patience or another way to the warehouse.
  SinkPlan MakePlan(const std::map<std::string, std::string>& more) {
    return PlanFor(table_, "copy", {{"id", "BIGINT"}, {"name", "STRING"}}, more);
  }

  void StageCommittable(const SinkPlan& plan) {
    const auto target = OpenTarget(plan, WriterContext{"job-1", "attempt-1", 0, false});
    ASSERT_TRUE(target.ok()) << target.status();
    const auto staging = Staging::Open(plan.options()).ValueOrDie();
    file_ = StageCsv(staging.get(), table_ + "/0-0", "1,\"a\"\n2,\"b\"\n", 2);
    committable_ = MakeCommittable(plan, staging.get(), "job-1", "aggregator-1", 1, /*checkpointed=*/true,
                                   {.data = {file_}, .rejects = {}})
                       .ValueOrDie();
  }

  std::unique_ptr<Committer> MakeCommitter(const std::map<std::string, std::string>& more) {
    return Committer::Make(MakePlan(more), WriterContext{"job-1", "attempt-2", 0, true}).ValueOrDie();
  }
  Outcome Commit(const std::map<std::string, std::string>& more) {
    return MakeCommitter(more)->Commit(committable_);
  }
  /// In the background, with more patience than this test may take.
  std::future<Outcome> Successor() {
    return std::async(std::launch::async, [this] { return Commit({}); });
  }

  std::string ledger() const { return table_ + "_flink_commits"; }

  /// What waits for the lock of `table` until Unblock: a COPY into the target, a committer at the ledger.
  void Block(const std::string& table) {
    ASSERT_TRUE(blocker_->Execute(BeginSql(), Clock::now() + kPatience).ok());
    ASSERT_TRUE(blocker_->Execute({"LOCK", "LOCK TABLE " + table, {}}, Clock::now() + kPatience).ok());
  }
  void Unblock() { ASSERT_TRUE(blocker_->Rollback().ok()); }

  int64_t Locks(const std::string& table, const std::string& condition) {
    return Local().Count(
        "SELECT count(DISTINCT t.pid) FROM svv_transactions t JOIN pg_class c ON c.oid = t.relation "
        "WHERE c.relname = '" +
        table + "' AND " + condition);
  }
  void AwaitWaiting(const std::string& table, int64_t sessions) {
    Await([&] { return Locks(table, "NOT t.granted") == sessions; });
  }
  int64_t LedgerHolder() {
    return Local().Count(
        "SELECT t.pid FROM svv_transactions t JOIN pg_class c ON c.oid = t.relation WHERE c.relname = '" +
        ledger() + "' AND t.granted");
  }
  void AwaitIdle(int64_t pid) {
    Await([&] { return Local().Count(RunningStatementsSql(pid).text) == 0; });
  }
  static void Await(const std::function<bool()>& reached) {
    const auto end = Clock::now() + kPatience;
    while (!reached()) {
      ASSERT_LT(Clock::now(), end) << "the state that this test is about did not come about";
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
  }

  void ExpectLoadedOnce() {
    EXPECT_EQ(Local().Count("SELECT count(*) FROM " + table_), 2);
    EXPECT_EQ(Local().Count("SELECT count(*) FROM " + ledger() + " WHERE commit_identity <> 'head'"), 1);
  }

  static constexpr std::chrono::minutes kPatience{3};

  std::string table_;
  StagedFile file_;
  std::string committable_;
  std::unique_ptr<Session> blocker_;
};

/// For a lock that nobody will give up.
const std::map<std::string, std::string> kImpatient = {{"sink.commit.lock-timeout", "1 s"}};

TEST_F(InDoubtTest, TheTransactionOfAKilledCommitterIsWaitedFor) {
  Block(table_);
  CommitProcess dead(MakePlan({}), committable_);
  AwaitWaiting(table_, 1);
  dead.Signal(SIGKILL);
  auto successor = Successor();
  AwaitWaiting(ledger(), 1);
  Unblock();
  const Outcome outcome = successor.get();
  ASSERT_TRUE(outcome.ok()) << outcome.status();
  EXPECT_EQ(outcome->kind, Kind::kCommitted);
  EXPECT_EQ(outcome->attempts, 1);
  ExpectLoadedOnce();
  EXPECT_EQ(dead.Outcome(), "");
}

TEST_F(InDoubtTest, ACopyThatStillRunsIsNamedAndNotEnded) {
  Block(table_);
  CommitProcess dead(MakePlan({}), committable_);
  AwaitWaiting(table_, 1);
  const int64_t pid = LedgerHolder();
  dead.Signal(SIGKILL);
  const Outcome refused = Commit(kImpatient);
  EXPECT_THAT(refused.status().message(),
              AllOf(HasSubstr("'sink.commit.lock-timeout'"), HasSubstr("session " + std::to_string(pid)),
                    HasSubstr("which runs a statement"), HasSubstr("Nothing of it was loaded")));
  EXPECT_EQ(LedgerHolder(), pid) << "it must not be ended";
  Unblock();
  const Outcome repeated = Commit({});
  ASSERT_TRUE(repeated.ok()) << repeated.status();
  ExpectLoadedOnce();
}

TEST_F(InDoubtTest, TheIdleSessionOfAStoppedCommitterIsEndedAndNeverCommits) {
  Block(table_);
  CommitProcess stopped(MakePlan({}), committable_);
  AwaitWaiting(table_, 1);
  const int64_t pid = LedgerHolder();
  stopped.Signal(SIGSTOP);
  Unblock();
  AwaitIdle(pid);
  EXPECT_EQ(LedgerHolder(), pid) << "its transaction is open";
  const Outcome outcome = Commit(kImpatient);
  ASSERT_TRUE(outcome.ok()) << outcome.status();
  EXPECT_EQ(outcome->kind, Kind::kCommitted);
  ExpectLoadedOnce();
  // It comes to itself again, finds its session ended, and what it had done in the ledger.
  stopped.Signal(SIGCONT);
  EXPECT_EQ(stopped.Outcome(), "already-committed 0");
  ExpectLoadedOnce();
}

TEST_F(InDoubtTest, ACommitterWhoseConnectionIsLostDuringCopyWaitsForItsOldTransaction) {
  SessionGate gate(Local().port());
  Block(table_);
  auto committer = MakeCommitter({{"port", std::to_string(gate.port())}});
  auto commit = std::async(std::launch::async, [&] { return committer->Commit(committable_); });
  AwaitWaiting(table_, 1);
  const int64_t pid = LedgerHolder();
  gate.CutClients();
  AwaitWaiting(ledger(), 1);
  Unblock();
  AwaitIdle(pid);
  // To the server, its client is still there: only the successor's patience ends this.
  EXPECT_EQ(Locks(ledger(), "NOT t.granted"), 1);
  committer->Interrupt();
  EXPECT_TRUE(commit.get().status().IsCancelled());
  const Outcome outcome = Commit(kImpatient);
  ASSERT_TRUE(outcome.ok()) << outcome.status();
  EXPECT_EQ(outcome->kind, Kind::kCommitted);
  ExpectLoadedOnce();
}

TEST_F(InDoubtTest, ACommitOfAVanishedHostThatArrivesLateCommitsNothing) {
  SessionGate gate(Local().port());
  gate.HoldBack("COMMIT");
  auto impatient = kImpatient;
  impatient["port"] = std::to_string(gate.port());
  auto committer = MakeCommitter(impatient);
  auto commit = std::async(std::launch::async, [&] { return committer->Commit(committable_); });
  Await([&] { return gate.holds(); });
  gate.CutClients();
  const Outcome outcome = commit.get();
  ASSERT_TRUE(outcome.ok()) << outcome.status();
  EXPECT_EQ(outcome->kind, Kind::kCommitted);
  EXPECT_EQ(outcome->attempts, 2);
  gate.Deliver();
  ExpectLoadedOnce();
}

TEST_F(InDoubtTest, ALostCommitThatTheServerStillCarriesOutCountsOnce) {
  SessionGate gate(Local().port());
  gate.HoldBack("COMMIT");
  auto committer = MakeCommitter({{"port", std::to_string(gate.port())}});
  auto commit = std::async(std::launch::async, [&] { return committer->Commit(committable_); });
  Await([&] { return gate.holds(); });
  gate.CutClients();
  AwaitWaiting(ledger(), 1);
  gate.Deliver();
  const Outcome outcome = commit.get();
  ASSERT_TRUE(outcome.ok()) << outcome.status();
  EXPECT_EQ(outcome->kind, Kind::kCommitted);
  EXPECT_EQ(outcome->row_count, 2);
  EXPECT_EQ(outcome->attempts, 2);
  ExpectLoadedOnce();
}

TEST_F(InDoubtTest, ASuccessorOfOneThatWasKilledAfterItsCommitOnlyCleansUp) {
  const std::string s3 = Local().s3();
  S3Gate gate(static_cast<uint16_t>(std::stoi(s3.substr(s3.rfind(':') + 1))), [](const auto& request) {
    return request.first_line.starts_with("DELETE ") ? S3Gate::Action::kHang : S3Gate::Action::kForward;
  });
  CommitProcess dead(MakePlan({{"aws.endpoint", gate.endpoint()}}), committable_);
  Await([&] { return gate.hanging() > 0; });
  dead.Signal(SIGKILL);
  const auto staging = Staging::Open(MakePlan({}).options()).ValueOrDie();
  EXPECT_TRUE(staging->ReadObject(file_.url).ok());
  const Outcome outcome = Commit({});
  ASSERT_TRUE(outcome.ok()) << outcome.status();
  EXPECT_EQ(outcome->kind, Kind::kAlreadyCommitted);
  EXPECT_EQ(outcome->warning, "");
  ExpectLoadedOnce();
  EXPECT_FALSE(staging->ReadObject(file_.url).ok());
}

TEST_F(InDoubtTest, TwoProcessesWithOneCommittableLoadOnce) {
  Block(ledger());
  CommitProcess first(MakePlan({}), committable_);
  CommitProcess second(MakePlan({}), committable_);
  AwaitWaiting(ledger(), 2);
  Unblock();
  std::vector<std::string> outcomes = {first.Outcome(), second.Outcome()};
  std::sort(outcomes.begin(), outcomes.end());
  EXPECT_THAT(outcomes, ::testing::ElementsAre("already-committed 0", "committed 2"));
  ExpectLoadedOnce();
}

}  // namespace
}  // namespace redshift
