// Bad rows of jdbc mode, against the stand-in.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <thread>

#include "engine/sink/insert_writer.h"
#include "engine/sink/sink_start.h"
#include "engine/sink/sink_test_support.h"

namespace redshift {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

const RedshiftLocal& Local() {
  return RedshiftLocal::Get();
}

class InsertRejectsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    table_ = TestTableName();
    Local().Sql("CREATE TABLE " + table_ + " (id BIGINT NOT NULL, name VARCHAR(3))");
  }

  std::unique_ptr<InsertWriter> Make(const std::vector<std::string>& primary_key,
                                     std::map<std::string, std::string> options = {}) {
    options["sink.bad-rows"] = "reject";
    const SinkPlan plan =
        PlanFor(table_, "jdbc", {{"id", "BIGINT NOT NULL"}, {"name", "STRING"}}, options, primary_key);
    const WriterContext context{"job-1", "attempt-1", 2, false};
    directory_ = "rejected/job-1/" + plan.sink_id() + "/";
    staging_ = Staging::Open(plan.options()).ValueOrDie();
    return InsertWriter::Make(plan, context, *OpenTarget(plan, context)).ValueOrDie();
  }

  /// The lines of the n-th published file of the attempt.
  std::vector<nlohmann::json> Published(int n) {
    const std::string url = staging_->UrlFor(directory_ + "attempt-1-2-" + std::to_string(n) + ".ndjson");
    auto text = staging_->ReadObject(url);
    EXPECT_TRUE(text.ok()) << text.status();
    std::vector<nlohmann::json> lines;
    if (!text.ok()) return lines;
    std::istringstream stream(*text);
    for (std::string line; std::getline(stream, line);) lines.push_back(nlohmann::json::parse(line));
    return lines;
  }

  std::string table_;
  std::string directory_;
  std::shared_ptr<Staging> staging_;
};

TEST_F(InsertRejectsTest, BadRowsArePublishedAtFlushAndTheOthersWritten) {
  auto writer = Make({});
  TestRows rows;
  rows.Add(1, "ok");
  rows.Add(2, "too long");
  rows.Add(std::nullopt, "x");
  rows.Add(4, "yes");
  ASSERT_TRUE(writer->Write(rows.frames, rows.count).ok());
  const arrow::Status flushed = writer->Flush();
  ASSERT_TRUE(flushed.ok()) << flushed;
  EXPECT_EQ(Local().Count("SELECT sum(id) FROM " + table_), 5);
  EXPECT_EQ(writer->metrics().rows, 2);
  EXPECT_EQ(writer->metrics().rejected, 2);
  const auto lines = Published(0);
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_EQ(lines[0].at("table"), "public." + table_);
  EXPECT_EQ(lines[0].at("subtask"), 2);
  EXPECT_EQ(lines[0].at("column"), "name");
  EXPECT_EQ(lines[0].at("row"), (nlohmann::json{{"id", 2}, {"name", "too long"}}));
  EXPECT_EQ(lines[1].at("column"), "id");

  TestRows more;
  more.Add(5, "long");
  ASSERT_TRUE(writer->Write(more.frames, more.count).ok());
  ASSERT_TRUE(writer->Flush().ok());
  EXPECT_EQ(Published(1).size(), 1u);
  ASSERT_TRUE(writer->Close().ok());
}

TEST_F(InsertRejectsTest, RejectedChangeLeavesTheEarlierStateOfItsKey) {
  auto writer = Make({"id"});
  TestRows rows;
  rows.Add(1, "a");
  rows.Add(2, "b");
  rows.Add(1, "too long", 2);
  rows.Add(2, "b", 3);
  ASSERT_TRUE(writer->Write(rows.frames, rows.count).ok());
  const arrow::Status flushed = writer->Flush();
  ASSERT_TRUE(flushed.ok()) << flushed;
  EXPECT_EQ(Local().Sql("SELECT id::varchar || name FROM " + table_), "1a");
  const auto lines = Published(0);
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_EQ(lines[0].at("change"), "upsert");
}

TEST_F(InsertRejectsTest, BatchOfBadRowsOnlyWritesNothing) {
  auto writer = Make({"id"});
  TestRows rows;
  rows.Add(1, "too long");
  ASSERT_TRUE(writer->Write(rows.frames, rows.count).ok());
  ASSERT_TRUE(writer->Flush().ok());
  EXPECT_EQ(Local().Count("SELECT count(*) FROM " + table_), 0);
  EXPECT_EQ(writer->metrics().batches, 0);
  EXPECT_EQ(Published(0).size(), 1u);
}

TEST_F(InsertRejectsTest, BadRowsArePublishedWithoutFlushToo) {
  auto writer = Make({});
  TestRows rows;
  rows.Add(1, "too long");
  ASSERT_TRUE(writer->Write(rows.frames, rows.count).ok());
  const std::string url = staging_->UrlFor(directory_ + "attempt-1-2-0.ndjson");
  const Clock::time_point deadline = Clock::now() + std::chrono::seconds(60);
  while (!staging_->ReadObject(url).ok() && Clock::now() < deadline) {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  EXPECT_EQ(Published(0).size(), 1u);
  // What was published is not published again.
  ASSERT_TRUE(writer->Flush().ok());
  EXPECT_FALSE(staging_->ReadObject(staging_->UrlFor(directory_ + "attempt-1-2-1.ndjson")).ok());
}

TEST_F(InsertRejectsTest, TooManyBadRowsStopTheWriter) {
  auto writer = Make({}, {{"sink.bad-rows.max", "2"}});
  TestRows rows;
  rows.Add(1, "too long");
  rows.Add(2, "too long");
  ASSERT_TRUE(writer->Write(rows.frames, rows.count).ok());
  ASSERT_TRUE(writer->Flush().ok());
  rows.Add(3, "too long");
  ASSERT_TRUE(writer->Write(rows.frames, rows.count).ok());
  EXPECT_THAT(writer->Flush().message(),
              AllOf(HasSubstr("5 bad rows were rejected"), HasSubstr("'sink.bad-rows.max' = 2"),
                    HasSubstr("VARCHAR(3)")));
}

}  // namespace
}  // namespace redshift
