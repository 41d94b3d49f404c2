// From rows to the warehouse's table: the copy writer's files through a commit, against the stand-in.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <initializer_list>
#include <optional>

#include "engine/sink/committable.h"
#include "engine/sink/committer.h"
#include "engine/sink/copy_writer.h"
#include "engine/sink/sink_start.h"
#include "engine/sink/sink_test_support.h"
#include "engine/sink/testing/copy_rows.h"

namespace redshift {
namespace {

using ::redshift::testing::CopyRows;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::SizeIs;
using Columns = std::vector<std::pair<std::string, std::string>>;
using Kind = CommitOutcome::Kind;
using Text = std::string_view;

const RedshiftLocal& Local() {
  return RedshiftLocal::Get();
}

/// Flink's BinaryArrayData of BIGINT: number of elements, null bits, elements.
std::string BigIntArray(std::initializer_list<int64_t> values) {
  std::string bytes(8, '\0');
  const auto count = static_cast<int32_t>(values.size());
  std::memcpy(bytes.data(), &count, sizeof(count));
  for (int64_t value : values) bytes.append(reinterpret_cast<const char*>(&value), sizeof(value));
  return bytes;
}

class CopyCommitTest : public ::testing::Test {
 protected:
  void SetUp() override { table_ = TestTableName(); }

  /// Creates the table and starts a sink on it.
  void Start(const std::string& ddl, const Columns& columns, const std::map<std::string, std::string>& more,
             bool overwrite = false) {
    Local().Sql("CREATE TABLE " + table_ + " " + ddl);
    plan_ = PlanFor(table_, "copy", columns, more, {}, overwrite);
    auto target = OpenTarget(*plan_, Context());
    ASSERT_TRUE(target.ok()) << target.status();
    target_ = *target;
    staging_ = Staging::Open(plan_->options()).ValueOrDie();
  }
  WriterContext Context() const { return {"job-1", table_ + "-" + std::to_string(attempt_), 0, false}; }

  /// What one attempt of a writer stages.
  arrow::Result<StagedFiles> Stage(const CopyRows& rows) {
    ++attempt_;
    ARROW_ASSIGN_OR_RAISE(auto writer, CopyWriter::Make(*plan_, Context(), target_));
    ARROW_RETURN_NOT_OK(writer->Write(rows.frames(), rows.count()));
    return writer->Finish();
  }
  arrow::Result<std::string> Committable(const StagedFiles& files, bool checkpointed = true) {
    return MakeCommittable(*plan_, staging_.get(), "job-1", Context().attempt_id, 1, checkpointed, files);
  }
  arrow::Result<CommitOutcome> Commit(const std::string& committable) {
    ARROW_ASSIGN_OR_RAISE(auto committer, Committer::Make(*plan_, Context()));
    return committer->Commit(committable);
  }
  void MustLoad(const CopyRows& rows, bool checkpointed = true) {
    auto files = Stage(rows);
    ASSERT_TRUE(files.ok()) << files.status();
    auto committable = Committable(*files, checkpointed);
    ASSERT_TRUE(committable.ok()) << committable.status();
    auto outcome = Commit(*committable);
    ASSERT_TRUE(outcome.ok()) << outcome.status();
    ASSERT_EQ(outcome->kind, Kind::kCommitted);
  }

  /// The rows as text, in order, each between brackets.
  std::string Rows(const std::string& expression) {
    auto session = Local().Connect();
    auto result = session->Execute({"SELECT", "SELECT " + expression + " FROM " + table_ + " ORDER BY 1", {}},
                                   Clock::now() + std::chrono::minutes(1));
    EXPECT_TRUE(result.ok()) << result.status();
    std::string text;
    for (int row = 0; result.ok() && row < result->row_count(); ++row) {
      text += "[" + std::string(result->Get(row, 0).value_or("NULL")) + "]";
    }
    return text;
  }

