#include "local/copy/object_store.h"

#include <arrow/buffer.h>
#include <arrow/filesystem/s3fs.h>
#include <arrow/util/future.h>
#include <arrow/util/thread_pool.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <mutex>

#include "local/copy/bucket_region.h"
#include "local/copy/sql_error.h"

namespace redshift_local {
namespace {

constexpr int64_t kReadBytes = int64_t{4} << 20;
constexpr size_t kReadsAhead = 2;
// The threads are those of all COPYs: one with many files must not keep them for itself, nor after its end.
constexpr size_t kAskedAtOnce = 16;
constexpr double kPollSeconds = 0.05;

arrow::Status EnsureS3() {
  static std::once_flag once;
  static arrow::Status status;
  std::call_once(once, [] {
    auto options = arrow::fs::S3GlobalOptions::Defaults();
    options.log_level = arrow::fs::S3LogLevel::Off;
    status = arrow::fs::InitializeS3(options);
    // The S3 client's static state cannot be torn down while requests are in flight; leaving it alone is
    // safe. Registered after the initialisation, so that it runs before Arrow's own exit handlers.
    on_exit([](int code, void*) { _exit(code); }, nullptr);
  });
  return status;
}

template <typename T>
arrow::Result<T> Wait(const arrow::Future<T>& future, const InterruptCheck& interrupt) {
  while (!future.Wait(kPollSeconds)) ARROW_RETURN_NOT_OK(interrupt());
  return future.result();
}

// Runs a blocking call elsewhere, so that an interrupt need not wait for it. The call owns what it uses.
template <typename Call>
auto Submit(Call call) {
  return arrow::DeferNotOk(arrow::io::default_io_context().executor()->Submit(std::move(call)));
}

// Streams a file front to back with reads under way ahead of the reader.
class AheadStream : public arrow::io::InputStream {
 public:
  AheadStream(std::shared_ptr<arrow::io::RandomAccessFile> file, S3Object object, InterruptCheck interrupt)
      : file_(std::move(file)), object_(std::move(object)), interrupt_(std::move(interrupt)) {
    set_mode(arrow::io::FileMode::READ);
  }

  arrow::Status Close() override {
    reads_.clear();
    closed_ = true;
    return arrow::Status::OK();
  }
  bool closed() const override { return closed_; }
  arrow::Result<int64_t> Tell() const override { return position_; }

  arrow::Result<int64_t> Read(int64_t bytes, void* out) override {
    if (used_ == (chunk_ ? chunk_->size() : 0)) {
      ARROW_RETURN_NOT_OK(NextChunk());
      if (!chunk_) return 0;
    }
    const int64_t part = std::min(bytes, chunk_->size() - used_);
    std::memcpy(out, chunk_->data() + used_, static_cast<size_t>(part));
    used_ += part;
    position_ += part;
    return part;
  }

  arrow::Result<std::shared_ptr<arrow::Buffer>> Read(int64_t bytes) override {
    ARROW_ASSIGN_OR_RAISE(auto buffer, arrow::AllocateResizableBuffer(bytes));
    ARROW_ASSIGN_OR_RAISE(const int64_t got, Read(bytes, buffer->mutable_data()));
    ARROW_RETURN_NOT_OK(buffer->Resize(got));
    return std::shared_ptr<arrow::Buffer>(std::move(buffer));
  }

 private:
  arrow::Status NextChunk() {
    chunk_ = nullptr;
    used_ = 0;
    while (reads_.size() < kReadsAhead && asked_ < object_.bytes) {
      const int64_t bytes = std::min(kReadBytes, object_.bytes - asked_);
      reads_.push_back(file_->ReadAsync(arrow::io::default_io_context(), asked_, bytes));
      asked_ += bytes;
    }
    if (reads_.empty()) return arrow::Status::OK();
    const auto read = reads_.front();
    reads_.pop_front();
    auto chunk = Wait(read, interrupt_);
    if (!chunk.ok()) return S3Failure(chunk.status(), "Reading " + object_.path.ToUrl());
    chunk_ = *chunk;
    if (chunk_->size() == 0) {
      return SqlError("XX000", "S3 object " + object_.path.ToUrl() +
                                   " ended before its size: it was changed "
                                   "while COPY read it");
    }
    return arrow::Status::OK();
  }

