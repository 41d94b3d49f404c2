#include "engine/file/csv_text.h"

namespace redshift::csv {

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
