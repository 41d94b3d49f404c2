// Insert writers and committers that failed give back their threads, connections and memory when they are
// closed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <thread>

#include "engine/sink/committable.h"
#include "engine/sink/committer.h"
#include "engine/sink/insert_writer.h"
#include "engine/sink/sink_start.h"
#include "engine/sink/sink_test_support.h"
#include "engine/sink/testing/process_resources.h"
#include "engine/warehouse/testing/listener.h"
#include "engine/warehouse/testing/session_gate.h"

namespace redshift {
namespace {

using ::redshift::testing::ExpectGivenBack;
using ::redshift::testing::ProcessResources;
using ::testing::HasSubstr;
using Settings = std::map<std::string, std::string>;

const RedshiftLocal& Local() {
  return RedshiftLocal::Get();
}

class SessionCloseTest : public ::testing::Test {
 protected:
  void SetUp() override {
    table_ = TestTableName();
    Local().Sql("CREATE TABLE " + table_ + " (id BIGINT, name VARCHAR(5))");
    target_ = OpenTarget(Plan("jdbc", {}), context_).ValueOrDie();
    before_ = ProcessResources::Now();
  }

  SinkPlan Plan(const std::string& mode, const Settings& more) {
    return PlanFor(table_, mode, {{"id", "BIGINT"}, {"name", "STRING"}}, more);
  }

  // How writing one row fails; `meanwhile` runs before the writer is waited for.
  arrow::Status FailureOfInsert(
      const Settings& more, const std::string& name = "a",
      const std::function<void(InsertWriter&)>& meanwhile = [](InsertWriter&) {}) {
    auto writer = InsertWriter::Make(Plan("jdbc", more), context_, target_).ValueOrDie();
    TestRows rows;
    rows.Add(1, name);
    EXPECT_TRUE(writer->Write(rows.frames, rows.count).ok());
    meanwhile(*writer);
    const arrow::Status failure = writer->Flush();
    EXPECT_FALSE(failure.ok());
    EXPECT_TRUE(writer->Close().ok());
    return failure;
  }

  // Of a file with two rows.
  std::string StageCommittable() {
    const SinkPlan plan = Plan("copy", {});
    EXPECT_TRUE(OpenTarget(plan, context_).ok());
    const auto staging = Staging::Open(plan.options()).ValueOrDie();
    const StagedFile file = StageCsv(staging.get(), table_ + "/0-0", "1,\"a\"\n2,\"b\"\n", 2);
    return MakeCommittable(plan, staging.get(), "job-1", "aggregator-1", 1, /*checkpointed=*/true,
                           {.data = {file}, .rejects = {}})
        .ValueOrDie();
  }

  arrow::Status FailureOfCommit(
      const Settings& more, const std::string& committable,
      const std::function<void(Committer&)>& meanwhile = [](Committer&) {}) {
    auto committer =
        Committer::Make(Plan("copy", more), WriterContext{"job-1", "attempt-2", 0, true}).ValueOrDie();
    std::thread other([&] { meanwhile(*committer); });
    const arrow::Status failure = committer->Commit(committable).status();
    other.join();
    EXPECT_FALSE(failure.ok());
    EXPECT_TRUE(committer->Close().ok());
    return failure;
  }

  static void Await(const std::function<bool()>& reached) {
    const auto end = Clock::now() + std::chrono::minutes(3);
    while (!reached()) {
      ASSERT_LT(Clock::now(), end) << "the state that this test is about did not come about";
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
  }

  const WriterContext context_{"job-1", "attempt-1", 0, false};
  std::string table_;
  TargetTable target_;
  ProcessResources before_;
};

/// The warehouse is lost and does not come back while `message` is on its way to it.
class LostWarehouse {
 public:
  explicit LostWarehouse(const std::string& message) : port_(gate_->port()) { gate_->HoldBack(message); }

  Settings settings() const {
    return {{"port", std::to_string(port_)}, {"sink.commit.reconnect-timeout", "1 s"}};
  }
  bool asked() const { return gate_->holds(); }
  void Lose() {
    gate_->CutClients();
    gate_.reset();
  }

