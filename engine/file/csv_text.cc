#include "engine/file/csv_text.h"

#include <cstring>

namespace redshift::csv {
namespace {

constexpr uint64_t kOnes = 0x0101010101010101;
constexpr uint64_t kHighBits = 0x8080808080808080;

template <typename T>
T Load(const char* at) {
  T value;
  std::memcpy(&value, at, sizeof(T));
  return value;
}

/// Non-zero when a byte of the word is zero.
constexpr uint64_t HasZero(uint64_t word) {
  return (word - kOnes) & ~word & kHighBits;
}

constexpr uint64_t HasByte(uint64_t word, uint8_t byte) {
  return HasZero(word ^ (kOnes * byte));
}

/// Non-zero when a byte of the word is a control character, comma, quote or backslash.
constexpr uint64_t HasSpecial(uint64_t word) {
  const uint64_t control = (word - kOnes * 0x20) & ~word & kHighBits;
  return control | HasByte(word, '"') | HasByte(word, ',') | HasByte(word, '\\');
}

bool IsVisible(char c) {
  return c > ' ' && c < 0x7F;
}

}  // namespace

bool NeedsQuotes(const char* text, size_t size) {
  if (size == 0 || !IsVisible(text[0]) || !IsVisible(text[size - 1])) return true;
  uint64_t found = 0;
  if (size >= 8) {
    for (size_t at = 0; at + 8 < size; at += 8) found |= HasSpecial(Load<uint64_t>(text + at));
    // The last eight bytes, some of them perhaps for the second time.
    found |= HasSpecial(Load<uint64_t>(text + size - 8));
  } else if (size >= 4) {
    found = HasSpecial(Load<uint32_t>(text) | uint64_t{Load<uint32_t>(text + size - 4)} << 32);
  } else {
    const auto byte = [&](size_t at) { return uint64_t{static_cast<uint8_t>(text[at])}; };
    found = HasSpecial((kOnes * 'x' & ~uint64_t{0xFFFFFF}) | byte(0) | byte(size / 2) << 8 |
                       byte(size - 1) << 16);
  }
  return found != 0;
}

char* WriteQuoted(char* out, const char* text, size_t size) {
  *out++ = '"';
  const char* const end = text + size;
  while (text != end) {
    const void* quote = std::memchr(text, '"', static_cast<size_t>(end - text));
    const char* stop = quote == nullptr ? end : static_cast<const char*>(quote) + 1;
    const size_t piece = static_cast<size_t>(stop - text);
    std::memcpy(out, text, piece);
    out += piece;
    if (quote != nullptr) *out++ = '"';
    text = stop;
  }
  *out++ = '"';
  return out;
}

}  // namespace redshift::csv
