// Commits into tables with a key, against the stand-in: what stands in the staged files, in which order, and
// what the table then holds. Rows of staged files are written here by hand: declared columns, then 0 (upsert)
// or 1 (delete), the place within the subtask and the subtask.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <future>
#include <nlohmann/json.hpp>
#include <optional>

#include "engine/sink/committable.h"
#include "engine/sink/committer.h"
#include "engine/sink/copy_writer.h"
#include "engine/sink/sink_start.h"
#include "engine/sink/sink_test_support.h"

namespace redshift {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using Columns = std::vector<std::pair<std::string, std::string>>;
using Kind = CommitOutcome::Kind;

const RedshiftLocal& Local() {
  return RedshiftLocal::Get();
}

class UpsertCommitTest : public ::testing::Test {
 protected:
  void SetUp() override { table_ = TestTableName(); }

  /// Creates the table and starts a sink with `key` on it.
  void Start(const std::string& ddl, const Columns& columns, const std::vector<std::string>& key,
             const std::map<std::string, std::string>& more = {}) {
    Local().Sql("CREATE TABLE " + Name() + " " + ddl);
    Plan(columns, key, more);
  }
  void Plan(const Columns& columns, const std::vector<std::string>& key,
            const std::map<std::string, std::string>& more = {}, bool overwrite = false) {
    plan_ = PlanFor(table_, "copy", columns, more, key, overwrite);
    auto target = OpenTarget(*plan_, WriterContext{"job-1", "attempt-1", 0, false});
    ASSERT_TRUE(target.ok()) << target.status();
    staging_ = Staging::Open(plan_->options()).ValueOrDie();
  }

  StagedFile File(const std::string& csv) {
    const auto rows = std::count(csv.begin(), csv.end(), '\n');
    return StageCsv(staging_.get(), "upserts/" + std::to_string(++files_), csv, rows);
  }
  /// One checkpoint of these files.
  std::string Committable(const std::vector<std::string>& files, int64_t checkpoint = 1,
                          bool checkpointed = true) {
    StagedFiles staged;
    for (const std::string& csv : files) staged.data.push_back(File(csv));
    return MakeCommittable(*plan_, staging_.get(), "job-1", "aggregator-" + std::to_string(++attempts_),
                           checkpoint, checkpointed, staged)
        .ValueOrDie();
  }
  arrow::Result<CommitOutcome> Commit(const std::string& committable) {
    ARROW_ASSIGN_OR_RAISE(auto committer,
                          Committer::Make(*plan_, WriterContext{"job-1", "attempt-1", 0, false}));
    return committer->Commit(committable);
  }
  void MustCommit(const std::vector<std::string>& files) {
    auto outcome = Commit(Committable(files));
    ASSERT_TRUE(outcome.ok()) << outcome.status();
    ASSERT_EQ(outcome->kind, Kind::kCommitted);
  }

  std::string Name() const { return "\"" + table_ + "\""; }
  /// The rows as text, in order.
  std::string Rows(const std::string& expression) {
    auto session = Local().Connect();
    const auto soon = Clock::now() + std::chrono::minutes(1);
    auto result =
        session->Execute({"SELECT", "SELECT " + expression + " FROM " + Name() + " ORDER BY 1", {}}, soon);
    EXPECT_TRUE(result.ok()) << result.status();
    std::string text;
    for (int row = 0; result.ok() && row < result->row_count(); ++row) {
      text += (row == 0 ? "" : " ") + std::string(result->Get(row, 0).value_or("NULL"));
    }
    return text;
  }
  void Arm(const std::string& fault, const std::string& pattern, int times = 1) {
    Local().Sql("SELECT local.fault('" + fault + "', " + std::to_string(times) + ", '" + pattern + "')");
  }
  int64_t Fired(const std::string& pattern) {
    return Local().Count("SELECT sum(fired) FROM local.faults WHERE pattern ILIKE '%" + pattern + "%'");
  }

