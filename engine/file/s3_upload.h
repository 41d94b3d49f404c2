// One object on its way to S3.
#pragma once

#include <arrow/buffer.h>
#include <arrow/status.h>
#include <arrow/util/future.h>
#include <arrow/util/type_fwd.h>

#include <cstdint>
#include <memory>

#include "engine/file/s3_address.h"
#include "engine/file/upload_memory.h"

namespace redshift {

class S3Client;

/// Collects bytes and sends them in the background: as one request when they fit into a part, as a multipart
/// upload otherwise. The object appears as a whole or not at all. For one thread at a time. Ends by Finish or
/// Abort.
class S3Upload {
 public:
  /// Of each part but the last.
  static constexpr int64_t kPartBytes = int64_t{10} * 1024 * 1024;
  /// S3's limit.
  static constexpr int kMaxParts = 10'000;

  /// Asks S3 nothing yet. `cleaner` makes the requests of Abort, so that it can have patience of its own.
  /// `threads` send; they are borrowed, until Finish's future is done or Abort has returned.
  S3Upload(std::shared_ptr<S3Client> client, std::shared_ptr<S3Client> cleaner, S3Url object,
           std::shared_ptr<UploadMemory> memory, arrow::internal::Executor* threads);
  /// Does not abort; parts that are on their way arrive.
  ~S3Upload();
  S3Upload(const S3Upload&) = delete;
  S3Upload& operator=(const S3Upload&) = delete;

  /// Copies the bytes. Blocks while there is no memory for a part, and for one request when the second part
  /// begins. Fails as soon as it is known that a part failed.
  arrow::Status Write(const uint8_t* data, int64_t size);

  /// Sends what is left and completes the object in the background. No Write after it.
  arrow::Future<> Finish();

  /// Gives the upload up: waits for requests on their way, since a part that arrived later would stay for
  /// ever, then frees the parts. Nothing to do once the object is complete. Safe to repeat.
  arrow::Status Abort();

  /// Waits for requests on their way, and leaves the parts where they are.
  void Abandon();

 private:
  class Parts;

  arrow::Status BeginPart();
  arrow::Status SendPart();

  const std::shared_ptr<Parts> parts_;
  const std::shared_ptr<UploadMemory> memory_;
  std::unique_ptr<arrow::ResizableBuffer> part_;  // being filled; null between parts
  UploadMemory::Reservation reservation_;         // for `part_`
};

}  // namespace redshift
