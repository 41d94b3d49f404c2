// Cuts a stream of bytes into records, never holding more than about one record of the largest legal size.
#pragma once

#include <arrow/io/interfaces.h>
#include <arrow/result.h>

#include <cstdint>
#include <memory>
#include <string_view>

#include "local/copy/copy_statement.h"
#include "local/copy/stream_buffer.h"

namespace redshift_local {

/// The largest record that COPY loads.
inline constexpr int64_t kMaxRecordBytes = int64_t{4} << 20;

struct Record {
  /// Without its line end. Of a record that is too long: its beginning. Valid until the next call.
  std::string_view bytes;
  /// The physical line it starts on, from 1.
  int64_t line = 0;
  bool too_long = false;
};

/// Where records end: at a line feed, unless it is escaped (ESCAPE) or in quotes (CSV).
class RecordReader {
 public:
  RecordReader(std::shared_ptr<arrow::io::InputStream> input, const CopyStatement& statement);

  /// Steps over physical lines, as IGNOREHEADER does, whatever quotes they hold.
  arrow::Status SkipLines(int64_t count);
  /// False at the end of the stream.
  arrow::Result<bool> Next(Record* record);

  /// Physical lines passed so far.
  int64_t lines() const { return line_ - 1; }

 private:
  enum class State { kFieldStart, kPlain, kQuoted, kQuoteInQuoted, kEscaped };

  // The record's line feed, or null when `end` comes first; state_ remembers where it was.
  const char* FindEnd(const char* from, const char* end);
  const char* FindCsvEnd(const char* from, const char* end);
  const char* FindEscapedEnd(const char* from, const char* end);

  bool csv_;
  bool escape_;
  char delimiter_;
  char quote_;
  StreamBuffer buffer_;
  State state_ = State::kFieldStart;
  bool many_lines_ = false;
  int64_t line_ = 1;
};

}  // namespace redshift_local
