#pragma once

#include <arrow/result.h>

#include <memory>
#include <string>

#include "engine/aws/aws_credentials.h"
#include "engine/file/s3_client.h"
#include "engine/option/options.h"
#include "engine/option/secret.h"

namespace redshift {

/// Keys that S3 accepts from us now. Temporary ones have a session token and expire.
struct S3Credentials {
  std::string access_key_id;
  Secret secret_access_key;
  Secret session_token;
};

/// How S3 is reached: endpoint, region, credentials and encryption from the `aws.*` and `s3.*` options.
/// Immutable after Make.
class S3Access {
 public:
  /// Blocks where the network has to be asked for the region of the bucket or for credentials.
  static arrow::Result<std::shared_ptr<S3Access>> Make(const Options& options,
                                                       const HostEnvironment& environment = {});

  /// For S3Client.
  std::shared_ptr<const S3Target> target() const { return target_; }

  arrow::Result<S3Credentials> Credentials() const;
  const std::string& region() const { return target_->place.region; }

 private:
  S3Access() = default;

  std::shared_ptr<const S3Target> target_;
};

}  // namespace redshift
