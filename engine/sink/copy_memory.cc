#include "engine/sink/copy_memory.h"

#include <algorithm>
#include <array>

#include "engine/file/staging.h"

namespace redshift {

namespace {

constexpr int64_t kMib = 1024 * 1024;

// One chunk as record batch and as CSV, which may be several times as long as its binary rows.
constexpr int64_t kEncodingBytes = 8 * kMib;
constexpr int64_t kMinQueueBytes = 4 * CopyMemory::kChunkBytes;
constexpr int64_t kMostParts = 16;
constexpr int64_t kMinReductionBytes = 8 * kMib;
constexpr int64_t kMostReductionBytes = 1024 * kMib;
constexpr int64_t kMinRowGroupBytes = 4 * kMib;
constexpr int64_t kMostRowGroupBytes = 64 * kMib;

// MiB by level from 1 on, rounded up: ZSTD_estimateCStreamSize() of zstd 1.5.
constexpr std::array kZstdMib = {2,  2,  4,  5,  6,  6,  9,  9,  17,  29,  29,
                                 53, 53, 53, 69, 69, 69, 69, 90, 194, 386, 778};
constexpr int64_t kGzipBytes = kMib;

int64_t CompressorBytes(option::CopyCompression compression, int64_t level) {
  switch (compression) {
    case option::CopyCompression::kZstd:
      return kZstdMib[static_cast<size_t>(std::clamp<int64_t>(level, 1, kZstdMib.size()) - 1)] * kMib;
    case option::CopyCompression::kGzip:
      return kGzipBytes;
    case option::CopyCompression::kNone:
      break;
  }
  return 0;
}

}  // namespace

arrow::Result<CopyMemory> CopyMemory::Make(const Options& options, bool keyed) {
  const int64_t total = options.Get(option::kSinkCopyMemory).bytes;
  const int64_t level = options.Get(option::kSinkCopyCompressionLevel);
  const int64_t fixed = kEncodingBytes + CompressorBytes(options.Get(option::kSinkCopyCompression), level);
  const bool parquet = options.Get(option::kSinkCopyFormat) == option::CopyFormat::kParquet;
  const int64_t least = fixed + kMinQueueBytes + Staging::kMinUploadMemory +
                        (keyed ? kMinReductionBytes : 0) + (parquet ? kMinRowGroupBytes : 0);
  if (total < least) {
    return arrow::Status::Invalid("'sink.copy.memory' is ", total / kMib,
                                  " mb; with this format, compression and level ", level,
                                  keyed ? " a writer of a table with a key" : " a writer", " needs at least ",
                                  (least + kMib - 1) / kMib, " mb");
  }
  CopyMemory memory;
  // Of what is to spare most helps where it saves staging a row at all.
  const int64_t spare = total - least;
  if (keyed) memory.reduction = std::min(kMinReductionBytes + spare / 2, kMostReductionBytes);
  if (parquet) memory.row_group = std::min(kMinRowGroupBytes + spare / 4, kMostRowGroupBytes);
  // Parts need most of the rest: while some are on their way the next must be able to fill.
  const int64_t rest = total - fixed - memory.reduction - memory.row_group;
  const int64_t parts = std::clamp(rest * 3 / 4 / Staging::kPartBytes,
                                   Staging::kMinUploadMemory / Staging::kPartBytes, kMostParts);
  memory.upload = parts * Staging::kPartBytes;
  memory.queue = rest - memory.upload;
  return memory;
}

}  // namespace redshift