 private:
  std::unique_ptr<SessionGate> gate_ = std::make_unique<SessionGate>(Local().port());
  const int port_;
};

TEST_F(SessionCloseTest, InsertAfterARefusedLogin) {
  EXPECT_THAT(FailureOfInsert({{"password", "wrong"}}).message(), HasSubstr("authentication failed"));
  ExpectGivenBack(before_);
}

TEST_F(SessionCloseTest, InsertAfterAConnectionThatWasCutInTheMiddleOfAFlush) {
  {
    LostWarehouse warehouse("INSERT");
    const arrow::Status failure = FailureOfInsert(warehouse.settings(), "a", [&](InsertWriter&) {
      Await([&] { return warehouse.asked(); });
      warehouse.Lose();
    });
    EXPECT_THAT(failure.message(), HasSubstr("Writing 1 rows"));
  }
  ExpectGivenBack(before_);
}

TEST_F(SessionCloseTest, InsertInterruptedWhileTheServerIsSilentAtLogin) {
  {
    Listener server;
    std::atomic<bool> asked = false;
    server.Serve([&](int client) {
      asked = !ReadSome(client).empty();
      ReadToEnd(client);
    });
    const arrow::Status failure =
        FailureOfInsert({{"port", std::to_string(server.port())}}, "a", [&](InsertWriter& writer) {
          Await([&] { return asked.load(); });
          writer.Interrupt();
        });
    EXPECT_TRUE(failure.IsCancelled()) << failure;
    server.Stop();
  }
  ExpectGivenBack(before_);
}

TEST_F(SessionCloseTest, InsertInterruptedInTheMiddleOfAStatement) {
  {
    SessionGate gate(Local().port());
    gate.HoldBack("INSERT");
    const arrow::Status failure =
        FailureOfInsert({{"port", std::to_string(gate.port())}}, "a", [&](InsertWriter& writer) {
          Await([&] { return gate.holds(); });
          writer.Interrupt();
        });
    EXPECT_TRUE(failure.IsCancelled()) << failure;
  }
  ExpectGivenBack(before_);
}

TEST_F(SessionCloseTest, InsertAfterABadRow) {
  EXPECT_THAT(FailureOfInsert({}, "too long").message(), HasSubstr("VARCHAR(5)"));
  ExpectGivenBack(before_);
}

TEST_F(SessionCloseTest, InsertAgainAndAgain) {
  for (int i = 0; i < 5; ++i) {
    auto writer = InsertWriter::Make(Plan("jdbc", {}), context_, target_).ValueOrDie();
    TestRows rows;
    rows.Add(i, "a");
    ASSERT_TRUE(writer->Write(rows.frames, rows.count).ok());
    ASSERT_TRUE(writer->Flush().ok());
    ASSERT_TRUE(writer->Close().ok());
  }
  ExpectGivenBack(before_);
}

TEST_F(SessionCloseTest, CommitAfterARefusedLogin) {
  EXPECT_THAT(FailureOfCommit({{"password", "wrong"}}, StageCommittable()).message(),
              HasSubstr("authentication failed"));
  ExpectGivenBack(before_);
}

TEST_F(SessionCloseTest, CommitAfterAConnectionThatWasCutDuringCopy) {
  const std::string committable = StageCommittable();
  {
    LostWarehouse warehouse("COPY \"public\"");
    EXPECT_THAT(FailureOfCommit(warehouse.settings(), committable,
                                [&](Committer&) {
                                  Await([&] { return warehouse.asked(); });
                                  warehouse.Lose();
                                })
                    .message(),
                HasSubstr("connection refused"));
  }
  ExpectGivenBack(before_);
}

TEST_F(SessionCloseTest, CommitInterruptedDuringCopy) {
  const std::string committable = StageCommittable();
  {
    SessionGate gate(Local().port());
    gate.HoldBack("COPY \"public\"");
    const arrow::Status failure =
        FailureOfCommit({{"port", std::to_string(gate.port())}}, committable, [&](Committer& committer) {
          Await([&] { return gate.holds(); });
          committer.Interrupt();
        });
    EXPECT_TRUE(failure.IsCancelled()) << failure;
  }
  ExpectGivenBack(before_);
}

TEST_F(SessionCloseTest, CommitOfAManifestThatIsNotThere) {
  std::string committable = StageCommittable();
  const size_t name = committable.find(".manifest");
  ASSERT_NE(name, std::string::npos);
  committable.replace(name, 9, ".missing!");
  EXPECT_THAT(FailureOfCommit({}, committable).message(),
              HasSubstr("is gone and the ledger does not have this commit"));
  ExpectGivenBack(before_);
}

TEST_F(SessionCloseTest, CommitOfWhatIsNoCommittable) {
  EXPECT_THAT(FailureOfCommit({}, "{}").message(), HasSubstr("lacks the field"));
  ExpectGivenBack(before_);
}

}  // namespace
}  // namespace redshift
