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

TEST(OpenTarget, MissingTableIsShownWithItsDdl) {
  const std::string refusal =
      Refusal(PlanFor("start_ddl", "jdbc", {{"Id", "BIGINT NOT NULL"}, {"n", "STRING"}}));
  EXPECT_THAT(
      refusal,
      AllOf(HasSubstr("There is no table public.start_ddl"), HasSubstr("'sink.create-table' = 'if-absent'"),
            HasSubstr("CREATE TABLE IF NOT EXISTS \"public\".\"start_ddl\" (\n  \"id\" BIGINT "
                      "NOT NULL,\n  \"n\" VARCHAR(65535)\n);")));
  EXPECT_EQ(Local().Count("SELECT count(*) FROM svv_columns WHERE table_name = 'start_ddl'"), 0);
}

TEST(OpenTarget, TableIsCreatedAsDeclared) {
  const SinkPlan plan =
      PlanFor("start_created", "copy",
              {{"Id", "BIGINT NOT NULL"}, {"group", "VARCHAR(3)"}, {"a \"b\", c", "DATE NOT NULL"}},
              {{"sink.create-table", "if-absent"},
               {"sink.create-table.distkey", "group"},
               {"sink.create-table.sortkey", R"("A ""b"", c", id)"}},
              {"Id"});
  for (int i = 0; i < 2; ++i) {
    auto target = OpenTarget(plan, Fresh(i));
    ASSERT_TRUE(target.ok()) << target.status();
    ASSERT_EQ(target->columns.size(), 3u);
    EXPECT_TRUE(target->Find("id")->not_null);
    EXPECT_FALSE(target->Find("group")->not_null);
    EXPECT_EQ(target->Find("group")->type.ToSql(), "VARCHAR(12)");
    EXPECT_TRUE(target->Find("a \"b\", c")->not_null);
    EXPECT_EQ(target->distkey, "group");
    EXPECT_EQ(target->sortkey, (std::vector<std::string>{"a \"b\", c", "id"}));
  }
  EXPECT_EQ(
      Local().Sql("SELECT k.column_name FROM information_schema.table_constraints c JOIN "
                  "information_schema.key_column_usage k ON k.constraint_name = c.constraint_name WHERE "
                  "c.table_name = 'start_created' AND c.constraint_type = 'PRIMARY KEY'"),
      "id");
}

TEST(OpenTarget, EveryTypeCanBeCreatedAndFits) {
  std::vector<std::pair<std::string, std::string>> columns;
  for (const char* type : {"BOOLEAN",
                           "TINYINT",
                           "SMALLINT",
                           "INT",
                           "BIGINT",
                           "FLOAT",
                           "DOUBLE",
                           "DECIMAL(38, 37)",
                           "DECIMAL(19, 0)",
                           "CHAR(3)",
                           "VARCHAR(20000)",
                           "STRING",
                           "BINARY(16)",
                           "BYTES",
                           "DATE",
                           "TIME(3)",
                           "TIMESTAMP(6)",
                           "TIMESTAMP_LTZ(3)",
                           "INTERVAL YEAR TO MONTH",
                           "INTERVAL DAY TO SECOND(3)",
                           "ARRAY<INT>",
                           "MAP<STRING, INT>",
                           "MULTISET<STRING>",
                           "ROW<`a` INT>"}) {
    columns.emplace_back("c" + std::to_string(columns.size()), type);
  }
  for (const char* mode : {"jdbc", "copy"}) {
    auto target =
        OpenTarget(PlanFor("start_types", mode, columns, {{"sink.create-table", "if-absent"}}), Fresh());
    ASSERT_TRUE(target.ok()) << target.status();
    EXPECT_EQ(target->Find("c13")->type.ToSql(), "VARBYTE(1024000)");
    EXPECT_EQ(target->Find("c19")->type.ToSql(), "INTERVAL DAY TO SECOND");
    EXPECT_EQ(target->Find("c23")->type.ToSql(), "SUPER");
  }
}

TEST(OpenTarget, SinglePrimaryKeyColumnBecomesTheDistkey) {
  const std::map<std::string, std::string> create = {{"sink.create-table", "if-absent"}};
  const std::vector<std::pair<std::string, std::string>> columns = {{"a", "BIGINT NOT NULL"},
                                                                    {"b", "BIGINT NOT NULL"}};
  EXPECT_EQ(OpenTarget(PlanFor("start_key_1", "copy", columns, create, {"b"}), Fresh())->distkey, "b");
  EXPECT_EQ(OpenTarget(PlanFor("start_key_2", "copy", columns, create, {"a", "b"}), Fresh())->distkey, "");
  EXPECT_EQ(OpenTarget(PlanFor("start_key_0", "copy", columns, create), Fresh())->distkey, "");
}

