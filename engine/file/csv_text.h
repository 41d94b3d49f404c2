#pragma once

#include <cstddef>
#include <cstdint>

namespace redshift::csv {

/// Whether a text may stand in CSV without quotes. It may not when it is empty, begins or ends with anything
/// but a visible ASCII character (a reader may cut blanks, also those of Unicode), or holds a comma, a quote,
/// a backslash or a control character.
bool NeedsQuotes(const char* text, size_t size);

/// Writes the text between quotes, those inside doubled; there must be room for 2 * size + 2 bytes. Returns
/// the end.
char* WriteQuoted(char* out, const char* text, size_t size);

}  // namespace redshift::csv
