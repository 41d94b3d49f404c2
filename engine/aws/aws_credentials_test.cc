// Each provider, through the options of a table.
#include "engine/aws/aws_credentials.h"

#include <gmock/gmock.h>

#include "engine/aws/testing/copy_options.h"
#include "engine/aws/testing/given_environment.h"
#include "engine/aws/testing/moto_server.h"
#include "engine/aws/testing/scripted_server.h"
#include "engine/aws/testing/temporary_file.h"

namespace redshift {
namespace {

using redshift::testing::CopyOptions;
using redshift::testing::GivenEnvironment;
using redshift::testing::HttpMessage;
using redshift::testing::HttpText;
using redshift::testing::MotoServer;
using redshift::testing::OptionMap;
using redshift::testing::ScriptedServer;
using redshift::testing::TemporaryFile;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;
using Variables = std::map<std::string, std::string>;

const char* const kRole = "arn:aws:iam::123456789012:role/loader";

// The options of a table that says nothing of credentials but `given`.
Options With(const OptionMap& given) {
  OptionMap options = CopyOptions("http://127.0.0.1:9", "s3://bucket/x");
  std::erase_if(options, [](const auto& option) { return option.first.starts_with("aws.credentials."); });
  options.insert(given.begin(), given.end());
  return Options::Parse(options).ValueOrDie();
}

arrow::Result<AwsKeys> KeysOf(const OptionMap& given, const HostEnvironment& environment) {
  ARROW_ASSIGN_OR_RAISE(const auto credentials, AwsCredentials::Make(With(given), environment));
  return credentials->Get();
}

HostEnvironment WithEverything(const Variables& variables = {}) {
  HostEnvironment environment = GivenEnvironment(variables);
  environment.flink_access_key = "AKIDFLINK";
  environment.flink_secret_key = Secret("flink-secret");
  environment.java_access_key_id = "AKIDJAVA";
  environment.java_secret_access_key = Secret("java-secret");
  environment.java_session_token = Secret("java-token");
  return environment;
}

const Variables kVariables = {{"AWS_ACCESS_KEY_ID", "AKIDENV"},
                              {"AWS_SECRET_ACCESS_KEY", "env-secret"},
                              {"AWS_SESSION_TOKEN", "env-token"}};

TEST(AwsCredentials, BasicKeysAreThoseOfTheOptions) {
  const OptionMap basic = {{"aws.credentials.basic.accesskeyid", "AKIDBASIC"},
                           {"aws.credentials.basic.secretkey", "basic-secret"},
                           {"aws.credentials.basic.sessiontoken", "basic-token"}};
  const AwsKeys keys = KeysOf(basic, WithEverything(kVariables)).ValueOrDie();
  EXPECT_EQ(keys.access_key_id, "AKIDBASIC");
  EXPECT_EQ(keys.secret_access_key.Reveal(), "basic-secret");
  EXPECT_EQ(keys.session_token.Reveal(), "basic-token");
  EXPECT_EQ(AwsCredentials::Make(With(basic)).ValueOrDie()->description(),
            "aws.credentials.provider = BASIC");
}

TEST(AwsCredentials, EnvironmentAndSystemPropertiesCanBeChosen) {
  const AwsKeys env =
      KeysOf({{"aws.credentials.provider", "ENV_VAR"}}, WithEverything(kVariables)).ValueOrDie();
  EXPECT_EQ(env.access_key_id, "AKIDENV");
  EXPECT_EQ(env.session_token.Reveal(), "env-token");
  const AwsKeys java =
      KeysOf({{"aws.credentials.provider", "SYS_PROP"}}, WithEverything(kVariables)).ValueOrDie();
  EXPECT_EQ(java.access_key_id, "AKIDJAVA");
  EXPECT_EQ(java.secret_access_key.Reveal(), "java-secret");
  EXPECT_EQ(java.session_token.Reveal(), "java-token");
  EXPECT_THAT(KeysOf({{"aws.credentials.provider", "ENV_VAR"}}, WithEverything()).status().message(),
              HasSubstr("AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set"));
  EXPECT_THAT(KeysOf({{"aws.credentials.provider", "SYS_PROP"}}, GivenEnvironment()).status().message(),
              HasSubstr("aws.accessKeyId and aws.secretAccessKey are not set"));
}

TEST(AwsCredentials, HalfAPairOfKeysIsAnError) {
  EXPECT_THAT(KeysOf({}, GivenEnvironment({{"AWS_SECRET_ACCESS_KEY", "hunter2"}})).status().message(),
              AllOf(HasSubstr("AWS_SECRET_ACCESS_KEY but no AWS_ACCESS_KEY_ID"), Not(HasSubstr("hunter2"))));
}

TEST(AwsCredentials, AutoBeginsWithFlinksKeysUnlessAnOptionSpeaksOfCredentials) {
  EXPECT_EQ(KeysOf({}, WithEverything(kVariables))->access_key_id, "AKIDFLINK");
  EXPECT_EQ(KeysOf({{"aws.credentials.provider", "AUTO"}}, WithEverything(kVariables))->access_key_id,
            "AKIDENV");
}

TEST(AwsCredentials, AutoGoesThroughEnvironmentPropertiesAndProfile) {
  const TemporaryFile profiles("[default]\naws_access_key_id = AKIDFILE\naws_secret_access_key = s\n");
  Variables variables = kVariables;
  variables["AWS_SHARED_CREDENTIALS_FILE"] = profiles.path();
  HostEnvironment environment = WithEverything(variables);
  environment.flink_access_key = "";
  environment.flink_secret_key = Secret();
  EXPECT_EQ(KeysOf({}, environment)->access_key_id, "AKIDENV");
  environment.variable = GivenEnvironment({{"AWS_SHARED_CREDENTIALS_FILE", profiles.path()}}).variable;
  EXPECT_EQ(KeysOf({}, environment)->access_key_id, "AKIDJAVA");
  EXPECT_EQ(KeysOf({}, GivenEnvironment({{"AWS_SHARED_CREDENTIALS_FILE", profiles.path()}}))->access_key_id,
            "AKIDFILE");
}

TEST(AwsCredentials, AutoEndsWithContainerAndInstance) {
  constexpr const char* kDocument = R"({"AccessKeyId": "ASIAMACHINE", "SecretAccessKey": "s", "Token": "t",)"
                                    R"( "Expiration": "2999-01-01T00:00:00Z"})";
  ScriptedServer machine([&](const HttpMessage& request) {
    if (request.first_line.starts_with("PUT")) return HttpText("200 OK", "token");
    if (request.first_line.find("security-credentials/ ") != std::string::npos)
      return HttpText("200 OK", "role");
    return HttpText("200 OK", kDocument);
  });
  const AwsKeys of_container =
      KeysOf({}, GivenEnvironment({{"AWS_CONTAINER_CREDENTIALS_FULL_URI", machine.url()}})).ValueOrDie();
  EXPECT_EQ(of_container.source, "the role of the container");
  const AwsKeys of_instance =
      KeysOf({}, GivenEnvironment({{"AWS_EC2_METADATA_DISABLED", "false"},
                                   {"AWS_EC2_METADATA_SERVICE_ENDPOINT", machine.url()}}))
          .ValueOrDie();
  EXPECT_EQ(of_instance.source, "the role of the EC2 instance");
}

TEST(AwsCredentials, SaysWhereItLooked) {
  EXPECT_THAT(KeysOf({}, GivenEnvironment()).status().message(),
              AllOf(HasSubstr("no AWS credentials were found"), HasSubstr("AWS_ACCESS_KEY_ID"),
                    HasSubstr("AWS_WEB_IDENTITY_TOKEN_FILE"), HasSubstr("'aws.credentials.provider'")));
}

TEST(AwsCredentials, AreSharedByThoseWhoGiveTheSame) {
  const OptionMap basic = {{"aws.credentials.basic.accesskeyid", "AKIDBASIC"},
                           {"aws.credentials.basic.secretkey", "basic-secret"}};
  OptionMap other = basic;
  other["aws.credentials.basic.secretkey"] = "another-secret";
  const auto credentials = AwsCredentials::Make(With(basic)).ValueOrDie();
  EXPECT_EQ(AwsCredentials::Make(With(basic)).ValueOrDie(), credentials);
  EXPECT_NE(AwsCredentials::Make(With(other)).ValueOrDie(), credentials);
  HostEnvironment java;
  java.java_access_key_id = "AKIDJAVA";
  EXPECT_NE(AwsCredentials::Make(With(basic), java).ValueOrDie(), credentials);
}

class AssumedRolesTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { moto_ = new MotoServer(); }
  static void TearDownTestSuite() { delete moto_; }

