// The copy writer against a real S3 API, and against one that fails.
#include "engine/sink/copy_writer.h"

#include <gmock/gmock.h>

#include <atomic>
#include <mutex>
#include <set>
#include <thread>

#include "engine/file/testing/parquet_text.h"
#include "engine/sink/testing/copy_writer_fixture.h"
#include "engine/type/bad_row.h"

namespace redshift {
namespace {

using ::redshift::testing::CopyOptions;
using ::redshift::testing::CopyPlan;
using ::redshift::testing::CopyRows;
using ::redshift::testing::CopyTarget;
using ::redshift::testing::CopyWriterTest;
using ::redshift::testing::HttpMessage;
using ::redshift::testing::kSecretKey;
using ::redshift::testing::OptionMap;
using ::redshift::testing::ParquetText;
using ::redshift::testing::S3Gate;
using ::redshift::testing::WriteRow;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

using Action = S3Gate::Action;

bool IsPart(const HttpMessage& request) {
  return request.first_line.find("partNumber=") != std::string::npos;
}

// Writes rows until it fails or all are written.
arrow::Status WriteMany(CopyWriter& writer, int64_t count, size_t text_bytes, uint32_t seed = 1) {
  std::string text(text_bytes, ',');
  CopyRows rows;
  for (int64_t i = 0; i < count; ++i) {
    // Letters that do not compress well, from a small generator that is the same everywhere.
    for (char& c : text) {
      seed = seed * 1664525 + 1013904223;
      c = static_cast<char>('0' + (seed >> 24) % 64);
    }
    rows.Add({i, text});
    if (rows.frames().size() >= (1 << 20) || i + 1 == count) {
      ARROW_RETURN_NOT_OK(writer.Write(rows.frames(), rows.count()));
      rows.Clear();
    }
  }
  return arrow::Status::OK();
}

TEST_F(CopyWriterTest, StagesRowsAsCsv) {
  const SinkPlan plan = Plan();
  auto writer = TryOpen(plan).ValueOrDie();
  CopyRows rows;
  rows.Add({int64_t{1}, "a,b"});
  rows.Add({int64_t{-9223372036854775807 - 1}, "she said \"no\"\n"});
  rows.Add({nullptr, ""});
  rows.Add({int64_t{4}, nullptr});
  ASSERT_TRUE(writer->Write(rows.frames(), rows.count()).ok());
  const auto files = writer->Finish().ValueOrDie().data;
  ASSERT_THAT(files, SizeIs(1));
  EXPECT_EQ(files[0].url, "s3://" + bucket_ + "/p/job/" + plan.sink_id() + "/" + kAttempt + "/3-0.csv.zst");
  EXPECT_EQ(files[0].rows, 4);
  EXPECT_EQ(TextOf(files[0]), "1,\"a,b\"\n-9223372036854775808,\"she said \"\"no\"\"\n\"\n,\"\"\n4," +
                                  plan.null_marker() + "\n");
  EXPECT_TRUE(writer->Close().ok());
  EXPECT_THAT(moto().Keys(bucket_), SizeIs(1));
}

TEST_F(CopyWriterTest, CompressesAsAsked) {
  for (const auto& [compression, suffix] :
       std::vector<std::pair<std::string, std::string>>{{"gzip", ".csv.gz"}, {"none", ".csv"}}) {
    auto writer = Open({{"sink.copy.compression", compression}});
    ASSERT_TRUE(WriteRow(*writer, 7, "x, y").ok());
    const auto files = writer->Finish().ValueOrDie().data;
    ASSERT_THAT(files, SizeIs(1));
    EXPECT_TRUE(files[0].url.ends_with("/3-0" + suffix)) << files[0].url;
    EXPECT_EQ(TextOf(files[0], suffix), "7,\"x, y\"\n");
  }
}

TEST_F(CopyWriterTest, FinishesAgainAndAgainAndNeverReusesAKey) {
  auto writer = Open();
  EXPECT_THAT(writer->Finish().ValueOrDie().data, IsEmpty());
  std::vector<std::string> urls;
  for (int64_t checkpoint = 0; checkpoint < 3; ++checkpoint) {
    ASSERT_TRUE(WriteRow(*writer, checkpoint, "a,b").ok());
    const auto files = writer->Finish().ValueOrDie().data;
    ASSERT_THAT(files, SizeIs(1));
    EXPECT_EQ(TextOf(files[0]), std::to_string(checkpoint) + ",\"a,b\"\n");
    urls.push_back(files[0].url);
    EXPECT_THAT(writer->Finish().ValueOrDie().data, IsEmpty());
  }
  EXPECT_TRUE(urls[0].ends_with("/3-0.csv.zst"));
  EXPECT_TRUE(urls[1].ends_with("/3-1.csv.zst"));
  EXPECT_TRUE(urls[2].ends_with("/3-2.csv.zst"));
  EXPECT_EQ(writer->metrics().rows, 3);
  EXPECT_EQ(writer->metrics().files, 3);
}

TEST_F(CopyWriterTest, RollsFilesBySizeAndCutsThemBetweenRows) {
  auto writer = Open({{"sink.copy.file-size", "1mb"}});
  constexpr int64_t kRows = 50'000;
  ASSERT_TRUE(WriteMany(*writer, kRows, 200).ok());
  const auto files = writer->Finish().ValueOrDie().data;
  EXPECT_GT(files.size(), 4U);
  int64_t next = 0;
  for (const StagedFile& file : files) {
    EXPECT_LT(file.bytes, 3 << 20);
    const std::string text = TextOf(file);
    int64_t lines = 0;
    for (size_t at = 0; at < text.size(); at = text.find('\n', at) + 1) {
      ASSERT_EQ(text.substr(at, text.find(',', at) - at), std::to_string(next));
      ++lines;
      ++next;
    }
    EXPECT_EQ(lines, file.rows);
  }
  EXPECT_EQ(next, kRows);
  EXPECT_EQ(writer->metrics().rows, kRows);
  EXPECT_EQ(writer->metrics().files, static_cast<int64_t>(files.size()));
}

TEST_F(CopyWriterTest, RollsParquetFilesBySizeToo) {
  auto writer = Open({{"sink.copy.format", "parquet"}, {"sink.copy.file-size", "1mb"}});
  constexpr int64_t kRows = 50'000;
  ASSERT_TRUE(WriteMany(*writer, kRows, 200).ok());
  const auto files = writer->Finish().ValueOrDie().data;
  EXPECT_GT(files.size(), 3U);
  int64_t rows = 0;
  int64_t next = 0;
  for (const StagedFile& file : files) {
    EXPECT_LT(file.bytes, 3 << 20);
    EXPECT_TRUE(file.url.ends_with(".parquet")) << file.url;
    rows += file.rows;
    const std::string text = ParquetText(BytesOf(file));
    EXPECT_THAT(text, HasSubstr(" rows\n" + std::to_string(next) + " | '"));
    next += file.rows;
  }
  EXPECT_EQ(rows, kRows);
}

TEST_F(CopyWriterTest, CloseDeletesWhatWasNotHandedOverAndNothingElse) {
  auto writer = Open({{"sink.copy.file-size", "1mb"}});
  ASSERT_TRUE(WriteRow(*writer, 1, "a").ok());
  const auto files = writer->Finish().ValueOrDie().data;
  ASSERT_THAT(files, SizeIs(1));
  // Several complete files, one in the making.
  ASSERT_TRUE(WriteMany(*writer, 50'000, 200).ok());
  while (moto().Keys(bucket_).size() < 3) std::this_thread::yield();
  const arrow::Status status = writer->Close();
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_TRUE(writer->Close().ok());
  EXPECT_THAT(moto().Keys(bucket_), ElementsAre(ParseS3Url(files[0].url)->key));
  EXPECT_EQ(moto().OpenUploads(bucket_), 0U);
  EXPECT_TRUE(WriteRow(*writer, 1, "a").IsCancelled());
  EXPECT_TRUE(writer->Finish().status().IsCancelled());
}

TEST_F(CopyWriterTest, AWriterThatIsOnlyDestroyedLeavesNothing) {
  {
    auto writer = Open({{"sink.copy.file-size", "1mb"}});
    ASSERT_TRUE(WriteMany(*writer, 20'000, 200).ok());
  }
  EXPECT_THAT(moto().Keys(bucket_), IsEmpty());
  EXPECT_EQ(moto().OpenUploads(bucket_), 0U);
}

TEST_F(CopyWriterTest, AFileThatIsOnItsWayWhenTheWriterIsClosedIsDeletedAfterItsArrival) {
  // Of rows, and of rejected rows.
  for (const std::string text : {"a", "too long"}) {
    std::atomic<bool> deleted = false;
    gate_ = std::make_unique<S3Gate>(moto().port(), [&](const HttpMessage& request) {
      const bool is_probe = request.first_line.find("write-check") != std::string::npos;
      if (request.first_line.starts_with("DELETE ") && !is_probe) deleted = true;
      return request.first_line.starts_with("PUT ") ? Action::kHang : Action::kForward;
    });
    auto writer = TryOpen(Plan({{"sink.bad-rows", "reject"}}), /*text_bytes=*/5).ValueOrDie();
    ASSERT_TRUE(WriteRow(*writer, 1, text).ok());
    std::thread caller([&] { EXPECT_TRUE(writer->Finish().status().IsCancelled()); });
    while (gate_->hanging() == 0) std::this_thread::yield();
    writer->Interrupt();
    caller.join();
    std::thread closer([&] { EXPECT_EQ(writer->Close().ToString(), "OK"); });
    // Time for a deletion that does not wait for the file.
    for (int i = 0; i < 20 && !deleted; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
    EXPECT_FALSE(deleted) << text;
    gate_->Release();
    closer.join();
    EXPECT_TRUE(deleted) << text;
    EXPECT_THAT(moto().Keys(bucket_), IsEmpty()) << text;
  }
}

TEST_F(CopyWriterTest, ABadRowFailsTheWriterWithItsPlace) {
  auto writer = TryOpen(Plan(), /*text_bytes=*/5).ValueOrDie();
  ASSERT_TRUE(WriteRow(*writer, 1, "fits").ok());
  ASSERT_TRUE(WriteRow(*writer, 2, "too long").ok());
  const arrow::Status status = writer->Finish().status();
  const BadRow* bad_row = FindBadRow(status);
  ASSERT_NE(bad_row, nullptr) << status;
  EXPECT_EQ(bad_row->table, "public.events");
  EXPECT_EQ(bad_row->column, "c1");
  EXPECT_EQ(bad_row->row, 1);
  EXPECT_THAT(status.message(), Not(HasSubstr("too long")));
  // From then on at every call.
  EXPECT_EQ(WriteRow(*writer, 3, "fits").message(), status.message());
  EXPECT_EQ(writer->Finish().status().message(), status.message());
  EXPECT_TRUE(writer->Close().ok());
  EXPECT_THAT(moto().Keys(bucket_), IsEmpty());
}

TEST_F(CopyWriterTest, ARowAboveCopysLimitIsABadRow) {
  auto writer = Open();
  ASSERT_TRUE(WriteRow(*writer, 1, "fits").ok());
  const arrow::Status status = WriteRow(*writer, 2, std::string(5 << 20, 'x'));
  ASSERT_NE(FindBadRow(status), nullptr) << status;
  EXPECT_EQ(FindBadRow(status)->row, 1);
  EXPECT_THAT(status.message(), HasSubstr("at most 4 MB"));
}

TEST_F(CopyWriterTest, OneRowMayBeLargerThanTheQueue) {
  // 60 texts of 65,535 bytes are nearly 4 MB; the queue has 2 MB at this memory.
  const std::vector<std::string> types(60, "VARCHAR(65535)");
  const SinkPlan plan =
      CopyPlan(types, CopyOptions(moto().endpoint(), "s3://" + bucket_, {{"sink.copy.memory", "32mb"}}));
  auto writer =
      CopyWriter::Make(plan, {.job_id = "job", .attempt_id = kAttempt, .subtask = 0, .restored = false},
                       CopyTarget(types))
          .ValueOrDie();
  const std::string text = "," + std::string(65533, 'x') + ",";
  const std::vector<CopyRows::Field> fields(60, std::string_view(text));
  CopyRows rows;
  for (int i = 0; i < 3; ++i) rows.Add(fields);
  ASSERT_TRUE(writer->Write(rows.frames(), rows.count()).ok());
  const auto files = writer->Finish().ValueOrDie().data;
  ASSERT_THAT(files, SizeIs(1));
  EXPECT_EQ(files[0].rows, 3);
  std::string row;
  for (int i = 0; i < 60; ++i) row += (i == 0 ? "\"" : ",\"") + text + "\"";
  EXPECT_TRUE(TextOf(files[0]) == row + "\n" + row + "\n" + row + "\n");
}

TEST_F(CopyWriterTest, DamagedFramesAreRefused) {
  auto writer = Open();
  CopyRows rows;
  rows.Add({int64_t{1}, "a"});
  EXPECT_TRUE(writer->Write(rows.frames().first(10), 1).IsInvalid());
  EXPECT_TRUE(writer->Finish().status().IsInvalid());
}

TEST_F(CopyWriterTest, AMissingBucketShowsBeforeTheFirstRow) {
  const SinkPlan plan = CopyPlan(kTypes, CopyOptions(moto().endpoint(), "s3://no-such-bucket/p"));
  EXPECT_THAT(TryOpen(plan).status().message(),
              AllOf(HasSubstr("bucket 'no-such-bucket'"), HasSubstr("The bucket does not exist"),
                    Not(HasSubstr(kSecretKey))));
}

TEST_F(CopyWriterTest, AFailedUploadFailsTheWriter) {
  gate_ = std::make_unique<S3Gate>(moto().port(), [](const HttpMessage& request) {
    return IsPart(request) ? Action::kDeny : Action::kForward;
  });
  auto writer = Open({{"sink.copy.compression", "none"}});
  // Unbounded input: the error must come by itself.
  const arrow::Status status = WriteMany(*writer, 100'000'000, 200);
  EXPECT_THAT(status.message(),
              AllOf(HasSubstr("cannot write s3://" + bucket_), HasSubstr("Access is denied")));
  EXPECT_EQ(writer->Finish().status().message(), status.message());
  EXPECT_TRUE(writer->Close().ok());
  EXPECT_GE(gate_->faults(), 1);
  EXPECT_EQ(moto().OpenUploads(bucket_), 0U);
  EXPECT_THAT(moto().Keys(bucket_), IsEmpty());
}

TEST_F(CopyWriterTest, AFailedLastRequestFailsTheCheckpoint) {
  std::atomic<bool> deny = false;
  gate_ = std::make_unique<S3Gate>(moto().port(), [&](const HttpMessage& request) {
    return deny && request.first_line.starts_with("PUT ") ? Action::kDeny : Action::kForward;
  });
  auto writer = Open();
  deny = true;
  ASSERT_TRUE(WriteRow(*writer, 1, "a").ok());
  EXPECT_THAT(writer->Finish().status().message(), HasSubstr("Access is denied"));
  EXPECT_TRUE(writer->Close().ok());
  EXPECT_THAT(moto().Keys(bucket_), IsEmpty());
}

TEST_F(CopyWriterTest, WriteWaitsForS3AndInterruptEndsTheWait) {
  gate_ = std::make_unique<S3Gate>(moto().port(), [](const HttpMessage& request) {
    return IsPart(request) ? Action::kHang : Action::kForward;
  });
  auto writer = Open({{"sink.copy.compression", "none"}, {"sink.copy.memory", "32mb"}});
  std::atomic<int64_t> written = 0;
  std::thread caller([&] {
    arrow::Status status;
    while (status.ok()) {
      status = WriteMany(*writer, 5'000, 200);
      if (status.ok()) written += 5'000 * 200;
    }
    EXPECT_TRUE(status.IsCancelled()) << status;
  });
  while (gate_->hanging() == 0) std::this_thread::yield();
  writer->Interrupt();
  caller.join();
  // What was taken is bounded although S3 took nothing.
  EXPECT_LT(written, 32 << 20);
  EXPECT_TRUE(writer->Finish().status().IsCancelled());
  gate_->Release();
  EXPECT_TRUE(writer->Close().ok());
  EXPECT_EQ(moto().OpenUploads(bucket_), 0U);
  EXPECT_THAT(moto().Keys(bucket_), IsEmpty());
}

TEST_F(CopyWriterTest, CloseByAnotherThreadEndsABlockedFinish) {
  gate_ = std::make_unique<S3Gate>(moto().port(), [](const HttpMessage& request) {
    return IsPart(request) ? Action::kHang : Action::kForward;
  });
  auto writer = Open({{"sink.copy.compression", "none"}});
  ASSERT_TRUE(WriteMany(*writer, 75'000, 200).ok());
  std::thread caller([&] { EXPECT_TRUE(writer->Finish().status().IsCancelled()); });
  while (gate_->hanging() == 0) std::this_thread::yield();
  std::thread closer([&] { EXPECT_TRUE(writer->Close().ok()); });
  caller.join();
  gate_->Release();
  closer.join();
  EXPECT_EQ(moto().OpenUploads(bucket_), 0U);
  EXPECT_THAT(moto().Keys(bucket_), IsEmpty());
}

TEST_F(CopyWriterTest, CloseWaitsForASilentS3OnceWhateverThereIsToCleanUp) {
  std::mutex mutex;
  std::set<std::string> files;
  std::atomic<size_t> begun = 0;
  std::atomic<int> cleaning = 0;
  S3Gate gate(moto().port(), [&](const HttpMessage& request) {
    const bool is_part = request.first_line.find("partNumber=") != std::string::npos;
    // Of CheckWritable's upload no part was sent.
    const bool cleans = begun > 0 && (request.first_line.starts_with("DELETE ") ||
                                      request.first_line.find("?delete=") != std::string::npos);
    if (is_part) {
      std::lock_guard lock(mutex);
      files.insert(request.first_line.substr(0, request.first_line.find('?')));
      begun = files.size();
    }
    if (cleans) ++cleaning;
    return is_part || cleans ? Action::kHang : Action::kForward;
  });
  auto writer = Open({{"aws.endpoint", gate.endpoint()},
                      {"aws.request-timeout", "1 s"},
                      {"sink.copy.compression", "none"},
                      {"sink.copy.file-size", "11 mb"},
                      {"sink.copy.memory", "160 mb"}});
  // Three files of two parts.
  std::thread write([&] { static_cast<void>(WriteMany(*writer, 35'000, 1000)); });
  const auto end = std::chrono::steady_clock::now() + std::chrono::minutes(3);
  while (begun < 3 && std::chrono::steady_clock::now() < end) std::this_thread::yield();
  EXPECT_EQ(begun, 3u);
  const arrow::Status status = writer->Close();
  write.join();
  EXPECT_THAT(status.message(), HasSubstr("There is no answer from this endpoint"));
  EXPECT_EQ(cleaning, 3) << "the attempts of one request";
}

TEST_F(CopyWriterTest, SurvivesThrottling) {
  std::atomic<int> requests = 0;
  gate_ = std::make_unique<S3Gate>(moto().port(), [&](const HttpMessage& request) {
    return request.first_line.starts_with("PUT ") && requests++ % 2 == 0 ? Action::kSlowDown
                                                                         : Action::kForward;
  });
  auto writer = Open({{"sink.copy.file-size", "1mb"}});
  ASSERT_TRUE(WriteMany(*writer, 20'000, 200).ok());
  int64_t rows = 0;
  for (const StagedFile& file : writer->Finish().ValueOrDie().data) rows += file.rows;
  EXPECT_EQ(rows, 20'000);
  EXPECT_GE(gate_->faults(), 2);
}

}  // namespace
}  // namespace redshift
