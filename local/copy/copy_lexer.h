// Splits the text of a COPY statement into tokens, the way Redshift reads it: backslash escapes are alive in
// plain string literals, `--` and `/* */` are comments.
#pragma once

#include <arrow/result.h>

#include <string>
#include <string_view>
#include <vector>

namespace redshift_local {

struct CopyToken {
  enum class Kind { kWord, kQuotedIdentifier, kString, kNumber, kSymbol, kEnd };

  Kind kind = Kind::kEnd;
  /// Word: as written. Quoted identifier and string: decoded. Symbol: one character.
  std::string text;
  /// The text between the quotes as written (strings only).
  std::string raw;
  /// In characters from 1.
  int position = 0;

  bool IsSymbol(char symbol) const { return kind == Kind::kSymbol && text.size() == 1 && text[0] == symbol; }
  /// Case-insensitive; `keyword` in upper case.
  bool IsKeyword(std::string_view keyword) const;
};

/// Ends with a kEnd token. 42601 for an unterminated literal, identifier or comment.
arrow::Result<std::vector<CopyToken>> LexCopy(std::string_view statement);

}  // namespace redshift_local
