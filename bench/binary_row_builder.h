#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace redshift {

/// Makes frames of BinaryRowData as the Flink side hands them over. Fields are set one after the other; a row
/// ends with EndRow. Only for benchmarks: what Flink really writes is in engine/row/golden.
class BinaryRowBuilder {
 public:
  explicit BinaryRowBuilder(size_t field_count);

  void AddInt(int32_t value);
  void AddBigInt(int64_t value);
  void AddDouble(double value);
  void AddBoolean(bool value);
  /// DECIMAL of at most 18 digits.
  void AddDecimal(int64_t unscaled) { AddBigInt(unscaled); }
  void AddText(std::string_view text);
  /// TIMESTAMP of more than three fractional digits.
  void AddTimestamp(int64_t micros);
  void AddNull();
  void EndRow();

  const std::vector<uint8_t>& frames() const { return frames_; }
  int64_t row_count() const { return row_count_; }
  void Clear();

 private:
  template <typename T>
  void SetSlot(T value);
  size_t AddVariable(const void* data, size_t size);

  size_t field_count_;
  size_t header_size_;
  size_t field_ = 0;
  int64_t row_count_ = 0;
  std::vector<uint8_t> row_;
  std::vector<uint8_t> frames_;
};

}  // namespace redshift
