// Commits against the stand-in, with its real S3: a CSV file through COPY into table and ledger.

#include "engine/sink/committer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <thread>

#include "engine/file/manifest.h"
#include "engine/file/s3_error.h"
#include "engine/file/testing/s3_gate.h"
#include "engine/sink/commit_settings.h"
#include "engine/sink/committable.h"
#include "engine/sink/sink_start.h"
#include "engine/sink/sink_test_support.h"
#include "engine/sql/session_statements.h"

namespace redshift {
namespace {

using ::redshift::testing::S3Gate;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using Json = nlohmann::json;
using Kind = CommitOutcome::Kind;

const RedshiftLocal& Local() {
  return RedshiftLocal::Get();
}

Clock::time_point Soon() {
  return Clock::now() + std::chrono::seconds(60);
}

/// A target table of its own for each test, named for it.
class CommitterTest : public ::testing::Test {
 protected:
  void SetUp() override {
    table_ = TestTableName();
    Local().Sql("CREATE TABLE " + table_ + " (id BIGINT, name VARCHAR(5))");
  }

  /// Starts a sink on the table: reads the target, creates the ledger.
  SinkPlan Start(const std::map<std::string, std::string>& more = {}) {
    SinkPlan plan = PlanFor(table_, "copy", {{"id", "BIGINT"}, {"name", "STRING"}}, more);
    auto target = OpenTarget(plan, WriterContext{"job-1", "attempt-1", 0, false});
    EXPECT_TRUE(target.ok()) << target.status();
    staging_ = Staging::Open(plan.options()).ValueOrDie();
    return plan;
  }

  /// Stages one file and returns the committable of its checkpoint.
  std::string Stage(const SinkPlan& plan, const std::string& csv, int64_t rows, int64_t checkpoint = 1,
                    bool checkpointed = true) {
    const std::string key = table_ + "/" + std::to_string(checkpoint) + "-" + std::to_string(++files_);
    file_ = StageCsv(staging_.get(), key, csv, rows);
    auto committable = MakeCommittable(plan, staging_.get(), "job-1", "aggregator-" + std::to_string(files_),
                                       checkpoint, checkpointed, {.data = {file_}, .rejects = {}});
    EXPECT_TRUE(committable.ok()) << committable.status();
    return *committable;
  }

  std::unique_ptr<Committer> MakeCommitter(const SinkPlan& plan) {
    return Committer::Make(plan, WriterContext{"job-1", "attempt-1", 0, false}).ValueOrDie();
  }

  int64_t Rows() { return Local().Count("SELECT count(*) FROM " + table_); }
  int64_t LedgerRows() {
    return Local().Count("SELECT count(*) FROM " + table_ + "_flink_commits WHERE commit_identity <> 'head'");
  }
  bool Exists(const std::string& url) { return staging_->ReadObject(url).ok(); }

  /// Arms a cut at the commit of a transaction that copied into this test's table.
  void Arm(const std::string& fault, int times = 1) {
    Local().Sql("SELECT local.fault('" + fault + "', " + std::to_string(times) + ", 'COPY \"public\".\"" +
                table_ + "\"')");
  }
  int64_t Fired() {
    return Local().Count("SELECT sum(fired) FROM local.faults WHERE pattern LIKE '%" + table_ + "%'");
  }

