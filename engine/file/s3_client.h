// Requests to an S3 API.
#pragma once

#include <arrow/result.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/aws/aws_credentials.h"
#include "engine/aws/http_client.h"
#include "engine/file/s3_error.h"
#include "engine/file/s3_listing.h"
#include "engine/file/s3_place.h"
#include "engine/file/s3_retry.h"
#include "engine/option/option_keys.h"

namespace redshift {

struct S3Url;

/// Where S3 is, as whom it is asked, and how it is to encrypt what it stores.
struct S3Target {
  S3Place place;
  /// Asked for every request, since temporary keys change.
  std::shared_ptr<AwsCredentials> credentials;
  option::S3Sse encryption = option::S3Sse::kNone;
  std::string kms_key_id;  ///< empty: the account's own key for S3
  S3ErrorContext error_context;
};

/// The requests that staging needs, each signed with the keys of its moment and repeated as an S3Retry says;
/// one that S3 refuses because its keys have expired is repeated once where there are newer ones. All block.
/// Errors are explained (s3_error.h) and name the object. An answer counts as S3's only with the marks that
/// S3's answers have: another server's page with status 200 is an error. Thread-safe.
class S3Client {
 public:
  /// `timeout`: for how long nothing may arrive.
  S3Client(std::shared_ptr<const S3Target> target, std::shared_ptr<HttpClient> http,
           std::shared_ptr<S3Retry> retry, std::chrono::milliseconds timeout);

  /// Writes a whole object in one request; at most 5 GB.
  arrow::Status Put(const S3Url& object, std::string_view bytes);

  /// Begins an object in parts; S3's name for the upload. Nothing shows before Complete, and the parts stay
  /// (and cost) until Complete or Abort.
  arrow::Result<std::string> BeginUpload(const S3Url& object);
  /// Part `number`, from 1; its ETag. A repeat replaces it.
  arrow::Result<std::string> UploadPart(const S3Url& object, const std::string& upload, int number,
                                        std::string_view bytes);
  /// Makes the object of all its parts; `size` is the sum of theirs. When the answer to a first attempt was
  /// lost, an object of that size counts as success: keys are never used twice.
  arrow::Status CompleteUpload(const S3Url& object, const std::string& upload,
                               const std::vector<std::string>& etags, int64_t size);
  /// Frees the parts. An upload that is not there (any more) counts as aborted.
  arrow::Status AbortUpload(const S3Url& object, const std::string& upload);

  /// A whole object of at most `max_bytes`.
  arrow::Result<std::string> Get(const S3Url& object, int64_t max_bytes);

  /// One that is not there counts as deleted.
  arrow::Status Delete(const S3Url& object);

  /// Deletes up to kMaxDeleteBatch objects of a bucket in one request; those that S3 could not delete for a
  /// passing reason are asked for again. All but those with an error are gone, and the first error is
  /// returned. `gone` (may be null) also gets each that S3 said is deleted or not there, whatever is
  /// returned. Keys must be such that CanStandInDeleteDocument. Some S3 APIs do not know this request
  /// (NotImplemented).
  static constexpr size_t kMaxDeleteBatch = 1000;
  arrow::Status DeleteBatch(const std::string& bucket, std::vector<std::string> keys,
                            std::vector<S3Url>* gone = nullptr);

  /// A page of the objects whose keys begin with the key of `beginning`, which may be empty; `token` is the
  /// `next` of the page before, empty for the first.
  arrow::Result<ObjectPage> ListObjects(const S3Url& beginning, const std::string& token);
  /// The same for uploads that were not completed.
  arrow::Result<UploadPage> ListUploads(const S3Url& beginning, const UploadMarker& after);

 private:
  struct Call;

  arrow::Result<HttpAnswer> Send(const S3Url& object, const Call& call);
  /// One attempt, with the keys that it puts into `keys`; errors are explained.
  arrow::Result<HttpAnswer> SendOnce(const S3Url& object, const Call& call, const std::string& url,
                                     AwsKeys* keys);
  /// Whether there are others than `keys`, which S3 says have expired.
  bool HasNewerKeys(const AwsKeys& keys) const;
  KeyWait WaitForKeys() const;
  /// Of the object, or with an empty key of the bucket.
  std::string UrlOf(const S3Url& object, std::string_view query) const;
  std::vector<std::pair<std::string, std::string>> EncryptionHeaders() const;
  /// An error unless the answer confirms the encryption that was asked for.
  arrow::Status CheckEncryption(const HttpAnswer& answer, const S3Url& object) const;
  S3ErrorContext ContextOf(const S3Url& object) const;

  const std::shared_ptr<const S3Target> target_;
  const std::shared_ptr<HttpClient> http_;
  const std::shared_ptr<S3Retry> retry_;
  const std::chrono::milliseconds timeout_;
};

}  // namespace redshift
