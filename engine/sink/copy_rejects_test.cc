// Bad rows with sink.bad-rows = reject.
#include <gmock/gmock.h>

#include <algorithm>
#include <thread>

#include "engine/file/staging.h"
#include "engine/sink/reject_files.h"
#include "engine/sink/testing/copy_writer_fixture.h"

namespace redshift {
namespace {

using ::redshift::testing::CopyRows;
using ::redshift::testing::CopyWriterTest;
using ::redshift::testing::HttpMessage;
using ::redshift::testing::OptionMap;
using ::redshift::testing::S3Gate;
using ::redshift::testing::WriteRow;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

constexpr uint8_t kDelete = 3;
const OptionMap kReject = {{"sink.bad-rows", "reject"}};

using CopyRejectsTest = CopyWriterTest;

TEST_F(CopyRejectsTest, ABadRowIsPutAsideWithItsReasonAndTheOthersAreStaged) {
  const SinkPlan plan = Plan(kReject);
  auto writer = TryOpen(plan, /*text_bytes=*/5).ValueOrDie();
  CopyRows rows;
  rows.Add({int64_t{1}, "fits"});
  rows.Add({int64_t{2}, "\"too\"\nlong"});
  rows.Add({int64_t{3}, "fits"});
  ASSERT_TRUE(writer->Write(rows.frames(), rows.count()).ok());
  ASSERT_TRUE(WriteRow(*writer, 4, "long again").ok());
  const StagedFiles files = writer->Finish().ValueOrDie();
  ASSERT_THAT(files.data, SizeIs(1));
  EXPECT_EQ(TextOf(files.data[0]), "1,fits\n3,fits\n");
  EXPECT_EQ(files.data[0].rows, 2);
  ASSERT_THAT(files.rejects, SizeIs(1));
  EXPECT_EQ(files.rejects[0].url,
            "s3://" + bucket_ + "/p/job/" + plan.sink_id() + "/" + kAttempt + "/3-0.rejected.ndjson");
  EXPECT_EQ(files.rejects[0].rows, 2);
  const std::string begin =
      R"({"table":"public.events","subtask":3,"change":"upsert","column":"c1","key":"",)"
      R"-("reason":"text of 10 bytes is longer than VARCHAR(5), which counts bytes","row":)-";
  EXPECT_EQ(BytesOf(files.rejects[0]), begin + R"({"c0":2,"c1":"\"too\"\nlong"}})" + "\n" + begin +
                                           R"({"c0":4,"c1":"long again"}})" + "\n");
  EXPECT_EQ(writer->metrics().rows, 2);
  EXPECT_EQ(writer->metrics().rejected, 2);
  EXPECT_THAT(writer->Finish().ValueOrDie().rejects, IsEmpty());
}

TEST_F(CopyRejectsTest, ACheckpointMayConsistOfBadRowsOnly) {
  auto writer = TryOpen(Plan(kReject), /*text_bytes=*/1).ValueOrDie();
  ASSERT_TRUE(WriteRow(*writer, 1, "too long").ok());
  const StagedFiles files = writer->Finish().ValueOrDie();
  EXPECT_THAT(files.data, IsEmpty());
  EXPECT_THAT(files.rejects, SizeIs(1));
}

TEST_F(CopyRejectsTest, ARejectedChangeLeavesTheEarlierStateOfItsKey) {
  auto writer = TryOpen(KeyedPlan(kReject), /*text_bytes=*/5).ValueOrDie();
  CopyRows rows;
  rows.Add({int64_t{1}, "good"});
  rows.Add({int64_t{1}, "too long"});
  rows.Add({int64_t{2}, "too long"});
  // Of a delete only the key is looked at.
  rows.Add({int64_t{3}, "too long"}, kDelete);
  ASSERT_TRUE(writer->Write(rows.frames(), rows.count()).ok());
  const StagedFiles files = writer->Finish().ValueOrDie();
  ASSERT_THAT(files.data, SizeIs(1));
  const std::string csv = TextOf(files.data[0]);
  EXPECT_TRUE(csv.starts_with("1,good,0,0,3\n3,")) << csv;
  EXPECT_EQ(files.data[0].rows, 2);
  ASSERT_THAT(files.rejects, SizeIs(1));
  EXPECT_THAT(BytesOf(files.rejects[0]), AllOf(HasSubstr(R"("key":"c0=1",)"), HasSubstr(R"("key":"c0=2",)")));
}

TEST_F(CopyRejectsTest, TooManyBadRowsStopTheWriter) {
  OptionMap options = kReject;
  options["sink.bad-rows.max"] = "2";
  auto writer = TryOpen(Plan(options), /*text_bytes=*/5).ValueOrDie();
  ASSERT_TRUE(WriteRow(*writer, 1, "too long").ok());
  ASSERT_TRUE(WriteRow(*writer, 2, "too long").ok());
  EXPECT_THAT(writer->Finish().ValueOrDie().rejects, SizeIs(1));
  ASSERT_TRUE(WriteRow(*writer, 3, "too long").ok());
  EXPECT_THAT(writer->Finish().status().message(),
              AllOf(HasSubstr("3 bad rows"), HasSubstr("public.events"), HasSubstr("'sink.bad-rows.max' = 2"),
                    HasSubstr("column \"c1\""), HasSubstr("text of 8 bytes is longer than VARCHAR(5)"),
                    Not(HasSubstr("too long"))));
}