TEST(OpenTarget, LongestNamesAndReservedWordsCanBeCreated) {
  const std::string name(127, 'n');
  const SinkPlan plan = PlanFor("\"" + name + "\"", "jdbc",
                                {{"select", "BIGINT"}, {std::string(127, 'c'), "STRING"}, {"TAG", "INT"}},
                                {{"sink.create-table", "if-absent"}});
  auto target = OpenTarget(plan, Fresh());
  ASSERT_TRUE(target.ok()) << target.status();
  EXPECT_NE(target->Find("select"), nullptr);
  EXPECT_NE(target->Find("tag"), nullptr);
  EXPECT_EQ(Local().Count("SELECT count(*) FROM \"" + name + "\" WHERE \"select\" = 1"), 0);
}

TEST(OpenTarget, SubtasksThatCreateTheTableTogetherAllFindIt) {
  for (int round = 0; round < 3; ++round) {
    const std::string table = "start_race_" + std::to_string(round);
    std::vector<arrow::Status> statuses(6);
    std::vector<std::thread> threads;
    for (size_t i = 0; i < statuses.size(); ++i) {
      threads.emplace_back([&, i] {
        const SinkPlan plan =
            PlanFor(table, i % 2 == 0 ? "jdbc" : "copy", {{"id", "BIGINT NOT NULL"}, {"name", "STRING"}},
                    {{"sink.create-table", "if-absent"}}, {"id"});
        statuses[i] = OpenTarget(plan, Fresh(static_cast<int>(i))).status();
      });
    }
    for (std::thread& thread : threads) thread.join();
    for (const arrow::Status& status : statuses) EXPECT_TRUE(status.ok()) << status;
    EXPECT_EQ(Local().Count("SELECT count(*) FROM svv_columns WHERE table_name = '" + table + "'"), 2);
    EXPECT_EQ(Local().Count("SELECT count(*) FROM svv_columns WHERE table_name = '" + table +
                            "_flink_commits' AND column_name = 'commit_identity'"),
              1);
  }
}

TEST(OpenTarget, TableThatExistsIsNotCreatedButCompared) {
  Local().Sql("CREATE TABLE start_exists (id INTEGER)");
  EXPECT_THAT(
      Refusal(PlanFor("start_exists", "jdbc", {{"id", "BIGINT"}}, {{"sink.create-table", "if-absent"}})),
      HasSubstr("\"id\" is INTEGER and cannot take every BIGINT"));
}

TEST(OpenTarget, KeyComparedWithoutCaseIsRefused) {
  Local().Sql(
      "CREATE TABLE start_collated (id VARCHAR(9) COLLATE CASE_INSENSITIVE NOT NULL, n VARCHAR(9) COLLATE "
      "CASE_INSENSITIVE)");
  const std::vector<std::pair<std::string, std::string>> columns = {{"id", "STRING NOT NULL"},
                                                                    {"n", "STRING"}};
  EXPECT_THAT(Refusal(PlanFor("start_collated", "jdbc", columns, {}, {"id"})),
              HasSubstr("column \"id\" is COLLATE CASE_INSENSITIVE"));
  EXPECT_TRUE(OpenTarget(PlanFor("start_collated", "jdbc", columns), Fresh()).ok());
}

TEST(OpenTarget, TableThatMayNotBeCreatedShowsTheDdl) {
  Local().Sql("CREATE SCHEMA locked_up");
  Local().Sql("CREATE USER visitor PASSWORD 'Visitor1visitor'");
  Local().Sql("GRANT USAGE ON SCHEMA locked_up TO visitor");
  const std::string refusal = Refusal(PlanFor(
      "locked_up.orders", "jdbc", {{"id", "BIGINT"}},
      {{"sink.create-table", "if-absent"}, {"username", "visitor"}, {"password", "Visitor1visitor"}}));
  EXPECT_THAT(refusal, AllOf(HasSubstr("Table locked_up.orders could not be created by user 'visitor'"),
                             HasSubstr("permission denied"),
                             HasSubstr("CREATE TABLE IF NOT EXISTS \"locked_up\".\"orders\"")));
}

TEST(OpenTarget, LedgerOfJdbcModeGetsItsHeadRowFromCopyMode) {
  Local().Sql("CREATE TABLE start_keyed (id BIGINT NOT NULL)");
  EXPECT_TRUE(
      OpenTarget(PlanFor("start_keyed", "jdbc", {{"id", "BIGINT NOT NULL"}}, {}, {"id"}), Fresh(1)).ok());
  EXPECT_EQ(Local().Count("SELECT count(*) FROM start_keyed_flink_commits"), 0);
  EXPECT_TRUE(
      OpenTarget(PlanFor("start_keyed", "copy", {{"id", "BIGINT NOT NULL"}}, {}, {"id"}), Fresh(0)).ok());
  EXPECT_EQ(Local().Count("SELECT count(*) FROM start_keyed_flink_commits"), 1);
}

}  // namespace
}  // namespace redshift