  std::string table_;
  std::optional<SinkPlan> plan_;
  std::shared_ptr<Staging> staging_;
  int files_ = 0;
  int attempts_ = 0;
};

const Columns kIdAndName = {{"id", "BIGINT NOT NULL"}, {"name", "STRING"}};

TEST_F(UpsertCommitTest, RowsAreInsertedUpdatedAndDeletedByTheirKey) {
  Start("(id BIGINT NOT NULL, name VARCHAR(20))", kIdAndName, {"id"});
  MustCommit({"1,\"a\",0,1,0\n2,\"b\",0,2,0\n3,\"c\",0,3,0\n"});
  EXPECT_EQ(Rows("id || name"), "1a 2b 3c");
  MustCommit({"2,\"B\",0,1,0\n3,,1,2,0\n4,\"d\",0,3,0\n"});
  EXPECT_EQ(Rows("id || name"), "1a 2B 4d");
}

TEST_F(UpsertCommitTest, LastChangeOfAKeyWinsAcrossFilesAndSubtasks) {
  Start("(id BIGINT NOT NULL, name VARCHAR(20))", kIdAndName, {"id"});
  MustCommit({"1,\"old\",0,5,0\n2,\"x\",0,6,0\n", "1,\"new\",0,9,0\n2,,1,10,0\n3,\"low\",0,4,1\n",
              "3,\"high\",0,4,2\n"});
  EXPECT_EQ(Rows("id || name"), "1new 3high");
}

TEST_F(UpsertCommitTest, InsertDeleteInsertOfOneKeyEndsWithTheRow) {
  Start("(id BIGINT NOT NULL, name VARCHAR(20))", kIdAndName, {"id"});
  MustCommit({"1,\"a\",0,1,0\n1,,1,2,0\n1,\"z\",0,3,0\n", "2,\"a\",0,1,1\n2,,1,2,1\n"});
  EXPECT_EQ(Rows("id || name"), "1z");
}

TEST_F(UpsertCommitTest, DeleteOfAnAbsentKeyIsNothing) {
  Start("(id BIGINT NOT NULL, name VARCHAR(20))", kIdAndName, {"id"});
  MustCommit({"1,\"a\",0,1,0\n"});
  MustCommit({"7,,1,1,0\n"});
  EXPECT_EQ(Rows("id || name"), "1a");
}

TEST_F(UpsertCommitTest, DeletesCarryTheirKeyAloneThoughOtherColumnsAreNotNull) {
  Start("(id BIGINT NOT NULL, name VARCHAR(20) NOT NULL, n INTEGER NOT NULL)",
        {{"id", "BIGINT NOT NULL"}, {"name", "STRING NOT NULL"}, {"n", "INT NOT NULL"}}, {"id"});
  MustCommit({"1,\"a\",1,0,1,0\n2,\"b\",2,0,2,0\n"});
  MustCommit({"1," + plan_->null_marker() + ",,1,1,0\n"});
  EXPECT_EQ(Rows("id || name || n"), "2b2");
}

TEST_F(UpsertCommitTest, KeysThatDifferInTrailingBlanksAreOneKey) {
  Start("(id VARCHAR(10) NOT NULL, n INTEGER)", {{"id", "STRING NOT NULL"}, {"n", "INT"}}, {"id"});
  MustCommit({"\"a\",1,0,1,0\n\"a  \",2,0,2,0\n\"b \",3,0,3,0\n", "\"b\",,1,4,0\n"});
  EXPECT_EQ(Rows("n::varchar"), "2");
  MustCommit({"\"a\",4,0,1,0\n"});
  EXPECT_EQ(Rows("n::varchar"), "4");
  MustCommit({"\"a     \",,1,1,0\n"});
  EXPECT_EQ(Local().Count("SELECT count(*) FROM " + Name()), 0);
}

TEST_F(UpsertCommitTest, CompositeKeysOfEveryAllowedType) {
  Start(
      "(b BOOLEAN NOT NULL, s SMALLINT NOT NULL, i INTEGER NOT NULL, l BIGINT NOT NULL, d DECIMAL(10,2) NOT "
      "NULL, c CHAR(3) NOT NULL, v VARCHAR(9) NOT NULL, da DATE NOT NULL, t TIME NOT NULL, ts TIMESTAMP NOT "
      "NULL, tz TIMESTAMPTZ NOT NULL, x INTEGER)",
      {{"b", "BOOLEAN NOT NULL"},
       {"s", "SMALLINT NOT NULL"},
       {"i", "INT NOT NULL"},
       {"l", "BIGINT NOT NULL"},
       {"d", "DECIMAL(10, 2) NOT NULL"},
       {"c", "CHAR(3) NOT NULL"},
       {"v", "VARCHAR(9) NOT NULL"},
       {"da", "DATE NOT NULL"},
       {"t", "TIME(3) NOT NULL"},
       {"ts", "TIMESTAMP(6) NOT NULL"},
       {"tz", "TIMESTAMP_LTZ(6) NOT NULL"},
       {"x", "INT"}},
      {"b", "s", "i", "l", "d", "c", "v", "da", "t", "ts", "tz"});
  const std::string key =
      "t,-1,2,3,4.50,\"ab\",\"v\",2026-01-02,03:04:05.678,2026-01-02 03:04:05.678901,2026-01-02 "
      "03:04:05.678901+00";
  std::string other = key;
  other.replace(other.find("678901,"), 6, "678902");
  MustCommit({key + ",1,0,1,0\n" + other + ",2,0,2,0\n"});
  MustCommit({key + ",3,0,1,0\n"});
  EXPECT_EQ(Rows("x::varchar"), "2 3");
  MustCommit({other + ",,1,1,0\n"});
  EXPECT_EQ(Rows("x::varchar"), "3");
}

TEST_F(UpsertCommitTest, UndeclaredDefaultedAndIdentityColumnsKeepTheirValuesOverUpdates) {
  Start(
      "(id BIGINT NOT NULL, name VARCHAR(20), note VARCHAR(20), state VARCHAR(9) DEFAULT 'new', number "
      "BIGINT "
      "IDENTITY(1,1))",
      kIdAndName, {"id"});
  MustCommit({"1,\"a\",0,1,0\n2,\"b\",0,2,0\n"});
  Local().Sql("UPDATE " + Name() + " SET note = 'mine', state = 'seen' WHERE id = 1");
  const std::string before = Local().Sql("SELECT number FROM " + Name() + " WHERE id = 1");
  MustCommit({"1,\"A\",0,1,0\n3,\"c\",0,2,0\n2,,1,3,0\n"});
  EXPECT_EQ(Local().Sql("SELECT name || note || state FROM " + Name() + " WHERE id = 1"), "Amineseen");
  EXPECT_EQ(Local().Sql("SELECT number FROM " + Name() + " WHERE id = 1"), before);
  EXPECT_EQ(Local().Sql("SELECT state FROM " + Name() + " WHERE id = 3 AND note IS NULL"), "new");
  EXPECT_EQ(Local().Count("SELECT count(*) FROM " + Name()), 2);
}

TEST_F(UpsertCommitTest, TableOfItsKeyAlone) {
  Start("(id BIGINT NOT NULL, extra INTEGER DEFAULT 7)", {{"id", "BIGINT NOT NULL"}}, {"id"});
  MustCommit({"1,0,1,0\n2,0,2,0\n"});
  Local().Sql("UPDATE " + Name() + " SET extra = 8 WHERE id = 1");
  MustCommit({"1,0,1,0\n2,1,2,0\n3,0,3,0\n"});
  EXPECT_EQ(Rows("id || '-' || extra"), "1-8 3-7");
}

TEST_F(UpsertCommitTest, LongAndQuotedNames) {
  table_ = "we \"select\" " + std::string(115, 't');
  const std::string column = "from \"" + std::string(121, 'c');
  ASSERT_EQ(table_.size(), 127);
  std::string quoted_table = table_;
  Local().Sql("CREATE TABLE \"we \"\"select\"\" " + std::string(115, 't') + "\" (\"from \"\"" +
              std::string(121, 'c') + "\" BIGINT NOT NULL, _op VARCHAR(9), \"order\" INTEGER)");
  Plan({{column, "BIGINT NOT NULL"}, {"_op", "STRING"}, {"order", "INT"}}, {column},
       {{"table-name", "\"we \"\"select\"\" " + std::string(115, 't') + "\""}});
  MustCommit({"1,\"a\",5,0,1,0\n1,\"b\",6,0,2,0\n"});
  EXPECT_EQ(Local().Sql("SELECT _op || \"order\" FROM \"we \"\"select\"\" " + std::string(115, 't') + "\""),
            "b6");
}

TEST_F(UpsertCommitTest, RowsOfMoreThan65535BytesAreReducedToo) {
  Start("(id BIGINT NOT NULL, a VARCHAR(65535), b VARCHAR(65535))",
        {{"id", "BIGINT NOT NULL"}, {"a", "STRING"}, {"b", "STRING"}}, {"id"});
  const std::string wide(60000, 'w');
  MustCommit({"1,\"" + wide + "\",\"" + wide + "\",0,1,0\n1,\"" + wide + "\",\"last\",0,2,0\n"});
  EXPECT_EQ(Local().Sql("SELECT length(a) || b FROM " + Name()), "60000last");
}

TEST_F(UpsertCommitTest, RepeatAndLostReplyApplyOnce) {
  Start("(id BIGINT NOT NULL, name VARCHAR(20), number BIGINT IDENTITY(1,1))", kIdAndName, {"id"});
  const std::string committable = Committable({"1,\"a\",0,1,0\n"});
  const std::string pattern = "INTO \"public\".\"" + table_ + "\"";
  Arm("cut-after-commit", pattern);
  auto outcome = Commit(committable);
  ASSERT_TRUE(outcome.ok()) << outcome.status();
  EXPECT_EQ(Fired(table_), 1);
  EXPECT_EQ(outcome->attempts, 2);
  const std::string number = Local().Sql("SELECT number FROM " + Name());
  EXPECT_EQ(Commit(committable)->kind, Kind::kAlreadyCommitted);
  EXPECT_EQ(Local().Sql("SELECT number FROM " + Name()), number);
}

TEST_F(UpsertCommitTest, CutBeforeCommitIsRepeatedFromTheStageOn) {
  Start("(id BIGINT NOT NULL, name VARCHAR(20))", kIdAndName, {"id"});
  const std::string committable = Committable({"1,\"a\",0,1,0\n1,\"b\",0,2,0\n"});
  Arm("cut-before-commit", "INTO \"public\".\"" + table_ + "\"");
  auto outcome = Commit(committable);
  ASSERT_TRUE(outcome.ok()) << outcome.status();
  EXPECT_EQ(Fired(table_), 1);
  EXPECT_EQ(Rows("id || name"), "1b");
}

TEST_F(UpsertCommitTest, ReadersSeeNothingOfACheckpointBeforeAllOfIt) {
  Start("(id BIGINT NOT NULL, name VARCHAR(20))", kIdAndName, {"id"});
  MustCommit({"1,\"a\",0,1,0\n2,\"b\",0,2,0\n3,\"c\",0,3,0\n"});
  const std::string committable = Committable({"2,\"B\",0,1,0\n3,,1,2,0\n4,\"d\",0,3,0\n"}, 2);
  // The commit stands still once behind its DELETE and, at its second attempt, behind its INSERT.
  const std::string insert = "INSERT INTO \"public\".\"" + table_;
  const std::vector<std::string> held = {insert + "\"", insert + "_flink_commits\""};
  for (const std::string& statement : held) Arm("silence", statement);
  auto commit = std::async(std::launch::async, [&] { return Commit(committable); });
  for (const std::string& statement : held) {
    while (Fired(statement) < 1 &&
           commit.wait_for(std::chrono::milliseconds(20)) != std::future_status::ready) {
    }
    EXPECT_EQ(Fired(statement), 1);
    EXPECT_EQ(Rows("id || name"), "1a 2b 3c") << "before " << statement;
    // The committer's: there is no other.
    Local().Sql("SELECT pg_terminate_backend(process) FROM stv_sessions WHERE process <> pg_backend_pid()");
  }
  auto outcome = commit.get();
  ASSERT_TRUE(outcome.ok()) << outcome.status();
  EXPECT_EQ(outcome->attempts, 3);
  EXPECT_EQ(Rows("id || name"), "1a 2B 4d");
}

TEST_F(UpsertCommitTest, NoTemporaryTableIsLeftInTheSession) {
  Start("(id BIGINT NOT NULL, name VARCHAR(20))", kIdAndName, {"id"});
  auto committer = *Committer::Make(*plan_, WriterContext{"job-1", "attempt-1", 0, false});
  for (int i = 1; i <= 3; ++i) {
    auto outcome = committer->Commit(Committable({"1,\"a\",0,1,0\n1,\"b\",0,2,0\n"}, i));
    ASSERT_TRUE(outcome.ok()) << outcome.status();
  }
  EXPECT_EQ(Local().Count("SELECT count(*) FROM pg_class WHERE relname LIKE 'flink\\\\_%'"), 0);
}

TEST_F(UpsertCommitTest, ColumnThatTheTargetHasLostIsNamed) {
  Start("(id BIGINT NOT NULL, name VARCHAR(20), n INTEGER)",
        {{"id", "BIGINT NOT NULL"}, {"name", "STRING"}, {"n", "INT"}}, {"id"});
  const std::string committable = Committable({"1,\"a\",5,0,1,0\n"});
  Local().Sql("ALTER TABLE " + Name() + " DROP COLUMN n");
  EXPECT_THAT(Commit(committable).status().message(), AllOf(HasSubstr("\"n\""), HasSubstr("public." + table_),
                                                            HasSubstr("Nothing of it was loaded")));
}

TEST_F(UpsertCommitTest, OverwriteReplacesAllRows) {
  Start("(id BIGINT NOT NULL, name VARCHAR(20))", kIdAndName, {});
  Local().Sql("INSERT INTO " + Name() + " VALUES (1, 'old'), (2, 'old')");
  Plan(kIdAndName, {}, {}, /*overwrite=*/true);
  ASSERT_TRUE(Commit(Committable({"2,\"new\"\n3,\"new\"\n"}, 1, false)).ok());
  EXPECT_EQ(Rows("id || name"), "2new 3new");
}

TEST_F(UpsertCommitTest, OverwriteWithNothingEmptiesTheTable) {
  Start("(id BIGINT NOT NULL, name VARCHAR(20))", kIdAndName, {});
  Local().Sql("INSERT INTO " + Name() + " VALUES (1, 'old')");
  Plan(kIdAndName, {}, {}, /*overwrite=*/true);
  const std::string committable = Committable({}, 1, false);
  auto outcome = Commit(committable);
  ASSERT_TRUE(outcome.ok()) << outcome.status();
  EXPECT_EQ(outcome->kind, Kind::kCommitted);
  EXPECT_EQ(outcome->warning, "");
  EXPECT_EQ(Local().Count("SELECT count(*) FROM " + Name()), 0);
  // What came after it is not emptied by a repeat.
  Local().Sql("INSERT INTO " + Name() + " VALUES (9, 'later')");
  EXPECT_EQ(Commit(committable)->kind, Kind::kAlreadyCommitted);
  EXPECT_EQ(Rows("id || name"), "9later");
}

TEST_F(UpsertCommitTest, OverwriteWithAKeyKeepsTheLastRowOfEach) {
  Start("(id BIGINT NOT NULL, name VARCHAR(20))", kIdAndName, {"id"});
  Local().Sql("INSERT INTO " + Name() + " VALUES (1, 'old'), (2, 'old')");
  Plan(kIdAndName, {"id"}, {}, /*overwrite=*/true);
  ASSERT_TRUE(
      Commit(Committable({"2,\"a\",0,1,0\n2,\"b\",0,2,0\n3,\"c\",0,3,0\n3,,1,4,0\n"}, 1, false)).ok());
  EXPECT_EQ(Rows("id || name"), "2b");
}

TEST_F(UpsertCommitTest, OverwriteCutInTheMiddleReplacesOnceOrNotAtAll) {
  Start("(id BIGINT NOT NULL, name VARCHAR(20))", kIdAndName, {});
  Local().Sql("INSERT INTO " + Name() + " VALUES (1, 'old')");
  Plan(kIdAndName, {}, {{"sink.commit.timeout", "5 s"}, {"sink.commit.lock-timeout", "5 s"}}, true);
  const std::string killed = Committable({"2,\"new\"\n"}, 1, false);
  const std::string url = nlohmann::json::parse(killed)["manifest_url"];
  Arm("cut-before-commit", url, 1000);
  EXPECT_FALSE(Commit(killed).ok());
  EXPECT_GT(Fired(url), 0);
  EXPECT_EQ(Rows("id || name"), "1old");

  // The job was started again, and staged anew.
  const std::string committable = Committable({"3,\"new\"\n"}, 1, false);
  const std::string second_url = nlohmann::json::parse(committable)["manifest_url"];
  Arm("cut-after-commit", second_url);
  auto outcome = Commit(committable);
  ASSERT_TRUE(outcome.ok()) << outcome.status();
  EXPECT_EQ(Fired(second_url), 1);
  EXPECT_EQ(outcome->attempts, 2);
  EXPECT_EQ(Rows("id || name"), "3new");
}

TEST_F(UpsertCommitTest, OverwriteAtCheckpointsIsRefused) {
  Start("(id BIGINT NOT NULL, name VARCHAR(20))", kIdAndName, {});
  Plan(kIdAndName, {}, {}, /*overwrite=*/true);
  EXPECT_THAT(MakeCommittable(*plan_, staging_.get(), "job-1", "a", 1, true, {}).status().message(),
              HasSubstr("batch"));
}

TEST_F(UpsertCommitTest, RejectedRowsArePublishedOnceTheirCheckpointIsCommitted) {
  Start("(id BIGINT NOT NULL, name VARCHAR(20))", kIdAndName, {"id"});
  const std::string own = "job-1/" + plan_->sink_id() + "/attempt-" + table_;
  const std::string staged = staging_->UrlFor(own + "/0-0.rejected.ndjson");
  const std::string published =
      staging_->UrlFor("rejected/job-1/" + plan_->sink_id() + "/7/attempt-" + table_ + "-0-0.ndjson");
  ASSERT_TRUE(staging_->WriteObject(staged, "{\"table\":\"t\"}\n").ok());
  // Nothing but a reject file: there is no manifest to name.
  const std::string committable =
      *MakeCommittable(*plan_, staging_.get(), "job-1", "aggregator", 7, true, {{}, {{staged, 14, 1}}});
  EXPECT_FALSE(staging_->ReadObject(published).ok());
  auto outcome = Commit(committable);
  ASSERT_TRUE(outcome.ok()) << outcome.status();
  EXPECT_EQ(outcome->kind, Kind::kCommitted);
  EXPECT_EQ(outcome->warning, "");
  EXPECT_EQ(*staging_->ReadObject(published), "{\"checkpoint\":7,\"table\":\"t\"}\n");
  EXPECT_FALSE(staging_->ReadObject(staged).ok());

  auto again = Commit(committable);
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->kind, Kind::kAlreadyCommitted);
  EXPECT_EQ(*staging_->ReadObject(published), "{\"checkpoint\":7,\"table\":\"t\"}\n");
}

