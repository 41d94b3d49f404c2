#include "engine/warehouse/database_credentials.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "engine/aws/testing/moto_server.h"
#include "engine/aws/testing/scripted_server.h"
#include "engine/warehouse/connection_settings.h"
#include "engine/warehouse/error.h"

namespace redshift {
namespace {

using std::chrono::seconds;
using std::chrono::steady_clock;
using std::chrono::system_clock;
using ::testing::AllOf;
using ::testing::HasSubstr;
using testing::HttpMessage;
using testing::HttpText;
using ::testing::Not;
using testing::ScriptedServer;

class FixedKeys : public AwsCredentials {
 public:
  arrow::Result<AwsKeys> Get(std::chrono::milliseconds, const KeyWait&) override {
    AwsKeys keys;
    keys.access_key_id = "AKIDEXAMPLE";
    keys.secret_access_key = Secret("wJalrXUtnFEMI");
    return keys;
  }
  const std::string& description() const override { return description_; }

 private:
  const std::string description_ = "a test";
};

using Given = std::map<std::string, std::string>;

/// No variable of the environment counts unless given.
HostEnvironment Environment(Given variables = {}) {
  HostEnvironment environment;
  environment.variable = [variables](const std::string& name) {
    const auto found = variables.find(name);
    return found == variables.end() ? "" : found->second;
  };
  return environment;
}

Options Parsed(Given given) {
  given["connector"] = "redshift";
  given["table-name"] = "t";
  given.emplace("aws.region", "eu-west-1");
  return Options::Parse(given).ValueOrDie();
}

std::shared_ptr<DatabaseCredentials> Make(const Given& given,
                                          const HostEnvironment& environment = Environment()) {
  return DatabaseCredentials::Make(Parsed(given), environment, std::make_shared<FixedKeys>()).ValueOrDie();
}

arrow::Result<ConnectionSettings> Completed(DatabaseCredentials* credentials,
                                            const Interrupt* interrupt = nullptr) {
  ConnectionSettings settings;
  settings.host = "given.example.com";
  ARROW_RETURN_NOT_OK(credentials->Complete(&settings, steady_clock::now() + seconds(60), interrupt));
  return settings;
}

/// An answer of GetClusterCredentials as the API reference shows it; `expires` from now.
std::string ClusterCredentials(const std::string& password, seconds expires,
                               const std::string& action = "GetClusterCredentials") {
  return HttpText(
      "200 OK",
      fmt::format("<{0}Response xmlns=\"http://redshift.amazonaws.com/doc/2012-12-01/\"><{0}Result>"
                  "<Expiration>{1:%Y-%m-%dT%H:%M:%SZ}</Expiration><DbUser>IAM:etl</DbUser>"
                  "<DbPassword>{2}</DbPassword></{0}Result></{0}Response>",
                  action, fmt::gmtime(system_clock::to_time_t(system_clock::now() + expires)), password));
}

constexpr const char* kThrottled =
    "<ErrorResponse xmlns=\"http://redshift.amazonaws.com/doc/2012-12-01/\"><Error><Type>Sender</Type>"
    "<Code>Throttling</Code><Message>Rate exceeded</Message></Error><RequestId>1</RequestId></ErrorResponse>";

TEST(DatabaseCredentials, AreAskedForAsTheOptionsSay) {
  ScriptedServer api([](const HttpMessage&) { return ClusterCredentials("Pw&amp;1", seconds(900)); });
  auto credentials = Make({{"iam.auth", "true"},
                           {"iam.cluster-identifier", "etl-cluster"},
                           {"iam.db-user", "etl user"},
                           {"iam.auto-create", "true"},
                           {"iam.db-groups", "loaders, readers"},
                           {"database-name", "db&1"},
                           {"hostname", "h"},
                           {"iam.endpoint", api.url()}});
  auto settings = Completed(credentials.get());
  ASSERT_TRUE(settings.ok()) << settings.status();
  EXPECT_EQ(settings->user, "IAM:etl");
  EXPECT_EQ(settings->password.Reveal(), "Pw&1");
  EXPECT_EQ(settings->host, "given.example.com");
  const HttpMessage request = api.requests().at(0);
  EXPECT_EQ(request.first_line, "POST / HTTP/1.1");
  EXPECT_EQ(request.body,
            "Action=GetClusterCredentials&Version=2012-12-01&ClusterIdentifier=etl-cluster&DbName=db%261&"
            "DbUser=etl%20user&DurationSeconds=900&AutoCreate=true&DbGroups.DbGroup.1=loaders&"
            "DbGroups.DbGroup.2=readers");
  EXPECT_THAT(request.Header("Authorization"), HasSubstr("/eu-west-1/redshift/aws4_request"));
}

TEST(DatabaseCredentials, AreKeptUntilShortlyBeforeTheyExpire) {
  std::atomic<int> calls = 0;
  std::atomic<int> lasts = 900;
  ScriptedServer api([&](const HttpMessage&) {
    return ClusterCredentials("Pw" + std::to_string(++calls), seconds(lasts.load()));
  });
  const Given given = {{"iam.auth", "true"},
                       {"iam.cluster-identifier", "c"},
                       {"iam.db-user", "u"},
                       {"hostname", "h"},
                       {"iam.endpoint", api.url()}};
  auto kept = Make(given);
  EXPECT_EQ(Completed(kept.get())->password.Reveal(), "Pw1");
  EXPECT_EQ(Completed(kept.get())->password.Reveal(), "Pw1");
  lasts = 50;
  auto short_lived = Make(given);
  EXPECT_EQ(Completed(short_lived.get())->password.Reveal(), "Pw2");
  EXPECT_EQ(Completed(short_lived.get())->password.Reveal(), "Pw3");
}

TEST(DatabaseCredentials, ALoginThatCannotBeRenewedIsUsedWhileItIsValid) {
  std::atomic<bool> refused = false;
  std::atomic<int> refusals = 0;
  ScriptedServer api([&](const HttpMessage&) {
    if (refused) ++refusals;
    // Due for renewal at once, and valid.
    return refused ? HttpText("403 Forbidden",
                              "<ErrorResponse><Error><Code>AccessDenied</Code><Message>no</Message></Error>"
                              "</ErrorResponse>")
                   : ClusterCredentials("Pw", seconds(55));
  });
  auto credentials = Make({{"iam.auth", "true"},
                           {"iam.cluster-identifier", "c"},
                           {"iam.db-user", "u"},
                           {"hostname", "h"},
                           {"iam.endpoint", api.url()}});
  EXPECT_EQ(Completed(credentials.get())->password.Reveal(), "Pw");
  refused = true;
  EXPECT_EQ(Completed(credentials.get())->password.Reveal(), "Pw");
  EXPECT_EQ(refusals, 1);
}

TEST(DatabaseCredentials, ARefusedLoginIsFetchedAnewOnceForAll) {
  std::atomic<int> calls = 0;
  ScriptedServer api(
      [&](const HttpMessage&) { return ClusterCredentials("Pw" + std::to_string(++calls), seconds(900)); });
  auto credentials = Make({{"iam.auth", "true"},
                           {"iam.cluster-identifier", "c"},
                           {"iam.db-user", "u"},
                           {"hostname", "h"},
                           {"iam.endpoint", api.url()}});
  const ConnectionSettings refused = *Completed(credentials.get());
  for (int thread = 0; thread < 3; ++thread) {
    ConnectionSettings settings = refused;
    EXPECT_TRUE(*credentials->Renew(&settings, steady_clock::now() + seconds(60), nullptr));
    EXPECT_EQ(settings.password.Reveal(), "Pw2");
  }
}

TEST(DatabaseCredentials, ThreadsThatWaitShareOneAnswer) {
  std::atomic<int> calls = 0;
  ScriptedServer api(
      [&](const HttpMessage&) { return ClusterCredentials("Pw" + std::to_string(++calls), seconds(900)); });
  auto credentials = Make({{"iam.auth", "true"},
                           {"iam.cluster-identifier", "c"},
                           {"iam.db-user", "u"},
                           {"hostname", "h"},
                           {"iam.endpoint", api.url()}});
  std::vector<std::thread> threads;
  std::atomic<int> same = 0;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      auto settings = Completed(credentials.get());
      if (settings.ok() && settings->password.Reveal() == "Pw1") ++same;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(same, 8);
  EXPECT_EQ(calls, 1);
}

TEST(DatabaseCredentials, ThrottledCallsAreRepeated) {
  std::atomic<int> calls = 0;
  ScriptedServer api([&](const HttpMessage&) {
    return ++calls == 1 ? HttpText("400 Bad Request", kThrottled) : ClusterCredentials("Pw", seconds(900));
  });
  auto credentials = Make({{"iam.auth", "true"},
                           {"iam.cluster-identifier", "c"},
                           {"iam.db-user", "u"},
                           {"hostname", "h"},
                           {"iam.endpoint", api.url()}});
  auto settings = Completed(credentials.get());
  ASSERT_TRUE(settings.ok()) << settings.status();
  EXPECT_EQ(calls, 2);
}

TEST(DatabaseCredentials, ThrottlingThatGoesOnIsAnErrorThatPasses) {
  std::atomic<int> calls = 0;
  ScriptedServer api([&](const HttpMessage&) {
    ++calls;
    return HttpText("400 Bad Request", kThrottled);
  });
  auto credentials = Make({{"iam.auth", "true"},
                           {"iam.cluster-identifier", "c"},
                           {"hostname", "h"},
                           {"iam.endpoint", api.url()}});
  const arrow::Status status = Completed(credentials.get()).status();
  EXPECT_EQ(calls, 5);
  EXPECT_THAT(status.message(), AllOf(HasSubstr("the cluster 'c'"), HasSubstr("GetClusterCredentialsWithIAM"),
                                      HasSubstr("Rate exceeded")));
  ASSERT_NE(WarehouseError(status), nullptr);
  EXPECT_EQ(WarehouseError(status)->retry, Retry::kConnection);
}

TEST(DatabaseCredentials, WhatIsRefusedIsNotRepeated) {
  std::atomic<int> calls = 0;
  ScriptedServer api([&](const HttpMessage&) {
    ++calls;
    return HttpText(
        "403 Forbidden",
        "<ErrorResponse><Error><Code>AccessDenied</Code><Message>User: arn:aws:iam::1:user/x is not "
        "authorized to perform: redshift:GetClusterCredentials</Message></Error></ErrorResponse>");
  });
  auto credentials = Make({{"iam.auth", "true"},
                           {"iam.cluster-identifier", "c"},
                           {"iam.db-user", "u"},
                           {"hostname", "h"},
                           {"iam.endpoint", api.url()}});
  const arrow::Status status = Completed(credentials.get()).status();
  EXPECT_EQ(calls, 1);
  EXPECT_THAT(status.message(), AllOf(HasSubstr("AccessDenied: User: arn:aws:iam::1:user/x"),
                                      HasSubstr("Give this permission")));
  EXPECT_EQ(WarehouseError(status)->kind, ErrorKind::kLogin);
  EXPECT_EQ(WarehouseError(status)->retry, Retry::kNever);
}

TEST(DatabaseCredentials, TheAdviceForARefusedLoginIsAboutWhatWasGiven) {
  ScriptedServer api([](const HttpMessage& request) {
    if (request.body.starts_with("Action=GetClusterCredentials"))
      return ClusterCredentials("Pw", seconds(900));
    return HttpText("200 OK",
                    "<DescribeClustersResponse><DescribeClustersResult><Clusters><Cluster>"
                    "<ClusterIdentifier>c</ClusterIdentifier><Endpoint><Address>c.example.com</Address>"
                    "<Port>5440</Port></Endpoint></Cluster></Clusters></DescribeClustersResult>"
                    "</DescribeClustersResponse>");
  });
  const auto advice = [&](Given given) {
    given.insert({{"iam.auth", "true"},
                  {"iam.cluster-identifier", "c"},
                  {"iam.db-user", "etl"},
                  {"iam.endpoint", api.url()}});
    return Completed(Make(given).get()).ValueOrDie().login_advice;
  };
  const std::string host = "'hostname' belongs to the cluster 'c'";
  const std::string user = "the user exists (or set 'iam.auto-create')";
  EXPECT_THAT(advice({{"hostname", "h"}}), AllOf(HasSubstr(host), HasSubstr(user)));
  EXPECT_THAT(advice({}), AllOf(Not(HasSubstr("'hostname'")), HasSubstr(user)));
  EXPECT_THAT(advice({{"hostname", "h"}, {"iam.auto-create", "true"}}),
              AllOf(HasSubstr(host), Not(HasSubstr("iam.auto-create"))));
}

TEST(DatabaseCredentials, AnInterruptEndsTheWaitForAws) {
  Interrupt asked;
  ScriptedServer api([&](const HttpMessage&) {
    asked.Set();
    return std::string();
  });
  auto credentials = Make({{"iam.auth", "true"},
                           {"iam.cluster-identifier", "c"},
                           {"hostname", "h"},
                           {"iam.endpoint", api.url()}});
  Interrupt interrupt;
  std::thread stopper([&] {
    while (asked.SleepFor(seconds(1))) {
    }
    interrupt.Set();
  });
  const arrow::Status status = Completed(credentials.get(), &interrupt).status();
  stopper.join();
  ASSERT_NE(WarehouseError(status), nullptr) << status;
  EXPECT_EQ(WarehouseError(status)->kind, ErrorKind::kInterrupted);
}

TEST(DatabaseCredentials, TheRegionIsThatOfTheHost) {
  ScriptedServer api([](const HttpMessage&) {
    return ClusterCredentials("Pw", seconds(900), "GetClusterCredentialsWithIAM");
  });
  auto credentials = Make({{"iam.auth", "true"},
                           {"iam.cluster-identifier", "c"},
                           {"hostname", "c.abc.us-west-2.redshift.amazonaws.com"},
                           {"iam.endpoint", api.url()}});
  ASSERT_TRUE(Completed(credentials.get()).ok());
  EXPECT_THAT(api.requests().at(0).Header("Authorization"), HasSubstr("/us-west-2/redshift/aws4_request"));
}

TEST(DatabaseCredentials, WorkgroupsAreAskedInJson) {
  const auto expires = std::chrono::duration<double>((system_clock::now() + seconds(900)).time_since_epoch());
  ScriptedServer api([&](const HttpMessage& request) {
    if (request.Header("X-Amz-Target") == "RedshiftServerless.GetWorkgroup") {
      return HttpText("200 OK", R"({"workgroup":{"endpoint":{"address":"w.example.com","port":5450}}})");
    }
    return HttpText("200 OK", fmt::format(R"({{"dbUser":"IAMR:role","dbPassword":"Pw","expiration":{:.3f}}})",
                                          expires.count()));
  });
  // As AWS's SDKs name it.
  auto credentials = Make({{"iam.auth", "true"}, {"iam.workgroup", "w"}},
                          Environment({{"AWS_ENDPOINT_URL_REDSHIFT_SERVERLESS", api.url()}}));
  auto settings = Completed(credentials.get());
  ASSERT_TRUE(settings.ok()) << settings.status();
  EXPECT_EQ(settings->user, "IAMR:role");
  EXPECT_EQ(settings->host, "w.example.com");
  EXPECT_EQ(settings->port, 5450);
  EXPECT_EQ(api.requests().at(0).body, R"({"dbName":"dev","durationSeconds":900,"workgroupName":"w"})");
  EXPECT_THAT(api.requests().at(0).Header("Authorization"), HasSubstr("/eu-west-1/redshift-serverless/"));
  // Both are kept.
  ASSERT_TRUE(Completed(credentials.get()).ok());
  EXPECT_EQ(api.requests().size(), 2);
}

// API reference, DescribeClusters: a cluster that is being created has no Endpoint.
TEST(DatabaseCredentials, AClusterWithoutAnEndpointMayHaveOneLater) {
  std::atomic<int> calls = 0;
  std::atomic<int> first_with_endpoint = 2;
  ScriptedServer api([&](const HttpMessage&) {
    const std::string endpoint =
        ++calls < first_with_endpoint
            ? ""
            : "<Endpoint><Address>c.example.com</Address><Port>5440</Port></Endpoint>";
    return HttpText("200 OK",
                    "<DescribeClustersResponse><DescribeClustersResult><Clusters><Cluster>"
                    "<ClusterIdentifier>c</ClusterIdentifier>" +
                        endpoint +
                        "</Cluster></Clusters></DescribeClustersResult></DescribeClustersResponse>");
  });
  const Given given = {
      {"iam.cluster-identifier", "c"}, {"username", "u"}, {"password", "p"}, {"iam.endpoint", api.url()}};
  auto settings = Completed(Make(given).get());
  ASSERT_TRUE(settings.ok()) << settings.status();
  EXPECT_EQ(settings->host, "c.example.com");
  EXPECT_EQ(settings->port, 5440);
  first_with_endpoint = 1000;
  const arrow::Status status = Completed(Make(given).get()).status();
  EXPECT_THAT(status.message(), HasSubstr("without an endpoint: the cluster is still being created"));
  ASSERT_NE(WarehouseError(status), nullptr);
  EXPECT_EQ(WarehouseError(status)->retry, Retry::kConnection) << "a running job waits for it";
}

TEST(DatabaseCredentials, APortThatIsGivenCounts) {
  ScriptedServer api([&](const HttpMessage&) {
    return HttpText("200 OK", R"({"workgroup":{"endpoint":{"address":"w.example.com","port":5450}}})");
  });
  auto credentials = Make({{"iam.workgroup", "w"},
                           {"username", "u"},
                           {"password", "p"},
                           {"port", "15439"},
                           {"iam.endpoint", api.url()}});
  ConnectionSettings settings = *Completed(credentials.get());
  EXPECT_EQ(settings.host, "w.example.com");
  EXPECT_EQ(settings.port, ConnectionSettings().port) << "the caller's stays";
  EXPECT_EQ(settings.user, "");
  EXPECT_FALSE(*credentials->Renew(&settings, steady_clock::now() + seconds(60), nullptr));
}

TEST(DatabaseCredentials, AnAnswerThatIsNoneIsOneClearError) {
  for (const char* body : {"<html>proxy login</html>", "", "<GetClusterCredentialsResponse>"}) {
    ScriptedServer api([&](const HttpMessage&) { return HttpText("200 OK", body); });
    auto credentials = Make({{"iam.auth", "true"},
                             {"iam.cluster-identifier", "c"},
                             {"iam.db-user", "u"},
                             {"hostname", "h"},
                             {"iam.endpoint", api.url()}});
    EXPECT_THAT(Completed(credentials.get()).status().message(),
                HasSubstr("GetClusterCredentials was answered without user, password or expiry"));
  }
}

TEST(DatabaseCredentials, NothingIsAskedWhenTheOptionsSayAll) {
  auto none = DatabaseCredentials::For(Parsed({{"hostname", "h"}, {"username", "u"}, {"password", "p"}}));
  EXPECT_EQ(*none, nullptr);
}

TEST(DatabaseCredentials, AreSharedByTablesWithTheSameOptions) {
  const Given given = {{"iam.auth", "true"}, {"iam.workgroup", "shared"}};
  auto first = *DatabaseCredentials::For(Parsed(given));
  EXPECT_EQ(*DatabaseCredentials::For(Parsed(given)), first);
  Given other_keys = given;
  other_keys["aws.credentials.basic.accesskeyid"] = "AKID";
  other_keys["aws.credentials.basic.secretkey"] = "another";
  EXPECT_NE(*DatabaseCredentials::For(Parsed(other_keys)), first);
  Given other_database = given;
  other_database["database-name"] = "other";
  EXPECT_NE(*DatabaseCredentials::For(Parsed(other_database)), first);
}

/// Secrets of a real server of Secrets Manager's API.
class SecretTest : public ::testing::Test {
 protected:
  static testing::MotoServer& Moto() {
    static testing::MotoServer moto;
    return moto;
  }

