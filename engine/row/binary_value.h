// How single values lie in Flink's binary rows, arrays and maps.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>

namespace redshift {

// Rows come in the byte order of the JVM's machine, which is ours.
static_assert(std::endian::native == std::endian::little);

inline constexpr int kMaxCompactDecimalPrecision = 18;
inline constexpr int kMaxCompactTimestampPrecision = 3;
inline constexpr uint32_t kMaxNanosOfMilli = 999999;

/// One BinaryRowData, or an array, map or row inside one, which must not be read beyond its size.
struct RowBytes {
  const uint8_t* data;
  size_t size;
};

/// What a slot says about a value in the variable part.
struct Reference {
  uint64_t offset;
  uint64_t size;
};

inline Reference ToReference(uint64_t slot) {
  return {slot >> 32, slot & 0xFFFFFFFF};
}

inline bool Contains(const RowBytes& row, Reference reference) {
  return reference.offset + reference.size <= row.size;
}

// Of text and bytes: the top bit of the slot says that they stand in the slot itself, the seven below it how
// many there are.
inline constexpr uint64_t kInlineMark = uint64_t{1} << 63;
inline constexpr size_t kMaxInlineBytes = 7;

inline size_t InlineSize(uint64_t slot) {
  return (slot >> 56) & 0x7F;
}

/// What 64 bits cannot hold becomes the farthest instant.
inline int64_t ToMicros(int64_t millis, int64_t nanos_of_milli) {
  constexpr int64_t kMicrosPerMilli = 1000;
  constexpr int64_t kMost = std::numeric_limits<int64_t>::max() / kMicrosPerMilli - 1;
  if (millis > kMost) return std::numeric_limits<int64_t>::max();
  if (millis < -kMost) return std::numeric_limits<int64_t>::min();
  return millis * kMicrosPerMilli + nanos_of_milli / 1000;
}

struct DecimalWords {
  uint64_t low;
  int64_t high;
};

/// Big-endian two's complement of 1 to 16 bytes, sign-extended.
inline DecimalWords ToDecimal(const uint8_t* bytes, size_t size) {
  std::array<uint8_t, 16> wide;
  wide.fill((bytes[0] & 0x80) != 0 ? 0xFF : 0);
  std::memcpy(wide.data() + (wide.size() - size), bytes, size);
  uint64_t high;
  uint64_t low;
  std::memcpy(&high, wide.data(), sizeof(high));
  std::memcpy(&low, wide.data() + 8, sizeof(low));
  return {__builtin_bswap64(low), static_cast<int64_t>(__builtin_bswap64(high))};
}

}  // namespace redshift
