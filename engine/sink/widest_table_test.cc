// Tables with as many columns as Redshift has ("Quotas and limits": 1,600). That more are refused when the
// table is planned is tested with the plan.
#include <gmock/gmock.h>

#include "engine/sink/testing/written_table.h"

namespace redshift {
namespace {

using testing::ColumnTypes;
using testing::CopyRows;
using testing::WriteTable;

// Of 32,767 parameters that is not enough for two statements of 1,600 columns, and of 1,000 rows less than
// one batch.
constexpr int64_t kRows = 45;

const RedshiftLocal& Local() {
  return RedshiftLocal::Get();
}

class WidestTableTest : public ::testing::Test {
 protected:
  /// Writes to a table of so many INTEGER columns and looks at every value.
  void ExpectWritten(int columns, const std::string& mode,
                     const std::map<std::string, std::string>& more = {}, bool keyed = false) {
    const std::string table = TestTableName();
    ColumnTypes types;
    std::string sql;
    std::string wrong;
    for (int i = 0; i < columns; ++i) {
      const std::string name = "c" + std::to_string(i);
      types.emplace_back(name, i == 0 ? "INT NOT NULL" : "INT");
      sql += (i == 0 ? "" : ", ") + name + " INTEGER" + (i == 0 ? " NOT NULL" : "");
      wrong += (i == 0 ? "" : " OR ") + name + " <> c0 + " + std::to_string(i);
    }
    Local().Sql("CREATE TABLE " + table + " (" + sql + ")");
    CopyRows rows;
    for (int64_t row = 0; row < kRows; ++row) {
      std::vector<CopyRows::Field> fields;
      for (int i = 0; i < columns; ++i) fields.emplace_back(row * 10'000 + i);
      rows.Add(fields);
    }
    const SinkPlan plan = PlanFor(table, mode, types, more,
                                  keyed ? std::vector<std::string>{"c0"} : std::vector<std::string>{});
    // With a key the second time replaces what is there.
    for (int time = 0; time < (keyed ? 2 : 1); ++time) {
      const arrow::Status status = WriteTable(plan, rows);
      ASSERT_TRUE(status.ok()) << status.message().substr(0, 500);
    }
    EXPECT_EQ(Local().Count("SELECT count(*) FROM " + table), kRows);
    EXPECT_EQ(Local().Count("SELECT count(*) FROM " + table + " WHERE " + wrong), 0);
    EXPECT_EQ(Local().Count("SELECT count(*) FROM " + table + " WHERE c" + std::to_string(columns - 1) +
                            " IS NULL"),
              0);
  }
};

TEST_F(WidestTableTest, IsLoadedFromCsv) {
  ExpectWritten(1600, "copy");
}

TEST_F(WidestTableTest, IsLoadedFromParquet) {
  ExpectWritten(1600, "copy", {{"sink.copy.format", "parquet"}});
}

TEST_F(WidestTableTest, IsInserted) {
  ExpectWritten(1600, "jdbc");
}

// The stage, a table of Redshift's too, has three columns more.
TEST_F(WidestTableTest, WithAKeyIsThreeColumnsNarrower) {
  ExpectWritten(1597, "copy", {}, /*keyed=*/true);
  ExpectWritten(1597, "jdbc", {}, /*keyed=*/true);
}

}  // namespace
}  // namespace redshift
