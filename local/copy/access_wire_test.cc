// Whose rights a COPY has: redshift-local with --role, keys from its STS, buckets in several regions.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "local/copy/access_rules.h"
#include "local/copy/wire_test_support.h"

namespace redshift_local {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

constexpr char kLoader[] = "arn:aws:iam::123456789012:role/loader";
constexpr char kGate[] = "arn:aws:iam::123456789012:role/service-role/gate";
constexpr char kStore[] = "arn:aws:iam::210987654321:role/store";
constexpr char kOther[] = "arn:aws:iam::123456789012:role/other";
constexpr char kInvalidKeyId[] =
    "S3ServiceException:The AWS Access Key Id you provided does not exist in our records.,Status 403,Error "
    "InvalidAccessKeyId";
constexpr char kDenied[] = "S3ServiceException:Access Denied,Status 403,Error AccessDenied";
constexpr char kRedirect[] =
    "S3ServiceException:The bucket you are attempting to access must be addressed using the specified "
    "endpoint.,Status 301,Error PermanentRedirect";

std::string ByRole(const std::string& role) {
  return " iam_role '" + role + "'";
}

std::string ByKeys(const nlohmann::json& keys) {
  std::string text = " access_key_id '" + keys.value("AccessKeyId", "") + "' secret_access_key '" +
                     keys.value("SecretAccessKey", "") + "'";
  if (keys.contains("SessionToken")) text += " session_token '" + keys.value("SessionToken", "") + "'";
  return text;
}

class AccessWireTest : public testing::Test {
 protected:
  static RunningLocal& local() {
    static RunningLocal running({"--role", std::string(kLoader) + "=s3://local/in/", "--role",
                                 std::string(kGate) + "," + kStore + "=s3://local/store/"});
    return running;
  }

  void SetUp() override {
    client_.Run("drop table if exists t");
    ASSERT_EQ(client_.Run("create table t (id int)").sqlstate, "");
    for (const char* key : {"local/in/data", "local/store/data", "local/else/data"}) local().Put(key, "1\n");
  }

  Answer Copy(const std::string& key, const std::string& authorization_and_options) {
    return client_.Run("copy t from 's3://" + key + "'" + authorization_and_options);
  }
  // The tag, or the message of the error.
  std::string Try(const std::string& key, const std::string& authorization_and_options) {
    const auto answer = Copy(key, authorization_and_options);
    return answer.sqlstate.empty() ? answer.tag : answer.message;
  }

  // With the keys of the ready line unless others are given.
  static std::string CallAws(const std::string& service, const std::string& operation,
                             const nlohmann::json& arguments,
                             const nlohmann::json& keys = nlohmann::json::object()) {
    std::string command = "AWS_ACCESS_KEY_ID=" + keys.value("AccessKeyId", "test") +
                          " AWS_SECRET_ACCESS_KEY=" + keys.value("SecretAccessKey", "testtest");
    if (keys.contains("Region")) command += " AWS_REGION=" + keys.value("Region", "");
    if (keys.contains("SpoiledBody")) command += " SPOIL_BODY=" + keys.value("SpoiledBody", "");
    if (keys.contains("SessionToken")) command += " AWS_SESSION_TOKEN=" + keys.value("SessionToken", "");
    command += std::string(" " PYTHON " local/copy/aws_call.py ") + local()["s3"] + " " + service + " " +
               operation + " '" + arguments.dump() + "'";
    FILE* output = popen(command.c_str(), "r");
    std::string answer;
    std::array<char, 4096> buffer;
    while (const size_t got = fread(buffer.data(), 1, buffer.size(), output))
      answer.append(buffer.data(), got);
    EXPECT_EQ(pclose(output), 0) << operation;
    return answer;
  }

  static nlohmann::json AssumeRole(const std::string& arn, int seconds = 900) {
    const auto answer =
        CallAws("sts", "assume_role",
                {{"RoleArn", arn}, {"RoleSessionName", "access-wire-test"}, {"DurationSeconds", seconds}});
    const auto json = nlohmann::json::parse(answer, nullptr, false);
    EXPECT_TRUE(json.is_object()) << answer;
    return json.is_object() ? json["Credentials"] : nlohmann::json::object();
  }

