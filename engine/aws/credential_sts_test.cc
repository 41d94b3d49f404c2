// AssumeRole as moto's STS answers it, and as one does that fails.
#include "engine/aws/credential_sts.h"

#include <gmock/gmock.h>

#include <atomic>

#include "engine/aws/testing/given_environment.h"
#include "engine/aws/testing/moto_server.h"
#include "engine/aws/testing/scripted_server.h"
#include "engine/aws/testing/temporary_file.h"

namespace redshift {
namespace {

using redshift::testing::GivenEnvironment;
using redshift::testing::HttpMessage;
using redshift::testing::HttpText;
using redshift::testing::MotoServer;
using redshift::testing::ScriptedServer;
using redshift::testing::TemporaryFile;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

const char* const kRole = "arn:aws:iam::123456789012:role/loader";

CredentialSurroundings Asking(const std::string& endpoint) {
  return {.environment = GivenEnvironment(),
          .http = std::make_shared<HttpClient>(),
          .sts_endpoint = endpoint,
          .region = [] { return std::string("eu-west-1"); }};
}

AwsKeys Base() {
  return {.access_key_id = "AKIDBASE",
          .secret_access_key = Secret("hunter2-base"),
          .session_token = {},
          .expires = {},
          .source = "the environment"};
}

void ExpectTemporaryKeys(const AwsKeys& keys, std::chrono::seconds life) {
  EXPECT_THAT(keys.access_key_id, StartsWith("ASIA"));
  EXPECT_FALSE(keys.secret_access_key.empty());
  EXPECT_FALSE(keys.session_token.empty());
  ASSERT_TRUE(keys.expires.has_value());
  const auto left = *keys.expires - std::chrono::system_clock::now();
  EXPECT_GT(left, life - std::chrono::minutes(2));
  EXPECT_LT(left, life + std::chrono::minutes(2));
}

class StsTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { moto_ = new MotoServer(); }
  static void TearDownTestSuite() { delete moto_; }
  static MotoServer* moto_;
};
MotoServer* StsTest::moto_ = nullptr;

TEST_F(StsTest, GivesKeysOfARole) {
  const AwsKeys keys =
      AssumeRole(Asking(moto_->endpoint()), {.arn = kRole, .external_id = "partner"}, Base()).ValueOrDie();
  ExpectTemporaryKeys(keys, std::chrono::hours(1));
  EXPECT_EQ(keys.source, std::string("the role ") + kRole);
}

TEST_F(StsTest, GivesThemForAsLongAsAsked) {
  ExpectTemporaryKeys(
      AssumeRole(Asking(moto_->endpoint()), {.arn = kRole, .duration_seconds = 900}, Base()).ValueOrDie(),
      std::chrono::minutes(15));
}

TEST_F(StsTest, TakesAWebIdentity) {
  const TemporaryFile token("eyJhbGciOi.token\n");
  ExpectTemporaryKeys(
      AssumeRoleWithWebIdentity(Asking(moto_->endpoint()), {.arn = kRole}, token.path()).ValueOrDie(),
      std::chrono::hours(1));
}

TEST_F(StsTest, ItsEndpointMayStandInTheEnvironment) {
  for (const char* variable : {"AWS_ENDPOINT_URL_STS", "AWS_ENDPOINT_URL"}) {
    CredentialSurroundings surroundings = Asking("");
    surroundings.environment = GivenEnvironment({{variable, moto_->endpoint()}});
    EXPECT_TRUE(AssumeRole(surroundings, {.arn = kRole}, Base()).ok()) << variable;
  }
}

TEST(WebIdentity, TheTokenIsReadAnewAndSentUnsigned) {
  std::vector<std::string> bodies;
  std::string authorization;
  ScriptedServer sts([&](const HttpMessage& request) {
    bodies.push_back(request.body);
    authorization += request.Header("Authorization");
    return HttpText(
        "403 Forbidden",
        "<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>Not authorized "
        "to perform sts:AssumeRoleWithWebIdentity</Message></Error></ErrorResponse>");
  });
  TemporaryFile token("hunter2-first");
  CredentialSurroundings surroundings = Asking(sts.url());
  surroundings.environment = GivenEnvironment({{"AWS_WEB_IDENTITY_TOKEN_FILE", token.path()},
                                               {"AWS_ROLE_ARN", kRole},
                                               {"AWS_ROLE_SESSION_NAME", "pod"}});
  const CredentialSource source = WebIdentityKeys(surroundings);
  EXPECT_THAT(source.find().status().message(), AllOf(HasSubstr(kRole), HasSubstr("AccessDenied"),
                                                      HasSubstr(sts.url()), Not(HasSubstr("hunter2"))));
  token.Write("hunter2-second");
  EXPECT_FALSE(source.find().ok());
  ASSERT_EQ(bodies.size(), 2U) << "a refusal is not asked for again";
  EXPECT_THAT(bodies[0],
              AllOf(HasSubstr("WebIdentityToken=hunter2-first"), HasSubstr("RoleSessionName=pod")));
  EXPECT_THAT(bodies[1], HasSubstr("WebIdentityToken=hunter2-second"));
  EXPECT_EQ(authorization, "");
}

TEST(WebIdentity, NeedsTokenAndRole) {
  CredentialSurroundings surroundings = Asking("http://127.0.0.1:9");
  surroundings.environment = GivenEnvironment({{"AWS_ROLE_ARN", kRole}});
  EXPECT_FALSE(WebIdentityKeys(surroundings).find()->has_value()) << "the role is for other programs";
  surroundings.environment = GivenEnvironment({{"AWS_WEB_IDENTITY_TOKEN_FILE", "/nonexistent/token"}});
  EXPECT_THAT(WebIdentityKeys(surroundings).find().status().message(),
              HasSubstr("'aws.credentials.role.arn'"));
  surroundings.environment =
      GivenEnvironment({{"AWS_WEB_IDENTITY_TOKEN_FILE", "/nonexistent/token"}, {"AWS_ROLE_ARN", kRole}});
  EXPECT_THAT(WebIdentityKeys(surroundings).find().status().message(), HasSubstr("cannot read /nonexistent"));
}

TEST(Sts, IsAskedAgainWhenItIsBusy) {
  std::atomic<int> asked = 0;
  ScriptedServer sts([&](const HttpMessage&) {
    if (++asked == 1) {
      return HttpText("400 Bad Request",
                      "<ErrorResponse><Error><Code>Throttling</Code><Message>Rate exceeded</Message></Error>"
                      "</ErrorResponse>");
    }
    return HttpText(
        "403 Forbidden",
        "<ErrorResponse><Error><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>");
  });
  EXPECT_THAT(AssumeRole(Asking(sts.url()), {.arn = kRole}, Base()).status().message(),
              AllOf(HasSubstr("with the keys of the environment"), HasSubstr("AccessDenied"),
                    Not(HasSubstr("hunter2"))));
  EXPECT_EQ(asked, 2);
}

TEST(Sts, AnotherServersAnswerIsAnError) {
  for (const char* body : {"", "<html>hello</html>",
                           "<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>A</AccessKeyId>"
                           "</Credentials></AssumeRoleResult></AssumeRoleResponse>"}) {
    ScriptedServer server([&](const HttpMessage&) { return HttpText("200 OK", body); });
    EXPECT_THAT(AssumeRole(Asking(server.url()), {.arn = kRole}, Base()).status().message(),
                HasSubstr("AWS STS"))
        << body;
  }
}

}  // namespace
}  // namespace redshift
