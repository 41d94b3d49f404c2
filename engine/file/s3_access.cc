#include "engine/file/s3_access.h"

#include "engine/file/process_end.h"
#include "engine/file/s3_place.h"

namespace redshift {

arrow::Result<std::shared_ptr<S3Access>> S3Access::Make(const Options& options,
                                                        const HostEnvironment& environment) {
  ARROW_RETURN_NOT_OK(PrepareProcessEnd());
  S3Target target;
  ARROW_ASSIGN_OR_RAISE(const auto credentials, AwsCredentials::Make(options, environment));
  // Who has none learns it now.
  ARROW_RETURN_NOT_OK(credentials->Get());
  target.keys = [credentials] { return credentials->Get(); };

  HttpClient http;
  ARROW_ASSIGN_OR_RAISE(target.place, FindS3Place(options, environment, http));
  target.encryption = options.Get(option::kS3Sse);
  target.kms_key_id = options.Find(option::kS3SseKmsKeyId).value_or("");
  target.error_context = {.bucket = options.s3_bucket(),
                          .endpoint = target.place.url(),
                          .region = target.place.region,
                          .credentials = credentials->description()};

  std::shared_ptr<S3Access> access(new S3Access());
  access->target_ = std::make_shared<const S3Target>(std::move(target));
  return access;
}

arrow::Result<S3Credentials> S3Access::Credentials() const {
  ARROW_ASSIGN_OR_RAISE(AwsKeys keys, target_->keys());
  return S3Credentials{std::move(keys.access_key_id), std::move(keys.secret_access_key),
                       std::move(keys.session_token)};
}

}  // namespace redshift
