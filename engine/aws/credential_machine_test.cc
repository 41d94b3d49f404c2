#include "engine/aws/credential_machine.h"

#include <gmock/gmock.h>

#include <atomic>

#include "engine/aws/testing/given_environment.h"
#include "engine/aws/testing/scripted_server.h"
#include "engine/aws/testing/temporary_file.h"

namespace redshift {
namespace {

using redshift::testing::GivenEnvironment;
using redshift::testing::HttpMessage;
using redshift::testing::HttpText;
using redshift::testing::ScriptedServer;
using redshift::testing::TemporaryFile;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using Variables = std::map<std::string, std::string>;

// As AWS documents it: "Task IAM role", "Retrieve security credentials from instance metadata".
constexpr const char* kDocument = R"({
  "Code" : "Success", "LastUpdated" : "2026-11-23T11:00:00Z", "Type" : "AWS-HMAC",
  "AccessKeyId" : "ASIAEXAMPLE", "SecretAccessKey" : "hush", "Token" : "token",
  "Expiration" : "2026-11-23T12:00:00Z" })";

CredentialSurroundings Around(const Variables& variables) {
  return {.environment = GivenEnvironment(variables),
          .http = std::make_shared<HttpClient>(),
          .sts_endpoint = "",
          .region = nullptr};
}

void ExpectKeysOfDocument(const FoundKeys& found) {
  ASSERT_TRUE(found.ok()) << found.status().ToString();
  ASSERT_TRUE(found->has_value());
  EXPECT_EQ((*found)->access_key_id, "ASIAEXAMPLE");
  EXPECT_EQ((*found)->secret_access_key.Reveal(), "hush");
  EXPECT_EQ((*found)->session_token.Reveal(), "token");
  EXPECT_EQ((*found)->expires->time_since_epoch(), std::chrono::seconds(1795435200));
}

FoundKeys OfContainer(const Variables& variables) {
  return ContainerKeys(Around(variables)).find();
}

TEST(ContainerKeys, NoneWhereNoContainerIs) {
  EXPECT_FALSE(OfContainer({})->has_value());
}

TEST(ContainerKeys, AreAskedForWithTheTokenOfTheFileAsItIsNow) {
  std::string token;
  const ScriptedServer::Answer handler = [&](const HttpMessage& request) {
    token = request.Header("Authorization");
    return HttpText("200 OK", kDocument);
  };
  ScriptedServer server(handler);
  TemporaryFile file("pod-identity-1\n");
  const Variables variables = {{"AWS_CONTAINER_CREDENTIALS_FULL_URI", server.url() + "/v1/credentials"},
                               {"AWS_CONTAINER_AUTHORIZATION_TOKEN", "not this one"},
                               {"AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", file.path()}};
  const CredentialSource source = ContainerKeys(Around(variables));
  ExpectKeysOfDocument(source.find());
  EXPECT_EQ(token, "pod-identity-1");
  file.Write("pod-identity-2");
  ExpectKeysOfDocument(source.find());
  EXPECT_EQ(token, "pod-identity-2");
  EXPECT_THAT(server.first_lines(),
              ElementsAre("GET /v1/credentials HTTP/1.1", "GET /v1/credentials HTTP/1.1"));
}

TEST(ContainerKeys, ABusyMachineIsAskedAgain) {
  std::atomic<int> asked = 0;
  ScriptedServer server([&](const HttpMessage&) {
    if (++asked == 1) return HttpText("503 Slow Down", "busy");
    return HttpText("200 OK", kDocument);
  });
  ExpectKeysOfDocument(OfContainer({{"AWS_CONTAINER_CREDENTIALS_FULL_URI", server.url() + "/"}}));
  EXPECT_EQ(asked, 2);
}

TEST(ContainerKeys, ARefusalIsAnErrorAndHoldsNoSecrets) {
  ScriptedServer server([](const HttpMessage&) { return HttpText("403 Forbidden", "hunter2"); });
  EXPECT_THAT(OfContainer({{"AWS_CONTAINER_CREDENTIALS_FULL_URI", server.url() + "/c?key=hunter2"},
                           {"AWS_CONTAINER_AUTHORIZATION_TOKEN", "hunter2"}})
                  .status()
                  .message(),
              AllOf(HasSubstr("the role of the container"), HasSubstr("403"), Not(HasSubstr("hunter2"))));
  EXPECT_THAT(OfContainer({{"AWS_CONTAINER_CREDENTIALS_FULL_URI", server.url()},
                           {"AWS_CONTAINER_AUTHORIZATION_TOKEN", "two\r\nlines"}})
                  .status()
                  .message(),
              HasSubstr("more than one line"));
}

TEST(ContainerKeys, AnAnswerThatIsNoneIsAnError) {
  for (const char* body : {"", "<html>", "[]", R"({"AccessKeyId": "A", "SecretAccessKey": 7})",
                           R"({"AccessKeyId": "A", "SecretAccessKey": "B", "Expiration": "soon"})"}) {
    ScriptedServer server([&](const HttpMessage&) { return HttpText("200 OK", body); });
    EXPECT_THAT(OfContainer({{"AWS_CONTAINER_CREDENTIALS_FULL_URI", server.url()}}).status().message(),
                HasSubstr("the role of the container answered"))
        << body;
  }
}