  std::string table_;
  std::shared_ptr<Staging> staging_;
  StagedFile file_;
  int files_ = 0;
};

TEST_F(CommitterTest, CsvFileGoesThroughCopyIntoTableAndLedger) {
  const SinkPlan plan = Start();
  const std::string committable =
      Stage(plan, "1,\"a\"\n2," + plan.null_marker() + "\n3,\"\"\n,\"x,\"\"y\"\n", 4, 7);
  auto outcome = MakeCommitter(plan)->Commit(committable);
  ASSERT_TRUE(outcome.ok()) << outcome.status();
  EXPECT_EQ(outcome->kind, Kind::kCommitted);
  EXPECT_EQ(outcome->row_count, 4);
  EXPECT_EQ(outcome->attempts, 1);
  EXPECT_EQ(outcome->warning, "");

  EXPECT_EQ(Rows(), 4);
  EXPECT_EQ(Local().Sql("SELECT name FROM " + table_ + " WHERE id = 1"), "a");
  EXPECT_EQ(Local().Count("SELECT count(*) FROM " + table_ + " WHERE id = 2 AND name IS NULL"), 1);
  EXPECT_EQ(Local().Count("SELECT count(*) FROM " + table_ + " WHERE id = 3 AND name = ''"), 1);
  EXPECT_EQ(Local().Sql("SELECT name FROM " + table_ + " WHERE id IS NULL"), "x,\"y");

  const std::string ledger = "FROM " + table_ + "_flink_commits WHERE commit_identity = '" +
                             Json::parse(committable)["manifest_sha256"].get<std::string>() + "'";
  EXPECT_EQ(
      Local().Sql("SELECT job_id || ' ' || sink_id || ' ' || checkpoint_id || ' ' || row_count " + ledger),
      "job-1 " + plan.sink_id() + " 7 4");
  EXPECT_FALSE(Exists(file_.url));
  EXPECT_FALSE(Exists(Json::parse(committable)["manifest_url"]));
}

TEST_F(CommitterTest, GzipAndUncompressedFilesLoadToo) {
  for (const char* compression : {"gzip", "none"}) {
    const SinkPlan plan = Start({{"sink.copy.compression", compression}});
    auto outcome = MakeCommitter(plan)->Commit(Stage(plan, "1,\"a\"\n", 1));
    ASSERT_TRUE(outcome.ok()) << compression << ": " << outcome.status();
  }
  EXPECT_EQ(Rows(), 2);
}

TEST_F(CommitterTest, CommitRepeatedLoadsOnce) {
  const SinkPlan plan = Start({{"sink.copy.keep-files", "true"}});
  const std::string committable = Stage(plan, "1,\"a\"\n", 1);
  EXPECT_EQ(MakeCommitter(plan)->Commit(committable)->kind, Kind::kCommitted);
  auto again = MakeCommitter(plan)->Commit(committable);
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->kind, Kind::kAlreadyCommitted);
  EXPECT_EQ(again->row_count, 0);
  EXPECT_EQ(Rows(), 1);
  EXPECT_EQ(LedgerRows(), 1);
  EXPECT_TRUE(Exists(file_.url));
}

TEST_F(CommitterTest, RepeatAfterTheFilesAreGoneIsHarmless) {
  const SinkPlan plan = Start();
  const std::string committable = Stage(plan, "1,\"a\"\n", 1);
  auto committer = MakeCommitter(plan);
  EXPECT_EQ(committer->Commit(committable)->kind, Kind::kCommitted);
  auto again = committer->Commit(committable);
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->kind, Kind::kAlreadyCommitted);
  EXPECT_EQ(again->warning, "");
  EXPECT_EQ(Rows(), 1);
}

TEST_F(CommitterTest, RepeatFinishesACleanUpThatWasCutShort) {
  const SinkPlan keeps = Start({{"sink.copy.keep-files", "true"}});
  const std::string committable = Stage(keeps, "1,\"a\"\n", 1);
  EXPECT_EQ(MakeCommitter(keeps)->Commit(committable)->kind, Kind::kCommitted);
  const SinkPlan deletes = Start();
  EXPECT_EQ(MakeCommitter(deletes)->Commit(committable)->kind, Kind::kAlreadyCommitted);
  EXPECT_FALSE(Exists(file_.url));
  EXPECT_FALSE(Exists(Json::parse(committable)["manifest_url"]));
  EXPECT_EQ(Rows(), 1);
}

TEST_F(CommitterTest, SeveralCheckpointsThroughOneCommitter) {
  const SinkPlan plan = Start();
  auto committer = MakeCommitter(plan);
  for (int64_t checkpoint = 1; checkpoint <= 3; ++checkpoint) {
    auto outcome = committer->Commit(Stage(plan, std::to_string(checkpoint) + ",\"a\"\n", 1, checkpoint));
    ASSERT_TRUE(outcome.ok()) << outcome.status();
  }
  EXPECT_EQ(Rows(), 3);
  EXPECT_EQ(LedgerRows(), 3);
  EXPECT_EQ(
      Local().Count("SELECT row_count FROM " + table_ + "_flink_commits WHERE commit_identity = 'head'"), 3);
  EXPECT_TRUE(committer->Close().ok());
  EXPECT_TRUE(committer->Close().ok());
}

