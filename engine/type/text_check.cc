#include "engine/type/text_check.h"

#include <cstring>

namespace redshift {
namespace {

constexpr uint64_t kHighBits = 0x8080808080808080;
constexpr uint64_t kOnes = 0x0101010101010101;

uint64_t Load(const uint8_t* data) {
  uint64_t word;
  std::memcpy(&word, data, sizeof(word));
  return word;
}

/// Has a high bit set where a byte is not ASCII or is NUL. (w - 1) & ~w marks NUL bytes, and may mark a byte
/// above one: what matters is only whether any is marked.
uint64_t Suspicious(uint64_t word) {
  return (word | ((word - kOnes) & ~word)) & kHighBits;
}

bool IsTrail(uint8_t byte) {
  return (byte & 0xC0) == 0x80;
}

/// The length of the character that begins here, 0 when there is none. `left` is at least 1.
size_t CharacterLength(const uint8_t* at, size_t left) {
  const uint8_t lead = at[0];
  if (lead < 0x80) return 1;
  if (lead < 0xC2) return 0;
  if (lead < 0xE0) return left >= 2 && IsTrail(at[1]) ? 2 : 0;
  if (lead < 0xF0) {
    if (left < 3 || !IsTrail(at[1]) || !IsTrail(at[2])) return 0;
    if (lead == 0xE0 && at[1] < 0xA0) return 0;  // overlong
    if (lead == 0xED && at[1] > 0x9F) return 0;  // surrogates
    return 3;
  }
  if (lead > 0xF4 || left < 4 || !IsTrail(at[1]) || !IsTrail(at[2]) || !IsTrail(at[3])) return 0;
  if (lead == 0xF0 && at[1] < 0x90) return 0;  // overlong
  if (lead == 0xF4 && at[1] > 0x8F) return 0;  // beyond U+10FFFF
  return 4;
}

}  // namespace

bool IsPlainAscii(const uint8_t* data, size_t size) {
  uint64_t found = 0;
  size_t at = 0;
  for (; at + 32 <= size; at += 32) {
    found |= Suspicious(Load(data + at)) | Suspicious(Load(data + at + 8)) |
             Suspicious(Load(data + at + 16)) | Suspicious(Load(data + at + 24));
  }
  for (; at + 8 <= size; at += 8) found |= Suspicious(Load(data + at));
  for (; at < size; ++at) found |= data[at] == 0 || data[at] >= 0x80 ? 1 : 0;
  return found == 0;
}

TextFlaw FindTextFlaw(const uint8_t* data, size_t size) {
  size_t at = 0;
  while (at < size) {
    if (at + 8 <= size && Suspicious(Load(data + at)) == 0) {
      at += 8;
      continue;
    }
    if (data[at] == 0) return TextFlaw::kNul;
    const size_t length = CharacterLength(data + at, size - at);
    if (length == 0) return TextFlaw::kInvalidUtf8;
    at += length;
  }
  return TextFlaw::kNone;
}

}  // namespace redshift
