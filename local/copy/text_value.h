// CHAR and VARCHAR fields: bytes, UTF-8, blanks; and how any value is written for PostgreSQL's COPY.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "local/copy/load_error.h"

namespace redshift_local {

/// The first byte sequence that is no UTF-8 that VARCHAR takes.
struct Utf8Problem {
  size_t at = 0;
  /// Bytes of the bad sequence, at least 1.
  size_t length = 1;
  /// The number that Redshift puts behind "error": 1 lead byte of more than four bytes, 2 cut short, 3 lead
  /// byte out of range, 4 bad byte behind the lead byte, 5 surrogate, 8 beyond U+10FFFF.
  int sub_code = 0;
};

std::optional<Utf8Problem> FindBadUtf8(std::string_view text);

struct TextRules {
  int32_t max_bytes = 0;
  bool trim_blanks = false;
  bool truncate = false;
  /// NULL AS '\0': a NUL beside other bytes is then error 1218.
  bool nul_is_null = false;
  /// ACCEPTINVCHARS.
  std::optional<char> replacement;
};

/// Appends a value to a row of PostgreSQL's COPY text format. *replaced is set when bytes were replaced.
bool AppendVarchar(std::string_view text, const TextRules& rules, std::string* row, FieldError* error,
                   bool* replaced);
bool AppendChar(std::string_view text, const TextRules& rules, std::string* row, FieldError* error);

/// Appends text with PostgreSQL's escapes.
void AppendEscaped(std::string_view text, std::string* row);

bool IsAllBlank(std::string_view text);

}  // namespace redshift_local
