#include "engine/file/object_deletion.h"

#include <algorithm>
#include <atomic>
#include <thread>

#include "engine/file/s3_address.h"
#include "engine/file/s3_client.h"

namespace redshift {

namespace {

constexpr size_t kThreads = 8;

}  // namespace

arrow::Status DeleteObjects(S3Client& client, const std::vector<S3Url>& objects) {
  std::vector<arrow::Status> outcomes(objects.size());
  std::atomic<size_t> next = 0;
  std::atomic<bool> silent = false;
  const auto work = [&] {
    for (size_t i = next++; i < objects.size() && !silent; i = next++) {
      outcomes[i] = client.Delete(objects[i]);
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

}  // namespace redshift