TEST_F(CommitterTest, CommitAfterLostReplyDoesNotLoadTwice) {
  const SinkPlan plan = Start();
  const std::string committable = Stage(plan, "1,\"a\"\n2,\"b\"\n", 2);
  Arm("cut-after-commit");
  auto outcome = MakeCommitter(plan)->Commit(committable);
  ASSERT_TRUE(outcome.ok()) << outcome.status();
  EXPECT_EQ(Fired(), 1);
  EXPECT_EQ(outcome->kind, Kind::kCommitted);
  EXPECT_EQ(outcome->row_count, 2);
  EXPECT_EQ(outcome->attempts, 2);
  EXPECT_EQ(Rows(), 2);
  EXPECT_EQ(LedgerRows(), 1);
  EXPECT_FALSE(Exists(file_.url));
}

TEST_F(CommitterTest, ConnectionCutBeforeCommitIsRetriedAsAWhole) {
  const SinkPlan plan = Start();
  const std::string committable = Stage(plan, "1,\"a\"\n", 1);
  Arm("cut-before-commit", 2);
  auto outcome = MakeCommitter(plan)->Commit(committable);
  ASSERT_TRUE(outcome.ok()) << outcome.status();
  EXPECT_EQ(Fired(), 2);
  EXPECT_EQ(outcome->kind, Kind::kCommitted);
  EXPECT_EQ(outcome->attempts, 3);
  EXPECT_EQ(Rows(), 1);
  EXPECT_EQ(LedgerRows(), 1);
}

TEST_F(CommitterTest, CountMismatchRollsBack) {
  const SinkPlan plan = Start();
  const std::string committable = Stage(plan, "1,\"a\"\n2,\"b\"\n", 3);
  const arrow::Status status = MakeCommitter(plan)->Commit(committable).status();
  EXPECT_THAT(status.message(), AllOf(HasSubstr("COPY loaded 2 rows where 3 were staged"),
                                      HasSubstr("Nothing of it was loaded"), HasSubstr("checkpoint 1")));
  EXPECT_EQ(Rows(), 0);
  EXPECT_EQ(LedgerRows(), 0);
  EXPECT_TRUE(Exists(file_.url));
}

TEST_F(CommitterTest, TextTooLongNamesFileLineAndColumn) {
  const SinkPlan plan = Start();
  const std::string committable = Stage(plan, "1,\"abcde\"\n2,\"sixsix\"\n", 2);
  const arrow::Status status = MakeCommitter(plan)->Commit(committable).status();
  EXPECT_THAT(status.message(), AllOf(HasSubstr(file_.url), HasSubstr("line 2"), HasSubstr("column name"),
                                      HasSubstr("1204"), HasSubstr("Nothing of it was loaded")));
  EXPECT_THAT(status.message(), Not(HasSubstr("sixsix")));
  EXPECT_EQ(WarehouseError(status)->kind, ErrorKind::kLoad);
  EXPECT_EQ(Rows(), 0);
  EXPECT_TRUE(Exists(file_.url));
}

TEST_F(CommitterTest, FileThatIsGoneIsAnErrorThatShowsNoKeys) {
  const SinkPlan plan = Start();
  const std::string committable = Stage(plan, "1,\"a\"\n", 1);
  ASSERT_TRUE(staging_->DeleteObjects({file_.url}).ok());
  const arrow::Status status = MakeCommitter(plan)->Commit(committable).status();
  EXPECT_THAT(status.ToString(),
              AllOf(HasSubstr("COPY into public." + table_ + " failed"), HasSubstr(file_.url),
                    Not(HasSubstr("at attempt")), Not(HasSubstr("testtest"))));
  EXPECT_EQ(Rows(), 0);
  EXPECT_EQ(LedgerRows(), 0);
  EXPECT_TRUE(Exists(Json::parse(committable)["manifest_url"]));
}

TEST_F(CommitterTest, RoleIsUsedWhereOneIsGiven) {
  const SinkPlan plan = Start({{"iam-role-arn", "arn:aws:iam::123456789012:role/load"}});
  auto outcome = MakeCommitter(plan)->Commit(Stage(plan, "1,\"a\"\n", 1));
  ASSERT_TRUE(outcome.ok()) << outcome.status();
  EXPECT_EQ(Local().Count("SELECT count(*) FROM stl_query WHERE querytxt LIKE 'COPY \"public\".\"" + table_ +
                          "\"%IAM_ROLE%role/load%'"),
            1);
}