  // The keys that a profile of this file leads to.
  arrow::Result<AwsKeys> OfProfile(const std::string& name, const std::string& text,
                                   Variables variables = {}) {
    const TemporaryFile file(text);
    variables["AWS_ENDPOINT_URL_STS"] = moto_->endpoint();
    return KeysOf({{"aws.credentials.provider", "PROFILE"},
                   {"aws.credentials.profile.name", name},
                   {"aws.credentials.profile.path", file.path()}},
                  GivenEnvironment(variables));
  }

  static MotoServer* moto_;
};
MotoServer* AssumedRolesTest::moto_ = nullptr;

TEST_F(AssumedRolesTest, ARoleIsAssumedWithBasicKeysOrThoseOfAuto) {
  OptionMap given = {{"aws.credentials.provider", "ASSUME_ROLE"},
                     {"aws.credentials.role.arn", kRole},
                     {"aws.credentials.role.stsEndpoint", moto_->endpoint()}};
  const AwsKeys by_auto = KeysOf(given, GivenEnvironment(kVariables)).ValueOrDie();
  EXPECT_THAT(by_auto.access_key_id, StartsWith("ASIA"));
  EXPECT_EQ(by_auto.source, std::string("the role ") + kRole);
  EXPECT_THAT(KeysOf(given, GivenEnvironment()).status().message(),
              HasSubstr("no AWS credentials were found"));
  given["aws.credentials.basic.accesskeyid"] = "AKIDBASIC";
  given["aws.credentials.basic.secretkey"] = "basic-secret";
  EXPECT_THAT(KeysOf(given, GivenEnvironment())->access_key_id, StartsWith("ASIA"));
}

TEST_F(AssumedRolesTest, AWebIdentityIsTakenFromOptionsOrEnvironment) {
  const TemporaryFile token("eyJhbGciOi.token");
  EXPECT_THAT(KeysOf({{"aws.credentials.provider", "WEB_IDENTITY_TOKEN"},
                      {"aws.credentials.role.arn", kRole},
                      {"aws.credentials.webIdentityToken.file", token.path()},
                      {"aws.credentials.role.stsEndpoint", moto_->endpoint()}},
                     GivenEnvironment(kVariables))
                  ->access_key_id,
              StartsWith("ASIA"));
  const Variables eks = {{"AWS_WEB_IDENTITY_TOKEN_FILE", token.path()},
                         {"AWS_ROLE_ARN", kRole},
                         {"AWS_ENDPOINT_URL_STS", moto_->endpoint()}};
  EXPECT_EQ(KeysOf({}, GivenEnvironment(eks))->source, std::string("the role ") + kRole);
  EXPECT_THAT(
      KeysOf({{"aws.credentials.provider", "WEB_IDENTITY_TOKEN"}}, GivenEnvironment()).status().message(),
      HasSubstr("there is no web identity token"));
}

TEST_F(AssumedRolesTest, AProfileMayHoldKeysOrPrintThem) {
  EXPECT_EQ(OfProfile("etl", "[etl]\naws_access_key_id=AKID\naws_secret_access_key=s\naws_session_token=t\n")
                ->session_token.Reveal(),
            "t");
  const TemporaryFile printed(R"({"Version": 1, "AccessKeyId": "PRINTED", "SecretAccessKey": "s"})");
  EXPECT_EQ(OfProfile("etl", "[profile etl]\ncredential_process = cat " + printed.path())->access_key_id,
            "PRINTED");
}

TEST_F(AssumedRolesTest, AProfilesRoleIsAssumedWithTheKeysOfAnother) {
  const std::string role = std::string("role_arn = ") + kRole + "\n";
  const std::string keys = "aws_access_key_id = AKID\naws_secret_access_key = s\n";
  EXPECT_THAT(OfProfile("etl", "[etl]\n" + role + "source_profile = base\n[base]\n" + keys)->access_key_id,
              StartsWith("ASIA"));
  EXPECT_THAT(OfProfile("etl", "[etl]\n" + role + "source_profile = etl\n" + keys)->access_key_id,
              StartsWith("ASIA"));
  EXPECT_THAT(
      OfProfile("etl", "[etl]\n" + role + "source_profile = middle\n[middle]\nsource_profile = base\n" +
                           role + "[base]\n" + keys)
          ->access_key_id,
      StartsWith("ASIA"));
  EXPECT_THAT(
      OfProfile("etl", "[etl]\n" + role + "credential_source = Environment\n", kVariables)->access_key_id,
      StartsWith("ASIA"));
  const TemporaryFile token("eyJhbGciOi.token");
  EXPECT_THAT(
      OfProfile("etl", "[etl]\n" + role + "web_identity_token_file = " + token.path() + "\n")->access_key_id,
      StartsWith("ASIA"));
}

TEST_F(AssumedRolesTest, AProfileThatCannotWorkSaysWhy) {
  const std::string role = std::string("[etl]\nrole_arn = ") + kRole + "\n";
  const auto error = [&](const std::string& text) { return OfProfile("etl", text).status().message(); };
  EXPECT_THAT(error("[other]\n"), HasSubstr("there is no AWS profile 'etl'"));
  EXPECT_THAT(error("[etl]\nregion = eu-west-1\n"), HasSubstr("'etl' is missing or holds no keys"));
  EXPECT_THAT(error("[etl]\naws_access_key_id = A\n"), HasSubstr("and not the other"));
  EXPECT_THAT(error(role), HasSubstr("needs source_profile or credential_source"));
  EXPECT_THAT(error(role + "source_profile = nobody\n"), HasSubstr("there is no AWS profile 'nobody'"));
  EXPECT_THAT(error(role + "source_profile = b\n[b]\nrole_arn = x\nsource_profile = etl\n"),
              HasSubstr("leads back to itself"));
  EXPECT_THAT(error(role + "source_profile = b\n[b]\nregion = eu-west-1\n"),
              HasSubstr("no keys to assume it"));
  EXPECT_THAT(error(role + "credential_source = Vault\n"), HasSubstr("credential_source = Vault"));
  EXPECT_THAT(error(role + "credential_source = Environment\nmfa_serial = arn:aws:iam::1:mfa/me\n"),
              HasSubstr("second factor"));
  EXPECT_THAT(error("[etl]\nsso_session = corp\n"), HasSubstr("aws configure export-credentials"));
}

}  // namespace
}  // namespace redshift
