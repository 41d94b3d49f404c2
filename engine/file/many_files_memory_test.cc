// A hundred thousand files in one manifest. In a program of its own, since the peak of resident memory is the
// whole process's.
#include <gtest/gtest.h>

#include <atomic>
#include <set>

#include "engine/aws/testing/copy_options.h"
#include "engine/aws/testing/moto_server.h"
#include "engine/aws/testing/scripted_server.h"
#include "engine/file/manifest.h"
#include "engine/file/staging.h"
#include "engine/file/testing/peak_memory.h"

namespace redshift {
namespace {

using testing::HttpMessage;
using testing::HttpText;
using testing::kMib;
using testing::ParsedCopyOptions;
using testing::PeakResidentBytes;

constexpr int kFiles = 100'000;

std::vector<StagedFile> Files(const Staging& staging) {
  std::vector<StagedFile> files;
  files.reserve(kFiles);
  for (int i = 0; i < kFiles; ++i) {
    files.push_back(
        {staging.UrlFor("5d41402abc4b2a76b9719d911017c592/8d0b4fd7/11111111-2222-4333-8444-555555555555/" +
                        std::to_string(i % 64) + "-" + std::to_string(i) + ".csv.zst"),
         1000 + i, 10});
  }
  return files;
}

// About a kilobyte for each file: the text of the manifest has 22 MB, read it is four times as much.
TEST(ManyFiles, AManifestOfAHundredThousandIsWrittenAndReadWithinBounds) {
  testing::MotoServer moto;
  moto.CreateBucket("bucket");
  const auto staging = Staging::Open(ParsedCopyOptions(moto.endpoint(), "s3://bucket/staging")).ValueOrDie();
  const std::vector<StagedFile> files = Files(*staging);
  const int64_t before = PeakResidentBytes();
  const auto manifest = WriteManifest(*staging, "x.manifest", files);
  ASSERT_TRUE(manifest.ok()) << manifest.status();
  const auto entries = ReadManifest(*staging, *manifest);
  ASSERT_TRUE(entries.ok()) << entries.status();
  const int64_t growth = PeakResidentBytes() - before;
  ASSERT_EQ(entries->size(), files.size());
  for (size_t i = 0; i < files.size(); ++i) {
    ASSERT_EQ((*entries)[i].url, files[i].url);
    ASSERT_EQ((*entries)[i].bytes, files[i].bytes);
  }
  std::printf("resident memory grew by %lld MiB\n", static_cast<long long>(growth / kMib));
  EXPECT_LT(growth, 150 * kMib);
}

// Multi-Object Delete in Amazon S3's API reference: a thousand keys a request.
TEST(ManyFiles, AHundredThousandAreDeletedByAHundredRequests) {
  std::atomic<int> deleted = 0;
  const testing::ScriptedServer server([&](const HttpMessage& request) {
    std::string answer = "<DeleteResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">";
    for (size_t at = request.body.find("<Key>"); at != std::string::npos;
         at = request.body.find("<Key>", at + 1)) {
      const size_t end = request.body.find("</Key>", at);
      answer += "<Deleted>" + request.body.substr(at, end + 6 - at) + "</Deleted>";
      ++deleted;
    }
    return HttpText("200 OK", answer + "</DeleteResult>");
  });
  const auto staging =
      Staging::Open(ParsedCopyOptions(server.url(), "s3://bucket/staging", {{"aws.region", "us-east-1"}}))
          .ValueOrDie();
  std::vector<std::string> urls;
  for (const StagedFile& file : Files(*staging)) urls.push_back(file.url);
  const arrow::Status status = staging->DeleteObjects(urls);
  ASSERT_TRUE(status.ok()) << status;
  EXPECT_EQ(deleted, kFiles);
  EXPECT_EQ(server.first_lines().size(), 100u);
}

}  // namespace
}  // namespace redshift
