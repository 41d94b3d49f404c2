#pragma once

#include <arrow/status.h>

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "engine/file/s3_access.h"

namespace redshift {

struct S3Url;

/// Deletes objects and leaves nothing in their place. Arrow's S3FileSystem::DeleteFile, the only way to S3's
/// DELETE that Arrow offers for a named object, imitates directories: after each deletion it writes an empty
/// object named like the parent directory. It writes none for an object directly below a bucket; so here each
/// directory is addressed as if it were a bucket. Thread-safe.
class ObjectDeletion {
 public:
  ObjectDeletion(std::shared_ptr<const S3Access> access, std::shared_ptr<S3Retry> retry,
                 std::shared_ptr<arrow::fs::S3FileSystem> files);

  /// Deletes all of them, several at a time, and blocks until every one was tried, or until S3 did not answer
  /// one: waiting for each of many would take hours. One that is not there counts as deleted. The first
  /// error, explained; a repeat is safe.
  arrow::Status Delete(const std::vector<S3Url>& objects);

 private:
  using Client = std::shared_ptr<arrow::fs::S3FileSystem>;

  arrow::Status DeleteOne(const S3Url& object);
  arrow::Result<Client> ClientBelow(const std::string& directory);

  const std::shared_ptr<const S3Access> access_;
  const std::shared_ptr<S3Retry> retry_;
  const Client files_;
  std::mutex mutex_;
  std::map<std::string, Client> clients_;  // by directory
};

}  // namespace redshift
