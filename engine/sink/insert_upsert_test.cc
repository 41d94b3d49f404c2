// jdbc mode into tables with a key, against the stand-in.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <thread>

#include "engine/sink/insert_writer.h"
#include "engine/sink/sink_start.h"
#include "engine/sink/sink_test_support.h"
#include "engine/type/bad_row.h"

namespace redshift {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

// Flink's RowKind.
constexpr uint8_t kUpdateBefore = 1;
constexpr uint8_t kUpdateAfter = 2;
constexpr uint8_t kDelete = 3;

const RedshiftLocal& Local() {
  return RedshiftLocal::Get();
}

class InsertUpsertTest : public ::testing::Test {
 protected:
  void SetUp() override { table_ = TestTableName(); }

  std::unique_ptr<InsertWriter> Make(const std::map<std::string, std::string>& more = {}, int subtask = 0) {
    const SinkPlan plan =
        PlanFor(table_, "jdbc", {{"id", "BIGINT NOT NULL"}, {"name", "STRING"}}, more, {"id"});
    const WriterContext context{"job-1", "attempt-1", subtask, false};
    auto target = OpenTarget(plan, context);
    EXPECT_TRUE(target.ok()) << target.status();
    return InsertWriter::Make(plan, context, *target).ValueOrDie();
  }

  void CreateTable() { Local().Sql("CREATE TABLE " + table_ + " (id BIGINT NOT NULL, name VARCHAR(65535))"); }

  static void Write(InsertWriter* writer, const TestRows& rows) {
    ASSERT_TRUE(writer->Write(rows.frames, rows.count).ok());
    const arrow::Status flushed = writer->Flush();
    ASSERT_TRUE(flushed.ok()) << flushed;
  }

  int64_t Rows() { return Local().Count("SELECT count(*) FROM " + table_); }
  std::string Name(int64_t id) {
    return Local().Sql("SELECT name FROM " + table_ + " WHERE id = " + std::to_string(id));
  }

