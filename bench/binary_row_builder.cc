#include "bench/binary_row_builder.h"

#include <cstring>

namespace redshift {

BinaryRowBuilder::BinaryRowBuilder(size_t field_count)
    : field_count_(field_count), header_size_((field_count + 63 + 8) / 64 * 8) {
  row_.assign(header_size_ + 8 * field_count_, 0);
}

template <typename T>
void BinaryRowBuilder::SetSlot(T value) {
  std::memcpy(row_.data() + header_size_ + 8 * field_++, &value, sizeof(value));
}

size_t BinaryRowBuilder::AddVariable(const void* data, size_t size) {
  const size_t offset = row_.size();
  row_.resize(offset + (size + 7) / 8 * 8, 0);
  std::memcpy(row_.data() + offset, data, size);
  return offset;
}

void BinaryRowBuilder::AddInt(int32_t value) {
  SetSlot(value);
}
void BinaryRowBuilder::AddBigInt(int64_t value) {
  SetSlot(value);
}
void BinaryRowBuilder::AddDouble(double value) {
  SetSlot(value);
}
void BinaryRowBuilder::AddBoolean(bool value) {
  SetSlot(uint8_t{value});
}

void BinaryRowBuilder::AddText(std::string_view text) {
  if (text.size() <= 7) {
    uint64_t slot = (0x80 | uint64_t{text.size()}) << 56;
    std::memcpy(&slot, text.data(), text.size());
    SetSlot(slot);
  } else {
    const size_t offset = AddVariable(text.data(), text.size());
    SetSlot(uint64_t{offset} << 32 | text.size());
  }
}

void BinaryRowBuilder::AddTimestamp(int64_t micros) {
  const int64_t millis = micros / 1000;
  const size_t offset = AddVariable(&millis, sizeof(millis));
  SetSlot(uint64_t{offset} << 32 | static_cast<uint64_t>(micros % 1000 * 1000));
}

void BinaryRowBuilder::AddNull() {
  const size_t bit = field_ + 8;
  row_[bit / 8] = static_cast<uint8_t>(row_[bit / 8] | 1u << bit % 8);
  ++field_;
}

void BinaryRowBuilder::EndRow() {
  const int32_t size = static_cast<int32_t>(row_.size());
  const auto* bytes = reinterpret_cast<const uint8_t*>(&size);
  frames_.insert(frames_.end(), bytes, bytes + sizeof(size));
  frames_.insert(frames_.end(), row_.begin(), row_.end());
  row_.assign(header_size_ + 8 * field_count_, 0);
  field_ = 0;
  ++row_count_;
}

void BinaryRowBuilder::Clear() {
  frames_.clear();
  row_count_ = 0;
}

}  // namespace redshift
