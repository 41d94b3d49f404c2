// What a sink waits for ends: by an option's limit, with an error that says what was waited for, or by
// cancellation.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <future>
#include <thread>

#include "engine/aws/testing/http.h"
#include "engine/sink/committable.h"
#include "engine/sink/committer.h"
#include "engine/sink/insert_writer.h"
#include "engine/sink/sink_start.h"
#include "engine/sink/sink_test_support.h"
#include "engine/sql/session_statements.h"
#include "engine/warehouse/testing/session_gate.h"

namespace redshift {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using OptionMap = std::map<std::string, std::string>;

const RedshiftLocal& Local() {
  return RedshiftLocal::Get();
}

Clock::time_point Soon() {
  return Clock::now() + std::chrono::minutes(2);
}

/// Takes connections and says nothing.
class SilentServer {
 public:
  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  int port() const { return port_; }
  /// Until somebody has connected.
  void AwaitClient() { client_ = testing::Socket(accept(listener_.fd(), nullptr, nullptr)); }

 private:
  uint16_t port_ = 0;
  testing::Socket listener_ = testing::Listen(&port_);
  testing::Socket client_;
};

class WaitLimitsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    table_ = TestTableName();
    Local().Sql("CREATE TABLE " + table_ + " (id BIGINT, name VARCHAR(5))");
    const auto target = OpenTarget(Plan({}), Context());
    ASSERT_TRUE(target.ok()) << target.status();
    const auto staging = Staging::Open(Plan({}).options()).ValueOrDie();
    const StagedFile file = StageCsv(staging.get(), table_ + "/0-0", "1,\"a\"\n", 1);
    committable_ = MakeCommittable(Plan({}), staging.get(), "job-1", "aggregator-1", 1, /*checkpointed=*/true,
                                   {.data = {file}, .rejects = {}})
                       .ValueOrDie();
  }

  SinkPlan Plan(const OptionMap& more) {
    return PlanFor(table_, "copy", {{"id", "BIGINT"}, {"name", "STRING"}}, more);
  }
  WriterContext Context() { return {"job-1", "attempt-1", 0, false}; }
  std::unique_ptr<Committer> MakeCommitter(const OptionMap& more) {
    return Committer::Make(Plan(more), Context()).ValueOrDie();
  }
  arrow::Status Commit(const OptionMap& more) { return MakeCommitter(more)->Commit(committable_).status(); }
  /// A commit with these options, which waits for `silent`, ends when it is interrupted.
  void ExpectCancelled(const OptionMap& more, SilentServer* silent) {
    auto committer = MakeCommitter(more);
    auto commit = std::async(std::launch::async, [&] { return committer->Commit(committable_).status(); });
    silent->AwaitClient();
    committer->Interrupt();
    const arrow::Status status = commit.get();
    EXPECT_TRUE(status.IsCancelled()) << status;
    EXPECT_EQ(Rows(), 0);
  }
  int64_t Rows() { return Local().Count("SELECT count(*) FROM " + table_); }

  /// Keys that come from an STS at `url`.
  static OptionMap RoleAt(const std::string& url) {
    return {{"aws.credentials.provider", "ASSUME_ROLE"},
            {"aws.credentials.role.arn", "arn:aws:iam::123456789012:role/loader"},
            {"aws.credentials.role.stsEndpoint", url}};
  }

  std::string table_;
  std::string committable_;
};

TEST_F(WaitLimitsTest, OpeningASinkAtAServerThatIsSilentEndsWithCancellation) {
  SilentServer silent;
  Interrupt interrupt;
  auto opened = std::async(std::launch::async, [&] {
    return OpenTarget(Plan({{"port", std::to_string(silent.port())}, {"connect.timeout", "1 h"}}), Context(),
                      &interrupt);
  });
  silent.AwaitClient();
  interrupt.Set();
  const arrow::Status status = opened.get().status();
  EXPECT_TRUE(status.IsCancelled()) << status;
}

TEST_F(WaitLimitsTest, OpeningASinkWhoseKeysDoNotComeEndsWithCancellation) {
  SilentServer silent;
  OptionMap more = RoleAt(silent.url());
  more["aws.request-timeout"] = "10 min";
  Interrupt interrupt;
  auto opened = std::async(std::launch::async, [&] {
    return Staging::Open(Plan(more).options(), {}, Staging::kMinUploadMemory, &interrupt).status();
  });
  silent.AwaitClient();
  interrupt.Set();
  const arrow::Status status = opened.get();
  EXPECT_TRUE(status.IsCancelled()) << status;
}

TEST_F(WaitLimitsTest, ACommitThatWaitsForKeysEndsWithCancellation) {
  SilentServer silent;
  OptionMap more = RoleAt(silent.url());
  more["aws.request-timeout"] = "10 min";
  ExpectCancelled(more, &silent);
}

TEST_F(WaitLimitsTest, ACommitThatReadsItsManifestEndsWithCancellation) {
  SilentServer silent;
  ExpectCancelled({{"aws.endpoint", silent.url()}, {"aws.request-timeout", "10 min"}}, &silent);
}

