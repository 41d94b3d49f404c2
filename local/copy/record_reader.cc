#include "local/copy/record_reader.h"

#include <algorithm>
#include <cstring>

#include "local/copy/unverified.h"

namespace redshift_local {
namespace {

constexpr size_t kKeptOfTooLong = 4096;

const char* FindLineFeed(const char* from, const char* end) {
  return static_cast<const char*>(std::memchr(from, '\n', static_cast<size_t>(end - from)));
}

}  // namespace

RecordReader::RecordReader(std::shared_ptr<arrow::io::InputStream> input, const CopyStatement& statement)
    : csv_(statement.format == CopyFormat::kCsv),
      escape_(statement.Has(CopyOption::kEscape)),
      delimiter_(statement.delimiter),
      quote_(statement.quote),
      buffer_(std::move(input)) {}

arrow::Status RecordReader::SkipLines(int64_t count) {
  while (count > 0) {
    if (buffer_.size() == 0) {
      if (buffer_.at_end()) return arrow::Status::OK();
      ARROW_RETURN_NOT_OK(buffer_.Fill());
      continue;
    }
    const char* const feed = FindLineFeed(buffer_.begin(), buffer_.end());
    if (feed == nullptr) {
      buffer_.Skip(buffer_.size());
      continue;
    }
    buffer_.Skip(static_cast<size_t>(feed - buffer_.begin()) + 1);
    ++line_;
    --count;
  }
  return arrow::Status::OK();
}

const char* RecordReader::FindCsvEnd(const char* from, const char* end) {
  if (state_ == State::kFieldStart) {
    // Most records hold no quote: one look at the line tells.
    const char* const feed = FindLineFeed(from, end);
    const char* const stop = feed == nullptr ? end : feed;
    if (std::memchr(from, quote_, static_cast<size_t>(stop - from)) == nullptr && feed != nullptr)
      return feed;
  }
  for (const char* p = from; p < end; ++p) {
    const char c = *p;
    switch (state_) {
      case State::kQuoted: {
        p = static_cast<const char*>(std::memchr(p, quote_, static_cast<size_t>(end - p)));
        if (p == nullptr) return nullptr;
        state_ = State::kQuoteInQuoted;
        break;
      }
      case State::kQuoteInQuoted:
        if (c == quote_) {
          state_ = State::kQuoted;
          break;
        }
        state_ = State::kPlain;
        [[fallthrough]];
      default:
        if (c == '\n') return p;
        if (c == delimiter_) {
          state_ = State::kFieldStart;
        } else if (state_ == State::kFieldStart) {
          if (c == quote_) {
            state_ = State::kQuoted;
            many_lines_ = true;
          } else if (c != ' ' && c != '\t') {
            state_ = State::kPlain;
          }
        }
    }
  }
  return nullptr;
}

const char* RecordReader::FindEscapedEnd(const char* from, const char* end) {
  for (const char* p = from; p < end; ++p) {
    if (state_ == State::kEscaped) {
      state_ = State::kPlain;
      many_lines_ |= *p == '\n';
    } else if (*p == '\\') {
      state_ = State::kEscaped;
    } else if (*p == '\n') {
      return p;
    }
  }
  return nullptr;
}

const char* RecordReader::FindEnd(const char* from, const char* end) {
  if (csv_) return FindCsvEnd(from, end);
  if (escape_) return FindEscapedEnd(from, end);
  return FindLineFeed(from, end);
}

arrow::Result<bool> RecordReader::Next(Record* record) {
  state_ = State::kFieldStart;
  many_lines_ = false;
  record->line = line_;
  record->too_long = false;
  int64_t dropped_lines = 0;
  size_t scanned = 0;  // bytes of the buffer that FindEnd has seen
  for (;;) {
    const char* const from = buffer_.begin();
    const char* const feed = FindEnd(from + scanned, buffer_.end());
    scanned = buffer_.size();
    if (feed == nullptr && !buffer_.at_end()) {
      if (static_cast<int64_t>(scanned) > kMaxRecordBytes) {
        // Go on to the record's end, forgetting what was passed.
        record->too_long = true;
        dropped_lines += std::count(from + kKeptOfTooLong, from + scanned, '\n');
        buffer_.Erase(kKeptOfTooLong, scanned);
        scanned = kKeptOfTooLong;
      }
      ARROW_RETURN_NOT_OK(buffer_.Fill());
      continue;
    }
    const bool last = feed == nullptr;
    const size_t size = last ? buffer_.size() : static_cast<size_t>(feed - from);
    if (last && size == 0) return false;
    record->bytes = {from, size};
    buffer_.Skip(size + (last ? 0 : 1));
    line_ += 1 + dropped_lines;
    if (many_lines_) line_ += std::count(record->bytes.begin(), record->bytes.end(), '\n');
    if (static_cast<int64_t>(size) > kMaxRecordBytes) record->too_long = true;
    if (record->too_long) {
      record->bytes = record->bytes.substr(0, kKeptOfTooLong);
    } else if (!last && CopyChoices().carriage_return_ends_line && !record->bytes.empty() &&
               record->bytes.back() == '\r') {
      record->bytes.remove_suffix(1);
    }
    return true;
  }
}

}  // namespace redshift_local
