// How a copy writer divides sink.copy.memory.
#pragma once

#include <arrow/result.h>

#include <cstdint>

#include "engine/option/options.h"

namespace redshift {

/// The shares of `sink.copy.memory`, in bytes. Beside these stand what encoding one chunk and the compressor
/// take.
struct CopyMemory {
  int64_t queue = 0;      ///< rows handed over that are not encoded yet
  int64_t upload = 0;     ///< compressed bytes on their way to S3
  int64_t reduction = 0;  ///< changes held back by key; 0 for tables without a key
  int64_t row_group = 0;  ///< rows held back for a row group; 0 for CSV

  /// Rows are encoded in chunks of about so many bytes. A larger row is a chunk of its own, so that one such
  /// row at a time may exceed the bound.
  static constexpr int64_t kChunkBytes = 512 * 1024;

  /// Refuses an amount that does not suffice for two parts of an upload and all else, and says what would.
  /// `keyed`: whether the table has a primary key. Pure.
  static arrow::Result<CopyMemory> Make(const Options& options, bool keyed);
};

}  // namespace redshift