TEST_F(WaitLimitsTest, KeysThatDoNotComeAreAnErrorThatNamesTheirSource) {
  SilentServer silent;
  OptionMap more = RoleAt(silent.url());
  more["aws.request-timeout"] = "1 s";
  EXPECT_THAT(Commit(more).message(),
              AllOf(HasSubstr("the role arn:aws:iam::123456789012:role/loader"), HasSubstr(silent.url())));
}

TEST_F(WaitLimitsTest, AnS3ThatIsSilentIsAnErrorThatNamesIt) {
  SilentServer silent;
  EXPECT_THAT(Commit({{"aws.endpoint", silent.url()}, {"aws.request-timeout", "1 s"}}).message(),
              AllOf(HasSubstr("cannot read s3://"), HasSubstr("endpoint " + silent.url()),
                    HasSubstr("There is no answer from this endpoint")));
}

TEST_F(WaitLimitsTest, AStatementWithoutAnswerIsGivenUpAndItsCommitRepeated) {
  SessionGate gate(Local().port());
  gate.HoldBack("COPY \"public\"");
  auto committer = MakeCommitter({{"port", std::to_string(gate.port())}, {"statement.timeout", "3 s"}});
  const auto outcome = committer->Commit(committable_);
  EXPECT_TRUE(gate.holds());
  ASSERT_TRUE(outcome.ok()) << outcome.status();
  EXPECT_EQ(outcome->attempts, 2);
  EXPECT_EQ(Rows(), 1);
}

TEST_F(WaitLimitsTest, AStatementWithoutAnswerIsNamedWhenTheCommitsTimeIsUp) {
  SessionGate gate(Local().port());
  gate.HoldBack("COPY \"public\"");
  const arrow::Status status =
      Commit({{"port", std::to_string(gate.port())}, {"sink.commit.timeout", "6 s"}});
  EXPECT_TRUE(gate.holds());
  EXPECT_THAT(status.message(), AllOf(HasSubstr("did not end within 6000 ms ('sink.commit.timeout')"),
                                      HasSubstr("COPY"), HasSubstr("had no answer after"),
                                      HasSubstr("Nothing of it was loaded; its files are kept.")));
  EXPECT_EQ(Rows(), 0);
}

TEST_F(WaitLimitsTest, AJdbcStatementWithoutAnswerEndsByStatementTimeout) {
  SessionGate gate(Local().port());
  gate.HoldBack("INSERT INTO");
  const SinkPlan plan = PlanFor(table_, "jdbc", {{"id", "BIGINT"}, {"name", "STRING"}},
                                {{"port", std::to_string(gate.port())},
                                 {"statement.timeout", "1 s"},
                                 {"sink.max-retries", "0"},
                                 {"sink.commit.reconnect-timeout", "1 s"}});
  // With its own limits: many statements, of which none may end by this one.
  const TargetTable target = OpenTarget(Plan({}), Context()).ValueOrDie();
  auto writer = InsertWriter::Make(plan, Context(), target).ValueOrDie();
  TestRows rows;
  rows.Add(1, "a");
  ASSERT_TRUE(writer->Write(rows.frames, rows.count).ok());
  const arrow::Status status = writer->Flush();
  EXPECT_TRUE(gate.holds());
  EXPECT_THAT(status.message(), AllOf(HasSubstr("INSERT"), HasSubstr("had no answer after")));
  EXPECT_TRUE(writer->Close().ok());
}

TEST_F(WaitLimitsTest, TheWaitForTheLedgerLeavesTimeForTheCommitAndNamesItsLimit) {
  auto other = Local().Connect();
  ASSERT_TRUE(other->Execute(BeginSql(), Soon()).ok());
  ASSERT_TRUE(other->Execute({"LOCK", "LOCK TABLE " + table_ + "_flink_commits", {}}, Soon()).ok());
  EXPECT_THAT(Commit({{"sink.commit.timeout", "10 s"}}).message(),
              HasSubstr("was not had within 5000 ms ('sink.commit.lock-timeout')"));
  EXPECT_THAT(Commit({{"sink.commit.timeout", "4 s"}, {"sink.commit.lock-timeout", "4 s"}}).message(),
              AllOf(HasSubstr("what 'sink.commit.timeout' had left"),
                    HasSubstr("session " + std::to_string(other->backend_pid()))));
  EXPECT_TRUE(other->Rollback().ok());
  EXPECT_EQ(Rows(), 0);
}

TEST_F(WaitLimitsTest, AStatementThatEndsBeforeItsCancelIsNoFailure) {
  auto session = Local().Connect();
  ASSERT_TRUE(session->Send({"INSERT", "INSERT INTO " + table_ + " VALUES (7, 'x')", {}}).ok());
  while (Rows() == 0) std::this_thread::yield();
  auto answer = session->CancelAndDrain();
  ASSERT_TRUE(answer.ok()) << answer.status();
  ASSERT_TRUE(answer->has_value());
  EXPECT_EQ((*answer)->affected_rows(), 1);
}

}  // namespace
}  // namespace redshift
