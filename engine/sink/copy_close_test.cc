// A copy writer that failed gives back its threads, connections and memory when it is closed, whatever it was
// doing.
#include <gmock/gmock.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "engine/sink/testing/copy_writer_fixture.h"
#include "engine/sink/testing/process_resources.h"

namespace redshift {
namespace {

using ::redshift::testing::CopyRows;
using ::redshift::testing::CopyWriterTest;
using ::redshift::testing::ExpectGivenBack;
using ::redshift::testing::HttpMessage;
using ::redshift::testing::OptionMap;
using ::redshift::testing::ProcessResources;
using ::redshift::testing::S3Gate;
using ::redshift::testing::WriteRow;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

using Action = S3Gate::Action;

bool Has(const HttpMessage& request, std::string_view text) {
  return request.first_line.find(text) != std::string::npos;
}
// The first question at the start asks for an upload, too.
bool IsBegin(const HttpMessage& request) {
  return Has(request, "?uploads") && !Has(request, "write-check");
}
bool IsPart(const HttpMessage& request) {
  return Has(request, "partNumber=");
}
bool IsComplete(const HttpMessage& request) {
  return request.first_line.starts_with("POST ") && Has(request, "uploadId=");
}
bool IsWhole(const HttpMessage& request) {
  return request.first_line.starts_with("PUT ") && !Has(request, "partNumber=");
}

const OptionMap kUncompressed = {{"sink.copy.compression", "none"}, {"sink.copy.file-size", "64mb"}};

// More than one part of an upload.
arrow::Status WriteParts(CopyWriter& writer) {
  const std::string text(60'000, 'x');
  CopyRows rows;
  for (int64_t i = 0; i < 500; ++i) {
    rows.Add({i, text});
    if (rows.count() < 20) continue;
    ARROW_RETURN_NOT_OK(writer.Write(rows.frames(), rows.count()));
    rows.Clear();
  }
  return arrow::Status::OK();
}

class CopyCloseTest : public CopyWriterTest {
 protected:
  void SetUp() override {
    CopyWriterTest::SetUp();
    // What libraries set up once and keep.
    ASSERT_TRUE(Open()->Close().ok());
    before_ = ProcessResources::Now();
  }

  // How the writer fails; then it is closed, and what it took must be given back.
  template <typename Decide, typename Work>
  arrow::Status FailureOf(Decide decide, Work work, const OptionMap& options = kUncompressed) {
    gate_ = std::make_unique<S3Gate>(moto().port(), decide);
    auto writer = Open(options);
    arrow::Status failure = work(*writer);
    if (failure.ok()) failure = writer->Finish().status();
    EXPECT_FALSE(failure.ok());
    static_cast<void>(writer->Close());
    writer.reset();
    faults_ = gate_->faults();
    gate_.reset();
    ExpectGivenBack(before_);
    return failure;
  }

  template <typename Decide, typename Work>
  void ExpectRefusal(Decide decide, Work work, const OptionMap& options = kUncompressed) {
    EXPECT_THAT(FailureOf(decide, work, options).message(), HasSubstr("AccessDenied"));
    EXPECT_GT(faults_, 0);
    EXPECT_THAT(moto().Keys(bucket_), IsEmpty());
  }

  // The writer is interrupted when S3 says nothing.
  template <typename Decide>
  void ExpectInterrupted(Decide decide) {
    const arrow::Status failure = FailureOf(
        decide,
        [this](CopyWriter& writer) {
          ARROW_RETURN_NOT_OK(WriteParts(writer));
          std::atomic<bool> over = false;
          std::thread interrupting([&] {
            while (gate_->hanging() == 0 && !over) std::this_thread::sleep_for(std::chrono::milliseconds(1));
            writer.Interrupt();
          });
          const arrow::Status status = writer.Finish().status();
          over = true;
          interrupting.join();
          return status;
        },
        {{"sink.copy.compression", "none"}, {"sink.copy.file-size", "64mb"}, {"aws.request-timeout", "2 s"}});
    EXPECT_TRUE(failure.IsCancelled()) << failure;
    EXPECT_GT(faults_, 0);
  }

  ProcessResources before_;
  int faults_ = 0;
};

TEST_F(CopyCloseTest, AfterS3RefusedToBeginAnUpload) {
  ExpectRefusal([](const auto& request) { return IsBegin(request) ? Action::kDeny : Action::kForward; },
                WriteParts);
}

TEST_F(CopyCloseTest, AfterS3RefusedAPart) {
  ExpectRefusal([](const auto& request) { return IsPart(request) ? Action::kDeny : Action::kForward; },
                WriteParts);
}

TEST_F(CopyCloseTest, AfterS3RefusedToCompleteAnUpload) {
  ExpectRefusal([](const auto& request) { return IsComplete(request) ? Action::kDeny : Action::kForward; },
                WriteParts);
}

TEST_F(CopyCloseTest, AfterS3RefusedASmallFile) {
  ExpectRefusal([](const auto& request) { return IsWhole(request) ? Action::kDeny : Action::kForward; },
                [](CopyWriter& writer) { return WriteRow(writer, 1, "a"); });
}

TEST_F(CopyCloseTest, AfterS3RefusedAParquetFile) {
  ExpectRefusal([](const auto& request) { return IsWhole(request) ? Action::kDeny : Action::kForward; },
                [](CopyWriter& writer) { return WriteRow(writer, 1, "a"); },
                {{"sink.copy.format", "parquet"}});
}

TEST_F(CopyCloseTest, WhileS3IsSilentAboutParts) {
  ExpectInterrupted([](const auto& request) { return IsPart(request) ? Action::kHang : Action::kForward; });
}

TEST_F(CopyCloseTest, WhileS3IsSilentAboutTheEndOfAnUpload) {
  ExpectInterrupted(
      [](const auto& request) { return IsComplete(request) ? Action::kHang : Action::kForward; });
}

TEST_F(CopyCloseTest, AfterABadRowBetweenGoodOnes) {
  const arrow::Status failure = FailureOf([](const auto&) { return Action::kForward; },
                                          [](CopyWriter& writer) {
                                            ARROW_RETURN_NOT_OK(WriteParts(writer));
                                            // U+0000 is in no column of Redshift.
                                            return WriteRow(writer, 1, std::string_view("a\0b", 3));
                                          });
  EXPECT_THAT(failure.message(), HasSubstr("U+0000"));
  EXPECT_THAT(moto().Keys(bucket_), IsEmpty());
}

TEST_F(CopyCloseTest, AfterRowsThatAreDamaged) {
  const arrow::Status failure =
      FailureOf([](const auto&) { return Action::kForward; },
                [](CopyWriter& writer) {
                  ARROW_RETURN_NOT_OK(WriteParts(writer));
                  CopyRows rows;
                  rows.Add({int64_t{1}, "a text that does not stand in its slot"});
                  std::vector<uint8_t> frames(rows.frames().begin(), rows.frames().end());
                  // The text's place: its offset is the upper half of the second slot.
                  frames[4 + 8 + 8 + 4 + 3] = 0x7F;
                  return writer.Write(frames, 1);
                });
  EXPECT_THAT(failure.message(), HasSubstr("outside the row"));
}

TEST_F(CopyCloseTest, AgainAndAgainWithRowsThatWereNeverFinished) {
  for (int i = 0; i < 20; ++i) {
    auto writer = Open();
    ASSERT_TRUE(WriteRow(*writer, i, "a").ok());
    EXPECT_TRUE(writer->Close().ok());
  }
  ExpectGivenBack(before_);
}

}  // namespace
}  // namespace redshift
