// How a copy writer divides sink.copy.memory.
#pragma once

#include <arrow/result.h>

#include <cstdint>

#include "engine/option/options.h"

namespace redshift {

/// The shares of `sink.copy.memory`, in bytes. Beside these two stand what encoding one chunk and the
/// compressor take.
struct CopyMemory {
  int64_t queue = 0;   ///< rows handed over that are not encoded yet
  int64_t upload = 0;  ///< compressed bytes on their way to S3

  /// Rows are encoded in chunks of about so many bytes. A larger row is a chunk of its own, so that one such
  /// row at a time may exceed the bound.
  static constexpr int64_t kChunkBytes = 512 * 1024;

  /// Refuses an amount that does not suffice for two parts of an upload and the compressor, and says what
  /// would. Pure.
  static arrow::Result<CopyMemory> Make(const Options& options);
};

}  // namespace redshift
