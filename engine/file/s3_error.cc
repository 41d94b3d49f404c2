#include "engine/file/s3_error.h"

#include <memory>
#include <utility>

#include "engine/aws/http_client.h"
#include "engine/aws/signed_call.h"
#include "engine/aws/xml_text.h"

namespace redshift {

namespace {

constexpr char kTypeId[] = "redshift::S3ErrorDetail";
// Of a page that is not S3's, enough to see whose it is.
constexpr size_t kShownBytes = 120;
// S3's reason for a refusal stands behind the names of user, action and resource.
constexpr size_t kMessageBytes = 1000;

constexpr std::string_view kOtherRegion =
    "The bucket is in another region. Set 'aws.region' to the bucket's region.";

struct Cause {
  std::string_view code;
  std::string_view explanation;
};

constexpr Cause kCauses[] = {
    {"NoSuchBucket", "The bucket does not exist. Create it, or correct 's3-uri'."},
    {"NoSuchUpload",
     "The upload was given up by somebody else. A rule of the bucket that aborts incomplete uploads must "
     "leave "
     "them the time of a checkpoint."},
    {"InvalidAccessKeyId", "The access key is not known there. Check the credentials."},
    {"SignatureDoesNotMatch", "The secret key does not fit the access key. Check the credentials."},
    {"InvalidToken", "The session token is not valid. Check the credentials."},
    {"ExpiredToken", "The credentials have expired. Provide new ones."},
    {"RequestExpired", "The request was too old when it arrived. Check this machine's clock."},
    {"RequestTimeTooSkewed", "This machine's clock differs too much from S3's. Correct it."},
    {"AccessDenied",
     "Access is denied. Allow s3:PutObject, s3:GetObject, s3:DeleteObject and s3:AbortMultipartUpload under "
     "'s3-uri', and with 's3.sse' = 'sse-kms' also kms:GenerateDataKey and kms:Decrypt on the key."},
    {"PermanentRedirect", kOtherRegion},
    {"AuthorizationHeaderMalformed", kOtherRegion},
    {"KMS.NotFoundException", "The key of 's3.sse.kms-key-id' does not exist in the bucket's region."},
    {"KMS.DisabledException", "The key of 's3.sse.kms-key-id' is disabled."},
    {"SlowDown", "S3 asks to slow down and did not recover in time. Use another prefix, or fewer writers."},
    {"ThrottlingException",
     "AWS KMS asks to slow down and did not recover in time. Let the bucket use an S3 Bucket Key, or use "
     "fewer "
     "writers."},
    {"RequestTimeout", "S3 did not get the whole request in time. Check the network."},
    {"ServiceUnavailable", "S3 is not available at the moment. Try again later."},
    {"InternalError", "S3 failed internally. Try again later."},
};

bool IsS3sRedirection(int status) {
  return status == 301 || status == 307;
}

std::string_view Explanation(std::string_view code, int status) {
  for (const Cause& cause : kCauses) {
    if (cause.code == code) return cause.explanation;
  }
  if (IsS3sRedirection(status)) return kOtherRegion;
  if (status >= 500) return "S3 failed internally. Try again later.";
  return "";
}

bool IsPassing(std::string_view code, int status) {
  // One transmission: the body was damaged or late, or another request was faster.
  if (code == "XAmzContentSHA256Mismatch" || code == "OperationAborted") return true;
  // Codes also count with a status of success or of our own fault: S3 sends InternalError behind 200, and
  // what KMS says about too many keys with 400.
  return IsPassingCode(code) || status == 408 || status == 429 || status >= 500;
}

std::string_view SilenceExplanation(const HttpErrorDetail& error) {
  switch (error.kind) {
    case HttpErrorDetail::Kind::kTls:
      return "No trusted encrypted connection could be made. If the endpoint's certificate is not known "
             "here, add its authority to this system's certificates, or name a file with it in the "
             "environment "
             "variable AWS_CA_BUNDLE.";
    case HttpErrorDetail::Kind::kConnect:
    case HttpErrorDetail::Kind::kTimeout:
      return "There is no answer from this endpoint. Check 'aws.endpoint', 'aws.region' and the network.";
    case HttpErrorDetail::Kind::kLost:
      return "The connection broke before there was a whole answer, also when tried again. Check "
             "'aws.endpoint', any proxy and the network.";
    case HttpErrorDetail::Kind::kAnswer:
      return "What answers there does not speak as S3 does. Check 'aws.endpoint' and any proxy.";
    case HttpErrorDetail::Kind::kInterrupted:
    case HttpErrorDetail::Kind::kRequest:
      break;
  }
  return "";
}

std::string ErrorText(const HttpAnswer& answer, std::string_view element) {
  return XmlText(answer.body, {"Error", element}).value_or("");
}

// One line of printable characters.
std::string Shown(std::string_view body, size_t most = kShownBytes) {
  std::string text;
  for (const char c : body.substr(0, most)) {
    const bool blank = c == ' ' || c == '\n' || c == '\r' || c == '\t';
    if (!blank) text += c > ' ' && c < '\x7f' ? c : '?';
    if (blank && !text.empty() && text.back() != ' ') text += ' ';
  }
  if (body.size() > most) text += "...";
  return text;
}

arrow::Status Explained(const S3ErrorContext& context, std::string_view action, std::string_view explanation,
                        std::string_view answer, std::shared_ptr<S3ErrorDetail> detail) {
  return arrow::Status::FromDetailAndArgs(
      arrow::StatusCode::IOError, std::move(detail), "cannot ", action, " (bucket '", context.bucket,
      "', endpoint ", context.endpoint, ", region ", context.region.empty() ? "unknown" : context.region,
      ", ", context.credentials, "). ", explanation, explanation.empty() ? "" : " ", answer);
}

}  // namespace

const char* S3ErrorDetail::type_id() const {
  return kTypeId;
}

const S3ErrorDetail* S3ErrorOf(const arrow::Status& status) {
  if (!status.detail() || std::string_view(status.detail()->type_id()) != kTypeId) return nullptr;
  return static_cast<const S3ErrorDetail*>(status.detail().get());
}

arrow::Status S3Refusal(const HttpAnswer& answer, const S3ErrorContext& context, std::string_view action) {
  std::string code = ErrorText(answer, "Code");
  const bool passing = IsPassing(code, answer.status);
  // HEAD has no body, and a redirection may have none.
  const bool redirects = answer.status >= 300 && answer.status < 400;
  if (code.empty() && (!answer.body.empty() || (redirects && !IsS3sRedirection(answer.status)))) {
    return S3FalseAnswer(answer, context, action, "instead of S3's error message");
  }
  std::string explanation(Explanation(code, answer.status));
  std::string region(answer.Header("x-amz-bucket-region"));
  if (region.empty()) region = ErrorText(answer, "Region");
  if (explanation == kOtherRegion && !region.empty()) {
    explanation = "The bucket is in the region " + Shown(region) + ". Set 'aws.region' to it.";
  } else if (code == "AuthorizationHeaderMalformed") {
    explanation = "Either 'aws.region' is not the bucket's region, or the access key is none. Check both.";
  }
  if (code == "AccessDenied" && !context.right_on_bucket.empty()) {
    explanation = "Access is denied. Allow " + context.right_on_bucket + " on the bucket.";
  }
  const std::string words = "S3's answer: " + (code.empty() ? "no message" : Shown(code)) + " (HTTP status " +
                            std::to_string(answer.status) + ") " +
                            Shown(ErrorText(answer, "Message"), kMessageBytes);
  return Explained(context, action, explanation, words,
                   std::make_shared<S3ErrorDetail>(S3ErrorDetail::Kind::kRefused, std::move(code), passing));
}

arrow::Status S3FalseAnswer(const HttpAnswer& answer, const S3ErrorContext& context, std::string_view action,
                            std::string_view what) {
  std::string words = "The answer has HTTP status " + std::to_string(answer.status);
  if (const std::string_view type = answer.Header("content-type"); !type.empty()) {
    words += " and the type " + Shown(type);
  }
  words += " " + std::string(what);
  // What has an ETag is an object: rows do not belong into messages.
  if (!answer.body.empty() && answer.Header("etag").empty()) words += ". It begins: " + Shown(answer.body);
  return Explained(
      context, action,
      "What answered is not S3, or not unchanged: a proxy, a gateway or a login page stands in between, or "
      "'aws.endpoint' names something else.",
      words, std::make_shared<S3ErrorDetail>(S3ErrorDetail::Kind::kNotS3, "", IsPassing("", answer.status)));
}

arrow::Status S3Silence(const arrow::Status& status, const S3ErrorContext& context, std::string_view action) {
  const HttpErrorDetail* error = HttpError(status);
  if (error == nullptr) {
    return Explained(context, action, "", status.message(),
                     std::make_shared<S3ErrorDetail>(S3ErrorDetail::Kind::kNotAllowed, "", false));
  }
  if (error->kind == HttpErrorDetail::Kind::kInterrupted) return arrow::Status::Cancelled("upload cancelled");
  using Kind = S3ErrorDetail::Kind;
  const Kind kind = error->retryable()                              ? Kind::kNoAnswer
                    : error->kind == HttpErrorDetail::Kind::kAnswer ? Kind::kNotS3
                                                                    : Kind::kNotAllowed;
  return Explained(context, action, SilenceExplanation(*error), status.message(),
                   std::make_shared<S3ErrorDetail>(kind, "", error->retryable()));
}

bool IsNoSuchObject(const arrow::Status& status) {
  const S3ErrorDetail* error = S3ErrorOf(status);
  return error != nullptr && error->code() == "NoSuchKey";
}

bool IsNoAnswer(const arrow::Status& status) {
  const S3ErrorDetail* error = S3ErrorOf(status);
  return error != nullptr && error->kind() == S3ErrorDetail::Kind::kNoAnswer;
}

}  // namespace redshift
