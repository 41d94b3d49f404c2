#include "local/copy/varbyte_value.h"

#include <fmt/format.h>

namespace redshift_local {
namespace {

// bytea's input form; COPY's text format takes the backslash doubled.
constexpr std::string_view kHexPrefix = "\\\\x";

bool IsHexDigit(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

}  // namespace

void AppendVarbyte(std::string_view bytes, std::string* row) {
  static constexpr char kDigits[] = "0123456789abcdef";
  row->append(kHexPrefix);
  for (const char c : bytes) {
    row->push_back(kDigits[static_cast<uint8_t>(c) >> 4]);
    row->push_back(kDigits[static_cast<uint8_t>(c) & 0x0F]);
  }
}

bool AppendHex(std::string_view text, int32_t max_bytes, std::string* row, FieldError* error) {
  for (size_t i = 0; i < text.size(); ++i) {
    if (IsHexDigit(text[i])) continue;
    *error = {load_code::kDigit,
              fmt::format("Invalid digit, Value '{}', Pos {}, Type: Varbyte", text.substr(i, 1), i)};
    return false;
  }
  if (text.size() % 2 != 0) {
    *error = {load_code::kDigit, fmt::format("Invalid digit, Value '', Pos {}, Type: Varbyte", text.size())};
    return false;
  }
  if (text.size() / 2 > static_cast<size_t>(max_bytes)) {
    *error = {load_code::kOutOfRange, "Varbyte length exceeds DDL length"};
    return false;
  }
  row->append(kHexPrefix);
  row->append(text);
  return true;
}

}  // namespace redshift_local