  std::shared_ptr<arrow::io::RandomAccessFile> file_;
  S3Object object_;
  InterruptCheck interrupt_;
  std::deque<arrow::Future<std::shared_ptr<arrow::Buffer>>> reads_;
  std::shared_ptr<arrow::Buffer> chunk_;
  int64_t used_ = 0;
  int64_t asked_ = 0;
  int64_t position_ = 0;
  bool closed_ = false;
};

// A file whose reads can be interrupted, and fail in Redshift's words.
class InterruptibleFile : public arrow::io::RandomAccessFile {
 public:
  InterruptibleFile(std::shared_ptr<arrow::io::RandomAccessFile> file, S3Object object,
                    InterruptCheck interrupt)
      : file_(std::move(file)), object_(std::move(object)), interrupt_(std::move(interrupt)) {
    set_mode(arrow::io::FileMode::READ);
  }

  arrow::Status Close() override {
    closed_ = true;
    return arrow::Status::OK();
  }
  bool closed() const override { return closed_; }
  arrow::Result<int64_t> GetSize() override { return object_.bytes; }
  arrow::Result<int64_t> Tell() const override { return position_; }
  arrow::Status Seek(int64_t position) override {
    position_ = position;
    return arrow::Status::OK();
  }

  arrow::Result<std::shared_ptr<arrow::Buffer>> ReadAt(int64_t position, int64_t bytes) override {
    ARROW_RETURN_NOT_OK(interrupt_());
    auto read = Wait(file_->ReadAsync(arrow::io::default_io_context(), position, bytes), interrupt_);
    if (!read.ok()) return S3Failure(read.status(), "Reading " + object_.path.ToUrl());
    return read;
  }
  arrow::Result<int64_t> ReadAt(int64_t position, int64_t bytes, void* out) override {
    ARROW_ASSIGN_OR_RAISE(const auto read, ReadAt(position, bytes));
    std::memcpy(out, read->data(), static_cast<size_t>(read->size()));
    return read->size();
  }
  arrow::Result<std::shared_ptr<arrow::Buffer>> Read(int64_t bytes) override {
    ARROW_ASSIGN_OR_RAISE(auto read, ReadAt(position_, bytes));
    position_ += read->size();
    return read;
  }
  arrow::Result<int64_t> Read(int64_t bytes, void* out) override {
    ARROW_ASSIGN_OR_RAISE(const int64_t got, ReadAt(position_, bytes, out));
    position_ += got;
    return got;
  }

