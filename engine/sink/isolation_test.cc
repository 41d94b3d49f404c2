// Commits and batches beside other writers, in databases of both isolation levels, with the stand-in's real
// conflicts: they are made by holding the target's write lock until everybody waits for it with an old
// snapshot.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <future>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

#include "engine/sink/commit_settings.h"
#include "engine/sink/committable.h"
#include "engine/sink/committer.h"
#include "engine/sink/insert_writer.h"
#include "engine/sink/sink_start.h"
#include "engine/sink/sink_test_support.h"

namespace redshift {
namespace {

using Outcome = arrow::Result<CommitOutcome>;

const RedshiftLocal& Local() {
  return RedshiftLocal::Get();
}

Clock::time_point Soon() {
  return Clock::now() + std::chrono::minutes(2);
}

/// A table with a sink on it.
struct Target {
  std::string table;
  std::string ledger;
  SinkPlan plan;
};

/// The parameter is the isolation level of the database.
class IsolationTest : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    static std::set<std::string> made;
    database_ = "with_" + GetParam();
    if (made.insert(database_).second) {
      Local().Sql("CREATE DATABASE " + database_ + " ISOLATION LEVEL " + GetParam());
    }
    outside_ = Connect();
    look_ = Connect();
  }

  bool serializable() const { return GetParam() == "serializable"; }

  std::unique_ptr<Session> Connect() const {
    ConnectionSettings settings = Local().Connection();
    settings.database = database_;
    return Session::Open(settings).ValueOrDie();
  }
  static std::string Run(Session* session, const std::string& sql) {
    auto result = session->Execute({sql, sql, {}}, Soon());
    EXPECT_TRUE(result.ok()) << result.status();
    return result.ok() ? std::string(result->Get(0, 0).value_or("")) : "";
  }
  /// Of the writer that is no part of any sink.
  void Outside(const std::string& sql) { Run(outside_.get(), sql); }
  std::string Look(const std::string& sql) { return Run(look_.get(), sql); }

  /// A table with the row (1, 'old') and a sink with the key `id`, or without one.
  Target Start(const std::string& mode, bool keyed) {
    static int number = 0;
    const std::string table = "isolated_" + std::to_string(++number);
    Look("CREATE TABLE " + table + " (id BIGINT NOT NULL, name VARCHAR(20))");
    Look("INSERT INTO " + table + " VALUES (1, 'old')");
    std::vector<std::string> key;
    if (keyed) key.push_back("id");
    SinkPlan plan = PlanFor(table, mode, {{"id", "BIGINT NOT NULL"}, {"name", "STRING"}},
                            {{"database-name", database_}, {"sink.flush-interval", "1 h"}}, key);
    EXPECT_TRUE(OpenTarget(plan, WriterContext{"job-1", "attempt-1", 0, false}).ok());
    if (!staging_) staging_ = Staging::Open(plan.options()).ValueOrDie();
    return {table, table + "_flink_commits", std::move(plan)};
  }

  /// One file of rows, as the copy writer stages them.
  std::string Stage(const Target& target, const std::string& csv, const std::string& job = "job-1") {
    static int number = 0;
    const auto rows = std::count(csv.begin(), csv.end(), '\n');
    const StagedFile file =
        StageCsv(staging_.get(), "isolation/" + target.table + "-" + std::to_string(++number), csv, rows);
    return MakeCommittable(target.plan, staging_.get(), job, "aggregator-" + std::to_string(number),
                           /*checkpoint_id=*/number, /*checkpointed=*/true, {.data = {file}, .rejects = {}})
        .ValueOrDie();
  }

  static Outcome Commit(const Target& target, const std::string& committable,
                        const std::string& job = "job-1") {
    ARROW_ASSIGN_OR_RAISE(auto committer,
                          Committer::Make(target.plan, WriterContext{job, "attempt-1", 0, false}));
    return committer->Commit(committable);
  }
  static std::future<Outcome> StartCommit(const Target& target, const std::string& committable,
                                          const std::string& job = "job-1") {
    return std::async(std::launch::async, [=] { return Commit(target, committable, job); });
  }

