// Where S3 is.
#pragma once

#include <arrow/result.h>

#include <chrono>
#include <string>

#include "engine/aws/host_environment.h"
#include "engine/aws/http_client.h"
#include "engine/option/options.h"

namespace redshift {

/// Where the bucket of a table is asked for, and the region that its requests are signed for.
struct S3Place {
  std::string scheme;     ///< "https"
  std::string authority;  ///< "s3.eu-west-1.amazonaws.com", "127.0.0.1:9000"
  /// Whether the bucket stands in the path rather than in front of the host name.
  bool path_style = false;
  std::string region;

  std::string url() const { return scheme + "://" + authority; }
};

/// The place of the bucket of `s3-uri`: `aws.endpoint`; Flink's `s3.endpoint` with its
/// `s3.path.style.access`, where its settings count; AWS_ENDPOINT_URL_S3 or AWS_ENDPOINT_URL; Amazon's
/// otherwise. `interrupt` may be null. The region is `aws.region`; else, for an endpoint, the one in its
/// name, the configured one or us-east-1, and for Amazon's S3 the one in which the bucket is, which S3 is
/// asked for (blocks).
arrow::Result<S3Place> FindS3Place(const Options& options, const HostEnvironment& environment,
                                   HttpClient& http, const Interrupt* interrupt = nullptr);

/// The region of a bucket, as the S3 at `url` says it to anybody, be the bucket there or not.
arrow::Result<std::string> AskBucketRegion(HttpClient& http, const std::string& url,
                                           const std::string& bucket, const Interrupt* interrupt = nullptr,
                                           std::chrono::milliseconds timeout = std::chrono::seconds(10));

}  // namespace redshift