 private:
  std::shared_ptr<arrow::io::RandomAccessFile> file_;
  S3Object object_;
  InterruptCheck interrupt_;
  int64_t position_ = 0;
  bool closed_ = false;
};

std::string ArrowPath(const S3Path& path) {
  return path.key.empty() ? path.bucket : path.bucket + "/" + path.key;
}

arrow::Status CheckKey(const S3Path& path) {
  if (path.key.starts_with("/") || path.key.find("//") != std::string::npos) {
    return SqlError("0A000", "redshift-local cannot read S3 keys with an empty part (//): " + path.ToUrl());
  }
  return arrow::Status::OK();
}

arrow::Status ExpiredToken(std::string_view context) {
  return S3Exception("The provided token has expired.", 400, "ExpiredToken", context);
}

struct ServiceError {
  const char* arrow_name;
  int http_status;
  const char* code;
  // What S3 says, for answers without a body. Empty: the message of the answer.
  const char* message;
};

constexpr ServiceError kServiceErrors[] = {
    {"NO_SUCH_BUCKET", 404, "NoSuchBucket", "The specified bucket does not exist"},
    {"NO_SUCH_KEY", 404, "NoSuchKey", "The specified key does not exist."},
    {"RESOURCE_NOT_FOUND", 404, "NoSuchKey", "The specified key does not exist."},
    {"ACCESS_DENIED", 403, "AccessDenied", "Access Denied"},
    {"INVALID_ACCESS_KEY_ID", 403, "InvalidAccessKeyId",
     "The AWS Access Key Id you provided does not exist in our records."},
    {"INVALID_CLIENT_TOKEN_ID", 403, "InvalidAccessKeyId",
     "The AWS Access Key Id you provided does not exist in our records."},
    {"SIGNATURE_DOES_NOT_MATCH", 403, "SignatureDoesNotMatch",
     "The request signature we calculated does not match the signature you provided. Check your key and "
     "signing "
     "method."},
    {"PermanentRedirect", 301, "PermanentRedirect",
     "The bucket you are attempting to access must be addressed using the specified endpoint."},
    {"HTTP status 301", 301, "PermanentRedirect",
     "The bucket you are attempting to access must be addressed using the specified endpoint."},
    {"ExpiredToken", 400, "ExpiredToken", "The provided token has expired."},
    {"InvalidToken", 400, "InvalidToken", "The provided token is malformed or otherwise invalid."},
    {"SLOW_DOWN", 503, "SlowDown", "Please reduce your request rate."},
    {"HTTP status 503", 503, "SlowDown", "Please reduce your request rate."},
    {"SERVICE_UNAVAILABLE", 503, "ServiceUnavailable", "Please reduce your request rate."},
    {"INTERNAL_FAILURE", 500, "InternalError", "We encountered an internal error. Please try again."},
};

}  // namespace

arrow::Result<S3Path> ParseS3Url(std::string_view url) {
  constexpr std::string_view kScheme = "s3://";
  if (url.starts_with(kScheme)) {
    const auto rest = url.substr(kScheme.size());
    const auto slash = rest.find('/');
    const auto bucket = rest.substr(0, slash);
    if (!bucket.empty()) {
      return S3Path{std::string(bucket),
                    slash == std::string_view::npos ? "" : std::string(rest.substr(slash + 1))};
    }
  }
  return SqlError("XX000", fmt::format("'{}' is not an S3 path (s3://bucket/key)", url));
}

arrow::Status S3Exception(std::string_view message, int http_status, std::string_view code,
                          std::string_view context) {
  SqlErrorFields fields;
  fields.sqlstate = "XX000";
  fields.message = fmt::format("S3ServiceException:{},Status {},Error {}", message, http_status, code);
  fields.detail = fmt::format(
      "-----------------------------------------------\n  error:  {}\n  code:      8001\n  context:   {}\n"
      "-----------------------------------------------",
      fields.message, context);
  return SqlError(std::move(fields));
}

arrow::Status S3Failure(const arrow::Status& status, std::string_view context) {
  if (IsSqlError(status)) return status;
  const std::string& text = status.message();
  for (const auto& known : kServiceErrors) {
    if (text.find(known.arrow_name) != std::string::npos) {
      return S3Exception(known.message, known.http_status, known.code, context);
    }
  }
  SqlErrorFields fields;
  fields.sqlstate = "XX000";
  fields.message = "S3ServiceException:" + text;
  fields.detail = fmt::format("context: {}", context);
  return SqlError(std::move(fields));
}

arrow::Result<std::shared_ptr<arrow::fs::FileSystem>> OpenS3(const S3Place& place, const S3Keys& keys) {
  ARROW_RETURN_NOT_OK(EnsureS3());
  auto options =
      arrow::fs::S3Options::FromAccessKey(keys.access_key_id, keys.secret_access_key, keys.session_token);
  options.region = place.region;
  options.endpoint_override = place.endpoint;
  options.scheme = place.endpoint.empty() ? "https" : place.scheme;
  // A local S3 may be slow for seconds; Arrow's own limit is three.
  options.connect_timeout = 10;
  options.request_timeout = 60;
  ARROW_ASSIGN_OR_RAISE(auto s3, arrow::fs::S3FileSystem::Make(options));
  return std::shared_ptr<arrow::fs::FileSystem>(std::move(s3));
}

ObjectStore::ObjectStore(std::shared_ptr<arrow::fs::FileSystem> file_system, S3Place place, S3Access access,
                         InterruptCheck interrupt)
    : file_system_(std::move(file_system)), place_(std::move(place)), access_(std::move(access)) {
  // Keys that expire during a COPY end it.
  interrupt_ = [check = std::move(interrupt),
                expiring = S3Access{{}, {}, access_.expires}]() -> arrow::Status {
    if (expiring.HasExpired()) return ExpiredToken("Reading S3");
    return check();
  };
}

arrow::Status ObjectStore::CheckAccess(const S3Path& path, std::string_view context) {
  if (!checked_buckets_.contains(path.bucket)) {
    const auto ask = [place = place_, bucket = path.bucket] {
      return arrow::Result<std::optional<std::string>>(RegionOfBucket(place, bucket));
    };
    ARROW_ASSIGN_OR_RAISE(const auto region, Wait(Submit(ask), interrupt_));
    if (region && *region != place_.region) {
      return S3Exception(
          "The bucket you are attempting to access must be addressed using the specified endpoint.", 301,
          "PermanentRedirect", context);
    }
    checked_buckets_.insert(path.bucket);
  }
  if (access_.HasExpired()) return ExpiredToken(context);
  if (access_.Reaches(path)) return arrow::Status::OK();
  return S3Exception("Access Denied", 403, "AccessDenied", context);
}

arrow::Result<bool> ObjectStore::HasBucket(const std::string& bucket) {
  const auto info = Wait(Submit([fs = file_system_, bucket] { return fs->GetFileInfo(bucket); }), interrupt_);
  if (!info.ok()) return S3Failure(info.status(), "Looking for bucket=" + bucket);
  return info->type() == arrow::fs::FileType::Directory;
}

arrow::Result<std::vector<S3Object>> ObjectStore::ListPrefix(const S3Path& prefix) {
  ARROW_RETURN_NOT_OK(CheckKey(prefix));
  arrow::fs::FileSelector selector;
  const auto slash = prefix.key.rfind('/');
  selector.base_dir =
      ArrowPath({prefix.bucket, slash == std::string::npos ? "" : prefix.key.substr(0, slash)});
  selector.recursive = true;
  selector.allow_not_found = true;
  const auto context = fmt::format("Listing bucket={} prefix={}", prefix.bucket, prefix.key);
  ARROW_RETURN_NOT_OK(CheckAccess(prefix, context));
  const auto infos =
      Wait(Submit([fs = file_system_, selector] { return fs->GetFileInfo(selector); }), interrupt_);
  if (!infos.ok()) return S3Failure(infos.status(), context);
  std::vector<S3Object> objects;
  for (const auto& info : *infos) {
    if (info.type() != arrow::fs::FileType::File) continue;
    const auto key = info.path().substr(prefix.bucket.size() + 1);
    if (key.starts_with(prefix.key)) objects.push_back({{prefix.bucket, key}, info.size()});
  }
  if (objects.empty()) {
    ARROW_ASSIGN_OR_RAISE(const bool bucket_is_there, HasBucket(prefix.bucket));
    if (!bucket_is_there)
      return S3Exception("The specified bucket does not exist", 404, "NoSuchBucket", context);
  }
  std::sort(objects.begin(), objects.end(),
            [](const S3Object& a, const S3Object& b) { return a.path.key < b.path.key; });
  return objects;
}

arrow::Result<std::vector<std::optional<S3Object>>> ObjectStore::FindAll(const std::vector<S3Path>& paths) {
  for (const auto& path : paths) {
    ARROW_RETURN_NOT_OK(CheckKey(path));
    ARROW_RETURN_NOT_OK(CheckAccess(path, "Looking for " + path.ToUrl()));
  }
  std::deque<arrow::Future<arrow::fs::FileInfo>> asked;
  size_t next = 0;
  std::vector<std::optional<S3Object>> found(paths.size());
  for (size_t i = 0; i < paths.size(); ++i) {
    while (next < paths.size() && asked.size() < kAskedAtOnce) {
      asked.push_back(
          Submit([fs = file_system_, where = ArrowPath(paths[next])] { return fs->GetFileInfo(where); }));
      ++next;
    }
    ARROW_RETURN_NOT_OK(interrupt_());
    const auto info = Wait(asked.front(), interrupt_);
    asked.pop_front();
    if (!info.ok()) return S3Failure(info.status(), "Looking for " + paths[i].ToUrl());
    if (info->type() == arrow::fs::FileType::File) found[i] = S3Object{paths[i], info->size()};
  }
  return found;
}

arrow::Result<std::shared_ptr<arrow::io::RandomAccessFile>> ObjectStore::Open(const S3Object& object) {
  ARROW_RETURN_NOT_OK(CheckKey(object.path));
  ARROW_RETURN_NOT_OK(CheckAccess(object.path, "Reading " + object.path.ToUrl()));
  arrow::fs::FileInfo info(ArrowPath(object.path), arrow::fs::FileType::File);
  info.set_size(object.bytes);
  auto file = Wait(Submit([fs = file_system_, info] { return fs->OpenInputFile(info); }), interrupt_);
  if (!file.ok()) return S3Failure(file.status(), "Reading " + object.path.ToUrl());
  return file;
}

arrow::Result<std::shared_ptr<arrow::io::InputStream>> ObjectStore::OpenStream(const S3Object& object) {
  ARROW_ASSIGN_OR_RAISE(auto file, Open(object));
  return std::make_shared<AheadStream>(std::move(file), object, interrupt_);
}

arrow::Result<std::shared_ptr<arrow::io::RandomAccessFile>> ObjectStore::OpenFile(const S3Object& object) {
  ARROW_ASSIGN_OR_RAISE(auto file, Open(object));
  return std::make_shared<InterruptibleFile>(std::move(file), object, interrupt_);
}

arrow::Result<std::string> ObjectStore::ReadWhole(const S3Object& object) {
  ARROW_ASSIGN_OR_RAISE(auto stream, OpenStream(object));
  std::string whole(static_cast<size_t>(object.bytes), '\0');
  for (size_t at = 0; at < whole.size();) {
    ARROW_ASSIGN_OR_RAISE(const int64_t got,
                          stream->Read(static_cast<int64_t>(whole.size() - at), whole.data() + at));
    if (got == 0) break;
    at += static_cast<size_t>(got);
  }
  return whole;
}

}  // namespace redshift_local
