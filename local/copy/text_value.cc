#include "local/copy/text_value.h"

#include <fmt/format.h>

#include <array>

namespace redshift_local {
namespace {

constexpr uint8_t kEscape = 1;
constexpr uint8_t kNotAscii = 2;
constexpr uint8_t kNul = 4;

constexpr std::array<uint8_t, 256> MakeClasses() {
  std::array<uint8_t, 256> classes{};
  for (size_t i = 0x80; i < 256; ++i) classes[i] = kNotAscii;
  classes['\\'] = classes['\n'] = classes['\r'] = classes['\t'] = kEscape;
  classes[0] = kNul;
  return classes;
}
constexpr auto kClasses = MakeClasses();

uint8_t ClassesOf(std::string_view text) {
  uint8_t classes = 0;
  for (const char c : text) classes |= kClasses[static_cast<uint8_t>(c)];
  return classes;
}

bool IsWhiteSpace(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}

std::string Hex(std::string_view bytes) {
  std::string hex;
  for (const char c : bytes) hex += fmt::format("{}{:02x}", hex.empty() ? "" : " ", static_cast<uint8_t>(c));
  return hex;
}

size_t SequenceLength(uint8_t lead) {
  if (lead < 0x80) return 1;
  if (lead < 0xE0) return 2;
  return lead < 0xF0 ? 3 : 4;
}

FieldError BadUtf8(std::string_view bytes, int sub_code) {
  return {load_code::kUtf8,
          fmt::format("String contains invalid or unsupported UTF-8 codepoints. Bad UTF-8 hex sequence: {} "
                      "(error {})",
                      Hex(bytes), sub_code)};
}

// U+FDD0-FDEF and the last two code points of each plane.
bool IsNoncharacter(std::string_view sequence) {
  uint32_t code = 0;
  if (sequence.size() == 3) {
    code =
        static_cast<uint32_t>((sequence[0] & 0x0F) << 12 | (sequence[1] & 0x3F) << 6 | (sequence[2] & 0x3F));
  } else if (sequence.size() == 4) {
    code = static_cast<uint32_t>((sequence[0] & 0x07) << 18 | (sequence[1] & 0x3F) << 12 |
                                 (sequence[2] & 0x3F) << 6 | (sequence[3] & 0x3F));
  } else {
    return false;
  }
  return (code >= 0xFDD0 && code <= 0xFDEF) || (code & 0xFFFE) == 0xFFFE;
}

// As many replacement characters as there were bad bytes.
std::string ReplaceBad(std::string_view text, char replacement, bool* replaced) {
  std::string good;
  good.reserve(text.size());
  while (!text.empty()) {
    const auto bad = FindBadUtf8(text);
    auto part = text.substr(0, bad ? bad->at : text.size());
    while (!part.empty()) {
      const size_t length = SequenceLength(static_cast<uint8_t>(part[0]));
      if (part[0] == '\0' || IsNoncharacter(part.substr(0, length))) {
        good.append(length, replacement);
        *replaced = true;
      } else {
        good.append(part.substr(0, length));
      }
      part.remove_prefix(length);
    }
    if (!bad) break;
    good.append(bad->length, replacement);
    *replaced = true;
    text.remove_prefix(bad->at + bad->length);
  }
  return good;
}

// Cuts to the column's bytes at a character's boundary.
std::string_view Cut(std::string_view text, size_t bytes) {
  while (bytes > 0 && (text[bytes] & 0xC0) == 0x80) --bytes;
  return text.substr(0, bytes);
}

bool FitLength(std::string_view* text, const TextRules& rules, const char* what, FieldError* error) {
  const auto most = static_cast<size_t>(rules.max_bytes);
  if (text->size() <= most) return true;
  if (!rules.truncate && text->find_first_not_of(' ', most) != std::string_view::npos) {
    *error = {load_code::kOutOfRange, fmt::format("{} length exceeds DDL length", what)};
    return false;
  }
  *text = Cut(*text, most);
  return true;
}

bool CheckNul(const TextRules& rules, FieldError* error) {
  if (rules.nul_is_null) {
    *error = {load_code::kNulByte, "NUL byte beside other bytes in a field (NULL AS '\\0')"};
  } else {
    *error = BadUtf8(std::string_view("\0", 1), 3);
  }
  return false;
}

}  // namespace

std::optional<Utf8Problem> FindBadUtf8(std::string_view text) {
  const size_t size = text.size();
  const auto byte = [&](size_t i) { return static_cast<uint8_t>(text[i]); };
  for (size_t i = 0; i < size;) {
    const uint8_t lead = byte(i);
    if (lead < 0x80) {
      ++i;
      continue;
    }
    if (lead >= 0xF8) return Utf8Problem{i, 1, 1};
    if (lead < 0xC2) return Utf8Problem{i, 1, 3};
    const size_t length = SequenceLength(lead);
    for (size_t k = 1; k < length; ++k) {
      if (i + k >= size) return Utf8Problem{i, k, 2};
      if ((byte(i + k) & 0xC0) != 0x80) return Utf8Problem{i, k, 4};
    }
    const uint8_t second = byte(i + 1);
    if (lead == 0xED && second >= 0xA0) return Utf8Problem{i, length, 5};
    if (lead > 0xF4 || (lead == 0xF4 && second >= 0x90)) return Utf8Problem{i, length, 8};
    if ((lead == 0xE0 && second < 0xA0) || (lead == 0xF0 && second < 0x90)) return Utf8Problem{i, length, 4};
    i += length;
  }
  return std::nullopt;
}

void AppendEscaped(std::string_view text, std::string* row) {
  if ((ClassesOf(text) & kEscape) == 0) {
    row->append(text);
    return;
  }
  for (const char c : text) {
    switch (c) {
      case '\\':
        row->append("\\\\");
        break;
      case '\n':
        row->append("\\n");
        break;
      case '\r':
        row->append("\\r");
        break;
      case '\t':
        row->append("\\t");
        break;
      default:
        row->push_back(c);
    }
  }
}

bool IsAllBlank(std::string_view text) {
  for (const char c : text) {
    if (!IsWhiteSpace(c)) return false;
  }
  return true;
}

bool AppendVarchar(std::string_view text, const TextRules& rules, std::string* row, FieldError* error,
                   bool* replaced) {
  if (rules.trim_blanks) {
    while (!text.empty() && IsWhiteSpace(text.back())) text.remove_suffix(1);
  }
  std::string repaired;
  const uint8_t classes = ClassesOf(text);
  if ((classes & kNul) != 0 && (rules.nul_is_null || !rules.replacement)) return CheckNul(rules, error);
  if ((classes & (kNotAscii | kNul)) != 0) {
    if (rules.replacement) {
      repaired = ReplaceBad(text, *rules.replacement, replaced);
      text = repaired;
    } else if (const auto bad = FindBadUtf8(text)) {
      *error = BadUtf8(text.substr(bad->at, bad->length), bad->sub_code);
      return false;
    }
  }
  if (!FitLength(&text, rules, "String", error)) return false;
  AppendEscaped(text, row);
  return true;
}

bool AppendChar(std::string_view text, const TextRules& rules, std::string* row, FieldError* error) {
  const uint8_t classes = ClassesOf(text);
  if ((classes & kNul) != 0) return CheckNul(rules, error);
  if ((classes & kNotAscii) != 0) {
    size_t at = 0;
    while ((text[at] & 0x80) == 0) ++at;
    *error = {
        load_code::kUtf8,
        fmt::format("Multibyte character not supported for CHAR (Hint: Try using VARCHAR). Invalid char: {}",
                    Hex(text.substr(at, SequenceLength(static_cast<uint8_t>(text[at])))))};
    return false;
  }
  if (!FitLength(&text, rules, "Char", error)) return false;
  AppendEscaped(text, row);
  return true;
}

}  // namespace redshift_local