TEST_F(CommitterTest, StatementTimeoutIsNotSetOnTheServerWhereItWouldCutTheWaitForTheLock) {
  const SinkPlan plan = Start({{"statement.timeout", "1 min"}});
  const CommitSettings settings = CommitSettings::From(plan).ValueOrDie();
  EXPECT_EQ(settings.statement_timeout, std::chrono::minutes(1));
  auto session = Session::Open(settings.connection).ValueOrDie();
  EXPECT_EQ(session->Execute({"SHOW", "SHOW statement_timeout", {}}, Soon())->Get(0, 0), "0");
}

TEST_F(CommitterTest, CommitTimeoutEndsAllAttempts) {
  const SinkPlan plan = Start({{"sink.commit.timeout", "5 s"}, {"sink.commit.lock-timeout", "5 s"}});
  const std::string committable = Stage(plan, "1,\"a\"\n", 1);
  Arm("cut-before-commit", 1000);
  const arrow::Status status = MakeCommitter(plan)->Commit(committable).status();
  EXPECT_THAT(status.message(), HasSubstr("'sink.commit.timeout'"));
  EXPECT_GT(Fired(), 0);
  EXPECT_EQ(Rows(), 0);
}

TEST_F(CommitterTest, ManifestThatIsGoneWithoutACommitIsAnError) {
  const SinkPlan plan = Start();
  const std::string committable = Stage(plan, "1,\"a\"\n", 1);
  const std::string manifest = Json::parse(committable)["manifest_url"];
  ASSERT_TRUE(staging_->DeleteObjects({manifest}).ok());
  EXPECT_THAT(MakeCommitter(plan)->Commit(committable).status().message(),
              AllOf(HasSubstr(manifest), HasSubstr("is gone"), HasSubstr("1 rows"),
                    HasSubstr("too early? Nothing of it was loaded")));
  EXPECT_EQ(Rows(), 0);
  EXPECT_TRUE(Exists(file_.url));
}

TEST_F(CommitterTest, ManifestThatWasChangedIsNotLoaded) {
  const SinkPlan plan = Start();
  const std::string committable = Stage(plan, "1,\"a\"\n", 1);
  ASSERT_TRUE(staging_->WriteObject(Json::parse(committable)["manifest_url"], "{\"entries\":[]}").ok());
  EXPECT_THAT(MakeCommitter(plan)->Commit(committable).status().message(), HasSubstr("SHA-256"));
  EXPECT_EQ(Rows(), 0);
  EXPECT_TRUE(Exists(file_.url));
}

TEST_F(CommitterTest, RunThatWasCommittedIsNotLoadedAgainAndItsNewFilesAreDeleted) {
  const SinkPlan plan = Start();
  EXPECT_EQ(MakeCommitter(plan)->Commit(Stage(plan, "1,\"a\"\n", 1, 1, false))->kind, Kind::kCommitted);
  // The job was restarted after its commit and staged everything anew.
  const std::string second = Stage(plan, "1,\"a\"\n", 1, 1, false);
  auto outcome = MakeCommitter(plan)->Commit(second);
  ASSERT_TRUE(outcome.ok()) << outcome.status();
  EXPECT_EQ(outcome->kind, Kind::kAlreadyCommitted);
  EXPECT_EQ(Rows(), 1);
  EXPECT_FALSE(Exists(file_.url));
  EXPECT_EQ(Local().Count("SELECT count(*) FROM " + table_ +
                          "_flink_commits WHERE commit_identity = 'run:" + plan.run_id() + "'"),
            1);
}

TEST_F(CommitterTest, NamedRunThatWasCommittedIsNotPassedOverInSilence) {
  const SinkPlan plan = Start({{"sink.run-id", "nightly-" + table_}});
  EXPECT_EQ(MakeCommitter(plan)->Commit(Stage(plan, "1,\"a\"\n", 1, 1, false))->warning, "");
  auto outcome = MakeCommitter(plan)->Commit(Stage(plan, "2,\"b\"\n3,\"c\"\n", 2, 1, false));
  ASSERT_TRUE(outcome.ok()) << outcome.status();
  EXPECT_EQ(outcome->kind, Kind::kAlreadyCommitted);
  EXPECT_THAT(outcome->warning, AllOf(HasSubstr("run nightly-" + table_), HasSubstr("the 2 rows")));
  EXPECT_EQ(Rows(), 1);
}

