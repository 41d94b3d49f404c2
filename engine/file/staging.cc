#include "engine/file/staging.h"

#include <arrow/filesystem/s3fs.h>
#include <arrow/io/interfaces.h>
#include <arrow/util/compression.h>

#include <algorithm>

#include "engine/file/object_deletion.h"
#include "engine/file/s3_access.h"
#include "engine/file/s3_address.h"
#include "engine/file/s3_error.h"
#include "engine/file/s3_retry.h"
#include "engine/file/staged_output.h"
#include "engine/file/upload_memory.h"

namespace redshift {

namespace {

constexpr int kAttempts = 8;
// For the first question to an endpoint, which a person may be waiting for.
constexpr int kProbeAttempts = 3;
// Who deletes is done with his work; what stays is a nuisance, no loss.
constexpr int kDeletionAttempts = 3;

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
  S3ErrorContext ErrorContext(const std::string& of_bucket) const {
    S3ErrorContext context = access->error_context();
    context.bucket = of_bucket;
    return context;
  }

  std::shared_ptr<S3Access> access;
  std::string bucket;
  std::string prefix;  // "" or "a/b/"
  std::string_view output_suffix;
  std::unique_ptr<arrow::util::Codec> codec;  // null: no compression

  std::shared_ptr<S3Retry> retry;
  std::shared_ptr<arrow::fs::S3FileSystem> files;
  std::unique_ptr<ObjectDeletion> deletion;

  // Uploads have a client of their own: its memory is bounded, and what fails there for good ends the others.
  std::shared_ptr<S3Retry> upload_retry;
  std::shared_ptr<UploadMemory> upload_memory;
  std::shared_ptr<arrow::fs::S3FileSystem> upload_files;
};

Staging::Staging(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Staging::~Staging() = default;

arrow::Result<std::shared_ptr<Staging>> Staging::Open(const Options& options, int64_t upload_memory) {
  auto impl = std::make_unique<Impl>();
  ARROW_ASSIGN_OR_RAISE(impl->access, S3Access::Make(options));
  impl->bucket = options.s3_bucket();
  impl->prefix = options.s3_prefix();
  if (!impl->prefix.empty() && !impl->prefix.ends_with('/')) impl->prefix += '/';
  impl->output_suffix = OutputSuffix(options);
  ARROW_ASSIGN_OR_RAISE(impl->codec, MakeCodec(options));

  impl->retry = std::make_shared<S3Retry>(kAttempts, S3Retry::AfterFailure::kGoOn);
  ARROW_ASSIGN_OR_RAISE(impl->files, impl->access->Connect(impl->retry));
  // Not cancelled, since a writer that was cancelled deletes what it leaves.
  impl->deletion = std::make_unique<ObjectDeletion>(
      impl->access, std::make_shared<S3Retry>(kDeletionAttempts, S3Retry::AfterFailure::kGoOn), impl->files);

  impl->upload_retry = std::make_shared<S3Retry>(kAttempts, S3Retry::AfterFailure::kGiveUpToo);
  impl->upload_memory = std::make_shared<UploadMemory>(std::max(upload_memory, kMinUploadMemory));
  ARROW_ASSIGN_OR_RAISE(impl->upload_files,
                        impl->access->Connect(impl->upload_retry, impl->upload_memory.get()));
  return std::shared_ptr<Staging>(new Staging(std::move(impl)));
}

std::string Staging::UrlFor(std::string_view relative_key) const {
  return S3Url{impl_->bucket, impl_->prefix + std::string(relative_key)}.ToString();
}

arrow::Status Staging::CheckWritable() {
  const auto retry = std::make_shared<S3Retry>(kProbeAttempts, S3Retry::AfterFailure::kGoOn);
  ARROW_ASSIGN_OR_RAISE(const auto probe, impl_->access->ConnectProbe(retry));
  const S3Url url{impl_->bucket, impl_->prefix + "write-check"};
  const auto explain = [&](const arrow::Status& status) {
    return ExplainS3Error(status, impl_->access->error_context(),
                          "write files under s3://" + impl_->bucket + "/" + impl_->prefix);
  };
  auto stream = probe->OpenOutputStream(url.path());
  if (!stream.ok()) return explain(stream.status());
  return explain((*stream)->Abort());
}

arrow::Result<std::unique_ptr<StagedOutput>> Staging::OpenOutput(std::string_view relative_key) {
  ARROW_ASSIGN_OR_RAISE(const S3Url url, ParseS3Url(UrlFor(relative_key)));
  ARROW_ASSIGN_OR_RAISE(auto stream, impl_->upload_files->OpenOutputStream(url.path()));
  std::shared_ptr<arrow::util::Compressor> compressor;
  if (impl_->codec) {
    ARROW_ASSIGN_OR_RAISE(compressor, impl_->codec->MakeCompressor());
  }
  return std::make_unique<StagedOutput>(
      url.ToString(), std::move(stream), std::move(compressor),
      StagedOutput::Shared{impl_->upload_memory, impl_->upload_retry, impl_->access->error_context()});
}

std::string_view Staging::output_suffix() const {
  return impl_->output_suffix;
}

arrow::Status Staging::WriteObject(const std::string& url_text, std::string_view bytes) {
  ARROW_ASSIGN_OR_RAISE(const S3Url url, ParseS3Url(url_text));
  const auto write = [&]() -> arrow::Status {
    ARROW_ASSIGN_OR_RAISE(auto stream, impl_->files->OpenOutputStream(url.path()));
    arrow::Status status = stream->Write(bytes.data(), static_cast<int64_t>(bytes.size()));
    // Asynchronous, because a failure of the other one leaves an upload that cannot be aborted.
    if (status.ok()) status = stream->CloseAsync().status();
    if (!status.ok()) static_cast<void>(stream->Abort());
    return status;
  };
  return ExplainS3Error(write(), impl_->ErrorContext(url.bucket), "write " + url_text);
}

arrow::Result<std::string> Staging::ReadObject(const std::string& url_text) {
  ARROW_ASSIGN_OR_RAISE(const S3Url url, ParseS3Url(url_text));
  const auto read = [&]() -> arrow::Result<std::string> {
    ARROW_ASSIGN_OR_RAISE(auto file, impl_->files->OpenInputFile(url.path()));
    ARROW_ASSIGN_OR_RAISE(const int64_t size, file->GetSize());
    std::string bytes(static_cast<size_t>(size), '\0');
    ARROW_ASSIGN_OR_RAISE(const int64_t count, file->ReadAt(0, size, bytes.data()));
    if (count != size)
      return arrow::Status::IOError("the object ended after ", count, " of ", size, " bytes");
    return bytes;
  };
  auto bytes = read();
  if (bytes.ok()) return bytes;
  return ExplainS3Error(bytes.status(), impl_->ErrorContext(url.bucket), "read " + url_text);
}

arrow::Status Staging::DeleteObjects(const std::vector<std::string>& urls) {
  std::vector<S3Url> objects;
  objects.reserve(urls.size());
  for (const std::string& url : urls) {
    ARROW_ASSIGN_OR_RAISE(objects.emplace_back(), ParseS3Url(url));
  }
  return impl_->deletion->Delete(objects);
}

arrow::Result<S3Credentials> Staging::Credentials() const {
  return impl_->access->Credentials();
}

const std::string& Staging::region() const {
  return impl_->access->region();
}

void Staging::Cancel() {
  impl_->retry->Cancel();
  impl_->upload_retry->Cancel();
  impl_->upload_memory->Cancel();
}

}  // namespace redshift