TEST_F(UpsertCommitTest, RepeatPublishesRejectedRowsThatAnEarlierCommitDidNot) {
  Start("(id BIGINT NOT NULL, name VARCHAR(20))", kIdAndName, {"id"});
  const std::string own = "job-1/" + plan_->sink_id() + "/attempt-" + table_;
  const std::string staged = staging_->UrlFor(own + "/1-0.rejected.ndjson");
  const std::string published =
      staging_->UrlFor("rejected/job-1/" + plan_->sink_id() + "/8/attempt-" + table_ + "-1-0.ndjson");
  ASSERT_TRUE(staging_->WriteObject(staged, "{\"table\":\"t\"}\n").ok());
  const std::string committable = *MakeCommittable(*plan_, staging_.get(), "job-1", "aggregator", 8, true,
                                                   {{File("1,\"a\",0,1,0\n")}, {{staged, 14, 1}}});
  ASSERT_TRUE(Commit(committable).ok());
  // As if the committer had died between COMMIT and this.
  ASSERT_TRUE(staging_->DeleteObjects({published}).ok());
  ASSERT_TRUE(staging_->WriteObject(staged, "{\"table\":\"t\"}\n").ok());
  EXPECT_EQ(Commit(committable)->kind, Kind::kAlreadyCommitted);
  EXPECT_TRUE(staging_->ReadObject(published).ok());
  EXPECT_FALSE(staging_->ReadObject(staged).ok());
  EXPECT_EQ(Rows("id || name"), "1a");
}

