#include "cli/clean.h"

#include <gmock/gmock.h>

#include <cstdlib>

#include "engine/aws/testing/copy_options.h"
#include "engine/aws/testing/scripted_server.h"

namespace redshift {
namespace {

using ::redshift::testing::HttpMessage;
using ::redshift::testing::HttpText;
using ::redshift::testing::ParsedCopyOptions;
using ::redshift::testing::ScriptedServer;
using ::testing::HasSubstr;
using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace): units

TEST(CleanAge, IsWrittenAsDurationsOfOptionsAre) {
  EXPECT_EQ(ParseAge("30d").ValueOrDie(), 720h);
  EXPECT_EQ(ParseAge("12 h").ValueOrDie(), 12h);
  EXPECT_EQ(ParseAge("0s").ValueOrDie(), 0s);
  EXPECT_FALSE(ParseAge("-1 d").ok());
  EXPECT_FALSE(ParseAge("soon").ok());
}

// As an option it would be milliseconds: who means days would lose rows.
TEST(CleanAge, ANumberWithoutAUnitIsRefused) {
  for (const char* text : {"30", " 30 ", "0", ""}) {
    EXPECT_THAT(ParseAge(text).status().message(), HasSubstr("no unit")) << text;
  }
}

/// What is written to a stream.
class Written {
 public:
  ~Written() {
    std::fclose(stream_);
    std::free(text_);
  }
  std::FILE* stream() { return stream_; }
  std::string text() {
    std::fflush(stream_);
    return {text_, size_};
  }

 private:
  char* text_ = nullptr;
  size_t size_ = 0;
  std::FILE* stream_ = open_memstream(&text_, &size_);
};

// ListObjectsV2 and DeleteObjects in Amazon S3's API reference.
TEST(Clean, APageThatIsDeletedInPartCountsAndListsWhatS3SaidItDeleted) {
  const std::string attempt =
      "5d41402abc4b2a76b9719d911017c592/8d0b4fd7/11111111-2222-4333-8444-555555555555/";
  const ScriptedServer server([&](const HttpMessage& request) {
    const bool lists = request.first_line.starts_with("GET ");
    std::string objects;
    for (const char* name : {"0-0.csv", "0-1.csv", "0-2.csv"}) {
      const std::string key = "<Key>" + attempt + name + "</Key>";
      if (lists) {
        objects += "<Contents>" + key +
                   "<LastModified>2026-11-01T00:00:00.000Z</LastModified><ETag>&quot;fba9dede&quot;</ETag>"
                   "<Size>1024</Size><StorageClass>STANDARD</StorageClass></Contents>";
      } else if (name == std::string("0-1.csv")) {
        objects += "<Error>" + key + "<Code>AccessDenied</Code><Message>Access Denied</Message></Error>";
      } else {
        objects += "<Deleted>" + key + "</Deleted>";
      }
    }
    const std::string root = lists ? "ListBucketResult" : "DeleteResult";
    const std::string truncated = lists ? "<IsTruncated>false</IsTruncated>" : "";
    return HttpText("200 OK",
                    "<" + root + " xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">" + truncated + objects +
                        "</" + root + ">",
                    "Date: Mon, 23 Nov 2026 12:00:00 GMT\r\n");
  });
  const Options options = ParsedCopyOptions(server.url(), "s3://bkt", {{"aws.region", "us-east-1"}});
  Written out;
  Written err;
  const arrow::Status status = Clean({.older_than = 1h, .yes = true}, options, out.stream(), err.stream());
  EXPECT_THAT(status.message(), HasSubstr("cannot delete s3://bkt/" + attempt + "0-1.csv"));
  EXPECT_EQ(out.text(), "s3://bkt/" + attempt + "0-0.csv\ns3://bkt/" + attempt + "0-2.csv\n");
  EXPECT_THAT(err.text(), HasSubstr("2 files (2.0 KB) and 0 unfinished uploads deleted before this error:"));
}

}  // namespace
}  // namespace redshift