TEST_F(CommitterTest, FilesOfAnotherTableAreRefusedWithBothNames) {
  const SinkPlan plan = Start();
  Json committable = Json::parse(Stage(plan, "1,\"a\"\n", 1));
  committable["target_table"] = "old_table";
  EXPECT_THAT(MakeCommitter(plan)->Commit(committable.dump()).status().message(),
              AllOf(HasSubstr("dev.public.old_table"), HasSubstr("dev.public." + table_)));
  EXPECT_EQ(Rows(), 0);
}

TEST_F(CommitterTest, CommitUsesTheCommittablesMarkerNotTodays) {
  const SinkPlan plan = Start();
  const std::string committable = Stage(plan, "1," + plan.null_marker() + "\n", 1);
  const SinkPlan restarted = Start();
  ASSERT_NE(restarted.null_marker(), plan.null_marker());
  ASSERT_TRUE(MakeCommitter(restarted)->Commit(committable).ok());
  EXPECT_EQ(Local().Count("SELECT count(*) FROM " + table_ + " WHERE name IS NULL"), 1);
}

TEST_F(CommitterTest, MissingLedgerIsAnErrorThatSaysSo) {
  const SinkPlan plan = Start();
  const std::string committable = Stage(plan, "1,\"a\"\n", 1);
  Local().Sql("DROP TABLE " + table_ + "_flink_commits");
  EXPECT_THAT(MakeCommitter(plan)->Commit(committable).status().message(),
              AllOf(HasSubstr("ledger public." + table_ + "_flink_commits is missing"), HasSubstr("state")));
  EXPECT_EQ(Rows(), 0);
  // So does the start of a run that goes on from state; it creates none.
  EXPECT_THAT(OpenTarget(plan, WriterContext{"job-1", "attempt-2", 0, true}).status().message(),
              HasSubstr("is missing"));
}

TEST_F(CommitterTest, LedgerWithoutItsHeadRowIsAnError) {
  const SinkPlan plan = Start();
  const std::string committable = Stage(plan, "1,\"a\"\n", 1);
  Local().Sql("DELETE FROM " + table_ + "_flink_commits");
  const std::string refusal = MakeCommitter(plan)->Commit(committable).status().message();
  EXPECT_THAT(refusal, HasSubstr("_flink_commits has no head row"));
  EXPECT_EQ(Rows(), 0);
  // A run that goes on from state is told so at its start, before it stages anything.
  EXPECT_THAT(OpenTarget(plan, WriterContext{"job-1", "attempt-2", 0, true}).status().message(),
              HasSubstr("_flink_commits has no head row"));
  // What the message shows helps those who know that nothing was loaded.
  const size_t begin = refusal.find("INSERT INTO");
  ASSERT_NE(begin, std::string::npos) << refusal;
  Local().Sql(refusal.substr(begin, refusal.find(". Nothing", begin) - begin));
  const arrow::Status repeated = MakeCommitter(plan)->Commit(committable).status();
  EXPECT_TRUE(repeated.ok()) << repeated;
  EXPECT_EQ(Rows(), 1);
}

TEST_F(CommitterTest, ExpiredFilesFailOrAreSkippedOrLoadedAsAsked) {
  const SinkPlan fails = Start();
  Json committable = Json::parse(Stage(fails, "1,\"a\"\n", 1, 9));
  committable["staged_at_millis"] = 1000;
  const arrow::Status status = MakeCommitter(fails)->Commit(committable.dump()).status();
  EXPECT_THAT(status.message(), AllOf(HasSubstr("checkpoint 9"), HasSubstr("1 files with 1 rows"),
                                      HasSubstr("'sink.commit.expired'")));
  EXPECT_EQ(Rows(), 0);

  auto skipped = MakeCommitter(Start({{"sink.commit.expired", "skip"}}))->Commit(committable.dump());
  ASSERT_TRUE(skipped.ok()) << skipped.status();
  EXPECT_EQ(skipped->kind, Kind::kSkipped);
  EXPECT_THAT(skipped->warning, HasSubstr("checkpoint 9"));
  EXPECT_EQ(Rows(), 0);
  EXPECT_TRUE(Exists(file_.url));

  auto loaded = MakeCommitter(Start({{"sink.commit.expired", "load"}}))->Commit(committable.dump());
  ASSERT_TRUE(loaded.ok()) << loaded.status();
  EXPECT_EQ(Rows(), 1);
}

