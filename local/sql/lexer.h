// Reads Redshift's lexical rules, which are those of PostgreSQL 8.0: a backslash in a plain '...' literal
// is an escape character, and quoted identifiers are folded to lower case.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "local/sql/token.h"

namespace redshift_local {

struct LexerOptions {
  /// enable_case_sensitive_identifier of the session.
  bool keep_case = false;
};

struct LexerError {
  std::string message;
  size_t position = 0;
};

/// Splits `sql` into tokens; comments and blanks are left out, a kEnd token closes the list.
/// `sql` must outlive the tokens. Fails for unterminated literals, identifiers and comments.
std::variant<Tokens, LexerError> Lex(std::string_view sql, const LexerOptions& options = {});

/// `value` as a literal that means the same whatever standard_conforming_strings says.
std::string QuoteLiteral(std::string_view value);

/// `name` as a quoted identifier.
std::string QuoteIdentifier(std::string_view name);

/// ASCII letters to lower case; all other bytes are kept.
std::string FoldCase(std::string_view text);

}  // namespace redshift_local
