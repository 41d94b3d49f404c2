#include "engine/sink/row_chunks.h"

#include <bit>
#include <cstring>

namespace redshift {

static_assert(std::endian::native == std::endian::little, "frames have little-endian lengths");

arrow::Result<std::vector<RowChunk>> SplitIntoChunks(std::span<const uint8_t> frames, int64_t rows,
                                                     int64_t chunk_bytes) {
  std::vector<RowChunk> chunks;
  RowChunk chunk;
  size_t chunk_begin = 0;
  size_t position = 0;
  int64_t found = 0;
  const auto close_chunk = [&] {
    chunk.frames = frames.subspan(chunk_begin, position - chunk_begin);
    chunks.push_back(chunk);
    chunk = {};
    chunk_begin = position;
  };
  while (position < frames.size()) {
    int32_t length = 0;
    if (frames.size() - position < sizeof(length)) {
      return arrow::Status::Invalid("damaged rows: ", frames.size() - position, " bytes left over after row ",
                                    found);
    }
    std::memcpy(&length, frames.data() + position, sizeof(length));
    if (length < 0 || static_cast<size_t>(length) > frames.size() - position - sizeof(length)) {
      return arrow::Status::Invalid("damaged rows: row ", found, " claims ", length, " bytes");
    }
    const size_t frame_size = sizeof(length) + static_cast<size_t>(length);
    if (chunk.rows > 0 && position + frame_size - chunk_begin > static_cast<size_t>(chunk_bytes))
      close_chunk();
    if (length > chunk.longest_row) {
      chunk.longest_row = length;
      chunk.longest_row_index = chunk.rows;
    }
    position += frame_size;
    ++chunk.rows;
    ++found;
  }
  if (chunk.rows > 0) close_chunk();
  if (found != rows) {
    return arrow::Status::Invalid("damaged rows: ", rows, " rows were announced, ", found, " found");
  }
  return chunks;
}

}  // namespace redshift
