// One row as large as Redshift takes it ("Quotas and limits": 4 MB for a row that COPY loads), and one byte
// more.
#include <gmock/gmock.h>

#include "engine/row/row_validator.h"
#include "engine/sink/testing/written_table.h"
#include "engine/sql/insert_statement.h"

namespace redshift {
namespace {

using ::testing::AllOf;
using testing::ColumnTypes;
using testing::CopyRows;
using ::testing::HasSubstr;
using testing::WriteTable;

// Of a number, and of the quotes and the comma of a text, as the check of rows counts them (row_size.h).
constexpr int64_t kNumber = 66;
constexpr int64_t kPerText = 3;
constexpr int64_t kLongestText = 65535;

const RedshiftLocal& Local() {
  return RedshiftLocal::Get();
}

class LargestRowTest : public ::testing::Test {
 protected:
  /// A table of a number and as many texts as a row of `bytes` needs, which is made.
  void MakeTable(int64_t bytes) {
    table_ = TestTableName();
    const int64_t texts = (bytes - kNumber + kLongestText + kPerText - 1) / (kLongestText + kPerText);
    columns_ = {{"id", "BIGINT NOT NULL"}};
    std::string sql = "id BIGINT NOT NULL";
    for (int64_t i = 0; i < texts; ++i) {
      columns_.emplace_back("t" + std::to_string(i), "STRING");
      sql += ", t" + std::to_string(i) + " VARCHAR(65535)";
    }
    Local().Sql("CREATE TABLE " + table_ + " (" + sql + ")");
  }

  /// A small row, one of that many bytes, and a small one.
  CopyRows Rows(int64_t bytes) const {
    const auto texts = static_cast<int64_t>(columns_.size()) - 1;
    const int64_t characters = bytes - kNumber - texts * kPerText;
    const std::string text(static_cast<size_t>(characters / texts + 1), 'x');
    CopyRows rows;
    for (const int64_t id : {1, 2, 3}) {
      std::vector<CopyRows::Field> fields = {id};
      for (int64_t i = 0; i < texts; ++i) {
        const int64_t length = characters / texts + (i < characters % texts ? 1 : 0);
        fields.emplace_back(std::string_view(text).substr(0, id == 2 ? static_cast<size_t>(length) : 1));
      }
      rows.Add(fields);
    }
    return rows;
  }

  SinkPlan Plan(const std::string& mode, const std::map<std::string, std::string>& more, bool keyed) const {
    return PlanFor(table_, mode, columns_, more,
                   keyed ? std::vector<std::string>{"id"} : std::vector<std::string>{});
  }

  /// Characters of all texts of the row in the middle, as the warehouse counts them.
  int64_t LandedCharacters() const {
    std::string sum = "0";
    for (size_t i = 1; i < columns_.size(); ++i) sum += " + length(" + columns_[i].first + ")";
    return Local().Count("SELECT " + sum + " FROM " + table_ + " WHERE id = 2");
  }

  void ExpectTaken(const SinkPlan& plan, int64_t bytes) {
    const arrow::Status status = WriteTable(plan, Rows(bytes));
    ASSERT_TRUE(status.ok()) << status.message().substr(0, 500);
    EXPECT_EQ(Local().Count("SELECT count(*) FROM " + table_), 3);
    EXPECT_EQ(LandedCharacters(), bytes - kNumber - kPerText * static_cast<int64_t>(columns_.size() - 1));
  }

  /// The error names table, row and limit, and holds nothing of the row.
  void ExpectRefused(const SinkPlan& plan, int64_t bytes, int64_t limit) {
    const arrow::Status status = WriteTable(plan, Rows(bytes));
    EXPECT_THAT(status.message(), AllOf(HasSubstr(table_), HasSubstr(std::to_string(limit))));
    EXPECT_LT(status.message().size(), 1000u);
    EXPECT_EQ(Local().Count("SELECT count(*) FROM " + table_ + " WHERE id = 2"), 0);
  }

  std::string table_;
  ColumnTypes columns_;
};

TEST_F(LargestRowTest, IsLoadedFromCsvAndOneByteMoreIsABadRow) {
  MakeTable(kMaxCopyRowBytes);
  ExpectTaken(Plan("copy", {}, false), kMaxCopyRowBytes);
  Local().Sql("DELETE FROM " + table_);
  ExpectRefused(Plan("copy", {}, false), kMaxCopyRowBytes + 1, kMaxCopyRowBytes);
}

TEST_F(LargestRowTest, IsLoadedFromParquetAndOneByteMoreIsABadRow) {
  MakeTable(kMaxCopyRowBytes);
  const std::map<std::string, std::string> parquet = {{"sink.copy.format", "parquet"}};
  ExpectTaken(Plan("copy", parquet, false), kMaxCopyRowBytes);
  Local().Sql("DELETE FROM " + table_);
  ExpectRefused(Plan("copy", parquet, false), kMaxCopyRowBytes + 1, kMaxCopyRowBytes);
}

TEST_F(LargestRowTest, GoesThroughAStageWithWhatTheStageAdds) {
  constexpr int64_t kLargest = kMaxCopyRowBytes - 3 * kNumber;  // _op, _seq and _subtask are loaded, too
  MakeTable(kLargest);
  // The second time the rows are replaced.
  for (int time = 0; time < 2; ++time) ExpectTaken(Plan("copy", {}, true), kLargest);
  Local().Sql("DELETE FROM " + table_);
  ExpectRefused(Plan("copy", {}, true), kLargest + 1, kMaxCopyRowBytes);
}

// No COPY, so that its limit is none here.
TEST_F(LargestRowTest, IsInsertedAsAllOthersAre) {
  for (const bool keyed : {false, true}) {
    MakeTable(kMaxCopyRowBytes + 1);
    ExpectTaken(Plan("jdbc", {}, keyed), kMaxCopyRowBytes + 1);
  }
}

TEST_F(LargestRowTest, ThatDoesNotFitIntoAStatementIsABadRow) {
  MakeTable(kMaxStatementBytes + 1);
  ExpectRefused(Plan("jdbc", {}, false), kMaxStatementBytes + 1, kMaxStatementBytes);
}

TEST_F(LargestRowTest, IsPutAsideWhereBadRowsAre) {
  MakeTable(kMaxCopyRowBytes);
  const arrow::Status status =
      WriteTable(Plan("copy", {{"sink.bad-rows", "reject"}}, false), Rows(kMaxCopyRowBytes + 1));
  ASSERT_TRUE(status.ok()) << status.message().substr(0, 500);
  EXPECT_EQ(Local().Count("SELECT count(*) FROM " + table_), 2);
}

}  // namespace
}  // namespace redshift
