// The bytes of a stream that a reader has not passed yet.
#pragma once

#include <arrow/io/interfaces.h>
#include <arrow/status.h>

#include <cstddef>
#include <memory>
#include <vector>

namespace redshift_local {

/// Grows as far as its reader lets bytes gather. A byte order mark at the start of the stream is no data.
class StreamBuffer {
 public:
  explicit StreamBuffer(std::shared_ptr<arrow::io::InputStream> input);

  /// Reads more behind what is there, which moves. Nothing more comes once at_end().
  arrow::Status Fill();

  const char* begin() const { return bytes_.data() + begin_; }
  const char* end() const { return bytes_.data() + end_; }
  size_t size() const { return end_ - begin_; }
  bool at_end() const { return at_end_; }

  /// Passes so many bytes.
  void Skip(size_t count) { begin_ += count; }
  /// Forgets the bytes from `from` up to `to`, counted from begin().
  void Erase(size_t from, size_t to);

 private:
  arrow::Status ReadOnce();

  std::shared_ptr<arrow::io::InputStream> input_;
  std::vector<char> bytes_;
  size_t begin_ = 0;
  size_t end_ = 0;
  bool at_start_ = true;
  bool at_end_ = false;
};

}  // namespace redshift_local
