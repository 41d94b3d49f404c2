#include "local/copy/stream_buffer.h"

#include <cstdint>
#include <cstring>
#include <utility>

namespace redshift_local {
namespace {

constexpr size_t kFirstBytes = size_t{1} << 20;

}  // namespace

StreamBuffer::StreamBuffer(std::shared_ptr<arrow::io::InputStream> input)
    : input_(std::move(input)), bytes_(kFirstBytes) {}

arrow::Status StreamBuffer::Fill() {
  if (begin_ > 0) {
    std::memmove(bytes_.data(), begin(), size());
    end_ -= begin_;
    begin_ = 0;
  }
  if (end_ == bytes_.size()) bytes_.resize(bytes_.size() * 2);
  ARROW_RETURN_NOT_OK(ReadOnce());
  if (!std::exchange(at_start_, false)) return arrow::Status::OK();
  while (end_ < 3 && !at_end_) ARROW_RETURN_NOT_OK(ReadOnce());
  if (end_ >= 3 && std::memcmp(bytes_.data(), "\xEF\xBB\xBF", 3) == 0) begin_ = 3;
  return arrow::Status::OK();
}

arrow::Status StreamBuffer::ReadOnce() {
  ARROW_ASSIGN_OR_RAISE(const int64_t got,
                        input_->Read(static_cast<int64_t>(bytes_.size() - end_), bytes_.data() + end_));
  if (got == 0) at_end_ = true;
  end_ += static_cast<size_t>(got);
  return arrow::Status::OK();
}

void StreamBuffer::Erase(size_t from, size_t to) {
  // The smaller side moves: what is kept of a long record is at its beginning, or at its end.
  if (to == size()) {
    end_ = begin_ + from;
    return;
  }
  std::memmove(bytes_.data() + begin_ + (to - from), begin(), from);
  begin_ += to - from;
}

}  // namespace redshift_local