TEST(ContainerUrl, IsThatOfEcsForARelativeOne) {
  EXPECT_EQ(
      ContainerUrl(GivenEnvironment({{"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/v2/credentials/uuid"}}))
          .ValueOrDie(),
      "http://169.254.170.2/v2/credentials/uuid");
  EXPECT_FALSE(
      ContainerUrl(GivenEnvironment({{"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", ".evil.example/"}})).ok());
}

TEST(ContainerUrl, SendsTokensInTheClearToThisMachineEcsAndEksOnly) {
  const auto is_taken = [](const std::string& url) {
    return ContainerUrl(GivenEnvironment({{"AWS_CONTAINER_CREDENTIALS_FULL_URI", url}})).ok();
  };
  for (const char* url :
       {"https://keys.example/x", "http://127.0.0.1:8080/x", "http://localhost/x", "http://[::1]:80/x",
        "http://169.254.170.2/x", "http://169.254.170.23/v1/credentials", "http://[fd00:ec2::23]/v1"}) {
    EXPECT_TRUE(is_taken(url)) << url;
  }
  for (const char* url : {"http://keys.example/x", "http://127.0.0.1.evil.example/", "http://10.0.0.1/",
                          "http://localhost@evil.example/", "http://localhost:80@evil.example/",
                          "ftp://localhost/", "http://evil.example?localhost", "localhost"}) {
    EXPECT_FALSE(is_taken(url)) << url;
  }
}

// An EC2 instance: version 2 of the metadata service only, as instances should be set up.
class InstanceTest : public ::testing::Test {
 protected:
  std::string Answer(const HttpMessage& request) {
    if (request.first_line == "PUT /latest/api/token HTTP/1.1") {
      return request.Header("X-aws-ec2-metadata-token-ttl-seconds").empty() ? HttpText("400 Bad Request", "")
                                                                            : HttpText("200 OK", "imds==");
    }
    if (request.Header("X-aws-ec2-metadata-token") != "imds==") return HttpText("401 Unauthorized", "");
    if (request.first_line == "GET /latest/meta-data/iam/security-credentials/ HTTP/1.1") {
      return has_role_ ? HttpText("200 OK", "loader") : HttpText("404 Not Found", "");
    }
    if (request.first_line == "GET /latest/meta-data/iam/security-credentials/loader HTTP/1.1") {
      return HttpText("200 OK", kDocument);
    }
    if (request.first_line == "GET /latest/meta-data/placement/region HTTP/1.1")
      return HttpText("200 OK", "eu-central-1");
    return HttpText("404 Not Found", "");
  }
  Variables InInstance() {
    return {{"AWS_EC2_METADATA_DISABLED", "false"}, {"AWS_EC2_METADATA_SERVICE_ENDPOINT", server_.url()}};
  }

  bool has_role_ = true;
  ScriptedServer server_{[this](const HttpMessage& request) { return Answer(request); }};
};

TEST_F(InstanceTest, KeysComeFromVersion2OfItsMetadata) {
  ExpectKeysOfDocument(InstanceKeys(Around(InInstance())).find());
  EXPECT_THAT(server_.first_lines(),
              ElementsAre("PUT /latest/api/token HTTP/1.1",
                          "GET /latest/meta-data/iam/security-credentials/ HTTP/1.1",
                          "GET /latest/meta-data/iam/security-credentials/loader HTTP/1.1"));
}

TEST_F(InstanceTest, WithoutARoleHasNoKeys) {
  has_role_ = false;
  EXPECT_FALSE(InstanceKeys(Around(InInstance())).find()->has_value());
}

TEST_F(InstanceTest, IsNotAskedWhenThatIsSwitchedOff) {
  Variables variables = InInstance();
  variables["AWS_EC2_METADATA_DISABLED"] = "true";
  EXPECT_FALSE(InstanceKeys(Around(variables)).find()->has_value());
  EXPECT_THAT(server_.first_lines(), ElementsAre());
}

TEST_F(InstanceTest, KnowsItsRegion) {
  HttpClient http;
  EXPECT_EQ(InstanceRegion(GivenEnvironment(InInstance()), http), "eu-central-1");
}

TEST(InstanceKeys, NoneWhereNobodyOrSomebodyElseAnswers) {
  uint16_t port = 0;
  {
    const auto nobody = redshift::testing::Listen(&port);
  }
  EXPECT_FALSE(InstanceKeys(Around({{"AWS_EC2_METADATA_DISABLED", "false"},
                                    {"AWS_EC2_METADATA_SERVICE_ENDPOINT",
                                     "http://127.0.0.1:" + std::to_string(port)}}))
                   .find()
                   ->has_value());
  ScriptedServer portal([](const HttpMessage&) { return HttpText("200 OK", "<html>log in"); });
  EXPECT_FALSE(InstanceKeys(Around({{"AWS_EC2_METADATA_DISABLED", "false"},
                                    {"AWS_EC2_METADATA_SERVICE_ENDPOINT", portal.url()}}))
                   .find()
                   ->has_value());
}

}  // namespace
}  // namespace redshift
