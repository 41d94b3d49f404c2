#pragma once

#include <arrow/result.h>
#include <arrow/status.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/aws/host_environment.h"
#include "engine/file/s3_upload.h"
#include "engine/option/options.h"
#include "engine/wait/interrupt.h"

namespace redshift {

class StagedOutput;

/// The place on S3 where files wait for COPY: `s3-uri` with the `aws.*` options. Thread-safe. All calls that
/// talk to S3 block; connecting, waiting and retrying are bounded. Errors name the bucket, the endpoint and
/// what to do, and hold no secrets.
class Staging {
 public:
  /// Of a part of an upload, and of an object.
  static constexpr int64_t kPartBytes = S3Upload::kPartBytes;
  static constexpr int64_t kMaxObjectBytes = S3Upload::kMaxParts * kPartBytes;
  /// One part that is being filled and one that is being sent.
  static constexpr int64_t kMinUploadMemory = 2 * kPartBytes;

  /// Prepares the clients; the network is asked only where region or credentials have to be found.
  /// `environment` is asked for what the options leave open.
  /// `upload_memory` bounds the bytes that all outputs of this Staging have on their way to S3; at least
  /// kMinUploadMemory. `interrupt` (may be null) ends this call alone.
  static arrow::Result<std::shared_ptr<Staging>> Open(const Options& options,
                                                      const HostEnvironment& environment = {},
                                                      int64_t upload_memory = kMinUploadMemory,
                                                      const Interrupt* interrupt = nullptr);
  ~Staging();
  Staging(const Staging&) = delete;
  Staging& operator=(const Staging&) = delete;

  /// "s3://bucket/prefix/<relative key>".
  std::string UrlFor(std::string_view relative_key) const;

  /// Whether files can be put under the prefix: starts an upload there and gives it up again, since S3 says
  /// why it refuses that request, unlike HEAD of a bucket. Leaves nothing behind.
  arrow::Status CheckWritable();

  /// Starts an object for rows in `sink.copy.format`, compressed as `sink.copy.compression` says where the
  /// format does not compress by itself. Asks S3 nothing yet. Of the outputs that are open at the same time
  /// at least one must find upload memory for a part beside those of the others.
  arrow::Result<std::unique_ptr<StagedOutput>> OpenOutput(std::string_view relative_key);

  /// The end of the keys of such objects: ".csv.zst", ".csv.gz", ".csv", ".parquet".
  std::string_view output_suffix() const;

  /// Writes a whole object. After an error, or when cancelled, it may or may not be there.
  arrow::Status WriteObject(const std::string& url, std::string_view bytes);

  /// Reads a whole object, in whichever bucket it is.
  arrow::Result<std::string> ReadObject(const std::string& url);

  /// Deletes objects, in whichever bucket they are. One that is not there counts as deleted, so a repeat is
  /// safe. Tries them all, unless S3 stops answering, and returns the first error.
  arrow::Status DeleteObjects(const std::vector<std::string>& urls);

  /// The region of the bucket of `s3-uri`.
  const std::string& region() const;

  /// Ends waits for upload memory and requests that are on their way; one that makes an object has some
  /// seconds more, so that it does not arrive after its deletion. Never blocks; from any thread. After it
  /// nothing is written or read any more: outputs can only be aborted, and objects deleted.
  void Cancel();

 private:
  class Impl;
  explicit Staging(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace redshift
