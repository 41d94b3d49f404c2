#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace redshift::csv {

/// Writes the text between quotes, those inside doubled; there must be room for 2 * size + 2 bytes. Returns
/// the end.
char* WriteQuoted(char* out, const char* text, size_t size);

namespace internal {

inline constexpr uint64_t kOnes = 0x0101010101010101;
inline constexpr uint64_t kHighBits = 0x8080808080808080;

/// Non-zero when a byte of the word is zero.
inline constexpr uint64_t HasZero(uint64_t word) {
  return (word - kOnes) & ~word & kHighBits;
}

inline constexpr uint64_t HasByte(uint64_t word, uint8_t byte) {
  return HasZero(word ^ (kOnes * byte));
}

/// Non-zero when a byte of the word is a control character, comma, quote or backslash.
inline constexpr uint64_t HasSpecial(uint64_t word) {
  const uint64_t control = (word - kOnes * 0x20) & ~word & kHighBits;
  return control | HasByte(word, '"') | HasByte(word, ',') | HasByte(word, '\\');
}

inline constexpr bool IsVisible(char c) {
  return c > ' ' && c < 0x7F;
}

template <typename Word>
uint64_t CopyWord(char* out, const char* text) {
  Word word;
  std::memcpy(&word, text, sizeof(Word));
  std::memcpy(out, &word, sizeof(Word));
  return word;
}

}  // namespace internal

/// Copies the text and tells whether it may stand in CSV without quotes. It may not when it is empty, begins
/// or ends with anything but a visible ASCII character (a reader may cut blanks, also those of Unicode), or
/// holds a comma, a quote, a backslash or a control character. Copying and looking are one pass because
/// nearly every text is plain.
inline bool CopyPlain(char* out, const char* text, size_t size) {
  using namespace internal;  // NOLINT: the details of this very function
  if (size == 0 || !IsVisible(text[0]) || !IsVisible(text[size - 1])) return false;
  uint64_t found = 0;
  if (size >= 8) {
    for (size_t at = 0; at + 8 < size; at += 8) found |= HasSpecial(CopyWord<uint64_t>(out + at, text + at));
    // The last eight bytes, some of them perhaps for the second time.
    found |= HasSpecial(CopyWord<uint64_t>(out + size - 8, text + size - 8));
  } else if (size >= 4) {
    const uint64_t first = CopyWord<uint32_t>(out, text);
    found = HasSpecial(first | CopyWord<uint32_t>(out + size - 4, text + size - 4) << 32);
  } else {
    const uint64_t first = CopyWord<uint8_t>(out, text);
    const uint64_t middle = CopyWord<uint8_t>(out + size / 2, text + size / 2);
    const uint64_t last = CopyWord<uint8_t>(out + size - 1, text + size - 1);
    constexpr uint64_t kHarmless = kOnes * 'x' & ~uint64_t{0xFFFFFF};
    found = HasSpecial(kHarmless | first | middle << 8 | last << 16);
  }
  return found == 0;
}

/// Writes a text, with quotes where it needs them; there must be room for 2 * size + 2 bytes. Returns the
/// end.
inline char* WriteText(char* out, const char* text, size_t size) {
  if (CopyPlain(out, text, size)) [[likely]] {
    return out + size;
  }
  return WriteQuoted(out, text, size);
}

}  // namespace redshift::csv
