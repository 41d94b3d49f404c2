// What fuzz targets are made of. It knows neither engine/ nor local/.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <string>
#include <string_view>

/// What libFuzzer calls, and the test of the corpus.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace fuzz {

/// Takes values off the front of an input; zeros and empty texts once there is nothing left.
class Input {
 public:
  Input(const uint8_t* data, size_t size) : data_(data), size_(size) {}

  bool empty() const { return size_ == 0; }

  uint8_t Byte() {
    if (size_ == 0) return 0;
    --size_;
    return *data_++;
  }
  bool Bool() { return (Byte() & 1) != 0; }
  /// A number below `end`, which is at most 256.
  size_t Below(size_t end) { return Byte() % end; }
  /// A number of any size, small ones often.
  uint64_t Number() {
    uint64_t value = 0;
    for (size_t bytes = Below(9); bytes > 0; --bytes) value = value << 8 | Byte();
    return value;
  }
  /// At most 255 bytes.
  std::string_view Text() { return Bytes(Byte()); }
  std::string_view Bytes(size_t size) {
    const size_t taken = std::min(size, size_);
    const std::string_view bytes(reinterpret_cast<const char*>(data_), taken);
    data_ += taken;
    size_ -= taken;
    return bytes;
  }
  /// Up to the line's end, which is passed, or the input's.
  std::string_view Line() {
    const std::string_view all(reinterpret_cast<const char*>(data_), size_);
    const size_t end = std::min(all.find('\n'), size_);
    Bytes(std::min(end + 1, size_));
    return all.substr(0, end);
  }
  std::string_view Rest() { return Bytes(size_); }

 private:
  const uint8_t* data_;
  size_t size_;
};

/// Ends the process, which is a finding, unless `holds`.
inline void Check(bool holds, std::string_view promise, std::string_view detail = {}) {
  if (holds) return;
  std::cerr << "broken: " << promise << ": " << detail << std::endl;
  std::abort();
}

}  // namespace fuzz