TEST_F(UpsertCommitTest, WhatTheWriterStagesIsAppliedFromCsvAndParquetAlike) {
  constexpr uint8_t kDelete = 3;  // Flink's RowKind.DELETE
  Local().Sql("CREATE TABLE " + Name() + " (id BIGINT NOT NULL, name VARCHAR(20))");
  for (const char* format : {"csv", "parquet"}) {
    const std::map<std::string, std::string> options = {{"sink.copy.format", format}};
    Plan(kIdAndName, {"id"}, options, /*overwrite=*/false);
    const WriterContext context{"job-1", std::string("attempt-") + format, 0, false};
    const TargetTable target = OpenTarget(*plan_, context).ValueOrDie();
    int64_t checkpoint = 0;
    const auto write = [&](const TestRows& rows) {
      auto writer = CopyWriter::Make(*plan_, context, target).ValueOrDie();
      ASSERT_TRUE(writer->Write(rows.frames, rows.count).ok());
      auto staged = writer->Finish();
      ASSERT_TRUE(staged.ok()) << staged.status();
      auto outcome = Commit(
          *MakeCommittable(*plan_, staging_.get(), "job-1", context.attempt_id, ++checkpoint, true, *staged));
      ASSERT_TRUE(outcome.ok()) << format << ": " << outcome.status();
    };
    TestRows first;
    first.Add(1, "a");
    first.Add(2, std::nullopt);
    first.Add(3, "");
    first.Add(1, "last");
    write(first);
    EXPECT_EQ(Rows("id || coalesce(name, '-')"), "1last 2- 3") << format;
    TestRows second;
    second.Add(1, std::nullopt, kDelete);
    second.Add(2, "b");
    second.Add(3, std::nullopt, kDelete);
    second.Add(3, "back");
    write(second);
    EXPECT_EQ(Rows("id || coalesce(name, '-')"), "2b 3back") << format;
    Local().Sql("DELETE FROM " + Name());
  }
}

TEST_F(UpsertCommitTest, CopyOptionsReachCopy) {
  Start("(id BIGINT NOT NULL, name VARCHAR(3))", kIdAndName, {},
        {{"sink.copy.options", "TRUNCATECOLUMNS STATUPDATE OFF"}});
  MustCommit({"1,\"abcdef\"\n"});
  EXPECT_EQ(Rows("id || name"), "1abc");
}

TEST_F(UpsertCommitTest, CommitUsesTheCommittablesOptionsAndKeyNotTodays) {
  Start("(id BIGINT NOT NULL, name VARCHAR(3))", kIdAndName, {}, {{"sink.copy.options", "TRUNCATECOLUMNS"}});
  const std::string cut = Committable({"1,\"abcdef\"\n"});
  Plan(kIdAndName, {"id"});
  const std::string by_key = Committable({"1,\"xyz\",0,1,0\n"}, 2);
  ASSERT_TRUE(Commit(cut).ok());
  EXPECT_EQ(Rows("id || name"), "1abc");
  Plan(kIdAndName, {});
  ASSERT_TRUE(Commit(by_key).ok());
  EXPECT_EQ(Rows("id || name"), "1xyz");
}

}  // namespace
}  // namespace redshift
