// The start of a sink against the stand-in.

#include "engine/sink/sink_start.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "engine/sink/sink_test_support.h"

namespace redshift {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

const RedshiftLocal& Local() {
  return RedshiftLocal::Get();
}

WriterContext Fresh(int subtask = 0) {
  return {"job-1", "attempt-1", subtask, false};
}

std::string Refusal(const SinkPlan& plan) {
  return OpenTarget(plan, Fresh()).status().message();
}

TEST(OpenTarget, ReadsTheTargetAndCreatesTheLedgerOnce) {
  Local().Sql("CREATE TABLE start_once (id BIGINT NOT NULL, name VARCHAR(20))");
  const SinkPlan plan = PlanFor("start_once", "copy", {{"ID", "BIGINT NOT NULL"}, {"name", "STRING"}});
  for (int i = 0; i < 2; ++i) {
    auto target = OpenTarget(plan, Fresh());
    ASSERT_TRUE(target.ok()) << target.status();
    EXPECT_EQ(target->columns.size(), 2u);
  }
  EXPECT_EQ(Local().Count("SELECT count(*) FROM start_once_flink_commits WHERE commit_identity = 'head'"), 1);
  EXPECT_TRUE(OpenTarget(plan, {"job-1", "attempt-2", 0, true}).ok()) << "a restored run finds it";
}

TEST(OpenTarget, SinksThatStartTogetherMakeOneHeadRow) {
  Local().Sql("CREATE TABLE start_together (id BIGINT)");
  const SinkPlan plan = PlanFor("start_together", "copy", {{"id", "BIGINT"}});
  std::vector<arrow::Status> statuses(4);
  std::vector<std::thread> threads;
  for (arrow::Status& status : statuses) {
    threads.emplace_back([&] { status = OpenTarget(plan, Fresh()).status(); });
  }
  for (std::thread& thread : threads) thread.join();
  for (const arrow::Status& status : statuses) EXPECT_TRUE(status.ok()) << status;
  EXPECT_EQ(Local().Count("SELECT count(*) FROM start_together_flink_commits WHERE commit_identity = 'head'"),
            1);
}

TEST(OpenTarget, OnlySubtask0OfCopyModeTouchesTheLedger) {
  Local().Sql("CREATE TABLE start_subtask (id BIGINT)");
  EXPECT_TRUE(OpenTarget(PlanFor("start_subtask", "copy", {{"id", "BIGINT"}}), Fresh(1)).ok());
  EXPECT_TRUE(OpenTarget(PlanFor("start_subtask", "jdbc", {{"id", "BIGINT"}}), Fresh(0)).ok());
  EXPECT_EQ(
      Local().Count("SELECT count(*) FROM svv_columns WHERE table_name = 'start_subtask_flink_commits'"), 0);
}

TEST(OpenTarget, MissingTableMissingColumnAndWrongTypeAreReadable) {
  Local().Sql("CREATE TABLE start_wrong (id BIGINT, name INTEGER)");
  EXPECT_THAT(Refusal(PlanFor("start_nowhere", "copy", {{"id", "BIGINT"}})),
              AllOf(HasSubstr("no table public.start_nowhere"), HasSubstr("'table-name'")));
  EXPECT_THAT(Refusal(PlanFor("start_wrong", "copy", {{"id", "BIGINT"}, {"colour", "STRING"}})),
              HasSubstr("colour"));
  EXPECT_THAT(Refusal(PlanFor("start_wrong", "copy", {{"id", "BIGINT"}, {"name", "STRING"}})),
              AllOf(HasSubstr("name"), HasSubstr("INTEGER")));
}

TEST(OpenTarget, TableOfTheLedgersNameThatIsNoneIsRefused) {
  Local().Sql("CREATE TABLE start_taken (id BIGINT)");
  Local().Sql("CREATE TABLE start_taken_flink_commits (something INTEGER)");
  EXPECT_THAT(Refusal(PlanFor("start_taken", "copy", {{"id", "BIGINT"}})),
              AllOf(HasSubstr("not a ledger"), HasSubstr("'sink.ledger.table'")));
}

TEST(OpenTarget, LedgerThatMayNotBeCreatedShowsTheDdl) {
  Local().Sql("CREATE SCHEMA guarded");
  Local().Sql("CREATE TABLE guarded.orders (id BIGINT)");
  Local().Sql("CREATE USER loader PASSWORD 'Loader1loader'");
  Local().Sql("GRANT USAGE ON SCHEMA guarded TO loader");
  Local().Sql("GRANT INSERT ON guarded.orders TO loader");
  const SinkPlan plan = PlanFor("guarded.orders", "copy", {{"id", "BIGINT"}},
                                {{"username", "loader"}, {"password", "Loader1loader"}});
  const std::string refusal = Refusal(plan);
  EXPECT_THAT(refusal,
              AllOf(HasSubstr("User 'loader' may not create the ledger guarded.orders_flink_commits"),
                    HasSubstr("CREATE TABLE IF NOT EXISTS \"guarded\".\"orders_flink_commits\""),
                    HasSubstr("TO \"loader\"")));
  // What the message shows works when someone else runs it.
  const size_t begin = refusal.find("CREATE TABLE");
  Local().Sql(refusal.substr(begin));
  EXPECT_TRUE(OpenTarget(plan, Fresh()).ok()) << OpenTarget(plan, Fresh()).status();
}

}  // namespace
}  // namespace redshift
