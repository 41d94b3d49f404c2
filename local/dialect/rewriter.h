// A statement's tokens with replacements: everything not replaced stays as the client wrote it.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "local/copy/sql_error.h"
#include "local/sql/token.h"

namespace redshift_local {

/// Thrown by the rules of the dialect: the statement is answered with this error.
struct Refusal {
  SqlErrorFields error;
  /// INFO messages that go before it.
  std::vector<std::string> infos = {};
};

[[noreturn]] void Refuse(std::string sqlstate, std::string message, std::string hint = {});
/// `syntax error at or near "x"`, 42601.
[[noreturn]] void RefuseSyntax(const Token& token);

class Rewriter {
 public:
  /// `tokens` are those of one statement, closed by a kEnd token; both arguments must outlive the rewriter.
  Rewriter(std::string_view source, std::span<const Token> tokens);

  size_t size() const { return tokens_.size() - 1; }
  /// Past the end: the kEnd token.
  const Token& operator[](size_t index) const { return tokens_[std::min(index, size())]; }

  /// Puts `text` in the place of `count` tokens.
  void Replace(size_t index, size_t count, std::string text);
  void Remove(size_t index, size_t count) { Replace(index, count, ""); }
  bool IsReplaced(size_t index) const { return replacements_[index].has_value(); }
  /// True when something was replaced.
  bool changed() const { return changed_; }

  /// The index after the parenthesis that closes the one at `open`; refuses when there is none.
  size_t After(size_t open) const;

  /// Tokens [first, last) as PostgreSQL is to read them.
  std::string Render(size_t first, size_t last) const;
  std::string Render() const { return Render(0, size()); }
  /// The same without regard to replacements: the client's words.
  std::string_view Source(size_t first, size_t last) const;

 private:
  std::string_view source_;
  std::span<const Token> tokens_;
  std::vector<std::optional<std::string>> replacements_;
  bool changed_ = false;
};

/// A token as PostgreSQL reads it: literals with backslashes as E'', quoted names folded.
std::string RenderToken(const Token& token);

}  // namespace redshift_local
