// The policies of docs/security.md for logging in, against what AWS is asked.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>

#include "engine/aws/testing/scripted_server.h"
#include "engine/sink/testing/security_document.h"
#include "engine/warehouse/connection_settings.h"
#include "engine/warehouse/database_credentials.h"

namespace redshift {
namespace {

using ::redshift::testing::DocumentedPolicy;
using ::redshift::testing::HttpMessage;
using ::redshift::testing::HttpText;
using ::redshift::testing::ScriptedServer;
using ::redshift::testing::TextsOf;
using Given = std::map<std::string, std::string>;
using Names = std::set<std::string>;

/// The permissions that a call needs, by the API's reference.
Names PermissionsFor(const HttpMessage& call) {
  std::smatch part;
  const std::string signature = call.Header("Authorization");
  EXPECT_TRUE(std::regex_search(signature, part, std::regex("/([a-z-]+)/aws4_request"))) << signature;
  const std::string service = part[1];
  const std::string target = call.Header("X-Amz-Target");
  if (!target.empty()) return {service + ":" + target.substr(target.find('.') + 1)};
  EXPECT_TRUE(std::regex_search(call.body, part, std::regex("(?:^|&)Action=([A-Za-z]+)"))) << call.body;
  Names names = {service + ":" + part[1].str()};
  if (call.body.find("AutoCreate=true") != std::string::npos) names.insert("redshift:CreateClusterUser");
  if (call.body.find("DbGroups.") != std::string::npos) names.insert("redshift:JoinGroup");
  return names;
}

/// What is asked for while logins with these options begin; AWS refuses every call.
Names Asked(const std::vector<Given>& logins) {
  ScriptedServer aws([](const HttpMessage&) {
    return HttpText(
        "403 Forbidden",
        "<ErrorResponse><Error><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>");
  });
  for (Given given : logins) {
    for (const auto& [key, value] : Given{{"connector", "redshift"},
                                          {"table-name", "t"},
                                          {"aws.region", "us-west-2"},
                                          {"aws.credentials.basic.accesskeyid", "AKIDEXAMPLE"},
                                          {"aws.credentials.basic.secretkey", "wJalrXUtnFEMI"}}) {
      given.emplace(key, value);
    }
    HostEnvironment environment;
    environment.variable = [&](const std::string& name) {
      return name == "AWS_ENDPOINT_URL" ? aws.url() : std::string();
    };
    const Options options = Options::Parse(given).ValueOrDie();
    auto keys = AwsCredentials::Make(options, environment).ValueOrDie();
    auto credentials = DatabaseCredentials::Make(options, environment, keys).ValueOrDie();
    ConnectionSettings settings;
    EXPECT_FALSE(
        credentials->Complete(&settings, std::chrono::steady_clock::now() + std::chrono::seconds(60), nullptr)
            .ok());
  }
  Names asked;
  for (const HttpMessage& call : aws.requests()) asked.merge(PermissionsFor(call));
  return asked;
}

/// Without what KMS asks for behind the scenes.
Names Documented(const std::string& name) {
  Names names;
  const nlohmann::json policy = DocumentedPolicy(name);
  for (const auto& statement : policy.at("Statement")) names.merge(TextsOf(statement.at("Action")));
  names.erase("kms:Decrypt");
  return names;
}

const Given kPassword = {{"username", "u"}, {"password", "p"}};

Given With(Given given, const Given& more) {
  given.insert(more.begin(), more.end());
  return given;
}

TEST(LoginPolicy, OfADatabaseUser) {
  const Given cluster = {{"iam.cluster-identifier", "examplecluster"}};
  EXPECT_EQ(Asked({With(cluster, {{"hostname", "h"},
                                  {"iam.auth", "true"},
                                  {"iam.db-user", "flink"},
                                  {"iam.auto-create", "true"},
                                  {"iam.db-groups", "loaders"}}),
                   With(cluster, kPassword)}),
            Documented("iam.db-user"));
}

TEST(LoginPolicy, OfTheUserOfTheAwsIdentity) {
  const Given cluster = {{"iam.cluster-identifier", "examplecluster"}};
  EXPECT_EQ(Asked({With(cluster, {{"hostname", "h"}, {"iam.auth", "true"}}), With(cluster, kPassword)}),
            Documented("iam.cluster-identifier"));
}

TEST(LoginPolicy, OfAWorkgroup) {
  const Given workgroup = {{"iam.workgroup", "exampleworkgroup"}};
  EXPECT_EQ(Asked({With(workgroup, {{"hostname", "h"}, {"iam.auth", "true"}}), With(workgroup, kPassword)}),
            Documented("iam.workgroup"));
}

TEST(LoginPolicy, OfASecret) {
  EXPECT_EQ(
      Asked({{{"secret-arn", "arn:aws:secretsmanager:us-west-2:123456789012:secret:flink-redshift-AbCdEf"}}}),
      Documented("secret-arn"));
}

TEST(LoginPolicy, OfARoleThatIsAssumed) {
  EXPECT_EQ(
      Asked({{{"secret-arn", "arn:aws:secretsmanager:us-west-2:123456789012:secret:flink-redshift-AbCdEf"},
              {"aws.credentials.provider", "ASSUME_ROLE"},
              {"aws.credentials.role.arn", "arn:aws:iam::123456789012:role/flink-sink"}}}),
      Documented("ASSUME_ROLE"));
}

}  // namespace
}  // namespace redshift
