// Tokens of Redshift's SQL, as the stand-in reads it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace redshift_local {

enum class TokenKind {
  kWord,       // unquoted identifier or keyword; also #name
  kQuoted,     // "identifier"
  kString,     // '...', E'...', $tag$...$tag$
  kBitString,  // B'...', X'...'
  kNumber,
  kParameter,  // $1
  kOperator,   // one operator, or one of ( ) [ ] , . ; : ::
  kEnd,        // after the last token
};

/// One token. `text` points into the statement that was read and is only valid as long as it.
struct Token {
  TokenKind kind = TokenKind::kEnd;
  std::string_view text;
  /// Offset of `text` in the statement.
  size_t begin = 0;
  /// kWord: lower case. kQuoted: without quotes, folded to lower case unless the session keeps case.
  /// kString: the value with all escapes resolved. Empty for every other kind.
  std::string value;

  size_t end() const { return begin + text.size(); }
  bool Is(std::string_view op) const { return kind == TokenKind::kOperator && text == op; }
  /// True for this unquoted word; `word` is lower case.
  bool IsWord(std::string_view word) const { return kind == TokenKind::kWord && value == word; }
  bool IsName() const { return kind == TokenKind::kWord || kind == TokenKind::kQuoted; }
};

using Tokens = std::vector<Token>;

}  // namespace redshift_local
