#include "engine/file/s3_place.h"

#include <gmock/gmock.h>

#include "engine/aws/testing/copy_options.h"
#include "engine/aws/testing/given_environment.h"
#include "engine/aws/testing/scripted_server.h"

namespace redshift {
namespace {

using redshift::testing::CopyOptions;
using redshift::testing::GivenEnvironment;
using redshift::testing::HttpMessage;
using redshift::testing::HttpText;
using redshift::testing::OptionMap;
using redshift::testing::ScriptedServer;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

// The options of a table without endpoint, region and credentials, but for what is given.
Options With(const OptionMap& given) {
  OptionMap options = CopyOptions("", "s3://bucket/x");
  std::erase_if(options, [](const auto& option) { return option.first.starts_with("aws."); });
  options.insert(given.begin(), given.end());
  return Options::Parse(options).ValueOrDie();
}

class S3PlaceTest : public ::testing::Test {
 protected:
  arrow::Result<S3Place> Find(const OptionMap& given) {
    return FindS3Place(With(given), environment_, http_);
  }
  void SetVariables(const std::map<std::string, std::string>& variables) {
    environment_.variable = GivenEnvironment(variables).variable;
  }

  HttpClient http_;
  HostEnvironment environment_ = GivenEnvironment();
};

TEST_F(S3PlaceTest, AmazonsIsThatOfTheRegion) {
  const S3Place place = Find({{"aws.region", "eu-west-1"}}).ValueOrDie();
  EXPECT_EQ(place.url(), "https://s3.eu-west-1.amazonaws.com");
  EXPECT_FALSE(place.path_style);
  EXPECT_EQ(place.region, "eu-west-1");
  EXPECT_EQ(Find({{"aws.region", "cn-north-1"}})->url(), "https://s3.cn-north-1.amazonaws.com.cn");
}

TEST_F(S3PlaceTest, TheTablesEndpointGoesBeforeFlinksAndThatBeforeTheEnvironments) {
  SetVariables({{"AWS_ENDPOINT_URL_S3", "http://env-s3:1"}, {"AWS_ENDPOINT_URL", "http://env:1"}});
  environment_.flink_endpoint = "http://flink:1";
  EXPECT_EQ(Find({{"aws.endpoint", "http://table:1"}})->url(), "http://table:1");
  EXPECT_EQ(Find({})->url(), "http://flink:1");
  EXPECT_EQ(Find({{"aws.credentials.provider", "ENV_VAR"}})->url(), "http://env-s3:1")
      << "Flink's settings are for Flink's keys";
  environment_.flink_endpoint = "";
  EXPECT_EQ(Find({})->url(), "http://env-s3:1");
  SetVariables({{"AWS_ENDPOINT_URL", "http://env:1"}});
  EXPECT_EQ(Find({})->url(), "http://env:1");
  SetVariables({{"AWS_ENDPOINT_URL", "http://env:1"}, {"AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true"}});
  EXPECT_EQ(Find({{"aws.region", "eu-west-1"}})->url(), "https://s3.eu-west-1.amazonaws.com");
}

TEST_F(S3PlaceTest, BucketsStandWhereFlinkHasThem) {
  environment_.flink_endpoint = "https://oss.example";
  EXPECT_FALSE(Find({})->path_style);
  environment_.flink_path_style_access = true;
  EXPECT_TRUE(Find({})->path_style);
  environment_.flink_path_style_access = false;
  EXPECT_FALSE(Find({})->path_style);
  environment_.flink_endpoint = "http://127.0.0.1:9000";
  EXPECT_TRUE(Find({})->path_style) << "an address has no names in front of it";
  EXPECT_TRUE(Find({{"aws.endpoint", "https://minio.example"}})->path_style);
}

TEST_F(S3PlaceTest, AnEndpointsRegionIsGivenOrInItsNameOrConfigured) {
  const OptionMap amazon = {{"aws.endpoint", "https://bucket.vpce-1a2b.s3.eu-west-3.vpce.amazonaws.com"}};
  const OptionMap other = {{"aws.endpoint", "http://minio:9000"}};
  EXPECT_EQ(Find(amazon)->region, "eu-west-3");
  EXPECT_EQ(Find(other)->region, "us-east-1");
  SetVariables({{"AWS_REGION", "sa-east-1"}});
  EXPECT_EQ(Find(amazon)->region, "eu-west-3");
  EXPECT_EQ(Find(other)->region, "sa-east-1");
  EXPECT_EQ(Find({{"aws.endpoint", "http://minio:9000"}, {"aws.region", "eu-west-1"}})->region, "eu-west-1");
}

TEST_F(S3PlaceTest, AnEndpointThatIsNoneNamesItsSetting) {
  environment_.flink_endpoint = "http://minio/path";
  EXPECT_THAT(Find({}).status().message(), HasSubstr("Flink's s3.endpoint = 'http://minio/path'"));
}

// S3 says a bucket's region to anybody, with whatever status: HeadBucket in its API reference.
TEST_F(S3PlaceTest, ABucketsRegionIsTakenFromAnyAnswer) {
  for (const int status : {200, 301, 403}) {
    ScriptedServer s3([&](const HttpMessage&) {
      return HttpText(std::to_string(status) + " Any", "", "x-amz-bucket-region: ap-south-1\r\n");
    });
    EXPECT_EQ(AskBucketRegion(http_, s3.url(), "bucket").ValueOrDie(), "ap-south-1") << status;
    EXPECT_THAT(s3.first_lines(), ElementsAre("HEAD /bucket HTTP/1.1"));
  }
}

TEST_F(S3PlaceTest, WhoIsStoppedWhileTheRegionIsAskedForDoesNotGoOnWithTheConfiguredOne) {
  SetVariables({{"AWS_REGION", "eu-west-1"}});
  Interrupt interrupt;
  interrupt.Set();
  const arrow::Status status = FindS3Place(With({}), environment_, http_, &interrupt).status();
  EXPECT_TRUE(status.IsCancelled()) << status;
}

TEST_F(S3PlaceTest, SaysWhyARegionIsNotFound) {
  ScriptedServer s3([](const HttpMessage&) { return HttpText("404 Not Found", ""); });
  EXPECT_THAT(AskBucketRegion(http_, s3.url(), "bucket").status().message(),
              AllOf(HasSubstr("'bucket'"), HasSubstr("does not exist")));
  uint16_t port = 0;
  {
    const auto nobody = redshift::testing::Listen(&port);
  }
  EXPECT_THAT(AskBucketRegion(http_, "http://127.0.0.1:" + std::to_string(port), "bucket").status().message(),
              AllOf(HasSubstr("'bucket'"), HasSubstr("Set 'aws.region'")));
}

}  // namespace
}  // namespace redshift