/// As if it had been staged ten days ago.
std::string TenDaysOld(const std::string& committable) {
  const auto staged_at = std::chrono::system_clock::now() - std::chrono::days(10);
  Json json = Json::parse(committable);
  json["staged_at_millis"] =
      std::chrono::duration_cast<std::chrono::milliseconds>(staged_at.time_since_epoch()).count();
  return json.dump();
}

TEST_F(CommitterTest, FilesOlderThanWhatAnotherJobLeftInTheLedgerHaveExpired) {
  const SinkPlan keeps_long = Start({{"sink.copy.keep-files", "true"}});
  const std::string committable = TenDaysOld(Stage(keeps_long, "1,\"a\"\n", 1));
  EXPECT_EQ(MakeCommitter(keeps_long)->Commit(committable)->kind, Kind::kCommitted);
  Local().Sql("UPDATE " + table_ +
              "_flink_commits SET committed_at = getdate() - INTERVAL '10 days' "
              "WHERE commit_identity <> 'head'");

  const SinkPlan keeps_short = Start({{"sink.ledger.retention", "3 d"}});
  ASSERT_TRUE(MakeCommitter(keeps_short)->Commit(Stage(keeps_short, "2,\"b\"\n", 1)).ok());
  EXPECT_EQ(LedgerRows(), 1);

  EXPECT_THAT(MakeCommitter(keeps_long)->Commit(committable).status().message(),
              HasSubstr("'sink.commit.expired'"));
  EXPECT_EQ(Rows(), 2);
}

TEST_F(CommitterTest, FilesThatTheLedgerWouldStillKnowAreLoadedThoughOthersWereForgotten) {
  const SinkPlan plan = Start();
  const std::string committable = TenDaysOld(Stage(plan, "1,\"a\"\n", 1));
  Local().Sql("INSERT INTO " + table_ +
              "_flink_commits VALUES ('old', 'j', 's', 1, 1, '2020-01-01 00:00:00')");
  ASSERT_TRUE(MakeCommitter(plan)->Commit(Stage(plan, "2,\"b\"\n", 1)).ok());
  EXPECT_EQ(LedgerRows(), 1);
  auto outcome = MakeCommitter(plan)->Commit(committable);
  ASSERT_TRUE(outcome.ok()) << outcome.status();
  EXPECT_EQ(Rows(), 2);
}

TEST_F(CommitterTest, LedgerForgetsRowsOlderThanItsRetention) {
  const SinkPlan plan = Start();
  Local().Sql(
      "INSERT INTO " + table_ +
      "_flink_commits VALUES ('old', 'j', 's', 1, 1, '2020-01-01 00:00:00'), ('young', 'j', 's', 2, 1, "
      "getdate())");
  ASSERT_TRUE(MakeCommitter(plan)->Commit(Stage(plan, "1,\"a\"\n", 1)).ok());
  EXPECT_EQ(Local().Count("SELECT count(*) FROM " + table_ + "_flink_commits WHERE commit_identity = 'old'"),
            0);
  EXPECT_EQ(
      Local().Count("SELECT count(*) FROM " + table_ + "_flink_commits WHERE commit_identity = 'young'"), 1);
  EXPECT_EQ(Local().Count("SELECT count(*) FROM " + table_ + "_flink_commits WHERE commit_identity = 'head'"),
            1);
}

TEST_F(CommitterTest, DeadSessionOfOurOwnThatHoldsTheLockIsEnded) {
  const SinkPlan plan = Start({{"sink.commit.lock-timeout", "1 s"}});
  ConnectionSettings settings = Local().Connection();
  settings.query_group = plan.query_group() + " commit";
  auto dead = Session::Open(settings).ValueOrDie();
  ASSERT_TRUE(dead->Execute(BeginSql(), Soon()).ok());
  ASSERT_TRUE(dead->Execute({"LOCK", "LOCK TABLE " + table_ + "_flink_commits", {}}, Soon()).ok());

  auto outcome = MakeCommitter(plan)->Commit(Stage(plan, "1,\"a\"\n", 1));
  ASSERT_TRUE(outcome.ok()) << outcome.status();
  EXPECT_EQ(outcome->kind, Kind::kCommitted);
  EXPECT_EQ(Rows(), 1);
  EXPECT_FALSE(dead->Execute({"SELECT", "SELECT 1", {}}, Soon()).ok());
}

