#include "local/copy/json_reader.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "local/copy/record_reader.h"

namespace redshift_local {
namespace {

constexpr size_t kFirstBuffer = size_t{1} << 20;
constexpr size_t kKept = 4096;
constexpr size_t kDropped = size_t{64} << 10;

bool IsBlank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

}  // namespace

JsonReader::JsonReader(std::shared_ptr<arrow::io::InputStream> input)
    : input_(std::move(input)), buffer_(kFirstBuffer) {}

arrow::Status JsonReader::Fill() {
  if (begin_ > 0) {
    std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
  }
  if (end_ == buffer_.size()) buffer_.resize(buffer_.size() * 2);
  ARROW_ASSIGN_OR_RAISE(const int64_t got,
                        input_->Read(static_cast<int64_t>(buffer_.size() - end_), buffer_.data() + end_));
  if (got == 0) at_end_ = true;
  end_ += static_cast<size_t>(got);
  return arrow::Status::OK();
}

arrow::Result<bool> JsonReader::Has(size_t at) {
  while (begin_ + at >= end_) {
    if (at_end_) return false;
    ARROW_RETURN_NOT_OK(Fill());
  }
  return true;
}

arrow::Status JsonReader::SkipLines(int64_t count) {
  while (count > 0) {
    ARROW_ASSIGN_OR_RAISE(const bool more, Has(0));
    if (!more) break;
    if (buffer_[begin_++] != '\n') continue;
    ++line_;
    --count;
  }
  return arrow::Status::OK();
}

arrow::Result<bool> JsonReader::Next(JsonPiece* piece) {
  // A byte order mark is no data.
  if (line_ == 1 && begin_ == 0 && end_ == 0) {
    ARROW_ASSIGN_OR_RAISE(const bool three, Has(2));
    if (three && std::memcmp(buffer_.data(), "\xEF\xBB\xBF", 3) == 0) begin_ = 3;
  }
  for (;; ++begin_) {
    ARROW_ASSIGN_OR_RAISE(const bool more, Has(0));
    if (!more) return false;
    if (!IsBlank(buffer_[begin_])) break;
    line_ += buffer_[begin_] == '\n';
  }
  const bool object = buffer_[begin_] == '{';
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
    if (begin_ + at >= end_) {
      ARROW_ASSIGN_OR_RAISE(const bool more, Has(at));
      if (!more) break;
    }
    const char c = buffer_[begin_ + at];
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
      std::memmove(buffer_.data() + begin_ + at - kKept, buffer_.data() + begin_, kKept);
      begin_ += at - kKept;
      at = kKept;
    }
  }
  piece->kind = !object || !complete ? JsonPiece::Kind::kJunk
                : too_long           ? JsonPiece::Kind::kTooLong
                                     : JsonPiece::Kind::kObject;
  piece->bytes = {buffer_.data() + begin_, object ? (too_long ? std::min(at, kKept) : at) : content_end};
  piece->line = object ? line_ : last_line;
  begin_ += at;
  return true;
}

}  // namespace redshift_local
