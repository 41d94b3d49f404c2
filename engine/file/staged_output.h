#pragma once

#include <arrow/result.h>
#include <arrow/util/future.h>
#include <arrow/util/type_fwd.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/file/byte_output.h"

namespace redshift {

class S3Upload;

/// One file on its way to S3: bytes are compressed and sent in the background, as one request when they are
/// few, as a multipart upload otherwise. The object appears as a whole or not at all. For one thread at a
/// time. Ends by FinishAsync or Abort; destroying it unfinished aborts it, which blocks.
class StagedOutput : public ByteOutput {
 public:
  /// `compressor` is null when the bytes go as they are.
  StagedOutput(std::string url, std::unique_ptr<S3Upload> upload,
               std::shared_ptr<arrow::util::Compressor> compressor);
  ~StagedOutput() override;

  const std::string& url() const { return url_; }
  /// Bytes of the object handed to the upload so far; the compressor may hold back some more.
  int64_t bytes() const { return bytes_; }

  /// Compresses and sends. Blocks while the upload memory is used up. After an error, also of a part that was
  /// sent earlier, only Abort is left.
  arrow::Status Write(std::string_view data) override;

  /// Ends the compressed stream and completes the object in the background; `bytes()` is final then. An error
  /// of the future says why there is no object, though one may be there all the same when the last reply was
  /// lost. After an error only Abort is left.
  arrow::Future<> FinishAsync();

  /// Gives the upload up: waits for what is in flight, then frees its parts on S3. Safe to repeat; nothing to
  /// do once the object is complete.
  arrow::Status Abort();

  /// The same without asking S3, which is silent: parts that are there stay.
  void Abandon();

 private:
  arrow::Status Send(const uint8_t* data, int64_t size);
  arrow::Status EndCompression();

  const std::string url_;
  std::unique_ptr<S3Upload> upload_;  // null once aborted
  std::shared_ptr<arrow::util::Compressor> compressor_;
  std::vector<uint8_t> compressed_;
  int64_t bytes_ = 0;
};

}  // namespace redshift