  Client client_{local()["url"]};
};

TEST_F(AccessWireTest, ARoleReadsBelowItsPrefixOnly) {
  EXPECT_EQ(Try("local/in/data", ByRole(kLoader)), "COPY");
  EXPECT_EQ(Try("local/in/", ByRole(kLoader)), "COPY");
  EXPECT_EQ(client_.Value("select count(*) from t"), "2");
  EXPECT_EQ(Try("local/else/data", ByRole(kLoader)), kDenied);
  EXPECT_EQ(Try("local/in", ByRole(kLoader)), kDenied) << "it would list s3://local/inbox, too";
  EXPECT_EQ(Try("local/in/../else/data", ByRole(kLoader)),
            "The specified S3 prefix 'in/../else/data' does not exist");
  const auto answer = Copy("local/else/data", ByRole(kLoader));
  EXPECT_EQ(answer.sqlstate, "XX000");
  EXPECT_THAT(answer.detail, HasSubstr("error:  S3ServiceException:Access Denied"));
}

TEST_F(AccessWireTest, DefaultIsTheFirstRole) {
  EXPECT_EQ(Try("local/in/data", " iam_role default"), "COPY");
  EXPECT_EQ(Try("local/else/data", " iam_role default"), kDenied);
}

TEST(AccessRulesTest, TheDefaultRoleIsTheFirstOfThoseAttached) {
  const std::string gate_to_store = std::string(kGate) + "," + kStore + "=s3://local/store/";
  const AccessRules rules(
      {*ParseRoleGrant(gate_to_store), *ParseRoleGrant(std::string(kLoader) + "=s3://local/"),
       *ParseRoleGrant(std::string(kGate) + "=s3://local/in/")},
      AccessKeys({{"test", "testtest", ""}}, ""));
  EXPECT_THAT(rules.attached_roles(), testing::ElementsAre(kGate, kLoader)) << "not in the order of names";
}

TEST_F(AccessWireTest, TheLegacyStringOfARoleHasNoOtherRights) {
  EXPECT_EQ(Try("local/in/data", std::string(" credentials 'aws_iam_role=") + kLoader + "'"), "COPY");
  EXPECT_EQ(Try("local/else/data", std::string(" credentials 'aws_iam_role=") + kLoader + "'"), kDenied);
}

TEST_F(AccessWireTest, ARoleThatIsNotAttachedIsRefusedInRedshiftsWords) {
  const auto answer = Copy("local/in/data", ByRole(kOther));
  EXPECT_EQ(answer.sqlstate, "XX000");
  EXPECT_EQ(answer.message,
            std::string("User arn:aws:redshift:us-east-1:123456789012:dbuser:local/awsuser is not "
                        "authorized to assume IAM Role ") +
                kOther);
  EXPECT_THAT(answer.detail, HasSubstr(std::string("IAM Role=") + kOther));
  EXPECT_EQ(client_.Value("select count(*) from t"), "0");
}

TEST_F(AccessWireTest, OfAChainTheLastRoleReadsAndEachMustBeAllowedToAssumeTheNext) {
  EXPECT_EQ(Try("local/store/data", ByRole(std::string(kGate) + "," + kStore)), "COPY");
  EXPECT_EQ(Try("local/in/data", ByRole(std::string(kGate) + "," + kStore)), kDenied);
  EXPECT_EQ(Try("local/store/data", ByRole(kGate)), kDenied) << "the first role has no rights of its own";
  EXPECT_THAT(Try("local/store/data", ByRole(kStore)), HasSubstr("is not authorized to assume IAM Role"));
  EXPECT_EQ(Try("local/store/data", ByRole(std::string(kLoader) + "," + kStore)),
            std::string("Not authorized to get credentials of role ") + kStore);
  EXPECT_THAT(Try("local/store/data", ByRole(std::string(kGate) + ", " + kStore)),
              HasSubstr("Invalid IAM role"));
}

TEST_F(AccessWireTest, AManifestDoesNotLeadOutOfThePrefix) {
  local().Put("local/in/manifest",
              R"({"entries":[{"url":"s3://local/in/data"},{"url":"s3://local/else/data"}]})");
  EXPECT_EQ(Try("local/in/manifest", ByRole(kLoader) + " manifest"), kDenied);
  local().Put("local/in/manifest", R"({"entries":[{"url":"s3://local/in/data"}]})");
  EXPECT_EQ(Try("local/in/manifest", ByRole(kLoader) + " manifest"), "COPY");
}

TEST_F(AccessWireTest, TheKeysOfTheReadyLineReadEverything) {
  EXPECT_EQ(Try("local/else/data", kAuth), "COPY");
}

TEST_F(AccessWireTest, UnknownKeysAndWrongSecretsAreRefused) {
  EXPECT_EQ(Try("local/in/data", " access_key_id 'AKIAIOSFODNN7EXAMPLE' secret_access_key 'testtest'"),
            kInvalidKeyId);
  EXPECT_THAT(Try("local/in/data", " access_key_id 'test' secret_access_key 'guessed'"),
              HasSubstr(",Status 403,Error SignatureDoesNotMatch"));
  EXPECT_THAT(Try("local/in/data", std::string(kAuth) + " session_token 'made-up'"),
              HasSubstr(",Status 400,Error InvalidToken"));
}

TEST_F(AccessWireTest, KeysOfStsReachAsFarAsTheirRole) {
  const auto keys = AssumeRole(kLoader);
  EXPECT_EQ(Try("local/in/data", ByKeys(keys)), "COPY");
  EXPECT_EQ(Try("local/else/data", ByKeys(keys)), kDenied);
  auto tokenless = keys;
  tokenless.erase("SessionToken");
  EXPECT_EQ(Try("local/in/data", ByKeys(tokenless)), kInvalidKeyId);
  auto foreign = keys;
  foreign["SessionToken"] = "made-up";
  EXPECT_THAT(Try("local/in/data", ByKeys(foreign)), HasSubstr(",Status 400,Error InvalidToken"));
}

TEST_F(AccessWireTest, ExpiredKeysAreRefused) {
  const auto keys = AssumeRole(kLoader, -60);
  EXPECT_EQ(Try("local/in/data", ByKeys(keys)),
            "S3ServiceException:The provided token has expired.,Status 400,Error ExpiredToken");
}

TEST_F(AccessWireTest, S3ItselfKnowsTheRolesToo) {
  const auto put = [](const std::string& key, const nlohmann::json& keys) {
    return CallAws("s3", "put_object", {{"Bucket", "local"}, {"Key", key}, {"Body", "bytes:1\n"}}, keys);
  };
  const auto list = [](const std::string& prefix, const nlohmann::json& keys) {
    return CallAws("s3", "list_objects_v2", {{"Bucket", "local"}, {"Prefix", prefix}}, keys);
  };
  EXPECT_THAT(put("in/x", {{"AccessKeyId", "AKIAIOSFODNN7EXAMPLE"}}), StartsWith("InvalidAccessKeyId 403"));
  EXPECT_THAT(put("in/x", {{"SecretAccessKey", "guessed"}}), StartsWith("SignatureDoesNotMatch 403"));
  EXPECT_THAT(put("in/x", {{"SessionToken", "made-up"}}), StartsWith("InvalidToken 400"));
  EXPECT_THAT(put("in/x", AssumeRole(kLoader, -60)), StartsWith("ExpiredToken 400"));
  EXPECT_THAT(put("in/x", {{"SpoiledBody", "22"}}), StartsWith("XAmzContentSHA256Mismatch 400"));
  const auto keys = AssumeRole(kLoader);
  EXPECT_THAT(put("in/a b+\xc3\xbc&<x>", keys), StartsWith("{"));
  EXPECT_THAT(put("else/x", keys), StartsWith("AccessDenied 403"));
  EXPECT_THAT(list("in/", keys), StartsWith("{"));
  EXPECT_THAT(list("", keys), StartsWith("AccessDenied 403"));
  const auto erase = [&](const std::string& key) {
    return CallAws("s3", "delete_objects",
                   {{"Bucket", "local"}, {"Delete", {{"Objects", {{{"Key", "in/x"}}, {{"Key", key}}}}}}},
                   keys);
  };
  EXPECT_THAT(erase("else/data"), StartsWith("AccessDenied 403"));
  EXPECT_THAT(erase("in/a b+\xc3\xbc&<x>"), HasSubstr("\"Deleted\""));
  const auto copy = [&](const std::string& source) {
    return CallAws("s3", "copy_object",
                   {{"Bucket", "local"}, {"Key", "in/copy"}, {"CopySource", "local/" + source}}, keys);
  };
  EXPECT_THAT(copy("else/data"), StartsWith("AccessDenied 403"));
  EXPECT_THAT(copy("in/data"), StartsWith("{"));
}

TEST_F(AccessWireTest, StsGivesKeysForTheRolesThatAreThere) {
  const auto assume = [](const std::string& arn, const nlohmann::json& keys = nlohmann::json::object()) {
    return CallAws("sts", "assume_role", {{"RoleArn", arn}, {"RoleSessionName", "access-wire-test"}}, keys);
  };
  EXPECT_EQ(
      assume(kOther),
      std::string("AccessDenied 403 User: arn:aws:iam::123456789012:user/test is not authorized to perform: "
                  "sts:AssumeRole on resource: ") +
          kOther + "\n");
  EXPECT_THAT(assume(kStore, {{"AccessKeyId", "AKIAIOSFODNN7EXAMPLE"}}),
              StartsWith("InvalidClientTokenId 403"));
  const auto with_token = [](const std::string& arn) {
    return CallAws(
        "sts", "assume_role_with_web_identity",
        {{"RoleArn", arn}, {"RoleSessionName", "access-wire-test"}, {"WebIdentityToken", "token"}});
  };
  EXPECT_THAT(with_token(kLoader), StartsWith("{"));
  EXPECT_THAT(with_token(kOther), StartsWith("AccessDenied 403"));
}

TEST_F(AccessWireTest, ABucketOfAnotherRegionNeedsRegion) {
  EXPECT_EQ(
      CallAws("s3", "create_bucket",
              {{"Bucket", "far-away"}, {"CreateBucketConfiguration", {{"LocationConstraint", "eu-west-1"}}}})
          .substr(0, 1),
      "{");
  const nlohmann::json data = {{"Bucket", "far-away"}, {"Key", "data"}, {"Body", "bytes:1\n"}};
  EXPECT_EQ(
      CallAws("s3", "put_object", data),
      "AuthorizationHeaderMalformed 400 The authorization header is malformed; the region 'us-east-1' is "
      "wrong; expecting 'eu-west-1'\n");
  EXPECT_THAT(CallAws("s3", "put_object", data, {{"Region", "eu-west-1"}}), StartsWith("{"));
  EXPECT_EQ(Try("far-away/data", kAuth), kRedirect);
  EXPECT_EQ(Try("far-away/data", std::string(kAuth) + " region 'eu-west-1'"), "COPY");
  EXPECT_EQ(Try("far-away/data", std::string(kAuth) + " region as 'us-west-2'"), kRedirect);
  EXPECT_EQ(Try("local/in/data", std::string(kAuth) + " region 'eu-west-1'"), kRedirect);
  EXPECT_THAT(Try("local/in/data", std::string(kAuth) + " region 'eu-west-1' format parquet"),
              StartsWith("REGION argument is not supported for PARQUET based COPY"));
  local().Put("local/in/manifest", R"({"entries":[{"url":"s3://far-away/data","mandatory":true}]})");
  EXPECT_EQ(Try("local/in/manifest", std::string(kAuth) + " manifest"), kRedirect);
}

TEST_F(AccessWireTest, EncryptedObjectsAreReadAsAllOthers) {
  for (const char* method : {"AES256", "aws:kms"}) {
    const auto answer = CallAws("s3", "put_object",
                                {{"Bucket", "local"},
                                 {"Key", "in/encrypted"},
                                 {"Body", "bytes:5\n"},
                                 {"ServerSideEncryption", method}});
    EXPECT_THAT(answer, HasSubstr(std::string("\"ServerSideEncryption\": \"") + method));
    EXPECT_EQ(Try("local/in/encrypted", ByRole(kLoader)), "COPY");
  }
  EXPECT_EQ(client_.Value("select sum(id) from t"), "10");
}

}  // namespace
}  // namespace redshift_local