TEST_F(CopyRejectsTest, ARowAboveCopysLimitIsPutAsideToo) {
  auto writer = TryOpen(Plan(kReject)).ValueOrDie();
  ASSERT_TRUE(WriteRow(*writer, 1, std::string(5 << 20, 'x')).ok());
  ASSERT_TRUE(WriteRow(*writer, 2, "fits").ok());
  const StagedFiles files = writer->Finish().ValueOrDie();
  EXPECT_EQ(TextOf(files.data.at(0)), "2,fits\n");
  EXPECT_EQ(files.rejects.at(0).rows, 1);
}

TEST_F(CopyRejectsTest, CloseDeletesRejectFilesThatWereNotHandedOver) {
  auto writer = TryOpen(Plan(kReject), /*text_bytes=*/5).ValueOrDie();
  ASSERT_TRUE(WriteRow(*writer, 1, "too long").ok());
  const StagedFiles files = writer->Finish().ValueOrDie();
  ASSERT_THAT(files.rejects, SizeIs(1));
  // Enough for a file of its own before the checkpoint.
  for (int i = 0; i < 40; ++i) ASSERT_TRUE(WriteRow(*writer, i, std::string(64 * 1024, 'x')).ok());
  while (moto().Keys(bucket_).size() < 2) std::this_thread::yield();
  EXPECT_TRUE(writer->Close().ok());
  EXPECT_THAT(moto().Keys(bucket_), ElementsAre(ParseS3Url(files.rejects[0].url)->key));
}

TEST_F(CopyRejectsTest, RejectFilesArePublishedUnderTheSameNamesOnEveryRepeat) {
  const SinkPlan plan = Plan(kReject);
  auto writer = TryOpen(plan, /*text_bytes=*/5).ValueOrDie();
  CopyRows rows;
  rows.Add({int64_t{1}, "too long"});
  rows.Add({int64_t{2}, "too long"});
  ASSERT_TRUE(writer->Write(rows.frames(), rows.count()).ok());
  const StagedFiles files = writer->Finish().ValueOrDie();
  const auto staging = Staging::Open(plan.options()).ValueOrDie();
  const std::string published =
      "p/rejected/job/" + plan.sink_id() + "/17/" + std::string(kAttempt) + "-3-0.ndjson";
  for (int repeat = 0; repeat < 2; ++repeat) {
    const arrow::Status status = PublishRejects(*staging, files.rejects, 17);
    ASSERT_TRUE(status.ok()) << status;
    EXPECT_THAT(moto().Keys(bucket_, "p/rejected/"), ElementsAre(published));
  }
  const std::string text = moto().Get(bucket_, published);
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 2);
  EXPECT_TRUE(text.starts_with(R"({"checkpoint":17,"table":"public.events","subtask":3,)")) << text;
  EXPECT_THAT(text, HasSubstr("\n{\"checkpoint\":17,\"table\""));

  // The commit deletes what it has published; a repeat of it finds nothing to do.
  ASSERT_TRUE(staging->DeleteObjects({files.rejects[0].url}).ok());
  const arrow::Status again = PublishRejects(*staging, files.rejects, 17);
  EXPECT_TRUE(again.ok()) << again;
  EXPECT_THAT(moto().Keys(bucket_), ElementsAre(published));
  EXPECT_EQ(moto().Get(bucket_, published), text);
}

TEST_F(CopyRejectsTest, RejectFilesThatCannotBeReadArePublishedOnlyIfS3DeniesToTellWhetherTheyAreThere) {
  const SinkPlan plan = Plan(kReject);
  auto writer = TryOpen(plan, /*text_bytes=*/5).ValueOrDie();
  ASSERT_TRUE(WriteRow(*writer, 1, "too long").ok());
  const StagedFiles files = writer->Finish().ValueOrDie();
  const auto direct = Staging::Open(plan.options()).ValueOrDie();
  ASSERT_TRUE(PublishRejects(*direct, files.rejects, 17).ok());
  const std::string staged = ParseS3Url(files.rejects[0].url)->key;
  for (const auto fault : {S3Gate::Action::kDeny, S3Gate::Action::kInvalidKeyId}) {
    gate_ = std::make_unique<S3Gate>(moto().port(), [&](const HttpMessage& request) {
      return request.first_line.starts_with("GET ") && request.first_line.find(staged) != std::string::npos
                 ? fault
                 : S3Gate::Action::kForward;
    });
    const auto staging = Staging::Open(Plan(kReject).options()).ValueOrDie();
    EXPECT_EQ(PublishRejects(*staging, files.rejects, 17).ok(), fault == S3Gate::Action::kDeny);
    EXPECT_GT(gate_->faults(), 0);
  }
}

TEST_F(CopyRejectsTest, WithoutACheckpointRejectFilesArePublishedAsTheyAre) {
  const SinkPlan plan = Plan(kReject);
  auto writer = TryOpen(plan, /*text_bytes=*/5).ValueOrDie();
  ASSERT_TRUE(WriteRow(*writer, 1, "too long").ok());
  const StagedFiles files = writer->Finish().ValueOrDie();
  const auto staging = Staging::Open(plan.options()).ValueOrDie();
  ASSERT_TRUE(PublishRejects(*staging, files.rejects, std::nullopt).ok());
  EXPECT_EQ(moto().Get(bucket_, "p/rejected/job/" + plan.sink_id() + "/" + kAttempt + "-3-0.ndjson"),
            BytesOf(files.rejects[0]));
}

}  // namespace
}  // namespace redshift