  static std::string Call(const std::string& action, const std::string& body) {
    const HttpMessage answer = testing::Exchange(
        Moto().port(),
        {.first_line = "POST / HTTP/1.1",
         .headers = "Host: 127.0.0.1\r\nContent-Length: " + std::to_string(body.size()) +
                    "\r\nContent-Type: application/x-amz-json-1.1\r\nX-Amz-Target: secretsmanager." + action +
                    "\r\nAuthorization: AWS4-HMAC-SHA256 Credential=test/20260101/eu-west-1/secretsmanager/"
                    "aws4_request, SignedHeaders=host, Signature=0\r\n",
         .body = body});
    EXPECT_THAT(answer.first_line, HasSubstr(" 200 ")) << answer.body;
    return answer.body;
  }

  static std::string Create(const std::string& name, const std::string& secret) {
    const std::string answer =
        Call("CreateSecret", fmt::format(R"({{"Name":"{}","SecretString":"{}"}})", name, secret));
    const std::string begin = "\"ARN\": \"";
    const size_t at = answer.find(begin);
    EXPECT_NE(at, std::string::npos) << answer;
    return answer.substr(at + begin.size(), answer.find('"', at + begin.size()) - at - begin.size());
  }

  static std::shared_ptr<DatabaseCredentials> For(const std::string& arn, Given given = {}) {
    given["secret-arn"] = arn;
    given["secret-endpoint"] = Moto().endpoint();
    return Make(given);
  }
};

TEST_F(SecretTest, BringsUserPasswordAndAddress) {
  const std::string arn =
      Create("full",
             R"({\"username\":\"etl\",\"password\":\"P\\\"w 1\",\"host\":\"db.example.com\",\"port\":5440})");
  auto settings = Completed(For(arn).get());
  ASSERT_TRUE(settings.ok()) << settings.status();
  EXPECT_EQ(settings->user, "etl");
  EXPECT_EQ(settings->password.Reveal(), "P\"w 1");
  EXPECT_EQ(settings->host, "db.example.com");
  EXPECT_EQ(settings->port, 5440);
  EXPECT_THAT(settings->login_advice, HasSubstr(arn));
  settings = Completed(For(arn, {{"hostname", "h"}}).get());
  ASSERT_TRUE(settings.ok()) << settings.status();
  EXPECT_EQ(settings->host, "given.example.com") << "the option's host is the caller's";
}

TEST_F(SecretTest, IsReadAgainWhenItsLoginIsRefused) {
  const std::string arn = Create("rotated", R"({\"username\":\"etl\",\"password\":\"old\"})");
  auto credentials = For(arn, {{"hostname", "h"}});
  ConnectionSettings settings = *Completed(credentials.get());
  EXPECT_EQ(settings.password.Reveal(), "old");
  Call("PutSecretValue",
       R"({"SecretId":"rotated","SecretString":"{\"username\":\"etl2\",\"password\":\"new\"}"})");
  EXPECT_EQ(Completed(credentials.get())->password.Reveal(), "old");
  EXPECT_TRUE(*credentials->Renew(&settings, steady_clock::now() + seconds(60), nullptr));
  EXPECT_EQ(settings.user, "etl2");
  EXPECT_EQ(settings.password.Reveal(), "new");
}

TEST_F(SecretTest, OfAnotherFormIsNamedAndNotShown) {
  const std::string arn = Create("plain", "Hunter2 is my password");
  const arrow::Status status = Completed(For(arn, {{"hostname", "h"}}).get()).status();
  EXPECT_THAT(status.message(), AllOf(HasSubstr(arn), HasSubstr("'username' and 'password'")));
  EXPECT_THAT(status.ToString(), Not(HasSubstr("Hunter2")));
}

TEST_F(SecretTest, WithoutHostNeedsHostname) {
  const std::string arn = Create("no-host", R"({\"username\":\"etl\",\"password\":\"p\"})");
  EXPECT_THAT(Completed(For(arn).get()).status().message(),
              HasSubstr("'hostname' is missing, and the secret '" + arn + "' has no 'host'"));
}

TEST_F(SecretTest, ThatIsNotThereIsNamed) {
  const std::string arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:nothing-AbCdEf";
  EXPECT_THAT(Completed(For(arn, {{"hostname", "h"}}).get()).status().message(),
              AllOf(HasSubstr(arn), HasSubstr("ResourceNotFoundException"),
                    HasSubstr("Check the name, the region and the account.")));
}

}  // namespace
}  // namespace redshift
