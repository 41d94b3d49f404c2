// jdbc mode against the stand-in.

#include "engine/sink/insert_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "engine/sink/sink_start.h"
#include "engine/sink/sink_test_support.h"
#include "engine/sql/session_statements.h"
#include "engine/type/bad_row.h"

namespace redshift {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

const RedshiftLocal& Local() {
  return RedshiftLocal::Get();
}

Clock::time_point Soon() {
  return Clock::now() + std::chrono::seconds(60);
}

class InsertWriterTest : public ::testing::Test {
 protected:
  void SetUp() override {
    table_ = TestTableName();
    Local().Sql("CREATE TABLE " + table_ + " (id BIGINT, name VARCHAR(65535))");
  }

  std::unique_ptr<InsertWriter> Make(const std::map<std::string, std::string>& more = {}) {
    const SinkPlan plan = PlanFor(table_, "jdbc", {{"id", "BIGINT"}, {"name", "STRING"}}, more);
    const WriterContext context{"job-1", "attempt-1", 0, false};
    auto target = OpenTarget(plan, context);
    EXPECT_TRUE(target.ok()) << target.status();
    return InsertWriter::Make(plan, context, *target).ValueOrDie();
  }

  int64_t Rows() { return Local().Count("SELECT count(*) FROM " + table_); }

