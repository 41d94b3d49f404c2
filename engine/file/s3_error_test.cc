#include "engine/file/s3_error.h"

#include <gmock/gmock.h>

#include "engine/aws/http_client.h"

namespace redshift {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

const S3ErrorContext kContext{"bkt", "http://127.0.0.1:9000", "us-east-1", "aws.credentials.provider BASIC"};

HttpAnswer Answer(int status, std::string body, std::string type = "application/xml") {
  HttpAnswer answer;
  answer.status = status;
  answer.headers = {{"content-type", std::move(type)}};
  answer.body = std::move(body);
  return answer;
}

// Bodies as "Error responses" and "Multipart upload" of Amazon S3's API reference show them.
const HttpAnswer kNoBucket =
    Answer(404,
           "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error>\n  <Code>NoSuchBucket</Code>\n"
           "  <Message>The specified bucket does not exist</Message>\n  <BucketName>bkt</BucketName>\n"
           "  <RequestId>4442587FB7D0A2F9</RequestId>\n</Error>");

TEST(S3Error, NamesWhatWasTriedWhereAndWhatToDo) {
  const arrow::Status status = S3Refusal(kNoBucket, kContext, "write s3://bkt/a");
  EXPECT_THAT(status.message(),
              AllOf(HasSubstr("cannot write s3://bkt/a"), HasSubstr("bucket 'bkt'"),
                    HasSubstr("endpoint http://127.0.0.1:9000"), HasSubstr("Create it, or correct 's3-uri'"),
                    HasSubstr("The specified bucket does not exist")));
  EXPECT_EQ(S3ErrorOf(status)->code(), "NoSuchBucket");
  EXPECT_FALSE(S3ErrorOf(status)->passing());
}

TEST(S3Error, SaysInWhichRegionABucketIs) {
  const std::string redirect =
      "<Error><Code>PermanentRedirect</Code><Message>The bucket you are attempting to access must be "
      "addressed using the specified endpoint.</Message><Endpoint>bkt.s3.eu-west-1.amazonaws.com</Endpoint>"
      "</Error>";
  HttpAnswer answer = Answer(301, redirect);
  EXPECT_THAT(S3Refusal(answer, kContext, "write s3://bkt/a").message(), HasSubstr("in another region"));
  answer.headers.emplace_back("x-amz-bucket-region", "eu-west-1");
  EXPECT_THAT(S3Refusal(answer, kContext, "write s3://bkt/a").message(),
              AllOf(HasSubstr("The bucket is in the region eu-west-1"), HasSubstr("Set 'aws.region'"),
                    HasSubstr("PermanentRedirect")));
  const HttpAnswer malformed = Answer(
      400,
      "<Error><Code>AuthorizationHeaderMalformed</Code><Message>The authorization header is malformed; "
      "the region 'us-east-1' is wrong; expecting 'eu-west-1'</Message><Region>eu-west-1</Region>"
      "</Error>");
  EXPECT_THAT(S3Refusal(malformed, kContext, "write s3://bkt/a").message(),
              HasSubstr("The bucket is in the region eu-west-1"));
}

TEST(S3Error, KnowsWhatPasses) {
  for (const int status : {408, 429, 500, 502, 503, 504}) {
    EXPECT_TRUE(S3ErrorOf(S3Refusal(Answer(status, ""), kContext, "x"))->passing()) << status;
  }
  for (const int status : {301, 400, 401, 403, 404, 405, 411, 412, 416}) {
    EXPECT_FALSE(S3ErrorOf(S3Refusal(Answer(status, ""), kContext, "x"))->passing()) << status;
  }
  // ThrottlingException: "ThrottlingExceptions when using AWS KMS", the knowledge center of AWS.
  for (const char* code : {"RequestTimeout", "ThrottlingException", "SlowDown", "OperationAborted"}) {
    const HttpAnswer answer = Answer(400, "<Error><Code>" + std::string(code) + "</Code></Error>");
    EXPECT_TRUE(S3ErrorOf(S3Refusal(answer, kContext, "x"))->passing()) << code;
  }
  for (const char* code : {"RequestTimeTooSkewed", "ExpiredToken", "NoSuchBucket", "PreconditionFailed"}) {
    const HttpAnswer answer = Answer(403, "<Error><Code>" + std::string(code) + "</Code></Error>");
    EXPECT_FALSE(S3ErrorOf(S3Refusal(answer, kContext, "x"))->passing()) << code;
  }
}

TEST(S3Error, TellsTheWholeReasonOfARefusal) {
  const HttpAnswer denied = Answer(
      403,
      "<Error><Code>AccessDenied</Code><Message>User: arn:aws:sts::123456789012:assumed-role/flink-role/"
      "flink-session is not authorized to perform: s3:PutObject on resource: "
      "\"arn:aws:s3:::bkt/staged/0-0.csv\" with an explicit deny in a service control policy</Message>"
      "</Error>");
  EXPECT_THAT(S3Refusal(denied, kContext, "write s3://bkt/a").message(),
              HasSubstr("with an explicit deny in a service control policy"));
}

TEST(S3Error, AMalformedHeaderWithoutARegionMayBeTheKeys) {
  const HttpAnswer malformed = Answer(
      400,
      "<Error><Code>AuthorizationHeaderMalformed</Code><Message>The authorization header is malformed; a "
      "non-empty Access Key (AKID) must be provided in the credential.</Message></Error>");
  EXPECT_THAT(S3Refusal(malformed, kContext, "write s3://bkt/a").message(),
              AllOf(HasSubstr("the access key is none"), Not(HasSubstr("is in another region"))));
}

TEST(S3Error, TellsAPageOfSomebodyElseFromS3) {
  const HttpAnswer page = Answer(403, "<!DOCTYPE html>\n<html><head><title>Blocked by\x1b[31m proxy</title>",
                                 "text/html; charset=utf-8");
  const arrow::Status status = S3Refusal(page, kContext, "write s3://bkt/a");
  EXPECT_THAT(status.message(),
              AllOf(HasSubstr("cannot write s3://bkt/a"), HasSubstr("What answered is not S3"),
                    HasSubstr("HTTP status 403 and the type text/html"), HasSubstr("<title>Blocked by"),
                    Not(HasSubstr("\x1b")), Not(HasSubstr("\n"))));
  EXPECT_EQ(S3ErrorOf(status)->kind(), S3ErrorDetail::Kind::kNotS3);
}

TEST(S3Error, ShowsOnlyTheBeginningOfAForeignPage) {
  const HttpAnswer page = Answer(502, std::string(100'000, 'x'), "text/plain");
  EXPECT_LT(S3Refusal(page, kContext, "write s3://bkt/a").message().size(), 1000U);
}

}  // namespace
}  // namespace redshift
