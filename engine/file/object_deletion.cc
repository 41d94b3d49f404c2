#include "engine/file/object_deletion.h"

#include <arrow/filesystem/s3fs.h>

#include <algorithm>
#include <atomic>
#include <thread>

#include "engine/file/s3_address.h"
#include "engine/file/s3_error.h"

namespace redshift {

namespace {

constexpr size_t kThreads = 8;
// A committer meets a few directories in its life: one per attempt.
constexpr size_t kMostClients = 64;

}  // namespace

ObjectDeletion::ObjectDeletion(std::shared_ptr<const S3Access> access, std::shared_ptr<S3Retry> retry,
                               std::shared_ptr<arrow::fs::S3FileSystem> files)
    : access_(std::move(access)), retry_(std::move(retry)), files_(std::move(files)) {}

arrow::Status ObjectDeletion::Delete(const std::vector<S3Url>& objects) {
  std::vector<arrow::Status> outcomes(objects.size());
  std::atomic<size_t> next = 0;
  std::atomic<bool> silent = false;
  const auto work = [&] {
    for (size_t i = next++; i < objects.size() && !silent; i = next++) {
      outcomes[i] = DeleteOne(objects[i]);
      if (IsNoAnswer(outcomes[i])) silent = true;
    }
  };
  {
    std::vector<std::jthread> helpers;
    for (size_t i = 1; i < std::min(kThreads, objects.size()); ++i) helpers.emplace_back(work);
    work();
  }
  for (const arrow::Status& outcome : outcomes) ARROW_RETURN_NOT_OK(outcome);
  return arrow::Status::OK();
}

arrow::Status ObjectDeletion::DeleteOne(const S3Url& object) {
  const size_t slash = object.path().rfind('/');
  const std::string directory = object.path().substr(0, slash);
  ARROW_ASSIGN_OR_RAISE(const Client client, ClientBelow(directory));
  arrow::Status status = client->DeleteFile(object.path().substr(directory.rfind('/') + 1));
  if (status.ok() || IsNoSuchObject(status)) return arrow::Status::OK();
  S3ErrorContext context = access_->error_context();
  context.bucket = object.bucket;
  return ExplainS3Error(status, context, "delete " + object.ToString());
}

arrow::Result<ObjectDeletion::Client> ObjectDeletion::ClientBelow(const std::string& directory) {
  if (directory.find('/') == std::string::npos) return files_;
  std::lock_guard lock(mutex_);
  if (const auto found = clients_.find(directory); found != clients_.end()) return found->second;
  ARROW_ASSIGN_OR_RAISE(Client client, access_->ConnectBelow(directory, retry_));
  if (clients_.size() >= kMostClients) clients_.clear();
  return clients_[directory] = std::move(client);
}

}  // namespace redshift