  std::string table_;
};

TEST_F(InsertWriterTest, RowsAreThereAfterFlush) {
  auto writer = Make();
  TestRows rows;
  rows.Add(1, "a");
  rows.Add(2, "");
  rows.Add(3, std::nullopt);
  rows.Add(std::nullopt, "it's \\N, \"quoted\"\n\xf0\x9f\x90\x98");
  ASSERT_TRUE(writer->Write(rows.frames, rows.count).ok());
  const arrow::Status flushed = writer->Flush();
  ASSERT_TRUE(flushed.ok()) << flushed;
  EXPECT_EQ(Rows(), 4);
  EXPECT_EQ(Local().Count("SELECT count(*) FROM " + table_ + " WHERE name = ''"), 1);
  EXPECT_EQ(Local().Count("SELECT count(*) FROM " + table_ + " WHERE name IS NULL AND id = 3"), 1);
  EXPECT_EQ(Local().Sql("SELECT name FROM " + table_ + " WHERE id IS NULL"),
            "it's \\N, \"quoted\"\n\xf0\x9f\x90\x98");
  EXPECT_EQ(writer->metrics().rows, 4);
  EXPECT_EQ(writer->metrics().batches, 1);
}

TEST_F(InsertWriterTest, ColumnOfNullsOnlyHasAType) {
  auto writer = Make();
  TestRows rows;
  for (int i = 0; i < 3; ++i) rows.Add(std::nullopt, std::nullopt);
  ASSERT_TRUE(writer->Write(rows.frames, rows.count).ok());
  EXPECT_TRUE(writer->Flush().ok());
  EXPECT_EQ(Rows(), 3);
}

TEST_F(InsertWriterTest, BatchBeyondTheParameterLimitIsOneTransactionOfSeveralStatements) {
  auto writer = Make({{"sink.batch-size", "100000"}});
  TestRows rows;
  for (int i = 0; i < 40'000; ++i) rows.Add(i, "x");
  ASSERT_TRUE(writer->Write(rows.frames, rows.count).ok());
  const arrow::Status flushed = writer->Flush();
  ASSERT_TRUE(flushed.ok()) << flushed;
  EXPECT_EQ(Rows(), 40'000);
  EXPECT_EQ(Local().Count("SELECT count(DISTINCT id) FROM " + table_), 40'000);
  EXPECT_EQ(writer->metrics().batches, 1);
}

TEST_F(InsertWriterTest, BatchBeyondSixteenMegabytesIsSplit) {
  auto writer = Make();
  TestRows rows;
  for (int i = 0; i < 400; ++i) rows.Add(i, std::string(60'000, 'x'));
  ASSERT_TRUE(writer->Write(rows.frames, rows.count).ok());
  const arrow::Status flushed = writer->Flush();
  ASSERT_TRUE(flushed.ok()) << flushed;
  EXPECT_EQ(Rows(), 400);
  EXPECT_EQ(writer->metrics().batches, 1);
}

TEST_F(InsertWriterTest, BatchSizeBoundsTheRowsOfATransaction) {
  auto writer = Make({{"sink.batch-size", "10"}});
  TestRows rows;
  for (int i = 0; i < 25; ++i) rows.Add(i, "x");
  ASSERT_TRUE(writer->Write(rows.frames, rows.count).ok());
  ASSERT_TRUE(writer->Flush().ok());
  EXPECT_EQ(Rows(), 25);
  EXPECT_EQ(writer->metrics().batches, 3);
}

TEST_F(InsertWriterTest, BadRowSurfacesOnFlushAndAtEveryLaterCall) {
  Local().Sql("CREATE TABLE " + table_ + "_short (id BIGINT, name VARCHAR(2))");
  table_ += "_short";
  auto writer = Make();
  TestRows rows;
  rows.Add(1, "ok");
  rows.Add(2, "too long");
  ASSERT_TRUE(writer->Write(rows.frames, rows.count).ok());
  const arrow::Status status = writer->Flush();
  EXPECT_NE(FindBadRow(status), nullptr) << status;
  EXPECT_THAT(status.message(), AllOf(HasSubstr("name"), HasSubstr(table_)));
  EXPECT_FALSE(writer->Write(rows.frames, rows.count).ok());
  EXPECT_FALSE(writer->Flush().ok());
  EXPECT_EQ(Rows(), 0);
}

TEST_F(InsertWriterTest, LostSessionIsReplacedAndTheBatchSentAgain) {
  auto writer = Make({{"sink.batch-size", "100000"}});
  TestRows rows;
  for (int i = 0; i < 20'000; ++i) rows.Add(i, "x");
  // Two statements, so there is a COMMIT to cut.
  Local().Sql("SELECT local.fault('cut-before-commit', 1, '" + table_ + "')");
  ASSERT_TRUE(writer->Write(rows.frames, rows.count).ok());
  const arrow::Status flushed = writer->Flush();
  ASSERT_TRUE(flushed.ok()) << flushed;
  EXPECT_EQ(Local().Count("SELECT fired FROM local.faults WHERE pattern = '" + table_ + "'"), 1);
  EXPECT_EQ(Rows(), 20'000);
  EXPECT_EQ(writer->metrics().retries, 1);
}

TEST_F(InsertWriterTest, BatchWhoseReplyWasLostIsSentAgain) {
  auto writer = Make({{"sink.batch-size", "100000"}});
  TestRows rows;
  for (int i = 0; i < 20'000; ++i) rows.Add(i, "x");
  Local().Sql("SELECT local.fault('cut-after-commit', 1, '" + table_ + "')");
  ASSERT_TRUE(writer->Write(rows.frames, rows.count).ok());
  const arrow::Status flushed = writer->Flush();
  ASSERT_TRUE(flushed.ok()) << flushed;
  EXPECT_EQ(Local().Count("SELECT fired FROM local.faults WHERE pattern = '" + table_ + "'"), 1);
  // At least once: no row is missing, and here every row is there twice.
  EXPECT_EQ(Local().Count("SELECT count(DISTINCT id) FROM " + table_), 20'000);
  EXPECT_EQ(Rows(), 40'000);
}

TEST_F(InsertWriterTest, WriterBlocksWhileItsQueueIsFull) {
  auto holder = Local().Connect();
  ASSERT_TRUE(holder->Execute(BeginSql(), Soon()).ok());
  ASSERT_TRUE(holder->Execute({"LOCK", "LOCK TABLE " + table_, {}}, Soon()).ok());
  auto writer = Make();
  TestRows rows;
  for (int i = 0; i < 100; ++i) rows.Add(i, std::string(60'000, 'x'));
  std::atomic<int> handed{0};
  std::thread producer([&] {
    for (int i = 0; i < 10; ++i) {
      if (!writer->Write(rows.frames, rows.count).ok()) return;
      ++handed;
    }
  });
  // 6 MB a hand-over and 16 MB of room: the third one waits for as long as the table is locked.
  while (handed < 2) std::this_thread::yield();
  ASSERT_TRUE(holder->Execute({"SELECT", "SELECT 1", {}}, Soon()).ok());
  EXPECT_EQ(handed, 2);
  ASSERT_TRUE(holder->Rollback().ok());
  producer.join();
  EXPECT_EQ(handed, 10);
  EXPECT_TRUE(writer->Flush().ok());
  EXPECT_EQ(Rows(), 1000);
}

TEST_F(InsertWriterTest, InterruptFreesABlockedFlush) {
  auto holder = Local().Connect();
  ASSERT_TRUE(holder->Execute(BeginSql(), Soon()).ok());
  ASSERT_TRUE(holder->Execute({"LOCK", "LOCK TABLE " + table_, {}}, Soon()).ok());
  auto writer = Make();
  TestRows rows;
  rows.Add(1, "a");
  ASSERT_TRUE(writer->Write(rows.frames, rows.count).ok());
  std::thread stopper([&] { writer->Interrupt(); });
  const arrow::Status status = writer->Flush();
  stopper.join();
  EXPECT_TRUE(status.IsCancelled()) << status;
  EXPECT_TRUE(writer->Close().ok());
  EXPECT_TRUE(writer->Close().ok());
  ASSERT_TRUE(holder->Rollback().ok());
  EXPECT_EQ(Rows(), 0);
}

TEST_F(InsertWriterTest, ParallelAppendsWaitForEachOtherWithoutConflicts) {
  constexpr int kWriters = 4;
  std::vector<arrow::Status> statuses(kWriters);
  std::vector<int64_t> retries(kWriters);
  std::vector<std::thread> threads;
  for (size_t i = 0; i < kWriters; ++i) {
    threads.emplace_back([&, i] {
      auto writer = Make({{"sink.batch-size", "20000"}});
      for (int batch = 0; batch < 6 && statuses[i].ok(); ++batch) {
        TestRows rows;
        // Two statements in a transaction at every second batch.
        const int count = batch % 2 == 0 ? 500 : 17'000;
        for (int row = 0; row < count; ++row) rows.Add(row, "x");
        statuses[i] = writer->Write(rows.frames, rows.count);
        if (statuses[i].ok()) statuses[i] = writer->Flush();
      }
      retries[i] = writer->metrics().retries;
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const arrow::Status& status : statuses) EXPECT_TRUE(status.ok()) << status;
  EXPECT_THAT(retries, ::testing::Each(0));
  EXPECT_EQ(Rows(), kWriters * 3 * (500 + 17'000));
}

TEST_F(InsertWriterTest, TableThatIsDroppedMeanwhileIsAPermanentError) {
  auto writer = Make();
  Local().Sql("DROP TABLE " + table_);
  TestRows rows;
  rows.Add(1, "a");
  ASSERT_TRUE(writer->Write(rows.frames, rows.count).ok());
  EXPECT_THAT(writer->Flush().message(),
              AllOf(HasSubstr("Writing 1 rows into public." + table_), HasSubstr("42P01")));
}

}  // namespace
}  // namespace redshift