TEST_F(CommitterTest, OtherSessionThatHoldsTheLockIsNamedWithItsPid) {
  const SinkPlan plan = Start({{"sink.commit.lock-timeout", "1 s"}});
  auto other = Local().Connect();
  ASSERT_TRUE(other->Execute(BeginSql(), Soon()).ok());
  ASSERT_TRUE(other->Execute({"LOCK", "LOCK TABLE " + table_ + "_flink_commits", {}}, Soon()).ok());

  const std::string committable = Stage(plan, "1,\"a\"\n", 1);
  auto committer = MakeCommitter(plan);
  EXPECT_THAT(committer->Commit(committable).status().message(),
              AllOf(HasSubstr("'sink.commit.lock-timeout'"),
                    HasSubstr("session " + std::to_string(other->backend_pid()) + " of user 'awsuser'"),
                    HasSubstr("Nothing of it was loaded")));
  EXPECT_TRUE(other->Execute({"SELECT", "SELECT 1", {}}, Soon()).ok()) << "it must not be ended";
  EXPECT_TRUE(other->Rollback().ok());
  EXPECT_TRUE(committer->Commit(committable).ok());
  EXPECT_EQ(Rows(), 1);
}

TEST_F(CommitterTest, TwoCommittersOfOneCommittableLoadOnce) {
  const SinkPlan plan = Start();
  const std::string committable = Stage(plan, "1,\"a\"\n", 1);
  arrow::Result<CommitOutcome> outcomes[2];
  {
    std::thread threads[2];
    for (int i = 0; i < 2; ++i) {
      threads[i] = std::thread([&, i] { outcomes[i] = MakeCommitter(plan)->Commit(committable); });
    }
    for (std::thread& thread : threads) thread.join();
  }
  for (const auto& outcome : outcomes) EXPECT_TRUE(outcome.ok()) << outcome.status();
  EXPECT_EQ(Rows(), 1);
  EXPECT_EQ(LedgerRows(), 1);
}

TEST_F(CommitterTest, InterruptStopsACommitThatWaits) {
  const SinkPlan plan = Start();
  auto other = Local().Connect();
  ASSERT_TRUE(other->Execute(BeginSql(), Soon()).ok());
  ASSERT_TRUE(other->Execute({"LOCK", "LOCK TABLE " + table_ + "_flink_commits", {}}, Soon()).ok());
  const std::string committable = Stage(plan, "1,\"a\"\n", 1);
  auto committer = MakeCommitter(plan);
  std::thread stopper([&] { committer->Interrupt(); });
  const arrow::Status status = committer->Commit(committable).status();
  stopper.join();
  EXPECT_TRUE(status.IsCancelled()) << status;
  EXPECT_TRUE(committer->Commit(committable).status().IsCancelled());
  EXPECT_TRUE(other->Rollback().ok());
  EXPECT_EQ(Rows(), 0);
}

TEST_F(CommitterTest, InterruptStopsTheUploadOfAManifest) {
  const std::string s3 = Local().Options().at("aws.endpoint");
  const auto port = static_cast<uint16_t>(std::stoi(s3.substr(s3.rfind(':') + 1)));
  S3Gate gate(port, [](const auto&) { return S3Gate::Action::kReset; });
  const SinkPlan plan = Start({{"aws.endpoint", gate.endpoint()}});
  auto committer = MakeCommitter(plan);
  std::thread stopper([&] {
    while (gate.faults() == 0) std::this_thread::yield();
    committer->Interrupt();
  });
  const StagedFile file{.url = "s3://local/" + table_ + "/1.csv", .bytes = 1, .rows = 1};
  EXPECT_FALSE(
      committer->MakeCommittable("job-1", "aggregator", 1, std::nullopt, {.data = {file}, .rejects = {}})
          .ok());
  stopper.join();
  // It would have gone on to the eighth.
  EXPECT_LT(gate.faults(), 8);
}

}  // namespace
}  // namespace redshift
