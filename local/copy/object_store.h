// The objects in S3 that COPY reads: listing, finding, streaming, with S3's errors in Redshift's words.
#pragma once

#include <arrow/filesystem/filesystem.h>
#include <arrow/io/interfaces.h>
#include <arrow/result.h>

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "local/copy/host.h"

namespace redshift_local {

struct S3Object {
  S3Path path;
  int64_t bytes = 0;
};

/// Asked again and again while COPY waits for S3; an error ends the wait.
using InterruptCheck = std::function<arrow::Status()>;

/// Opens S3 as the statement's keys see it; a process-wide initialisation happens at the first call.
arrow::Result<std::shared_ptr<arrow::fs::FileSystem>> OpenS3(const S3Place& place, const S3Keys& keys);

class ObjectStore {
 public:
  /// `file_system` has buckets as its top directories; tests give a local one. It is used as far as `access`
  /// reaches, for buckets in the region of `place`; any other is refused as S3 refuses it.
  ObjectStore(std::shared_ptr<arrow::fs::FileSystem> file_system, S3Place place, S3Access access,
              InterruptCheck interrupt);

  /// All objects whose keys start with the path's key, sorted by key; none is no error. NoSuchBucket is one.
  arrow::Result<std::vector<S3Object>> ListPrefix(const S3Path& prefix);
  /// For each path the object with exactly that key, or nothing.
  arrow::Result<std::vector<std::optional<S3Object>>> FindAll(const std::vector<S3Path>& paths);
  arrow::Result<bool> HasBucket(const std::string& bucket);

  /// Reads ahead by a few megabytes in the background; memory does not grow with the object.
  arrow::Result<std::shared_ptr<arrow::io::InputStream>> OpenStream(const S3Object& object);
  /// For readers that jump about. Each read is one request, and blocks.
  arrow::Result<std::shared_ptr<arrow::io::RandomAccessFile>> OpenFile(const S3Object& object);
  /// A small object, whole.
  arrow::Result<std::string> ReadWhole(const S3Object& object);

 private:
  arrow::Status CheckAccess(const S3Path& path, std::string_view context);
  arrow::Result<std::shared_ptr<arrow::io::RandomAccessFile>> Open(const S3Object& object);

  std::shared_ptr<arrow::fs::FileSystem> file_system_;
  S3Place place_;
  S3Access access_;
  /// Buckets that are known to be in the place's region.
  std::set<std::string> checked_buckets_;
  InterruptCheck interrupt_;
};

/// `S3ServiceException:The specified bucket does not exist,Status 404,Error NoSuchBucket` and the like,
/// XX000.
arrow::Status S3Exception(std::string_view message, int http_status, std::string_view code,
                          std::string_view context);
/// What Arrow's S3 file system reported, as an S3Exception. Errors made by SqlError pass unchanged.
arrow::Status S3Failure(const arrow::Status& status, std::string_view context);

}  // namespace redshift_local
