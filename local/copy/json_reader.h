// Cuts a stream of bytes into JSON objects and what stands between them, never holding much more than the
// largest legal object.
#pragma once

#include <arrow/io/interfaces.h>
#include <arrow/result.h>

#include <cstdint>
#include <memory>
#include <string_view>

#include "local/copy/stream_buffer.h"

namespace redshift_local {

struct JsonPiece {
  enum class Kind {
    /// From { to the } that closes it; whether it is good JSON nobody has looked yet.
    kObject,
    /// A run of bytes that belong to no object, or an object that the file's end cuts off.
    kJunk,
    /// An object of more than kMaxRecordBytes, pipes counted twice.
    kTooLong,
  };
  Kind kind = Kind::kObject;
  /// Of junk and objects that are too long: the beginning. Valid until the next call.
  std::string_view bytes;
  /// The physical line it ends on, from 1.
  int64_t line = 0;
};

class JsonReader {
 public:
  explicit JsonReader(std::shared_ptr<arrow::io::InputStream> input);

  /// Steps over so many line feeds, as IGNOREHEADER does.
  arrow::Status SkipLines(int64_t count);
  /// False at the end of the stream.
  arrow::Result<bool> Next(JsonPiece* piece);

  /// Line feeds passed so far.
  int64_t lines() const { return line_ - 1; }

 private:
  // Makes the buffer's byte `at` be there; false at the end of the stream.
  arrow::Result<bool> Has(size_t at);

  StreamBuffer buffer_;
  int64_t line_ = 1;
};

}  // namespace redshift_local
