#include "engine/sink/copy_error.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>

#include "engine/warehouse/error.h"

namespace redshift {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kRole[] = "arn:aws:iam::123456789012:role/load";

arrow::Status Refused(const std::string& message, const std::string& detail = "") {
  auto error = std::make_shared<WarehouseErrorDetail>();
  error->label = "COPY into public.t";
  error->sqlstate = "XX000";
  error->message = message;
  error->detail = detail;
  return arrow::Status(arrow::StatusCode::IOError, "COPY into public.t failed: " + message + " " + detail,
                       error);
}

std::string Explained(const std::string& message, const CopyAttempt& attempt,
                      const std::string& detail = "") {
  const arrow::Status status = ExplainCopyError(Refused(message, detail), attempt);
  EXPECT_NE(WarehouseError(status), nullptr);
  return status.message();
}

CopyAttempt ByRole() {
  return {.manifest_url = "s3://b/m", .iam_role = kRole, .keys_source = "", .region = {}, .parquet = false};
}
CopyAttempt ByKeys() {
  return {.manifest_url = "s3://b/m",
          .iam_role = "",
          .keys_source = "aws.credentials.provider = AUTO",
          .region = {},
          .parquet = false};
}

// Redshift's words: "S3ServiceException errors" and the field reports in the fact sheet.

TEST(CopyError, NamesObjectRightsReasonAndAdvice) {
  const std::string denied =
      "S3ServiceException:Access Denied,Status 403,Error AccessDenied,Rid 1,CanRetry 1";
  EXPECT_EQ(
      Explained(denied, ByRole(),
                "-----\n  error:  " + denied +
                    "\n  code:      8001\n  context:   S3 key being read : s3://b/part-1\n  query:     1\n"),
      "COPY into public.t from s3://b/m with 'iam-role-arn' = '" + std::string(kRole) +
          "' was refused: " + denied +
          " (S3 key being read : s3://b/part-1), SQLSTATE XX000. Allow the role s3:GetObject on the staged "
          "files and s3:ListBucket on the bucket (and kms:Decrypt where it is encrypted with a key of KMS), "
          "or choose another 's3-uri'.");
  EXPECT_THAT(Explained(denied, ByKeys()),
              AllOf(HasSubstr("with the S3 keys of aws.credentials.provider = AUTO"),
                    HasSubstr("Allow these keys s3:GetObject")));
}

TEST(CopyError, SaysHowRolesAreMended) {
  EXPECT_THAT(
      Explained("User arn:aws:redshift:us-east-1:123456789012:dbuser:c/u is not authorized to assume IAM "
                "Role " +
                    std::string(kRole),
                ByRole()),
      HasSubstr("Attach the role to the cluster"));
  EXPECT_THAT(Explained("Not authorized to get credentials of role " + std::string(kRole), ByRole()),
              HasSubstr("sts:AssumeRole on the next"));
}

TEST(CopyError, SaysHowKeysAreMended) {
  EXPECT_THAT(
      Explained("S3ServiceException:The provided token has expired.,Status 400,Error ExpiredToken", ByKeys()),
      HasSubstr("Set 'iam-role-arn'"));
  for (const char* code : {"InvalidAccessKeyId", "SignatureDoesNotMatch", "InvalidToken"}) {
    EXPECT_THAT(Explained("S3ServiceException:no,Status 403,Error " + std::string(code), ByKeys()),
                HasSubstr("correct them"));
  }
}

TEST(CopyError, SaysWhichRegionWasMeant) {
  const std::string redirect =
      "S3ServiceException:The bucket you are attempting to access must be addressed using the specified "
      "endpoint.,Status 301,Error PermanentRedirect";
  CopyAttempt attempt = ByRole();
  EXPECT_THAT(Explained(redirect, attempt), AllOf(HasSubstr("Set 'aws.region'"), Not(HasSubstr("REGION"))));
  attempt.region = "eu-west-1";
  EXPECT_THAT(Explained(redirect, attempt), HasSubstr("COPY said REGION 'eu-west-1'"));
  attempt.parquet = true;
  EXPECT_THAT(Explained(redirect, attempt), HasSubstr("COPY of Parquet reads the cluster's region only"));
}

TEST(CopyError, LeavesOtherFailuresAlone) {
  const arrow::Status load = Refused("Load into table 't' failed.  Check 'stl_load_errors' system table");
  EXPECT_EQ(ExplainCopyError(load, ByRole()).message(), load.message());
  const arrow::Status ours = arrow::Status::IOError("AccessDenied");
  EXPECT_EQ(ExplainCopyError(ours, ByRole()).message(), "AccessDenied");
}

}  // namespace
}  // namespace redshift
