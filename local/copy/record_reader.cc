#include "local/copy/record_reader.h"

#include <algorithm>
#include <cstring>

#include "local/copy/unverified.h"

namespace redshift_local {
namespace {

constexpr size_t kFirstBuffer = size_t{1} << 20;
constexpr size_t kKeptOfTooLong = 4096;

const char* FindLineFeed(const char* from, const char* end) {
  return static_cast<const char*>(std::memchr(from, '\n', static_cast<size_t>(end - from)));
}

}  // namespace

RecordReader::RecordReader(std::shared_ptr<arrow::io::InputStream> input, const CopyStatement& statement)
    : input_(std::move(input)),
      csv_(statement.format == CopyFormat::kCsv),
      escape_(statement.Has(CopyOption::kEscape)),
      delimiter_(statement.delimiter),
      quote_(statement.quote),
      buffer_(kFirstBuffer) {}

arrow::Status RecordReader::Fill() {
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
  // A byte order mark is no data.
  if (at_start_ && (end_ >= 3 || at_end_)) {
    at_start_ = false;
    if (end_ >= 3 && std::memcmp(buffer_.data(), "\xEF\xBB\xBF", 3) == 0) begin_ = 3;
  }
  return arrow::Status::OK();
}

arrow::Status RecordReader::SkipLines(int64_t count) {
  while (count > 0) {
    if (begin_ == end_ || at_start_) {
      if (at_end_) return arrow::Status::OK();
      ARROW_RETURN_NOT_OK(Fill());
      continue;
    }
    const char* const from = buffer_.data() + begin_;
    const char* const feed = FindLineFeed(from, buffer_.data() + end_);
    if (feed == nullptr) {
      begin_ = end_;
      continue;
    }
    begin_ += static_cast<size_t>(feed - from) + 1;
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
  size_t scanned = 0;  // bytes from begin_ that FindEnd has seen
  for (;;) {
    const char* const from = buffer_.data() + begin_;
    const char* feed = nullptr;
    if (!at_start_) {
      feed = FindEnd(from + scanned, buffer_.data() + end_);
      scanned = end_ - begin_;
    }
    if (feed == nullptr && !at_end_) {
      if (static_cast<int64_t>(scanned) > kMaxRecordBytes) {
        // Go on to the record's end, forgetting what was passed.
        record->too_long = true;
        dropped_lines += std::count(from + kKeptOfTooLong, from + scanned, '\n');
        end_ = begin_ + kKeptOfTooLong;
        scanned = kKeptOfTooLong;
      }
      ARROW_RETURN_NOT_OK(Fill());
      continue;
    }
    const bool last = feed == nullptr;
    const size_t size = last ? end_ - begin_ : static_cast<size_t>(feed - from);
    if (last && size == 0) return false;
    record->bytes = {from, size};
    begin_ += size + (last ? 0 : 1);
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
