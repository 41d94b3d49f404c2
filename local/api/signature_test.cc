// The signatures here were made by botocore 1.44 (SigV4Auth with its clock set) and, the first, by AWS's own
// test suite for Signature Version 4 (get-vanilla).
#include "local/api/signature.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "local/api/api_error.h"

namespace redshift_local {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using ::testing::HasSubstr;

const S3Keys kKeys = {"AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", ""};
const auto kNow =
    std::chrono::sys_days(std::chrono::year(2015) / 8 / 30) + std::chrono::hours(12) + minutes(36);

std::string Authorization(const std::string& service, const std::string& headers,
                          const std::string& signature) {
  return "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/" + service +
         "/aws4_request, SignedHeaders=" + headers + ", Signature=" + signature;
}

ApiRequest DescribeClusters() {
  ApiRequest request;
  request.body = "Action=DescribeClusters&Version=2012-12-01";
  request.headers = {
      {"content-type", "application/x-www-form-urlencoded; charset=utf-8"},
      {"host", "127.0.0.1:5441"},
      {"x-amz-date", "20150830T123600Z"},
      {"authorization", Authorization("redshift", "content-type;host;x-amz-date",
                                      "0e25729b485d81d8f7317fd68b583be30bc9c712f11ca744a3fd3be0f9169454")}};
  return request;
}

// What is wrong with the request: kind and message; nothing when it is taken.
std::optional<ApiError> Check(const ApiRequest& request, const S3Keys& keys = kKeys,
                              seconds late = seconds(0), const SignedFor& place = {"redshift", "us-east-1"}) {
  try {
    CheckSignature(request, ReadSignature(request), keys, place, kNow + late);
    return std::nullopt;
  } catch (const ApiError& error) {
    return error;
  }
}

std::string Words(const std::optional<ApiError>& error) {
  return error ? error->what() : "taken";
}

TEST(SignatureTest, TheExampleOfAwsIsTaken) {
  ApiRequest request;
  request.method = "GET";
  request.headers = {
      {"host", "example.amazonaws.com"},
      {"x-amz-date", "20150830T123600Z"},
      {"authorization", Authorization("service", "host;x-amz-date",
                                      "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31")}};
  EXPECT_EQ(Words(Check(request, kKeys, seconds(0), {"service", "us-east-1"})), "taken");
}

TEST(SignatureTest, AFormSignedByBotocoreIsTaken) {
  EXPECT_EQ(Words(Check(DescribeClusters())), "taken");
}

TEST(SignatureTest, QueryBlanksAndSessionTokenCount) {
  ApiRequest request;
  request.method = "GET";
  request.target = "/?b=2&a=%20x&c";
  request.headers = {
      {"host", "127.0.0.1:5441"},
      {"x-odd", "  two   blanks "},
      {"x-amz-date", "20150830T123600Z"},
      {"x-amz-security-token", "TOKEN"},
      {"authorization", Authorization("redshift", "host;x-amz-date;x-amz-security-token;x-odd",
                                      "f207bcdba2e24da3c57c1a6b4d5a9b8dd95434758117ca1d4259cbbeeabe3a60")}};
  S3Keys keys = kKeys;
  keys.session_token = "TOKEN";
  EXPECT_EQ(Words(Check(request, keys)), "taken");
  keys.session_token = "ANOTHER";
  EXPECT_EQ(Check(request, keys)->kind, ApiErrorKind::kUnknownKey);
}

TEST(SignatureTest, AnotherSecretBodyOrHeaderIsNoticed) {
  S3Keys other = kKeys;
  other.secret_access_key += "x";
  EXPECT_EQ(Check(DescribeClusters(), other)->kind, ApiErrorKind::kWrongSignature);
  for (const char* header : {"content-type", "host"}) {
    ApiRequest request = DescribeClusters();
    request.headers[header] += "x";
    EXPECT_EQ(Check(request)->kind, ApiErrorKind::kWrongSignature) << header;
  }
  ApiRequest request = DescribeClusters();
  request.body += "&ClusterIdentifier=local";
  EXPECT_EQ(Check(request)->kind, ApiErrorKind::kWrongSignature);
}

TEST(SignatureTest, ItIsGoodForFifteenMinutesOneServiceAndOneRegion) {
  EXPECT_EQ(Words(Check(DescribeClusters(), kKeys, minutes(15))), "taken");
  EXPECT_EQ(Words(Check(DescribeClusters(), kKeys, -minutes(15))), "taken");
  EXPECT_EQ(Words(Check(DescribeClusters(), kKeys, minutes(15) + seconds(1))),
            "Signature expired: 20150830T123600Z is now earlier than 20150830T123601Z (20150830T125101Z - 15 "
            "min.)");
  EXPECT_THAT(Words(Check(DescribeClusters(), kKeys, -minutes(16))), HasSubstr("not yet current"));
  EXPECT_THAT(Words(Check(DescribeClusters(), kKeys, seconds(0), {"redshift-serverless", "us-east-1"})),
              HasSubstr("scoped to correct service: 'redshift-serverless'"));
  EXPECT_EQ(Words(Check(DescribeClusters(), kKeys, seconds(0), {"redshift", "eu-west-1"})),
            "Credential should be scoped to a valid region, not 'us-east-1'.");
}

TEST(SignatureTest, WhatIsNoSignatureIsNamed) {
  ApiRequest request = DescribeClusters();
  request.headers.erase("authorization");
  EXPECT_EQ(Check(request)->kind, ApiErrorKind::kMissingSignature);
  for (const auto& [header, words] : std::map<std::string, std::string>{
           {"Basic dGVzdDp0ZXN0dGVzdA==", "'Basic'"},
           {"AWS4-HMAC-SHA256", "'Credential'"},
           {"AWS4-HMAC-SHA256 Credential=a/b, SignedHeaders=host, Signature=0", "5 slash-delimited"},
           {Authorization("redshift", "x-amz-date", "0"), "'Host'"},
           {Authorization("redshift", "host;x-none", "0"), "'x-none'"},
           {"AWS4-HMAC-SHA256 Credential=////, SignedHeaders=, Signature=", "'Signature'"}}) {
    request.headers["authorization"] = header;
    EXPECT_EQ(Check(request)->kind, ApiErrorKind::kMalformedSignature) << header;
    EXPECT_THAT(Words(Check(request)), HasSubstr(words)) << header;
  }
}

}  // namespace
}  // namespace redshift_local