  std::string table_;
  std::optional<SinkPlan> plan_;
  TargetTable target_;
  std::shared_ptr<Staging> staging_;
  int attempt_ = 0;
};

TEST_F(CopyCommitTest, TrimBlanksCutsTextThatFitsThen) {
  Start("(name VARCHAR(3))", {{"name", "STRING"}}, {{"sink.copy.options", "TRIMBLANKS"}});
  CopyRows rows;
  rows.Add({Text("abc \t\n")});
  rows.Add({Text(" b      ")});
  rows.Add({Text("     ")});
  MustLoad(rows);
  EXPECT_EQ(Rows("name"), "[][ b][abc]");
  CopyRows long_row;
  long_row.Add({Text("abcd ")});
  EXPECT_THAT(Stage(long_row).status().message(), HasSubstr("text of 4 bytes is longer than VARCHAR(3)"));
}

TEST_F(CopyCommitTest, RoundecRoundsDecimalsWithMoreFractionalDigits) {
  Start("(n DECIMAL(5,2))", {{"n", "DECIMAL(6, 3)"}},
        {{"sink.copy.options", "ROUNDEC"}, {"sink.bad-rows", "reject"}});
  CopyRows rows;  // a DECIMAL of up to 18 digits is its digits
  for (const int64_t thousandths : {7019, -7019, 7014, 999994, 999995, -999995}) rows.Add({thousandths});
  auto files = Stage(rows);
  ASSERT_TRUE(files.ok()) << files.status();
  ASSERT_THAT(files->rejects, SizeIs(1));
  EXPECT_EQ(files->rejects[0].rows, 2);
  EXPECT_THAT(*staging_->ReadObject(files->rejects[0].url), HasSubstr("too large for DECIMAL(5,2)"));
  ASSERT_TRUE(Commit(*Committable(*files)).ok());
  EXPECT_EQ(Rows("n"), "[-7.02][7.01][7.02][999.99]");

  const SinkPlan plan = PlanFor(table_, "copy", {{"n", "DECIMAL(6, 3)"}}, {});
  EXPECT_THAT(OpenTarget(plan, Context()).status().message(),
              HasSubstr("DECIMAL(5,2) and cannot take every DECIMAL(6, 3)"));
}

TEST_F(CopyCommitTest, AcceptInvCharsReplacesEveryByteThatIsNotUtf8) {
  for (const char* format : {"csv", "parquet"}) {
    table_ = TestTableName();
    Start("(name VARCHAR(5))", {{"name", "STRING"}},
          {{"sink.copy.options", "ACCEPTINVCHARS '^'"}, {"sink.copy.format", format}});
    CopyRows rows;
    rows.Add({Text("a\xA4\xFF\"b")});
    rows.Add({Text("gr\xC3\xBCn")});
    MustLoad(rows);
    EXPECT_EQ(Rows("name"), "[a^^\"b][gr\xC3\xBCn]") << format;
  }
}

TEST_F(CopyCommitTest, AcceptAnyDateMakesNullOfDatesThatRedshiftHasNot) {
  Start("(id BIGINT, d DATE, t TIMESTAMP, z TIMESTAMPTZ, n DATE NOT NULL)",
        {{"id", "BIGINT"}, {"d", "DATE"}, {"t", "TIMESTAMP(3)"}, {"z", "TIMESTAMP_LTZ(3)"}, {"n", "DATE"}},
        {{"sink.copy.options", "ACCEPTANYDATE"}});
  constexpr int64_t kYear10000 = 2932897;
  constexpr int64_t kMillisPerDay = 86400000;
  CopyRows rows;
  const int64_t far = kYear10000 * kMillisPerDay;
  rows.Add({int64_t{1}, kYear10000, far, far, int64_t{0}});
  rows.Add({int64_t{2}, int64_t{0}, int64_t{0}, int64_t{0}, kYear10000 - 1});
  MustLoad(rows);
  EXPECT_EQ(Rows("id"), "[1][2]");
  EXPECT_EQ(Local().Count("SELECT count(*) FROM " + table_ +
                          " WHERE id = 1 AND d IS NULL AND t IS NULL AND z IS NULL AND n = '1970-01-01'"),
            1);
  EXPECT_EQ(Local().Count("SELECT count(*) FROM " + table_ +
                          " WHERE id = 2 AND d = '1970-01-01' AND t = '1970-01-01' AND n = '9999-12-31'"),
            1);
  CopyRows not_null;
  not_null.Add({int64_t{3}, int64_t{0}, int64_t{0}, int64_t{0}, kYear10000});
  EXPECT_THAT(Stage(not_null).status().message(), AllOf(HasSubstr("\"n\""), HasSubstr("years 1 to 9999")));
}

const Columns kTwoNumbers = {{"a", "BIGINT"}, {"b", "BIGINT"}};
const std::map<std::string, std::string> kParquet = {{"sink.copy.format", "parquet"}};

CopyRows OneAndTwo() {
  CopyRows rows;
  rows.Add({int64_t{1}, int64_t{2}});
  return rows;
}

TEST_F(CopyCommitTest, ParquetIsLoadedByNameWhateverTheTargetsOrder) {
  Start("(b BIGINT, a BIGINT)", kTwoNumbers, kParquet);
  MustLoad(OneAndTwo());
  EXPECT_EQ(Rows("'a=' || a || ' b=' || b"), "[a=1 b=2]");
}

TEST_F(CopyCommitTest, ParquetIsNotLoadedIntoATargetWhoseOrderHasChanged) {
  Start("(b BIGINT, a BIGINT)", kTwoNumbers, kParquet);
  const std::string committable = Committable(*Stage(OneAndTwo())).ValueOrDie();
  Local().Sql("DROP TABLE " + table_);
  Local().Sql("CREATE TABLE " + table_ + " (a BIGINT, b BIGINT)");
  EXPECT_THAT(Commit(committable).status().message(),
              AllOf(HasSubstr("public." + table_), HasSubstr("\"a\" stands where \"b\" was"),
                    HasSubstr("Nothing of it was loaded")));
  EXPECT_EQ(Rows("a"), "");
  Local().Sql("DROP TABLE " + table_);
  Local().Sql("CREATE TABLE " + table_ + " (b BIGINT, a BIGINT)");
  ASSERT_TRUE(Commit(committable).ok());
  EXPECT_EQ(Rows("'a=' || a || ' b=' || b"), "[a=1 b=2]");
}

TEST_F(CopyCommitTest, ParquetFilesOfOneCommitHaveTheirColumnsInOneOrder) {
  Start("(b BIGINT, a BIGINT)", kTwoNumbers, kParquet);
  StagedFiles files = *Stage(OneAndTwo());
  std::swap(target_.columns[0], target_.columns[1]);
  files.data.push_back(Stage(OneAndTwo())->data.at(0));
  EXPECT_THAT(Committable(files).status().message(),
              AllOf(HasSubstr("public." + table_), HasSubstr("another order"), HasSubstr(files.data[1].url)));
}

TEST_F(CopyCommitTest, OverwriteFromParquetWithNestedValues) {
  Start("(id BIGINT, list SUPER)", {{"id", "BIGINT"}, {"list", "ARRAY<BIGINT>"}}, kParquet,
        /*overwrite=*/true);
  Local().Sql("INSERT INTO " + table_ + " VALUES (9, JSON_PARSE('[9]'))");
  const std::string two = BigIntArray({7, -8});
  const std::string none = BigIntArray({});
  CopyRows rows;
  rows.Add({int64_t{1}, Text(two)});
  // Arrays are never held in the row itself, however short.
  rows.Add({int64_t{2}, Text(none)});
  rows.Add({int64_t{3}, nullptr});
  MustLoad(rows, /*checkpointed=*/false);
  EXPECT_EQ(Rows("id || coalesce(json_serialize(list), ' NULL')"), "[1[7,-8]][2[]][3 NULL]");
}

TEST_F(CopyCommitTest, RestartOfARunPublishesItsRejectedRowsOnce) {
  Start("(name VARCHAR(3))", {{"name", "STRING"}}, {{"sink.bad-rows", "reject"}});
  CopyRows rows;
  rows.Add({Text("too long")});
  rows.Add({Text("ok")});
  const std::string published =
      staging_->UrlFor("rejected/job-1/" + plan_->sink_id() + "/1/" + plan_->run_id() + "-0-0.ndjson");
  // The second time the whole job was started again, before it had ended.
  for (const Kind expected : {Kind::kCommitted, Kind::kAlreadyCommitted}) {
    const StagedFiles files = *Stage(rows);
    ASSERT_THAT(files.rejects, SizeIs(1));
    auto outcome = Commit(*Committable(files, /*checkpointed=*/false));
    ASSERT_TRUE(outcome.ok()) << outcome.status();
    EXPECT_EQ(outcome->kind, expected);
    EXPECT_THAT(*staging_->ReadObject(published), HasSubstr("too long"));
    EXPECT_FALSE(staging_
                     ->ReadObject(staging_->UrlFor("rejected/job-1/" + plan_->sink_id() + "/1/" +
                                                   Context().attempt_id + "-0-0.ndjson"))
                     .ok());
  }
  EXPECT_EQ(Rows("name"), "[ok]");
}

}  // namespace
}  // namespace redshift
