#include "engine/option/option_form.h"

#include <gtest/gtest.h>

namespace redshift {
namespace {

TEST(CheckHostname, TakesNamesAndAddresses) {
  for (const char* host : {"localhost", "127.0.0.1", "::1", "fe80::1%eth0", "a-b_c.example.com",
                           "examplecluster.abc123xyz789.us-west-2.redshift.amazonaws.com"}) {
    EXPECT_TRUE(CheckHostname(host).ok()) << host;
  }
}

TEST(CheckHostname, RefusesMoreThanAName) {
  for (const char* host : {"", "h:5439", "h:5439/dev", "h/dev", "redshift://h", "a b", "a,b", "h\n", "h'"}) {
    EXPECT_FALSE(CheckHostname(host).ok()) << host;
  }
}

TEST(ParseS3Uri, TakesBucketAndPrefixApart) {
  EXPECT_EQ(ParseS3Uri("s3://my-bucket.eu/a/b_d=1/")->bucket, "my-bucket.eu");
  EXPECT_EQ(ParseS3Uri("s3://my-bucket.eu/a/b_d=1/")->prefix, "a/b_d=1");
  EXPECT_EQ(ParseS3Uri("s3://bucket")->prefix, "");
  EXPECT_EQ(ParseS3Uri("s3://bucket/")->prefix, "");
}

TEST(ParseS3Uri, RefusesOtherForms) {
  for (const char* uri : {"", "bucket/x", "s3a://bucket/x", "s3://", "s3:///x", "s3://UPPER/x", "s3://ab/x",
                          "s3://-bucket", "s3://bucket/a b", "s3://bucket//x/y//z", "s3://bucket/a//b",
                          "s3://bucket/it's", "s3://bucket/a?b", "S3://bucket/x"}) {
    EXPECT_FALSE(ParseS3Uri(uri).ok()) << uri;
  }
}

TEST(NormalizeIamRole, TakesAChainOfRolesWithoutBlanks) {
  EXPECT_EQ(*NormalizeIamRole("default"), "default");
  EXPECT_EQ(*NormalizeIamRole("arn:aws:iam::123456789012:role/a"), "arn:aws:iam::123456789012:role/a");
  EXPECT_EQ(*NormalizeIamRole("arn:aws-cn:iam::123456789012:role/p/a , arn:aws:iam::123456789012:role/b"),
            "arn:aws-cn:iam::123456789012:role/p/a,arn:aws:iam::123456789012:role/b");
}

TEST(NormalizeIamRole, RefusesWhatIsNoRole) {
  for (const char* role : {"", "admin", "arn:aws:iam::123:role/a", "arn:aws:iam::123456789012:user/a",
                           "arn:aws:iam::123456789012:role/", "arn:aws:iam::123456789012:role/a'",
                           "arn:aws:iam::123456789012:role/a,", "default,arn:aws:iam::123456789012:role/a"}) {
    EXPECT_FALSE(NormalizeIamRole(role).ok()) << role;
  }
}

TEST(CheckEndpoint, TakesAUrlOfAHost) {
  EXPECT_TRUE(CheckEndpoint("http://127.0.0.1:5440").ok());
  EXPECT_TRUE(CheckEndpoint("https://s3.example.com/").ok());
  for (const char* url :
       {"", "localhost:9000", "ftp://x", "http://", "http://user@host", "http://host/path", "http://a b"}) {
    EXPECT_FALSE(CheckEndpoint(url).ok()) << url;
  }
}

TEST(CheckRegion, TakesNamesOfRegions) {
  EXPECT_TRUE(CheckRegion("us-east-1").ok());
  EXPECT_FALSE(CheckRegion("US East").ok());
  EXPECT_FALSE(CheckRegion("").ok());
}

}  // namespace
}  // namespace redshift
