#include "engine/file/s3_access.h"

#include <chrono>

#include "engine/aws/system_roots.h"
#include "engine/file/s3_address.h"
#include "engine/file/s3_retry.h"
#include "engine/file/s3_runtime.h"

namespace redshift {

namespace {

using Seconds = std::chrono::duration<double>;
constexpr Seconds kConnectTimeout{5};
// No byte in either direction for so long.
constexpr Seconds kRequestTimeout{30};
constexpr Seconds kProbeTimeout{5};
// Deletions are small requests, often sent by a task that has to end soon.
constexpr Seconds kDeletionTimeout{10};
constexpr std::string_view kDefaultRegion = "us-east-1";

std::string AmazonHost(const std::string& region) {
  return "s3." + region + (region.starts_with("cn-") ? ".amazonaws.com.cn" : ".amazonaws.com");
}

}  // namespace

arrow::Result<std::shared_ptr<S3Access>> S3Access::Make(const Options& options,
                                                        const HostEnvironment& environment) {
  ARROW_RETURN_NOT_OK(EnsureS3Runtime());
  std::shared_ptr<S3Access> access(new S3Access());
  arrow::fs::S3Options& s3 = access->s3_;
  S3ErrorContext& context = access->error_context_;

  ARROW_ASSIGN_OR_RAISE(access->credentials_, AwsCredentials::Make(options, environment));
  ARROW_ASSIGN_OR_RAISE(const AwsKeys keys, access->credentials_->Get());
  s3.ConfigureAccessKey(keys.access_key_id, keys.secret_access_key.Reveal(), keys.session_token.Reveal());
  context.credentials = access->credentials_->description();

  s3.connect_timeout = kConnectTimeout.count();
  s3.request_timeout = kRequestTimeout.count();
  s3.tls_ca_file_path = SystemRoots();
  s3.allow_bucket_creation = false;
  context.bucket = options.s3_bucket();

  s3.region = options.Find(option::kAwsRegion).value_or("");
  if (const auto endpoint = options.Find(option::kAwsEndpoint)) {
    ARROW_ASSIGN_OR_RAISE(const S3Endpoint address, ParseS3Endpoint(*endpoint));
    s3.scheme = address.scheme;
    s3.endpoint_override = address.authority;
    context.endpoint = address.scheme + "://" + address.authority;
    if (s3.region.empty()) s3.region = kDefaultRegion;
  } else {
    context.endpoint = "https://s3.amazonaws.com";
    if (s3.region.empty()) {
      auto region = arrow::fs::ResolveS3BucketRegion(options.s3_bucket());
      if (!region.ok()) {
        return ExplainS3Error(region.status(), context,
                              "find the region of the bucket; 'aws.region' is not set");
      }
      s3.region = *region;
    }
    context.endpoint = "https://" + AmazonHost(s3.region);
  }
  context.region = s3.region;
  return access;
}

arrow::Result<std::shared_ptr<arrow::fs::S3FileSystem>> S3Access::Connect(std::shared_ptr<S3Retry> retry,
                                                                          arrow::MemoryPool* pool) const {
  arrow::fs::S3Options s3 = s3_;
  s3.retry_strategy = std::move(retry);
  s3.background_writes = true;
  s3.allow_delayed_open = true;
  return arrow::fs::S3FileSystem::Make(s3, arrow::io::IOContext(pool));
}

arrow::Result<std::shared_ptr<arrow::fs::S3FileSystem>> S3Access::ConnectProbe(
    std::shared_ptr<S3Retry> retry) const {
  arrow::fs::S3Options s3 = s3_;
  s3.retry_strategy = std::move(retry);
  s3.request_timeout = kProbeTimeout.count();
  s3.allow_delayed_open = false;
  return arrow::fs::S3FileSystem::Make(s3);
}

arrow::Result<std::shared_ptr<arrow::fs::S3FileSystem>> S3Access::ConnectBelow(
    const std::string& directory, std::shared_ptr<S3Retry> retry) const {
  const size_t slash = directory.rfind('/');
  if (slash == std::string::npos) return Connect(std::move(retry));
  arrow::fs::S3Options s3 = s3_;
  // A client with an endpoint of its own puts bucket and key behind that endpoint's path.
  if (s3.endpoint_override.empty()) s3.endpoint_override = AmazonHost(s3.region);
  s3.endpoint_override += "/" + directory.substr(0, slash);
  s3.retry_strategy = std::move(retry);
  s3.request_timeout = kDeletionTimeout.count();
  return arrow::fs::S3FileSystem::Make(s3);
}

arrow::Result<S3Credentials> S3Access::Credentials() const {
  ARROW_ASSIGN_OR_RAISE(AwsKeys keys, credentials_->Get());
  return S3Credentials{std::move(keys.access_key_id), std::move(keys.secret_access_key),
                       std::move(keys.session_token)};
}

}  // namespace redshift
