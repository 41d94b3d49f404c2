#include "local/copy/json_reader.h"

#include <algorithm>
#include <utility>

#include "local/copy/record_reader.h"

namespace redshift_local {
namespace {

constexpr size_t kKept = 4096;
constexpr size_t kDropped = size_t{64} << 10;

bool IsBlank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

}  // namespace

JsonReader::JsonReader(std::shared_ptr<arrow::io::InputStream> input) : buffer_(std::move(input)) {}

arrow::Result<bool> JsonReader::Has(size_t at) {
  while (at >= buffer_.size()) {
    if (buffer_.at_end()) return false;
    ARROW_RETURN_NOT_OK(buffer_.Fill());
  }
  return true;
}

arrow::Status JsonReader::SkipLines(int64_t count) {
  while (count > 0) {
    ARROW_ASSIGN_OR_RAISE(const bool more, Has(0));
    if (!more) break;
    const bool feed = *buffer_.begin() == '\n';
    buffer_.Skip(1);
    if (!feed) continue;
    ++line_;
    --count;
  }
  return arrow::Status::OK();
}

arrow::Result<bool> JsonReader::Next(JsonPiece* piece) {
  for (;; buffer_.Skip(1)) {
    ARROW_ASSIGN_OR_RAISE(const bool more, Has(0));
    if (!more) return false;
    if (!IsBlank(*buffer_.begin())) break;
    line_ += *buffer_.begin() == '\n';
  }
  const bool object = *buffer_.begin() == '{';
  size_t at = 0;           // in the piece, as far as it is kept
  size_t content_end = 0;  // of junk: behind its last byte that is not blank
  int64_t size = 0;
  int64_t last_line = line_;
  int depth = 0;
  bool quoted = false;
  bool escaped = false;
  bool complete = false;
  bool too_long = false;
  while (!complete) {
    if (at >= buffer_.size()) {
      ARROW_ASSIGN_OR_RAISE(const bool more, Has(at));
      if (!more) break;
    }
    const char c = buffer_.begin()[at];
    if (!object && c == '{') break;
    ++at;
    size += c == '|' ? 2 : 1;
    line_ += c == '\n';
    if (!object) {
      if (!IsBlank(c)) {
        content_end = std::min(at, kKept);
        last_line = line_;
      }
    } else if (quoted) {
      if (escaped) {
        escaped = false;
      } else if (c == '\\') {
        escaped = true;
      } else if (c == '"') {
        quoted = false;
      }
    } else if (c == '"') {
      quoted = true;
    } else if (c == '{') {
      ++depth;
    } else if (c == '}') {
      complete = --depth == 0;
    }
    too_long |= object && size > kMaxRecordBytes;
    // What is not kept gives way from time to time.
    if (at > kKept + kDropped && (too_long || !object)) {
      buffer_.Erase(kKept, at);
      at = kKept;
    }
  }
  piece->kind = !object || !complete ? JsonPiece::Kind::kJunk
                : too_long           ? JsonPiece::Kind::kTooLong
                                     : JsonPiece::Kind::kObject;
  piece->bytes = {buffer_.begin(), object ? (too_long ? std::min(at, kKept) : at) : content_end};
  piece->line = object ? line_ : last_line;
  buffer_.Skip(at);
  return true;
}

}  // namespace redshift_local
