// Cuts a run of rows into pieces that one step of a pipeline takes.
#pragma once

#include <arrow/result.h>

#include <cstdint>
#include <span>
#include <vector>

namespace redshift {

/// Whole frames (engine/row): a view, nothing is copied.
struct RowChunk {
  std::span<const uint8_t> frames;
  int64_t rows = 0;
  int64_t longest_row = 0;        ///< bytes of its binary row
  int64_t longest_row_index = 0;  ///< within the chunk
};

/// Above this many bytes a binary row is certainly longer than 4 MB as CSV: of the bytes of a row only its
/// fixed part, 8 bytes per column, and paddings have no counterpart in the CSV, and a table of Redshift has
/// at most 1,600 columns.
inline constexpr int64_t kMaxBinaryRowBytes = 4 * 1024 * 1024 + 64 * 1024;

/// Chunks of at most `chunk_bytes`, except where one row is longer. Invalid when the frames are damaged or
/// are not exactly `rows`.
arrow::Result<std::vector<RowChunk>> SplitIntoChunks(std::span<const uint8_t> frames, int64_t rows,
                                                     int64_t chunk_bytes);

}  // namespace redshift
