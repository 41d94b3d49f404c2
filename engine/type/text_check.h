#pragma once

#include <cstddef>
#include <cstdint>

namespace redshift {

/// Whether all bytes are ASCII other than NUL: then nothing but its length can be wrong with a text.
/// Reads eight bytes at a time.
bool IsPlainAscii(const uint8_t* data, size_t size);

enum class TextFlaw { kNone, kNul, kInvalidUtf8 };

/// The first flaw of one text. Valid UTF-8 is that of RFC 3629: shortest form, no surrogates, at most
/// U+10FFFF; Redshift refuses the rest with error 1220.
TextFlaw FindTextFlaw(const uint8_t* data, size_t size);

}  // namespace redshift
