#include "engine/file/s3_error.h"

#include <memory>

namespace redshift {

namespace {

// Marks a status that has been explained, so that it is not explained twice on its way up.
class ExplainedS3Error : public arrow::StatusDetail {
 public:
  const char* type_id() const override { return kTypeId; }
  std::string ToString() const override { return "S3"; }
  static constexpr const char* kTypeId = "redshift::ExplainedS3Error";
};

bool IsExplained(const arrow::Status& status) {
  return status.detail() && std::string_view(status.detail()->type_id()) == ExplainedS3Error::kTypeId;
}

// Arrow passes S3's errors on as text only: "AWS Error NO_SUCH_BUCKET during PutObject operation: ...".
struct Cause {
  std::string_view sign;
  std::string_view explanation;
};

constexpr Cause kCauses[] = {
    {"NO_SUCH_BUCKET", "The bucket does not exist. Create it, or correct 's3-uri'."},
    {"INVALID_ACCESS_KEY_ID", "The access key is not known there. Check the credentials."},
    {"SIGNATURE_DOES_NOT_MATCH", "The secret key does not fit the access key. Check the credentials."},
    {"InvalidToken", "The session token is not valid. Check the credentials."},
    {"ExpiredToken", "The credentials have expired. Provide new ones."},
    {"REQUEST_EXPIRED", "The request was too old when it arrived. Check this machine's clock."},
    {"REQUEST_TIME_TOO_SKEWED", "This machine's clock differs too much from S3's. Correct it."},
    {"ACCESS_DENIED",
     "Access is denied. Allow s3:PutObject, s3:GetObject, s3:DeleteObject and s3:AbortMultipartUpload under "
     "'s3-uri'."},
    {"PermanentRedirect", "The bucket is in another region. Set 'aws.region' to the bucket's region."},
    {"AuthorizationHeaderMalformed",
     "The bucket is in another region. Set 'aws.region' to the bucket's region."},
    {"HTTP status 301", "The bucket is in another region. Set 'aws.region' to the bucket's region."},
    {"curlCode: 60",
     "The endpoint's certificate is not trusted here. Add its authority to this system's certificates, or "
     "name "
     "a file with it in the environment variable SSL_CERT_FILE."},
    {"curlCode: 6,", "The endpoint's host name is not known here. Check 'aws.endpoint' and 'aws.region'."},
    {"NETWORK_CONNECTION",
     "There is no answer from this endpoint. Check 'aws.endpoint', 'aws.region' and the network."},
    {"SLOW_DOWN", "S3 asks to slow down and did not recover in time. Use another prefix, or fewer writers."},
    {"REQUEST_TIMEOUT", "S3 did not answer in time. Check the network."},
    {"SERVICE_UNAVAILABLE", "S3 is not available at the moment. Try again later."},
    {"INTERNAL_FAILURE", "S3 failed internally. Try again later."},
    {"HTTP status 5", "S3 failed internally. Try again later."},
};

}  // namespace

arrow::Status ExplainS3Error(const arrow::Status& status, const S3ErrorContext& context,
                             std::string_view action) {
  if (status.ok() || status.IsCancelled() || IsExplained(status)) return status;
  std::string_view explanation;
  for (const Cause& cause : kCauses) {
    if (status.message().find(cause.sign) != std::string::npos) {
      explanation = cause.explanation;
      break;
    }
  }
  arrow::Status explained = status.WithMessage(
      "cannot ", action, " (bucket '", context.bucket, "', endpoint ", context.endpoint, ", region ",
      context.region.empty() ? "unknown" : context.region, ", ", context.credentials, "). ", explanation,
      explanation.empty() ? "" : " ", "S3's answer: ", status.message());
  return explained.WithDetail(std::make_shared<ExplainedS3Error>());
}

bool IsNoSuchObject(const arrow::Status& status) {
  // Arrow's own "not found" carries ENOENT as its detail and says "Path does not exist".
  return status.IsIOError() && (status.message().find("Path does not exist") != std::string::npos ||
                                status.message().find("NO_SUCH_KEY") != std::string::npos);
}

bool IsNoAnswer(const arrow::Status& status) {
  return !status.ok() && status.message().find("NETWORK_CONNECTION") != std::string::npos;
}

}  // namespace redshift
