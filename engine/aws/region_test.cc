#include "engine/aws/region.h"

#include <gtest/gtest.h>

#include "engine/aws/http_client.h"
#include "engine/aws/testing/copy_options.h"
#include "engine/aws/testing/given_environment.h"
#include "engine/aws/testing/scripted_server.h"
#include "engine/aws/testing/temporary_file.h"

namespace redshift {
namespace {

using redshift::testing::GivenEnvironment;
using redshift::testing::HttpMessage;
using redshift::testing::HttpText;
using redshift::testing::OptionMap;
using redshift::testing::ParsedCopyOptions;
using redshift::testing::ScriptedServer;
using redshift::testing::TemporaryFile;

Options With(const OptionMap& more) {
  return ParsedCopyOptions("http://127.0.0.1:9", "s3://bucket/x", more);
}

TEST(RegionOfHost, IsReadFromAmazonsNames) {
  EXPECT_EQ(RegionOfHost("examplecluster.abc123xyz789.us-west-2.redshift.amazonaws.com"), "us-west-2");
  EXPECT_EQ(RegionOfHost("examplecluster.abc123xyz789.us-west-2.redshift.amazonaws.com."), "us-west-2");
  EXPECT_EQ(RegionOfHost("default.123456789012.ap-southeast-3.redshift-serverless.amazonaws.com"),
            "ap-southeast-3");
  EXPECT_EQ(RegionOfHost("c.abc.us-gov-east-1.redshift.amazonaws.com"), "us-gov-east-1");
  EXPECT_EQ(RegionOfHost("c.abc.cn-north-1.redshift.amazonaws.com.cn"), "cn-north-1");
  EXPECT_EQ(RegionOfHost("c.abc.eusc-de-east-1.redshift.amazonaws.eu"), "eusc-de-east-1");
  EXPECT_EQ(RegionOfHost("c.abc.us-isob-east-1.redshift.sc2s.sgov.gov"), "us-isob-east-1");
  EXPECT_EQ(RegionOfHost("us-east-1.abc.eu-west-1.redshift.amazonaws.com"), "eu-west-1");
  EXPECT_EQ(RegionOfHost("s3.eu-west-1.amazonaws.com"), "eu-west-1");
  EXPECT_EQ(RegionOfHost("s3.amazonaws.com"), "");
  EXPECT_EQ(RegionOfHost("redshift.eu-west-1.example.com"), "");
  EXPECT_EQ(RegionOfHost("eu-west-1.amazonaws.com.evil.example"), "");
  EXPECT_EQ(RegionOfHost("127.0.0.1"), "");
  EXPECT_EQ(RegionOfHost(""), "");
}

TEST(DomainOfRegion, IsThatOfThePartition) {
  EXPECT_EQ(DomainOfRegion("eu-west-1"), "amazonaws.com");
  EXPECT_EQ(DomainOfRegion("us-gov-west-1"), "amazonaws.com");
  EXPECT_EQ(DomainOfRegion("cn-northwest-1"), "amazonaws.com.cn");
  EXPECT_EQ(DomainOfRegion("eusc-de-east-1"), "amazonaws.eu");
  EXPECT_EQ(DomainOfRegion("us-iso-east-1"), "c2s.ic.gov");
  EXPECT_EQ(DomainOfRegion("us-isob-east-1"), "sc2s.sgov.gov");
  EXPECT_EQ(DomainOfRegion("eu-isoe-west-1"), "cloud.adc-e.uk");
  EXPECT_EQ(DomainOfRegion("us-isof-south-1"), "csp.hci.ic.gov");
}

TEST(FindRegion, LooksAtWhatWasSetThenAtTheHostThenAtTheMachine) {
  ScriptedServer instance([](const HttpMessage& request) {
    if (request.first_line.starts_with("PUT")) return HttpText("200 OK", "token");
    return HttpText("200 OK", "me-south-1");
  });
  const TemporaryFile config("[default]\nregion = sa-east-1\n[profile etl]\nregion = ca-central-1\n");
  std::map<std::string, std::string> variables = {{"AWS_REGION", "eu-west-1"},
                                                  {"AWS_DEFAULT_REGION", "eu-west-2"},
                                                  {"AWS_CONFIG_FILE", config.path()},
                                                  {"AWS_PROFILE", "etl"},
                                                  {"AWS_EC2_METADATA_DISABLED", "false"},
                                                  {"AWS_EC2_METADATA_SERVICE_ENDPOINT", instance.url()}};
  OptionMap given = {{"aws.region", "us-east-2"}, {"hostname", "c.abc.ap-south-1.redshift.amazonaws.com"}};
  HttpClient http;
  const auto found = [&] { return FindRegion(With(given), GivenEnvironment(variables), http); };
  EXPECT_EQ(found(), "us-east-2");
  given.erase("aws.region");
  EXPECT_EQ(found(), "eu-west-1");
  variables.erase("AWS_REGION");
  EXPECT_EQ(found(), "eu-west-2");
  variables.erase("AWS_DEFAULT_REGION");
  EXPECT_EQ(found(), "ca-central-1");
  variables.erase("AWS_PROFILE");
  EXPECT_EQ(found(), "sa-east-1");
  EXPECT_EQ(ConfiguredRegion(With(given), GivenEnvironment(variables)), "sa-east-1");
  variables.erase("AWS_CONFIG_FILE");
  EXPECT_EQ(found(), "ap-south-1");
  EXPECT_EQ(ConfiguredRegion(With(given), GivenEnvironment(variables)), "");
  given.erase("hostname");
  EXPECT_EQ(found(), "me-south-1");
  EXPECT_EQ(instance.requests().size(), 2U);
  variables["AWS_EC2_METADATA_DISABLED"] = "true";
  EXPECT_EQ(found(), "");
}

}  // namespace
}  // namespace redshift
