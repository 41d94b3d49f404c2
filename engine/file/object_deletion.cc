#include "engine/file/object_deletion.h"

#include <algorithm>
#include <atomic>
#include <map>
#include <thread>

#include "engine/file/delete_document.h"
#include "engine/file/s3_address.h"
#include "engine/file/s3_client.h"
#include "engine/wait/guarded.h"

namespace redshift {

namespace {

// S3 counts every object of a batch against the 3,500 deletions a second that a prefix may have.
constexpr size_t kThreads = 4;

struct Batch {
  std::string bucket;
  std::vector<std::string> keys;
};

std::vector<Batch> MakeBatches(const std::vector<S3Url>& objects) {
  std::map<std::string_view, size_t> open;  // by bucket
  std::vector<Batch> batches;
  for (const S3Url& object : objects) {
    if (!CanStandInDeleteDocument(object.key)) {
      batches.push_back({object.bucket, {object.key}});
      continue;
    }
    const auto [at, is_new] = open.try_emplace(object.bucket, batches.size());
    if (is_new || batches[at->second].keys.size() == S3Client::kMaxDeleteBatch) {
      at->second = batches.size();
      batches.push_back({object.bucket, {}});
    }
    batches[at->second].keys.push_back(object.key);
  }
  return batches;
}

/// Whether the S3 there does not know the request that deletes several objects.
bool KnowsNoBatches(const arrow::Status& status) {
  const S3ErrorDetail* error = S3ErrorOf(status);
  return status.IsNotImplemented() ||
         (error != nullptr && (error->code() == "NotImplemented" || error->code() == "MethodNotAllowed"));
}

arrow::Status DeleteOneByOne(S3Client& client, const Batch& batch, std::vector<S3Url>* gone) {
  arrow::Status first;
  for (const std::string& key : batch.keys) {
    const arrow::Status status = client.Delete({batch.bucket, key});
    first &= status;
    if (status.ok()) gone->push_back({batch.bucket, key});
    if (IsNoAnswer(status)) break;
  }
  return first;
}

arrow::Status Delete(S3Client& client, const Batch& batch, std::vector<S3Url>* gone) {
  if (batch.keys.size() == 1) return DeleteOneByOne(client, batch, gone);
  const arrow::Status status = client.DeleteBatch(batch.bucket, batch.keys, gone);
  return KnowsNoBatches(status) ? DeleteOneByOne(client, batch, gone) : status;
}

}  // namespace

arrow::Status DeleteObjects(S3Client& client, const std::vector<S3Url>& objects, std::vector<S3Url>* gone) {
  const std::vector<Batch> batches = MakeBatches(objects);
  std::vector<arrow::Status> outcomes(batches.size());
  std::vector<std::vector<S3Url>> gone_of(batches.size());
  std::atomic<size_t> next = 0;
  std::atomic<bool> silent = false;
  const auto work = [&] {
    for (size_t i = next++; i < batches.size() && !silent; i = next++) {
      outcomes[i] = Guarded([&] { return Delete(client, batches[i], &gone_of[i]); });
      if (IsNoAnswer(outcomes[i])) silent = true;
    }
  };
  {
    std::vector<std::jthread> helpers;
    // Where the system has no more threads, fewer do it.
    static_cast<void>(Guarded([&] {
      for (size_t i = 1; i < std::min(kThreads, batches.size()); ++i) helpers.emplace_back(work);
      return arrow::Status::OK();
    }));
    work();
  }
  if (gone != nullptr) {
    for (const std::vector<S3Url>& part : gone_of) gone->insert(gone->end(), part.begin(), part.end());
  }
  for (const arrow::Status& outcome : outcomes) ARROW_RETURN_NOT_OK(outcome);
  return arrow::Status::OK();
}

}  // namespace redshift
