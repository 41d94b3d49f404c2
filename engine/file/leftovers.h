// What sinks have left on S3.
#pragma once

#include <arrow/result.h>
#include <arrow/status.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/aws/host_environment.h"
#include "engine/file/s3_listing.h"
#include "engine/option/options.h"

namespace redshift {

class S3Client;
struct S3Url;

/// A staged file, a manifest, or an upload that was neither completed nor given up.
struct Leftover {
  std::string url;     ///< "s3://bucket/key"
  std::string upload;  ///< S3's name for an upload; empty: an object
  int64_t bytes = 0;   ///< of an object
  std::chrono::seconds age{0};
};

/// Finds what sinks staged under an `s3-uri` and nobody has taken away, by the form of its keys
/// (staged_key.h), page by page, and removes it. What is found may still be needed: by a savepoint that is
/// resumed later, by a checkpoint whose commit is under way. Nothing but its age tells. For one thread;
/// everything blocks. Errors name bucket and action.
class LeftoverSearch {
 public:
  /// Looks for what is `min_age` old or older, by S3's clock. Needs `s3-uri` and how S3 is reached.
  static arrow::Result<std::unique_ptr<LeftoverSearch>> Open(const Options& options,
                                                             const HostEnvironment& environment,
                                                             std::chrono::milliseconds min_age);
  ~LeftoverSearch();

  struct Page {
    std::vector<Leftover> leftovers;  ///< may be empty
    int64_t looked_at = 0;            ///< objects and uploads, ours and others
  };

  /// The next of all pages, first those of objects; at most 1000 leftovers. No value after the last.
  arrow::Result<std::optional<Page>> Next();

  /// Deletes objects and aborts uploads. What is not there counts as removed, so a repeat is safe. Tries all,
  /// unless S3 stops answering, and returns the first error. `removed` gets each that S3 said is gone,
  /// whatever is returned; one whose answer was lost is not among them.
  arrow::Status Remove(const std::vector<Leftover>& leftovers, std::vector<Leftover>* removed);

 private:
  LeftoverSearch(std::shared_ptr<S3Client> client, std::string bucket, std::string prefix,
                 std::chrono::milliseconds min_age);

  arrow::Result<Page> NextObjects();
  arrow::Result<Page> NextUploads();
  bool IsOld(std::chrono::system_clock::time_point time, Leftover* leftover);

  enum class Stage { kObjects, kUploads, kEnd };

  const std::shared_ptr<S3Client> client_;
  const std::string bucket_;
  const std::string prefix_;  // "" or "a/b/"
  const std::chrono::milliseconds min_age_;
  Stage stage_ = Stage::kObjects;
  std::string token_;
  UploadMarker marker_;
  std::optional<std::chrono::system_clock::time_point> now_;  // S3's at the first answer
};

}  // namespace redshift