  /// Blocks until so many sessions wait for the table's lock, be it that of LOCK or that of writers.
  void AwaitWaiting(const std::string& table, int sessions) {
    const std::string id = TableId(table);
    const std::string sql = "SELECT count(*) FROM pg_locks WHERE NOT granted AND (relation = " + id +
                            " OR locktype = 'advisory' AND objid = " + id + ")";
    const auto deadline = Soon();
    while (std::stoi(Look(sql)) < sessions) {
      ASSERT_LT(Clock::now(), deadline) << "nobody waits for " << table;
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
  }
  std::string TableId(const std::string& table) {
    return Look("SELECT oid FROM pg_class WHERE relname = '" + table + "'");
  }
  /// Transactions that were rolled back by a conflict over the table.
  int Conflicts(const Target& target) {
    return std::stoi(Look("SELECT count(*) FROM stl_tr_conflict WHERE table_id = " + TableId(target.table)));
  }
  /// The table's rows in order.
  std::string Rows(const Target& target) {
    const std::string sql = "SELECT id || name FROM " + target.table + " ORDER BY id, name";
    auto result = look_->Execute({sql, sql, {}}, Soon());
    EXPECT_TRUE(result.ok()) << result.status();
    std::string rows;
    for (int row = 0; result.ok() && row < result->row_count(); ++row) {
      rows += (row == 0 ? "" : " ") + std::string(result->Get(row, 0).value_or("NULL"));
    }
    return rows;
  }
  std::string LedgerRows(const Target& target) {
    return Look("SELECT count(*) FROM " + target.ledger + " WHERE commit_identity <> 'head'");
  }

  /// In the outside writer's open transaction: what conflicts with whoever applies changes of row 1 and took
  /// its snapshot before that transaction's end. Under SNAPSHOT only a write of the same row does.
  void Disturb(const Target& target) {
    if (serializable()) {
      Outside("SELECT count(*) FROM " + target.table);
      Outside("INSERT INTO " + target.table + " VALUES (10, 'outside')");
    } else {
      Outside("UPDATE " + target.table + " SET name = 'outside' WHERE id = 1");
    }
  }
  /// What it left behind once row 1 was written by the sink.
  std::string Left() const { return serializable() ? " 10outside" : ""; }

  std::string database_;
  std::unique_ptr<Session> outside_, look_;
  std::shared_ptr<Staging> staging_;
};

INSTANTIATE_TEST_SUITE_P(Level, IsolationTest, ::testing::Values("snapshot", "serializable"),
                         [](const auto& level) { return level.param; });

TEST_P(IsolationTest, CommittersOfTwoTablesThatConflictWithAWriterOfBothLoadOnceAtTheSecondAttempt) {
  const Target a = Start("copy", true);
  const Target b = Start("copy", true);
  Outside("BEGIN");
  Disturb(a);
  Disturb(b);
  auto first = StartCommit(a, Stage(a, "1,\"new\",0,1,0\n2,\"two\",0,2,0\n"));
  auto second = StartCommit(b, Stage(b, "1,\"new\",0,1,0\n3,\"three\",0,2,0\n"));
  AwaitWaiting(a.table, 1);
  AwaitWaiting(b.table, 1);
  Outside("COMMIT");
  for (auto* commit : {&first, &second}) {
    const Outcome outcome = commit->get();
    ASSERT_TRUE(outcome.ok()) << outcome.status();
    EXPECT_EQ(outcome->kind, CommitOutcome::Kind::kCommitted);
    EXPECT_EQ(outcome->attempts, 2);
  }
  for (const Target* target : {&a, &b}) {
    EXPECT_EQ(Conflicts(*target), 1);
    EXPECT_EQ(LedgerRows(*target), "1");
  }
  EXPECT_EQ(Rows(a), "1new 2two" + Left());
  EXPECT_EQ(Rows(b), "1new 3three" + Left());
}

TEST_P(IsolationTest, OfTwoCommittersOfOneTableTheOneWithTheOldSnapshotStartsAgain) {
  const Target target = Start("copy", true);
  Outside("BEGIN");
  Disturb(target);
  auto first = StartCommit(target, Stage(target, "1,\"new\",0,1,0\n2,\"two\",0,2,0\n"));
  AwaitWaiting(target.table, 1);
  auto second = StartCommit(target, Stage(target, "3,\"three\",0,1,0\n", "job-2"), "job-2");
  AwaitWaiting(target.ledger, 1);
  Outside("COMMIT");
  const Outcome again = first.get();
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->attempts, 2);
  const Outcome once = second.get();
  ASSERT_TRUE(once.ok()) << once.status();
  // Its snapshot is younger than the lock of the ledger, for which it waited.
  EXPECT_EQ(once->attempts, 1);
  EXPECT_EQ(Conflicts(target), 1);
  EXPECT_EQ(Rows(target), "1new 2two 3three" + Left());
  EXPECT_EQ(LedgerRows(target), "2");
}

