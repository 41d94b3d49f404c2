#include "engine/sink/change_reducer.h"

#include <arrow/array.h>
#include <arrow/json/from_string.h>
#include <arrow/record_batch.h>
#include <gmock/gmock.h>

#include <map>
#include <random>

namespace redshift {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;

constexpr int64_t kMib = 1024 * 1024;

TableSchema Declared(const std::vector<std::pair<std::string, std::string>>& columns,
                     std::vector<std::string> key) {
  std::vector<Column> declared;
  for (const auto& [name, type] : columns) declared.push_back({name, ParseFlinkType(type).ValueOrDie()});
  return TableSchema(std::move(declared), std::move(key));
}

ChangeReducer Reducer(const TableSchema& declared, int64_t memory = 8 * kMib) {
  return ChangeReducer::Make(declared, {.op = "_op", .seq = "_seq", .subtask = "_subtask"}, /*subtask=*/5,
                             memory)
      .ValueOrDie();
}

// Rows as a JSON array of arrays of values.
ChangeBatch Changes(const TableSchema& declared, const std::string& rows, std::vector<Change> changes = {}) {
  const auto array =
      arrow::json::ArrayFromJSONString(arrow::struct_(declared.arrow_schema()->fields()), rows).ValueOrDie();
  return {arrow::RecordBatch::FromStructArray(array).ValueOrDie(), std::move(changes)};
}

// What Drain hands out, a text per row.
std::vector<std::string> Drained(ChangeReducer& reducer) {
  std::vector<std::string> rows;
  EXPECT_TRUE(reducer
                  .Drain([&](const arrow::RecordBatch& batch) {
                    for (int64_t row = 0; row < batch.num_rows(); ++row) {
                      std::string text;
                      for (const auto& column : batch.columns()) {
                        text += (text.empty() ? "" : " ") + column->GetScalar(row).ValueOrDie()->ToString();
                      }
                      rows.push_back(text);
                    }
                    return arrow::Status::OK();
                  })
                  .ok());
  return rows;
}

const TableSchema kTable = Declared({{"id", "BIGINT NOT NULL"}, {"v", "STRING"}}, {"id"});

TEST(ChangeReducer, TheLastChangeOfEachKeyStaysAtItsPlaceInTheOrder) {
  ChangeReducer reducer = Reducer(kTable);
  ASSERT_TRUE(reducer.Add(Changes(kTable, R"([[1, "a"], [2, "b"], [1, "c"]])")).ok());
  ASSERT_TRUE(reducer
                  .Add(Changes(kTable, R"([[3, "d"], [2, null], [3, null], [3, "e"]])",
                               {Change::kUpsert, Change::kDelete, Change::kDelete, Change::kUpsert}))
                  .ok());
  // id, v, op, seq, subtask
  EXPECT_THAT(Drained(reducer), ElementsAre("1 c 0 2 5", "2 null 1 4 5", "3 e 0 6 5"));
}

TEST(ChangeReducer, NumbersGoOnWhereTheyWere) {
  ChangeReducer reducer = Reducer(kTable);
  ASSERT_TRUE(reducer.Add(Changes(kTable, R"([[1, "a"], [2, "b"]])")).ok());
  EXPECT_THAT(Drained(reducer), ElementsAre("1 a 0 0 5", "2 b 0 1 5"));
  EXPECT_THAT(Drained(reducer), SizeIs(0));
  ASSERT_TRUE(reducer.Add(Changes(kTable, R"([[1, "c"]])")).ok());
  EXPECT_THAT(Drained(reducer), ElementsAre("1 c 0 2 5"));
}

TEST(ChangeReducer, KeysThatRedshiftTakesForEqualAreOne) {
  const TableSchema table =
      Declared({{"v", "INT"}, {"a", "VARCHAR(9) NOT NULL"}, {"b", "DECIMAL(5, 2) NOT NULL"}}, {"a", "b"});
  ChangeReducer reducer = Reducer(table);
  ASSERT_TRUE(reducer
                  .Add(Changes(table, R"([[1, "x", "1.00"], [2, "x  ", "1.00"], [3, " x", "1.00"],
                                          [4, "x", "1.01"]])"))
                  .ok());
  EXPECT_THAT(Drained(reducer), ElementsAre("2 x   1.00 0 1 5", "3  x 1.00 0 2 5", "4 x 1.01 0 3 5"));
}

TEST(ChangeReducer, FewKeysNeverFillIt) {
  ChangeReducer reducer = Reducer(kTable, kMib);
  int64_t number = 0;
  for (int batch = 0; batch < 200; ++batch) {
    std::string rows = "[";
    for (int row = 0; row < 1000; ++row, ++number) {
      rows += (row == 0 ? "[" : ",[") + std::to_string(number % 300) + ",\"value " + std::to_string(number) +
              "\"]";
    }
    ASSERT_TRUE(reducer.Add(Changes(kTable, rows + "]")).ok());
    ASSERT_FALSE(reducer.full()) << batch;
  }
  const auto rows = Drained(reducer);
  EXPECT_THAT(rows, SizeIs(300));
  EXPECT_EQ(rows.back(), "199 value 199999 0 199999 5");
}

// Batches of one row each cost far more than the row: they are joined.
TEST(ChangeReducer, ManySmallBatchesAreJoined) {
  ChangeReducer reducer = Reducer(kTable, kMib);
  for (int64_t number = 0; number < 20'000; ++number) {
    ASSERT_TRUE(reducer.Add(Changes(kTable, "[[" + std::to_string(number % 1000) + ", \"x\"]]")).ok());
    ASSERT_FALSE(reducer.full()) << number;
  }
  EXPECT_THAT(Drained(reducer), SizeIs(1000));
}

TEST(ChangeReducer, NestedColumnsKeepTheirValues) {
  const TableSchema table = Declared(
      {{"id", "INT NOT NULL"}, {"a", "ARRAY<STRING>"}, {"r", "ROW<`x` INT, `y` ARRAY<INT>>"}}, {"id"});
  ChangeReducer reducer = Reducer(table, 1);
  ASSERT_TRUE(reducer
                  .Add(Changes(table, R"([[1, ["a", null], {"x": 1, "y": [1, 2]}], [2, null, null],
                                             [1, [], {"x": null, "y": [3]}]])"))
                  .ok());
  EXPECT_TRUE(reducer.full());
  const auto rows = Drained(reducer);
  ASSERT_THAT(rows, SizeIs(2));
  EXPECT_THAT(rows[0], ::testing::StartsWith("2 null null"));
  EXPECT_THAT(rows[1], ::testing::AllOf(::testing::StartsWith("1 list<"), ::testing::HasSubstr("[]"),
                                        ::testing::HasSubstr("3"), ::testing::EndsWith("0 2 5")));
}

// However often it had to be written out: of all rows of a key the one with the greatest number is the last
// change.
TEST(ChangeReducer, WhatIsWrittenOutInPiecesFoldsToTheLastChanges) {
  std::minstd_rand random(17);
  ChangeReducer reducer = Reducer(kTable, 256 * 1024);
  std::map<int64_t, std::string> expected;
  std::map<int64_t, std::pair<int64_t, std::string>> found;
  int pieces = 0;
  int64_t written = 0;
  const auto drain = [&] {
    ++pieces;
    const arrow::Status status = reducer.Drain([&](const arrow::RecordBatch& batch) {
      const auto& ids = static_cast<const arrow::Int64Array&>(*batch.column(0));
      const auto& values = static_cast<const arrow::StringArray&>(*batch.column(1));
      const auto& ops = static_cast<const arrow::Int16Array&>(*batch.column(2));
      const auto& seqs = static_cast<const arrow::Int64Array&>(*batch.column(3));
      for (int64_t row = 0; row < batch.num_rows(); ++row, ++written) {
        auto& last = found.try_emplace(ids.Value(row), -1, "").first->second;
        EXPECT_NE(seqs.Value(row), last.first);
        if (seqs.Value(row) > last.first) {
          last = {seqs.Value(row), ops.Value(row) == 1 ? "deleted" : std::string(values.Value(row))};
        }
      }
      return arrow::Status::OK();
    });
    ASSERT_TRUE(status.ok()) << status;
  };
  constexpr int kBatches = 150;
  constexpr int kRows = 500;
  for (int batch = 0; batch < kBatches; ++batch) {
    std::string rows;
    std::vector<Change> changes;
    for (int row = 0; row < kRows; ++row) {
      // Few keys often, many seldom.
      const int64_t id = random() % 2 == 0 ? random() % 50 : random() % 20'000;
      const bool deleted = random() % 4 == 0;
      const std::string value = std::to_string(batch * kRows + row);
      changes.push_back(deleted ? Change::kDelete : Change::kUpsert);
      rows += (row == 0 ? "[[" : ",[") + std::to_string(id) + (deleted ? ",null]" : ",\"" + value + "\"]");
      expected[id] = deleted ? "deleted" : value;
    }
    ASSERT_TRUE(reducer.Add(Changes(kTable, rows + "]", std::move(changes))).ok());
    if (reducer.full()) drain();
  }
  drain();
  EXPECT_GT(pieces, 3);
  EXPECT_LT(written, kBatches * kRows);
  ASSERT_EQ(found.size(), expected.size());
  for (const auto& [id, value] : expected) EXPECT_EQ(found[id].second, value) << id;
}

}  // namespace
}  // namespace redshift
