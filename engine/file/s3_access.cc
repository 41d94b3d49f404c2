#include "engine/file/s3_access.h"

#include <utility>

#include "engine/aws/aws_credentials.h"
#include "engine/file/process_end.h"
#include "engine/file/s3_place.h"

namespace redshift {

arrow::Result<std::shared_ptr<const S3Target>> FindS3(const Options& options,
                                                      const HostEnvironment& environment,
                                                      const Interrupt* interrupt) {
  ARROW_RETURN_NOT_OK(PrepareProcessEnd());
  S3Target target;
  ARROW_ASSIGN_OR_RAISE(target.credentials, AwsCredentials::Make(options, environment));
  // Who has none learns it now.
  ARROW_RETURN_NOT_OK(target.credentials->Get({}, {.interrupt = interrupt}));

  HttpClient http;
  ARROW_ASSIGN_OR_RAISE(target.place, FindS3Place(options, environment, http, interrupt));
  target.encryption = options.Get(option::kS3Sse);
  target.kms_key_id = options.Find(option::kS3SseKmsKeyId).value_or("");
  target.error_context = {.bucket = options.s3_bucket(),
                          .endpoint = target.place.url(),
                          .region = target.place.region,
                          .credentials = target.credentials->description()};
  return std::make_shared<const S3Target>(std::move(target));
}

}  // namespace redshift
