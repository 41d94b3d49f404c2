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
  std::shared_ptr<S3Client> Client(std::chrono::milliseconds stall) {
    S3Target target;
    target.place = {.scheme = "http",
                    .authority = line_.endpoint().substr(std::string("http://").size()),
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
  SlowLine line_{moto_.port(), kMegabyte};
};

// Four seconds there and four back, where nothing may stall for two.
TEST_F(SlowS3Test, ATransferThatMovesIsNotTakenForOneThatStalls) {
  const auto client = Client(std::chrono::seconds(2));
  const std::string bytes(static_cast<size_t>(4 * kMegabyte), 'x');
  const S3Url object{"bkt", "object"};
  const arrow::Status written = client->Put(object, bytes);
  ASSERT_TRUE(written.ok()) << written;
  EXPECT_GE(line_.carried(), 4 * kMegabyte);
  const auto read = client->Get(object, 10 * kMegabyte);
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(*read, bytes);
}

}  // namespace
}  // namespace redshift
