#include "engine/file/staging.h"

#include <arrow/util/compression.h>
#include <arrow/util/thread_pool.h>

#include <algorithm>
#include <chrono>

#include "engine/file/object_deletion.h"
#include "engine/file/s3_access.h"
#include "engine/file/s3_address.h"
#include "engine/file/s3_client.h"
#include "engine/file/s3_retry.h"
#include "engine/file/s3_upload.h"
#include "engine/file/staged_key.h"
#include "engine/file/staged_output.h"
#include "engine/file/upload_memory.h"

namespace redshift {

namespace {

constexpr int kAttempts = 8;
constexpr int64_t kMostThreads = 16;
// For the first question to an endpoint, which a person may be waiting for.
constexpr int kProbeAttempts = 3;
// Who deletes is done with his work, often in a hurry; what stays is a nuisance, no loss.
constexpr int kCleaningAttempts = 3;

// For which nothing arrives, where 'aws.request-timeout' is not shorter.
constexpr std::chrono::milliseconds kProbeTimeout{5'000};
constexpr std::chrono::milliseconds kCleaningTimeout{10'000};

// Of manifests and reject files; those that we write are far smaller.
constexpr int64_t kMaxReadBytes = int64_t{512} * 1024 * 1024;

arrow::Result<std::unique_ptr<arrow::util::Codec>> MakeCodec(const Options& options) {
  // Parquet compresses its pages itself.
  if (options.Get(option::kSinkCopyFormat) == option::CopyFormat::kParquet) return nullptr;
  const auto level = static_cast<int>(options.Get(option::kSinkCopyCompressionLevel));
  switch (options.Get(option::kSinkCopyCompression)) {
    case option::CopyCompression::kZstd:
      return arrow::util::Codec::Create(arrow::Compression::ZSTD, level);
    case option::CopyCompression::kGzip:
      return arrow::util::Codec::Create(arrow::Compression::GZIP, level);
    case option::CopyCompression::kNone:
      break;
  }
  return nullptr;
}

// COPY would decompress a Parquet file as a whole if its name ended like that of a compressed one.
std::string_view OutputSuffix(const Options& options) {
  if (options.Get(option::kSinkCopyFormat) == option::CopyFormat::kParquet) return ".parquet";
  switch (options.Get(option::kSinkCopyCompression)) {
    case option::CopyCompression::kZstd:
      return ".csv.zst";
    case option::CopyCompression::kGzip:
      return ".csv.gz";
    case option::CopyCompression::kNone:
      break;
  }
  return ".csv";
}

}  // namespace

class Staging::Impl {
 public:
  std::shared_ptr<S3Client> Client(std::shared_ptr<S3Retry> retry_of_client,
                                   std::chrono::milliseconds timeout) const {
    return std::make_shared<S3Client>(target, http, std::move(retry_of_client), timeout);
  }

  std::shared_ptr<const S3Target> target;
  std::shared_ptr<HttpClient> http = std::make_shared<HttpClient>();
  std::chrono::milliseconds request_timeout{0};
  std::string bucket;
  std::string prefix;  // "" or "a/b/"
  std::string_view output_suffix;
  std::unique_ptr<arrow::util::Codec> codec;  // null: no compression

  std::shared_ptr<S3Retry> retry = std::make_shared<S3Retry>(kAttempts);
  std::shared_ptr<S3Client> client;
  // Never cancelled: who was cancelled removes what he leaves.
  std::shared_ptr<S3Client> cleaner;

  std::shared_ptr<UploadMemory> upload_memory;
  // Its own, so that no upload waits for those of another table whose S3 hangs.
  std::shared_ptr<arrow::internal::ThreadPool> threads;
};

Staging::Staging(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Staging::~Staging() = default;

arrow::Result<std::shared_ptr<Staging>> Staging::Open(const Options& options,
                                                      const HostEnvironment& environment,
                                                      int64_t upload_memory, const Interrupt* interrupt) {
  auto impl = std::make_unique<Impl>();
  ARROW_ASSIGN_OR_RAISE(impl->target, FindS3(options, environment, interrupt));
  impl->bucket = options.s3_bucket();
  impl->prefix = options.s3_prefix();
  if (!impl->prefix.empty() && !impl->prefix.ends_with('/')) impl->prefix += '/';
  impl->output_suffix = OutputSuffix(options);
  ARROW_ASSIGN_OR_RAISE(impl->codec, MakeCodec(options));

  impl->request_timeout = options.Get(option::kAwsRequestTimeout);
  impl->client = impl->Client(impl->retry, impl->request_timeout);
  impl->cleaner = impl->Client(std::make_shared<S3Retry>(kCleaningAttempts),
                               std::min(impl->request_timeout, kCleaningTimeout));
  impl->upload_memory = UploadMemory::Make(std::max(upload_memory, kMinUploadMemory));
  // They are started when they are needed.
  const int64_t parts = std::clamp(upload_memory / kPartBytes, int64_t{2}, kMostThreads);
  ARROW_ASSIGN_OR_RAISE(impl->threads, arrow::internal::ThreadPool::Make(static_cast<int>(parts)));
  return std::shared_ptr<Staging>(new Staging(std::move(impl)));
}

std::string Staging::UrlFor(std::string_view relative_key) const {
  return S3Url{impl_->bucket, impl_->prefix + std::string(relative_key)}.ToString();
}

arrow::Status Staging::CheckWritable() {
  const auto probe = impl_->Client(std::make_shared<S3Retry>(kProbeAttempts),
                                   std::min(impl_->request_timeout, kProbeTimeout));
  const S3Url url{impl_->bucket, impl_->prefix + std::string(kWriteCheckKey)};
  ARROW_ASSIGN_OR_RAISE(const std::string upload, probe->BeginUpload(url));
  return probe->AbortUpload(url, upload);
}

arrow::Result<std::unique_ptr<StagedOutput>> Staging::OpenOutput(std::string_view relative_key) {
  ARROW_ASSIGN_OR_RAISE(const S3Url url, ParseS3Url(UrlFor(relative_key)));
  std::shared_ptr<arrow::util::Compressor> compressor;
  if (impl_->codec) {
    ARROW_ASSIGN_OR_RAISE(compressor, impl_->codec->MakeCompressor());
  }
  return std::make_unique<StagedOutput>(
      url.ToString(),
      std::make_unique<S3Upload>(impl_->client, impl_->cleaner, url, impl_->upload_memory,
                                 impl_->threads.get()),
      std::move(compressor));
}

std::string_view Staging::output_suffix() const {
  return impl_->output_suffix;
}

arrow::Status Staging::WriteObject(const std::string& url_text, std::string_view bytes) {
  ARROW_ASSIGN_OR_RAISE(const S3Url url, ParseS3Url(url_text));
  return impl_->client->Put(url, bytes);
}

arrow::Result<std::string> Staging::ReadObject(const std::string& url_text) {
  ARROW_ASSIGN_OR_RAISE(const S3Url url, ParseS3Url(url_text));
  return impl_->client->Get(url, kMaxReadBytes);
}

arrow::Status Staging::DeleteObjects(const std::vector<std::string>& urls) {
  std::vector<S3Url> objects;
  objects.reserve(urls.size());
  for (const std::string& url : urls) {
    ARROW_ASSIGN_OR_RAISE(objects.emplace_back(), ParseS3Url(url));
  }
  return redshift::DeleteObjects(*impl_->cleaner, objects);
}

const std::string& Staging::region() const {
  return impl_->target->place.region;
}

void Staging::Cancel() {
  impl_->retry->Cancel();
  impl_->upload_memory->Cancel();
}

}  // namespace redshift
