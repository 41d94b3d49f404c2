#include "engine/file/s3_address.h"

#include <gmock/gmock.h>

namespace redshift {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(S3Url, IsTakenApart) {
  const auto url = ParseS3Url("s3://bucket/a/b c/d.csv.zst").ValueOrDie();
  EXPECT_EQ(url.bucket, "bucket");
  EXPECT_EQ(url.key, "a/b c/d.csv.zst");
  EXPECT_EQ(url.ToString(), "s3://bucket/a/b c/d.csv.zst");
}

TEST(S3Url, NeedsSchemeBucketAndKey) {
  for (const char* text :
       {"", "bucket/key", "http://bucket/key", "s3://", "s3:///key", "s3://bucket", "s3://bucket/"}) {
    EXPECT_TRUE(ParseS3Url(text).status().IsInvalid()) << text;
  }
}

TEST(S3Endpoint, IsTakenApart) {
  EXPECT_EQ(ParseS3Endpoint("http://127.0.0.1:9000").ValueOrDie().scheme, "http");
  EXPECT_EQ(ParseS3Endpoint("http://127.0.0.1:9000").ValueOrDie().authority, "127.0.0.1:9000");
  EXPECT_EQ(ParseS3Endpoint("https://minio.example/").ValueOrDie().scheme, "https");
  EXPECT_EQ(ParseS3Endpoint("https://minio.example/").ValueOrDie().authority, "minio.example");
  EXPECT_EQ(ParseS3Endpoint("minio.example:443").ValueOrDie().scheme, "https");
}

TEST(S3Endpoint, RefusesWhatItWouldHaveToIgnore) {
  for (const char* text : {"", "http://", "http://host/path", "http://host?x=1", "http://ho st"}) {
    EXPECT_THAT(ParseS3Endpoint(text).status().message(), HasSubstr("'aws.endpoint'")) << text;
  }
}

TEST(S3Endpoint, DoesNotRepeatAPassword) {
  EXPECT_THAT(ParseS3Endpoint("http://me:hunter2@host").status().message(), Not(HasSubstr("hunter2")));
}

}  // namespace
}  // namespace redshift
