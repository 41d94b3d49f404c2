#include "engine/file/leftovers.h"

#include <map>
#include <string_view>
#include <utility>

#include "engine/file/object_deletion.h"
#include "engine/file/s3_access.h"
#include "engine/file/s3_address.h"
#include "engine/file/s3_client.h"
#include "engine/file/s3_retry.h"
#include "engine/file/staged_key.h"

namespace redshift {

namespace {

constexpr int kAttempts = 6;

}  // namespace

arrow::Result<std::unique_ptr<LeftoverSearch>> LeftoverSearch::Open(const Options& options,
                                                                    const HostEnvironment& environment,
                                                                    std::chrono::milliseconds min_age) {
  ARROW_ASSIGN_OR_RAISE(auto target, FindS3(options, environment));
  auto client = std::make_shared<S3Client>(std::move(target), std::make_shared<HttpClient>(),
                                           std::make_shared<S3Retry>(kAttempts),
                                           options.Get(option::kAwsRequestTimeout));
  std::string prefix = options.s3_prefix();
  if (!prefix.empty()) prefix += '/';
  return std::unique_ptr<LeftoverSearch>(
      new LeftoverSearch(std::move(client), options.s3_bucket(), std::move(prefix), min_age));
}

LeftoverSearch::LeftoverSearch(std::shared_ptr<S3Client> client, std::string bucket, std::string prefix,
                               std::chrono::milliseconds min_age)
    : client_(std::move(client)), bucket_(std::move(bucket)), prefix_(std::move(prefix)), min_age_(min_age) {}

LeftoverSearch::~LeftoverSearch() = default;

arrow::Result<std::optional<LeftoverSearch::Page>> LeftoverSearch::Next() {
  if (stage_ == Stage::kEnd) return std::nullopt;
  ARROW_ASSIGN_OR_RAISE(Page page, stage_ == Stage::kObjects ? NextObjects() : NextUploads());
  return page;
}

arrow::Result<LeftoverSearch::Page> LeftoverSearch::NextObjects() {
  ARROW_ASSIGN_OR_RAISE(const ObjectPage listed, client_->ListObjects({bucket_, prefix_}, token_));
  if (!now_) now_ = listed.now;
  Page page;
  page.looked_at = static_cast<int64_t>(listed.objects.size());
  for (const ListedObject& object : listed.objects) {
    if (!object.key.starts_with(prefix_)) continue;
    Leftover leftover{S3Url{bucket_, object.key}.ToString(), "", object.bytes};
    if (!IsStagedKey(std::string_view(object.key).substr(prefix_.size()))) continue;
    if (IsOld(object.modified, &leftover)) page.leftovers.push_back(std::move(leftover));
  }
  token_ = listed.next;
  if (token_.empty()) stage_ = Stage::kUploads;
  return page;
}

arrow::Result<LeftoverSearch::Page> LeftoverSearch::NextUploads() {
  ARROW_ASSIGN_OR_RAISE(const UploadPage listed, client_->ListUploads({bucket_, prefix_}, marker_));
  Page page;
  page.looked_at = static_cast<int64_t>(listed.uploads.size());
  for (const ListedUpload& upload : listed.uploads) {
    if (!upload.key.starts_with(prefix_)) continue;
    Leftover leftover{S3Url{bucket_, upload.key}.ToString(), upload.id};
    if (!IsStagedUploadKey(std::string_view(upload.key).substr(prefix_.size()))) continue;
    if (IsOld(upload.begun, &leftover)) page.leftovers.push_back(std::move(leftover));
  }
  if (listed.next) {
    marker_ = *listed.next;
  } else {
    stage_ = Stage::kEnd;
  }
  return page;
}

bool LeftoverSearch::IsOld(std::chrono::system_clock::time_point time, Leftover* leftover) {
  // Objects that were written while the search went on are younger than none.
  const auto age = std::max(*now_ - time, std::chrono::system_clock::duration(0));
  leftover->age = std::chrono::duration_cast<std::chrono::seconds>(age);
  return age >= min_age_;
}

arrow::Status LeftoverSearch::Remove(const std::vector<Leftover>& leftovers, std::vector<Leftover>* removed) {
  std::vector<S3Url> objects;
  std::map<std::string, const Leftover*> by_url;
  arrow::Status first_error;
  for (const Leftover& leftover : leftovers) {
    ARROW_ASSIGN_OR_RAISE(S3Url url, ParseS3Url(leftover.url));
    if (leftover.upload.empty()) {
      by_url[leftover.url] = &leftover;
      objects.push_back(std::move(url));
      continue;
    }
    const arrow::Status aborted = client_->AbortUpload(url, leftover.upload);
    first_error &= aborted;
    if (aborted.ok()) removed->push_back(leftover);
    if (IsNoAnswer(aborted)) return first_error;
  }
  std::vector<S3Url> gone;
  first_error &= DeleteObjects(*client_, objects, &gone);
  for (const S3Url& url : gone) {
    if (const auto found = by_url.find(url.ToString()); found != by_url.end())
      removed->push_back(*found->second);
  }
  return first_error;
}

}  // namespace redshift
