#pragma once

#include <arrow/filesystem/s3fs.h>
#include <arrow/result.h>

#include <memory>
#include <string>

#include "engine/aws/aws_credentials.h"
#include "engine/file/s3_error.h"
#include "engine/option/options.h"
#include "engine/option/secret.h"

namespace redshift {

class S3Retry;

/// Keys that S3 accepts from us now. Temporary ones have a session token and expire.
struct S3Credentials {
  std::string access_key_id;
  Secret secret_access_key;
  Secret session_token;
};

/// How S3 is reached: endpoint, region and credentials from the `aws.*` options. Immutable after Make.
class S3Access {
 public:
  /// Blocks where something has to be found: the region of the bucket of `s3-uri`, when neither `aws.region`
  /// nor `aws.endpoint` is given; credentials, when `aws.credentials.provider` is AUTO.
  static arrow::Result<std::shared_ptr<S3Access>> Make(const Options& options,
                                                       const HostEnvironment& environment = {});

  /// A client whose small files are one request; errors show when a file is closed. `pool` gives the memory
  /// of uploads and must outlive the client and its uploads.
  arrow::Result<std::shared_ptr<arrow::fs::S3FileSystem>> Connect(
      std::shared_ptr<S3Retry> retry, arrow::MemoryPool* pool = arrow::default_memory_pool()) const;

  /// A client that asks S3 when a file is opened, and does not wait long for the answer.
  arrow::Result<std::shared_ptr<arrow::fs::S3FileSystem>> ConnectProbe(std::shared_ptr<S3Retry> retry) const;

  /// A client for which `directory` ("bucket/a/b") is a bucket: the object "b/c.csv" of it is
  /// "bucket/a/b/c.csv". For deletions: it does not wait long for an answer.
  arrow::Result<std::shared_ptr<arrow::fs::S3FileSystem>> ConnectBelow(const std::string& directory,
                                                                       std::shared_ptr<S3Retry> retry) const;

  arrow::Result<S3Credentials> Credentials() const;
  const std::string& region() const { return s3_.region; }
  /// For the bucket of `s3-uri`.
  const S3ErrorContext& error_context() const { return error_context_; }

 private:
  S3Access() = default;

  std::shared_ptr<AwsCredentials> credentials_;
  arrow::fs::S3Options s3_;
  S3ErrorContext error_context_;
};

}  // namespace redshift