TEST_P(IsolationTest, CommitsThatOnlyAppendConflictWithNobody) {
  const Target target = Start("copy", false);
  Outside("BEGIN");
  Disturb(target);
  auto first = StartCommit(target, Stage(target, "2,\"two\"\n"));
  AwaitWaiting(target.table, 1);
  auto second = StartCommit(target, Stage(target, "3,\"three\"\n", "job-2"), "job-2");
  AwaitWaiting(target.ledger, 1);
  Outside("COMMIT");
  for (auto* commit : {&first, &second}) {
    const Outcome outcome = commit->get();
    ASSERT_TRUE(outcome.ok()) << outcome.status();
    EXPECT_EQ(outcome->attempts, 1);
  }
  EXPECT_EQ(Rows(target), serializable() ? "1old 2two 3three 10outside" : "1outside 2two 3three");
  EXPECT_EQ(LedgerRows(target), "2");
}

TEST_P(IsolationTest, ATransactionThatReadsLedgerAndTargetIsWaitedFor) {
  const Target target = Start("copy", true);
  Outside("BEGIN");
  Outside("SELECT count(*) FROM " + target.ledger);
  Outside("SELECT count(*) FROM " + target.table);
  auto commit = StartCommit(target, Stage(target, "1,\"new\",0,1,0\n"));
  AwaitWaiting(target.ledger, 1);
  Outside("INSERT INTO " + target.table + " VALUES (10, 'outside')");
  Outside("COMMIT");
  const Outcome outcome = commit.get();
  ASSERT_TRUE(outcome.ok()) << outcome.status();
  EXPECT_EQ(outcome->attempts, 1);
  EXPECT_EQ(Rows(target), "1new 10outside");
}

// Where the warehouse takes snapshots at BEGIN, one is older than the lock that was waited for. The second
// committer does not see what the first one wrote, neither rows nor ledger, and only the head row stops it.
TEST_P(IsolationTest, ASnapshotTakenAtBeginEndsInAConflictAndNotInASecondLoad) {
  for (const bool same_checkpoint : {true, false}) {
    const Target target = Start("copy", false);
    const std::string committable = Stage(target, "2,\"two\"\n");
    const std::string other = same_checkpoint ? committable : Stage(target, "3,\"three\"\n");
    const std::string label = CommitSettings::From(target.plan)->connection.query_group;
    Look("SELECT local.fault('snapshot-at-begin', 2, 'query_group=" + label + "')");
    Outside("BEGIN");
    Outside("LOCK " + target.ledger);
    auto first = StartCommit(target, committable);
    AwaitWaiting(target.ledger, 1);
    auto second = StartCommit(target, other);
    AwaitWaiting(target.ledger, 2);
    EXPECT_EQ(Look("SELECT fired FROM local.faults WHERE pattern LIKE '%" + label + "%'"), "2");
    Outside("COMMIT");
    const Outcome loaded = first.get();
    ASSERT_TRUE(loaded.ok()) << loaded.status();
    EXPECT_EQ(loaded->kind, CommitOutcome::Kind::kCommitted);
    EXPECT_EQ(loaded->attempts, 1);
    const Outcome again = second.get();
    ASSERT_TRUE(again.ok()) << again.status();
    EXPECT_EQ(again->kind,
              same_checkpoint ? CommitOutcome::Kind::kAlreadyCommitted : CommitOutcome::Kind::kCommitted);
    EXPECT_EQ(again->attempts, 2);
    EXPECT_EQ(Look("SELECT count(*) FROM stl_tr_conflict WHERE table_id = " + TableId(target.ledger)), "1");
    EXPECT_EQ(Rows(target), same_checkpoint ? "1old 2two" : "1old 2two 3three");
    EXPECT_EQ(LedgerRows(target), same_checkpoint ? "1" : "2");
  }
}

