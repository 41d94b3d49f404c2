// Requests over a line of a megabyte a second.
#include <gmock/gmock.h>

#include <chrono>

#include "engine/aws/credential_cache.h"
#include "engine/aws/testing/moto_server.h"
#include "engine/file/s3_address.h"
#include "engine/file/s3_client.h"
#include "engine/file/testing/slow_line.h"

namespace redshift {
namespace {

using ::redshift::testing::MotoServer;
using ::redshift::testing::SlowLine;

constexpr int64_t kMegabyte = 1'000'000;

class SlowS3Test : public ::testing::Test {
 protected:
  void SetUp() override { moto_.CreateBucket("bkt"); }

  /// One attempt only: a transfer that was broken off fails.
  static std::shared_ptr<S3Client> Client(const SlowLine& line, std::chrono::milliseconds stall) {
    S3Target target;
    target.place = {.scheme = "http",
                    .authority = line.endpoint().substr(std::string("http://").size()),
                    .path_style = true,
                    .region = "us-east-1"};
    const CredentialSource source{"a test", []() -> FoundKeys {
                                    return AwsKeys{.access_key_id = "AKID",
                                                   .secret_access_key = Secret("secret"),
                                                   .session_token = Secret(),
                                                   .expires = std::nullopt,
                                                   .source = "a test"};
                                  }};
    target.credentials = std::make_shared<CredentialCache>(std::vector{source}, "a test", /*none_found=*/"");
    return std::make_shared<S3Client>(std::make_shared<const S3Target>(std::move(target)),
                                      std::make_shared<HttpClient>(), std::make_shared<S3Retry>(1), stall);
  }

  MotoServer moto_;
};

// Four seconds there and four back, where nothing may stall for two. Under load the machine itself may: then
// again with twice the time.
TEST_F(SlowS3Test, ATransferThatMovesIsNotTakenForOneThatStalls) {
  const S3Url object{"bkt", "object"};
  for (std::chrono::seconds stall(2);; stall *= 2) {
    SlowLine line(moto_.port(), kMegabyte);
    const auto client = Client(line, stall);
    const std::string bytes(static_cast<size_t>(2 * stall.count() * kMegabyte), 'x');
    const arrow::Status written = client->Put(object, bytes);
    const auto read = written.ok() ? client->Get(object, 2 * static_cast<int64_t>(bytes.size())) : written;
    if (!read.ok()) {
      ASSERT_GE(line.longest_pause(), stall / 2) << read.status();
      continue;
    }
    EXPECT_GE(line.carried(), static_cast<int64_t>(bytes.size()));
    EXPECT_EQ(*read, bytes);
    break;
  }
}

}  // namespace
}  // namespace redshift