  std::string table_;
};

TEST_F(InsertUpsertTest, LastChangeOfAKeyWins) {
  CreateTable();
  auto writer = Make();
  TestRows first;
  first.Add(1, "a");
  first.Add(2, "b");
  first.Add(1, "a", kUpdateBefore);
  first.Add(1, "c", kUpdateAfter);
  first.Add(3, "d");
  first.Add(3, "d", kDelete);
  first.Add(4, "e");
  first.Add(4, "e", kDelete);
  first.Add(4, "f");
  Write(writer.get(), first);
  EXPECT_EQ(Rows(), 3);
  EXPECT_EQ(Name(1), "c");
  EXPECT_EQ(Name(2), "b");
  EXPECT_EQ(Name(4), "f");

  TestRows second;
  second.Add(1, "c", kDelete);
  second.Add(2, "g", kUpdateAfter);
  second.Add(99, std::nullopt, kDelete);
  Write(writer.get(), second);
  EXPECT_EQ(Rows(), 2);
  EXPECT_EQ(Name(2), "g");
  EXPECT_EQ(writer->metrics().rows, 12);
  EXPECT_EQ(writer->metrics().batches, 2);
}

TEST_F(InsertUpsertTest, OrderHoldsOverTheBatchesOfOneHandOver) {
  CreateTable();
  auto writer = Make({{"sink.batch-size", "3"}});
  TestRows rows;
  for (int i = 0; i < 50; ++i) {
    rows.Add(7, std::to_string(i));
    if (i % 5 == 0) rows.Add(7, std::nullopt, kDelete);
  }
  Write(writer.get(), rows);
  EXPECT_EQ(Rows(), 1);
  EXPECT_EQ(Name(7), "49");
  EXPECT_EQ(writer->metrics().batches, 20);
}

TEST_F(InsertUpsertTest, DeletesNeedOnlyTheirKey) {
  Local().Sql("CREATE TABLE " + table_ + " (id BIGINT NOT NULL, name VARCHAR(10) NOT NULL)");
  auto writer = Make();
  TestRows rows;
  rows.Add(1, "a");
  rows.Add(2, "b");
  Write(writer.get(), rows);
  TestRows deletes;
  deletes.Add(1, std::nullopt, kDelete);
  deletes.Add(2, "text that is longer than its column", kDelete);
  Write(writer.get(), deletes);
  EXPECT_EQ(Rows(), 0);
}

TEST_F(InsertUpsertTest, UndeclaredColumnsKeepTheirValues) {
  Local().Sql(
      "CREATE TABLE " + table_ +
      " (number BIGINT IDENTITY(1,1), name VARCHAR(20), note VARCHAR(20) DEFAULT 'new', id BIGINT NOT "
      "NULL)");
  auto writer = Make();
  TestRows rows;
  rows.Add(1, "a");
  rows.Add(2, "b");
  Write(writer.get(), rows);
  Local().Sql("UPDATE " + table_ + " SET note = 'kept' WHERE id = 1");
  const std::string number = Local().Sql("SELECT number FROM " + table_ + " WHERE id = 1");
  TestRows changes;
  changes.Add(1, "c", kUpdateAfter);
  changes.Add(2, "b", kDelete);
  changes.Add(3, "d");
  Write(writer.get(), changes);
  EXPECT_EQ(Rows(), 2);
  EXPECT_EQ(Local().Sql("SELECT name || note FROM " + table_ + " WHERE id = 1"), "ckept");
  EXPECT_EQ(Local().Sql("SELECT number FROM " + table_ + " WHERE id = 1"), number);
  EXPECT_EQ(Local().Sql("SELECT name || note FROM " + table_ + " WHERE id = 3"), "dnew");
}

TEST_F(InsertUpsertTest, RowsOfOthersAreLeftAlone) {
  Local().Sql("CREATE TABLE " + table_ + " (id BIGINT, name VARCHAR(20))");
  Local().Sql("INSERT INTO " + table_ + " VALUES (NULL, 'no key'), (5, 'five')");
  auto writer = Make();
  TestRows rows;
  rows.Add(1, "a");
  rows.Add(2, std::nullopt, kDelete);
  Write(writer.get(), rows);
  EXPECT_EQ(Rows(), 3);
  EXPECT_EQ(Local().Count("SELECT count(*) FROM " + table_ + " WHERE id IS NULL"), 1);
}

TEST_F(InsertUpsertTest, BatchBeyondTheParameterLimitIsOneTransaction) {
  CreateTable();
  auto writer = Make({{"sink.batch-size", "100000"}});
  TestRows rows;
  for (int i = 0; i < 20'000; ++i) rows.Add(i, "x");
  for (int i = 0; i < 20'000; i += 2) rows.Add(i, std::nullopt, kDelete);
  Write(writer.get(), rows);
  EXPECT_EQ(Rows(), 10'000);
  EXPECT_EQ(writer->metrics().batches, 1);
}

TEST_F(InsertUpsertTest, LostSessionIsReplacedWithItsStage) {
  CreateTable();
  auto writer = Make();
  TestRows before;
  before.Add(1, "a");
  before.Add(2, "b");
  Write(writer.get(), before);
  Local().Sql("SELECT local.fault('cut-before-commit', 1, '" + table_ + "')");
  TestRows rows;
  rows.Add(1, "c", kUpdateAfter);
  rows.Add(2, "b", kDelete);
  rows.Add(3, "d");
  Write(writer.get(), rows);
  EXPECT_EQ(Local().Count("SELECT fired FROM local.faults WHERE pattern = '" + table_ + "'"), 1);
  EXPECT_EQ(Rows(), 2);
  EXPECT_EQ(Name(1), "c");
  EXPECT_EQ(writer->metrics().retries, 1);
}

TEST_F(InsertUpsertTest, BatchWhoseReplyWasLostChangesNothingTheSecondTime) {
  CreateTable();
  auto writer = Make();
  Local().Sql("SELECT local.fault('cut-after-commit', 1, '" + table_ + "')");
  TestRows rows;
  rows.Add(1, "a");
  rows.Add(2, "b");
  rows.Add(2, "b", kDelete);
  Write(writer.get(), rows);
  EXPECT_EQ(Local().Count("SELECT fired FROM local.faults WHERE pattern = '" + table_ + "'"), 1);
  EXPECT_EQ(Rows(), 1);
  EXPECT_EQ(writer->metrics().retries, 1);
}

TEST_F(InsertUpsertTest, LedgerThatIsDroppedMeanwhileIsNamed) {
  CreateTable();
  auto writer = Make();
  Local().Sql("DROP TABLE " + table_ + "_flink_commits");
  TestRows rows;
  rows.Add(1, "a");
  ASSERT_TRUE(writer->Write(rows.frames, rows.count).ok());
  EXPECT_THAT(writer->Flush().message(),
              AllOf(HasSubstr("The ledger public." + table_ + "_flink_commits"), HasSubstr("was dropped")));
  EXPECT_EQ(Rows(), 0);
}

TEST_F(InsertUpsertTest, ParallelWritersWaitForEachOtherWithoutConflicts) {
  CreateTable();
  constexpr int kWriters = 4;
  constexpr int kBatches = 15;
  constexpr int kKeys = 20;
  std::vector<arrow::Status> statuses(kWriters);
  std::vector<int64_t> retries(kWriters);
  std::vector<std::thread> threads;
  for (int subtask = 0; subtask < kWriters; ++subtask) {
    threads.emplace_back([&, subtask] {
      auto writer = Make({}, subtask);
      const auto at = static_cast<size_t>(subtask);
      for (int batch = 0; batch < kBatches && statuses[at].ok(); ++batch) {
        TestRows rows;
        for (int key = 0; key < kKeys; ++key) {
          rows.Add(key * kWriters + subtask, std::to_string(batch), kUpdateAfter);
        }
        rows.Add(subtask, std::nullopt, kDelete);
        statuses[at] = writer->Write(rows.frames, rows.count);
        if (statuses[at].ok()) statuses[at] = writer->Flush();
      }
      retries[at] = writer->metrics().retries;
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const arrow::Status& status : statuses) EXPECT_TRUE(status.ok()) << status;
  EXPECT_THAT(retries, ::testing::Each(0));
  EXPECT_EQ(Rows(), kWriters * (kKeys - 1));
  EXPECT_EQ(Local().Count("SELECT count(*) FROM " + table_ + " WHERE name = '" +
                          std::to_string(kBatches - 1) + "'"),
            kWriters * (kKeys - 1));
}

TEST_F(InsertUpsertTest, RandomChangesFoldToTheSameTable) {
  CreateTable();
  auto writer = Make({{"sink.batch-size", "97"}});
  std::mt19937 random(20261123);
  std::map<int64_t, std::string> expected;
  for (int hand_over = 0; hand_over < 20; ++hand_over) {
    TestRows rows;
    for (int i = 0; i < 250; ++i) {
      const auto id = static_cast<int64_t>(random() % 60);
      if (random() % 4 == 0) {
        expected.erase(id);
        rows.Add(id, std::nullopt, random() % 2 == 0 ? kDelete : kUpdateBefore);
      } else {
        expected[id] = std::to_string(random());
        rows.Add(id, expected[id], random() % 2 == 0 ? 0 : kUpdateAfter);
      }
    }
    ASSERT_TRUE(writer->Write(rows.frames, rows.count).ok());
  }
  const arrow::Status flushed = writer->Flush();
  ASSERT_TRUE(flushed.ok()) << flushed;
  auto session = Local().Connect();
  auto found = session->Execute({"SELECT", "SELECT id, name FROM " + table_, {}},
                                Clock::now() + std::chrono::seconds(60));
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_EQ(found->row_count(), static_cast<int>(expected.size()));
  std::map<int64_t, std::string> table;
  for (int row = 0; row < found->row_count(); ++row) {
    table[std::stoll(std::string(*found->Get(row, 0)))] = std::string(found->Get(row, 1).value_or("NULL"));
  }
  EXPECT_EQ(table, expected);
}

TEST_F(InsertUpsertTest, KeysThatDifferInTrailingBlanksAreOneKey) {
  Local().Sql("CREATE TABLE " + table_ + " (id BIGINT, name VARCHAR(20) NOT NULL)");
  const SinkPlan plan =
      PlanFor(table_, "jdbc", {{"id", "BIGINT"}, {"name", "STRING NOT NULL"}}, {}, {"name"});
  const WriterContext context{"job-1", "attempt-1", 0, false};
  auto writer = InsertWriter::Make(plan, context, *OpenTarget(plan, context)).ValueOrDie();
  TestRows rows;
  rows.Add(1, "a");
  rows.Add(2, "a ");
  rows.Add(3, "b");
  Write(writer.get(), rows);
  TestRows more;
  more.Add(4, "b   ", kUpdateAfter);
  Write(writer.get(), more);
  EXPECT_EQ(Rows(), 2);
  EXPECT_EQ(Local().Sql("SELECT id FROM " + table_ + " WHERE name = 'a'"), "2");
  EXPECT_EQ(Local().Sql("SELECT id FROM " + table_ + " WHERE name = 'b'"), "4");
}

TEST_F(InsertUpsertTest, BadRowNamesTableColumnAndKey) {
  Local().Sql("CREATE TABLE " + table_ + " (id BIGINT NOT NULL, name VARCHAR(2))");
  auto writer = Make();
  TestRows rows;
  rows.Add(41, "ok");
  rows.Add(42, "secret", kUpdateAfter);
  ASSERT_TRUE(writer->Write(rows.frames, rows.count).ok());
  const arrow::Status status = writer->Flush();
  EXPECT_NE(FindBadRow(status), nullptr) << status;
  EXPECT_THAT(status.message(), AllOf(HasSubstr(table_), HasSubstr("name"), HasSubstr("VARCHAR(2)"),
                                      ::testing::Not(HasSubstr("secret"))));
  EXPECT_EQ(Rows(), 0);
}

}  // namespace
}  // namespace redshift
