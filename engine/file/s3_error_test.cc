#include "engine/file/s3_error.h"

#include <gmock/gmock.h>

namespace redshift {
namespace {

using ::testing::HasSubstr;

const S3ErrorContext kContext{"bkt", "http://127.0.0.1:9000", "us-east-1", "aws.credentials.provider BASIC"};

// Texts as Arrow's S3 file system gives them.
const arrow::Status kNoBucket = arrow::Status::IOError(
    "When initiating multiple part upload for key 'a' in bucket 'bkt': AWS Error NO_SUCH_BUCKET during "
    "CreateMultipartUpload operation: The specified bucket does not exist");

TEST(S3Error, NamesWhatWasTriedWhereAndWhatToDo) {
  const std::string message = ExplainS3Error(kNoBucket, kContext, "write s3://bkt/a").message();
  EXPECT_THAT(message, HasSubstr("cannot write s3://bkt/a"));
  EXPECT_THAT(message, HasSubstr("bucket 'bkt'"));
  EXPECT_THAT(message, HasSubstr("endpoint http://127.0.0.1:9000"));
  EXPECT_THAT(message, HasSubstr("Create it, or correct 's3-uri'"));
  EXPECT_THAT(message, HasSubstr("The specified bucket does not exist"));
}

TEST(S3Error, TellsAnUntrustedCertificateFromSilence) {
  const arrow::Status untrusted = arrow::Status::IOError(
      "AWS Error NETWORK_CONNECTION during CreateMultipartUpload operation: curlCode: 60, SSL peer "
      "certificate or "
      "SSH remote key was not OK");
  EXPECT_THAT(ExplainS3Error(untrusted, kContext, "write s3://bkt/a").message(), HasSubstr("SSL_CERT_FILE"));
}

TEST(S3Error, IsExplainedOnce) {
  const arrow::Status once = ExplainS3Error(kNoBucket, kContext, "write s3://bkt/a");
  EXPECT_EQ(ExplainS3Error(once, kContext, "do something else").message(), once.message());
}

TEST(S3Error, LeavesSuccessAndCancellationAlone) {
  EXPECT_TRUE(ExplainS3Error(arrow::Status::OK(), kContext, "x").ok());
  EXPECT_EQ(ExplainS3Error(arrow::Status::Cancelled("stop"), kContext, "x").message(), "stop");
}

TEST(S3Error, PassesUnknownErrorsOnWithTheirText) {
  const std::string message =
      ExplainS3Error(arrow::Status::IOError("AWS Error [code 999]: odd"), kContext, "read s3://bkt/a")
          .message();
  EXPECT_THAT(message, HasSubstr("cannot read s3://bkt/a"));
  EXPECT_THAT(message, HasSubstr("odd"));
}

}  // namespace
}  // namespace redshift
