#pragma once

#include <arrow/status.h>

#include <string>
#include <string_view>

namespace redshift {

struct HttpAnswer;

/// What a person needs to know about a request to S3 in order to mend it.
struct S3ErrorContext {
  std::string bucket;
  std::string endpoint;  // "http://127.0.0.1:9000", or Amazon's
  std::string region;
  std::string credentials;  // where the keys come from: "aws.credentials.provider BASIC"
  // That the request takes; empty: those on objects that a sink needs.
  std::string right_on_bucket = {};
};

/// Attached to the Status of a failed request to S3.
class S3ErrorDetail : public arrow::StatusDetail {
 public:
  enum class Kind {
    kRefused,     // S3 answered with an error
    kNoAnswer,    // S3 cannot be reached, or the connection broke: whether it acted is not known
    kNotS3,       // what answered does not speak as S3 does: a proxy's page, a cut or mislabelled body
    kNotAllowed,  // our own side: the request cannot be made
  };

  S3ErrorDetail(Kind kind, std::string code, bool passing)
      : kind_(kind), code_(std::move(code)), passing_(passing) {}

  Kind kind() const { return kind_; }
  /// S3's: "NoSuchBucket". Empty where S3 gave none.
  const std::string& code() const { return code_; }
  /// Whether the same request may succeed a little later.
  bool passing() const { return passing_; }

  const char* type_id() const override;
  std::string ToString() const override { return "S3"; }

 private:
  const Kind kind_;
  const std::string code_;
  const bool passing_;
};

/// The detail of `status`, or null.
const S3ErrorDetail* S3ErrorOf(const arrow::Status& status);

/// The error for an answer that is none of success, in one readable text: what was tried, bucket and
/// endpoint, the likely cause and what to do, then S3's own words. An answer that S3 would not give (an HTML
/// page) is named as such. `action` completes "cannot ...": "write s3://b/k".
arrow::Status S3Refusal(const HttpAnswer& answer, const S3ErrorContext& context, std::string_view action);

/// The same for a successful status whose content S3 would not send; `what` says in which way.
arrow::Status S3FalseAnswer(const HttpAnswer& answer, const S3ErrorContext& context, std::string_view action,
                            std::string_view what);

/// The same for a request that got no answer: `status` is HttpClient's. Cancelled when it was interrupted.
arrow::Status S3Silence(const arrow::Status& status, const S3ErrorContext& context, std::string_view action);

/// Whether S3 said that the object does not exist.
bool IsNoSuchObject(const arrow::Status& status);

/// Whether S3 said nothing at all: it cannot be reached, or the connection broke.
bool IsNoAnswer(const arrow::Status& status);

}  // namespace redshift
