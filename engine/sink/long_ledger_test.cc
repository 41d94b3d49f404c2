// Commits of a target that has had ten thousand of them.
#include <gmock/gmock.h>

#include <regex>

#include "engine/sink/testing/written_table.h"

namespace redshift {
namespace {

using ::testing::Contains;
using ::testing::ElementsAreArray;
using ::testing::HasSubstr;

constexpr int kCheckpoints = 10'000;

const RedshiftLocal& Local() {
  return RedshiftLocal::Get();
}

class LongLedgerTest : public ::testing::Test {
 protected:
  void SetUp() override {
    table_ = TestTableName();
    Local().Sql("CREATE TABLE " + table_ + " (id BIGINT, name VARCHAR(10))");
    plan_ = PlanFor(table_, "copy", {{"id", "BIGINT"}, {"name", "STRING"}});
    ASSERT_TRUE(OpenTarget(*plan_, testing::kOneWriter).ok());
    staging_ = Staging::Open(plan_->options()).ValueOrDie();
    committer_ = Committer::Make(*plan_, testing::kOneWriter).ValueOrDie();
  }

  std::string Ledger() const { return table_ + "_flink_commits"; }

  std::string Stage(int64_t checkpoint) {
    const StagedFile file = StageCsv(staging_.get(), table_ + "/" + std::to_string(++files_), "1,a\n", 1);
    return MakeCommittable(*plan_, staging_.get(), "job-1", "attempt-" + std::to_string(files_), checkpoint,
                           /*checkpointed=*/true, {.data = {file}, .rejects = {}})
        .ValueOrDie();
  }

  /// Ten thousand earlier commits, of which the first `old` are older than the ledger's retention.
  void FillLedger(int old) {
    for (int begin = 0; begin < kCheckpoints; begin += 1000) {
      std::string values;
      for (int i = begin; i < begin + 1000; ++i) {
        values += (i == begin ? "('" : ", ('") + std::to_string(i) + "', 'job-1', 'sink', " +
                  std::to_string(i) + ", 1, getdate() - INTERVAL '" +
                  std::to_string(i < old ? 40 * 86400 : 3600) + " seconds')";
      }
      Local().Sql("INSERT INTO " + Ledger() + " VALUES " + values);
    }
  }

  /// The statements of a commit, without what differs from commit to commit.
  std::vector<std::string> StatementsOf(const std::string& committable) {
    const auto session = Local().Connect();
    const auto query = [&](const std::string& text) {
      return session->Execute(Statement{"look", text, {}}, Clock::now() + std::chrono::minutes(2))
          .ValueOrDie();
    };
    const QueryResult last = query("SELECT max(query) FROM stl_query");
    const auto outcome = committer_->Commit(committable);
    EXPECT_TRUE(outcome.ok()) << outcome.status();
    const QueryResult rows =
        query("SELECT querytxt FROM stl_query WHERE pid <> pg_backend_pid() AND query > " +
              std::string(*last.Get(0, 0)) + " ORDER BY query");
    std::vector<std::string> statements;
    for (int row = 0; row < rows.row_count(); ++row) {
      statements.push_back(
          std::regex_replace(std::string(*rows.Get(row, 0)), std::regex("'[^']*'|[0-9]+"), "?"));
    }
    return statements;
  }

  std::string table_;
  std::optional<SinkPlan> plan_;
  std::shared_ptr<Staging> staging_;
  std::unique_ptr<Committer> committer_;
  int files_ = 0;
};

TEST_F(LongLedgerTest, ACommitSendsTheSameStatementsAsIntoAShortOne) {
  ASSERT_TRUE(committer_->Commit(Stage(1)).ok());  // its first one looks for old rows, too
  const auto short_ledger = StatementsOf(Stage(2));
  EXPECT_THAT(short_ledger, Contains(HasSubstr("COPY")));
  FillLedger(/*old=*/0);
  const std::string committable = Stage(3);
  EXPECT_THAT(StatementsOf(committable), ElementsAreArray(short_ledger));
  EXPECT_EQ(Local().Count("SELECT count(*) FROM " + table_), 3);
  // It is found among ten thousand.
  EXPECT_EQ(committer_->Commit(committable)->kind, CommitOutcome::Kind::kAlreadyCommitted);
  EXPECT_EQ(Local().Count("SELECT count(*) FROM " + table_), 3);
}

TEST_F(LongLedgerTest, OldRowsGoByOneStatementAndOnceInAWhile) {
  FillLedger(/*old=*/9'000);
  const auto first = StatementsOf(Stage(1));
  EXPECT_EQ(Local().Count("SELECT count(*) FROM " + Ledger()), kCheckpoints - 9'000 + 2);
  EXPECT_EQ(Local().Count("SELECT count(*) FROM " + Ledger() + " WHERE commit_identity = 'head'"), 1);
  const auto second = StatementsOf(Stage(2));
  const auto count = [](const std::vector<std::string>& statements, std::string_view part) {
    return std::count_if(statements.begin(), statements.end(),
                         [&](const std::string& text) { return text.find(part) != std::string::npos; });
  };
  EXPECT_EQ(count(first, "DELETE FROM"), 1);
  EXPECT_EQ(count(second, "DELETE FROM"), 0);
  // The note of what was forgotten goes with it.
  EXPECT_EQ(count(first, "GREATEST"), 1);
  EXPECT_EQ(count(second, "GREATEST"), 0);
}

}  // namespace
}  // namespace redshift