TEST_P(IsolationTest, ABatchOfChangesThatConflictsIsWrittenAgainAsAWhole) {
  const Target target = Start("jdbc", true);
  const auto make = [&](int subtask) {
    const WriterContext context{"job-1", "attempt-1", subtask, false};
    return InsertWriter::Make(target.plan, context, OpenTarget(target.plan, context).ValueOrDie())
        .ValueOrDie();
  };
  auto first = make(0);
  auto second = make(1);
  const auto flush = [](InsertWriter* writer, int64_t id, const std::string& name) {
    TestRows rows;
    rows.Add(id, name);
    rows.Add(id + 1, name);
    EXPECT_TRUE(writer->Write(rows.frames, rows.count).ok());
    return std::async(std::launch::async, [writer] { return writer->Flush(); });
  };
  Outside("BEGIN");
  Disturb(target);
  auto one = flush(first.get(), 1, "new");
  AwaitWaiting(target.table, 1);
  auto two = flush(second.get(), 3, "two");
  AwaitWaiting(target.ledger, 1);
  Outside("COMMIT");
  EXPECT_EQ(one.get(), arrow::Status::OK());
  EXPECT_EQ(two.get(), arrow::Status::OK());
  EXPECT_EQ(first->metrics().retries, 1);
  EXPECT_EQ(second->metrics().retries, 0);
  EXPECT_EQ(Conflicts(target), 1);
  EXPECT_EQ(Rows(target), "1new 2new 3two 4two" + Left());
}

// Nobody is held here: committers of two tables, two of each, and a writer that reads and changes both go on
// until each table's committers have had a conflict.
TEST_P(IsolationTest, ACrowdOfWritersLoadsEachCheckpointOnce) {
  struct Counts {
    std::atomic<int> commits = 0;
    std::atomic<int> conflicts = 0;
  };
  const Target targets[] = {Start("copy", true), Start("copy", true)};
  Counts counts[2];
  std::atomic<bool> stop = false;
  std::thread writer([&] {
    auto session = Connect();
    const auto run = [&](const std::string& sql) { return session->Execute({sql, sql, {}}, Soon()).ok(); };
    const auto both = [&](const std::string& before, const std::string& after) {
      return run(before + targets[0].table + after) && run(before + targets[1].table + after);
    };
    while (!stop) {
      const int commits[] = {counts[0].commits, counts[1].commits};
      // It may be the loser, too.
      if (!run("BEGIN") || !both("SELECT count(*) FROM ", "") ||
          !both("UPDATE ", " SET name = 'outside' WHERE id = 1") || !run("COMMIT")) {
        EXPECT_TRUE(session->Rollback().ok());
      }
      // A commit may not be disturbed at each of its attempts.
      while (!stop && (counts[0].commits == commits[0] || counts[1].commits == commits[1])) {
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
      }
    }
  });
  std::mutex staging;
  const auto commit = [&](int which, const std::string& job, int64_t id) {
    const auto deadline = Soon();
    for (int round = 0; round < 3 || counts[0].conflicts == 0 || counts[1].conflicts == 0; ++round) {
      ASSERT_LT(Clock::now(), deadline) << "no conflict in " << round << " commits";
      std::string committable;
      {
        std::lock_guard lock(staging);
        const std::string rows = "1,\"new\",0,1,0\n" + std::to_string(id++) + ",\"row\",0,2,0\n";
        committable = Stage(targets[which], rows, job);
      }
      const Outcome outcome = Commit(targets[which], committable, job);
      ASSERT_TRUE(outcome.ok()) << outcome.status();
      if (outcome->attempts > 1) ++counts[which].conflicts;
      ++counts[which].commits;
    }
  };
  std::vector<std::thread> threads;
  for (int job = 0; job < 4; ++job) {
    threads.emplace_back(commit, job % 2, "job-" + std::to_string(job), 1000 * (job + 1));
  }
  for (std::thread& thread : threads) thread.join();
  stop = true;
  writer.join();
  for (int which : {0, 1}) {
    const Target& target = targets[which];
    const std::string commits = std::to_string(counts[which].commits);
    EXPECT_GT(Conflicts(target), 0);
    EXPECT_EQ(Look("SELECT count(*) FROM " + target.table + " WHERE id >= 1000"), commits);
    EXPECT_EQ(Look("SELECT count(DISTINCT id) FROM " + target.table + " WHERE id >= 1000"), commits);
    EXPECT_EQ(Look("SELECT count(*) FROM " + target.table + " WHERE id = 1"), "1");
    EXPECT_EQ(LedgerRows(target), commits);
  }
}

}  // namespace
}  // namespace redshift
