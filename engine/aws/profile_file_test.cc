#include "engine/aws/profile_file.h"

#include <gmock/gmock.h>

#include "engine/aws/testing/given_environment.h"
#include "engine/aws/testing/temporary_file.h"

namespace redshift {
namespace {

using redshift::testing::GivenEnvironment;
using redshift::testing::TemporaryFile;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

Profiles Parsed(std::string_view text, ProfileFileKind kind) {
  Profiles profiles;
  ParseProfiles(text, kind, &profiles);
  return profiles;
}

constexpr std::string_view kConfig = R"(# a comment
[default]
region = us-west-2 ; where most is
output=json

[profile etl]
ROLE_ARN =  arn:aws:iam::123456789012:role/loader  # for loads
source_profile=default
s3 =
  addressing_style = path
  region = not-this
[profile "with blank"]
region = eu-west-1
[preview]
region = no-profile
[sso-session etl]
region = no-profile
)";

TEST(ProfileFile, AConfigurationIsReadAsAwsDescribesIt) {
  EXPECT_THAT(Parsed(kConfig, ProfileFileKind::kConfig),
              ElementsAre(Pair("default", ElementsAre(Pair("output", "json"), Pair("region", "us-west-2"))),
                          Pair("etl", ElementsAre(Pair("role_arn", "arn:aws:iam::123456789012:role/loader"),
                                                  Pair("s3", ""), Pair("source_profile", "default"))),
                          Pair("with blank", ElementsAre(Pair("region", "eu-west-1")))));
}

TEST(ProfileFile, SectionsOfACredentialsFileAreProfilesByThemselves) {
  EXPECT_THAT(Parsed("[etl]\r\naws_access_key_id = AKID\r\naws_secret_access_key = a/b+c=#d\r\n",
                     ProfileFileKind::kCredentials),
              ElementsAre(Pair("etl", ElementsAre(Pair("aws_access_key_id", "AKID"),
                                                  Pair("aws_secret_access_key", "a/b+c=#d")))));
}

TEST(ProfileFile, WhatIsNoSettingIsPassedOver) {
  EXPECT_THAT(
      Parsed("region = nowhere\n[\n[]\n[default\nno equals\n= no key\nx = y", ProfileFileKind::kEither),
      ElementsAre(Pair("default", ElementsAre(Pair("", "no key"), Pair("x", "y")))));
}

TEST(ProfileFile, TheCredentialsFileGoesBeforeTheConfiguration) {
  const TemporaryFile config("[default]\nregion = us-west-2\naws_access_key_id = FROMCONFIG\n");
  const TemporaryFile credentials("[default]\naws_access_key_id = FROMCREDENTIALS\n");
  const auto environment = GivenEnvironment(
      {{"AWS_CONFIG_FILE", config.path()}, {"AWS_SHARED_CREDENTIALS_FILE", credentials.path()}});
  EXPECT_THAT(ReadProfiles(environment, "").ValueOrDie(),
              ElementsAre(Pair("default", ElementsAre(Pair("aws_access_key_id", "FROMCREDENTIALS"),
                                                      Pair("region", "us-west-2")))));
}

TEST(ProfileFile, OnlyAFileThatWasNamedMustBeThere) {
  EXPECT_TRUE(ReadProfiles(GivenEnvironment(), "")->empty());
  EXPECT_THAT(ReadProfiles(GivenEnvironment(), "/nonexistent/profiles").status().message(),
              HasSubstr("cannot read /nonexistent/profiles ('aws.credentials.profile.path')"));
  EXPECT_THAT(ReadProfiles(GivenEnvironment(), "/tmp").status().message(), HasSubstr("Is a directory"));
  EXPECT_THAT(ReadProfiles(GivenEnvironment(), "/dev/zero").status().message(),
              HasSubstr("longer than 1 MiB"));
}

}  // namespace
}  // namespace redshift
