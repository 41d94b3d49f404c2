#include "local/dialect/rewriter.h"

#include <algorithm>
#include <utility>

#include "local/sql/lexer.h"

namespace redshift_local {

void Refuse(std::string sqlstate, std::string message, std::string hint) {
  SqlErrorFields error;
  error.sqlstate = std::move(sqlstate);
  error.message = std::move(message);
  error.hint = std::move(hint);
  throw Refusal{std::move(error), {}};
}

void RefuseSyntax(const Token& token) {
  SqlErrorFields error;
  error.sqlstate = "42601";
  error.message = token.kind == TokenKind::kEnd
                      ? "syntax error at end of input"
                      : "syntax error at or near \"" + std::string(token.text) + "\"";
  error.position = static_cast<int>(token.begin) + 1;
  throw Refusal{std::move(error), {}};
}

Rewriter::Rewriter(std::string_view source, std::span<const Token> tokens)
    : source_(source), tokens_(tokens), replacements_(tokens.size()) {}

void Rewriter::Replace(size_t index, size_t count, std::string text) {
  changed_ = true;
  for (size_t i = index; i < index + count; ++i) replacements_[i] = "";
  replacements_[index] = std::move(text);
}

size_t Rewriter::After(size_t open) const {
  int depth = 0;
  for (size_t i = open; i < size(); ++i) {
    if (tokens_[i].Is("(")) ++depth;
    if (tokens_[i].Is(")") && --depth == 0) return i + 1;
  }
  RefuseSyntax(tokens_[size()]);
}

std::string Rewriter::Render(size_t first, size_t last) const {
  std::string out;
  for (size_t i = first; i < last; ++i) {
    if (i > first) {
      const auto gap = source_.substr(tokens_[i - 1].end(), tokens_[i].begin - tokens_[i - 1].end());
      // `4WHEN`, which the drivers' own queries contain, is junk to PostgreSQL 15.
      const bool number_then_word = tokens_[i - 1].kind == TokenKind::kNumber && tokens_[i].IsName();
      out.append(gap.empty() && number_then_word ? " " : gap);
    }
    out += replacements_[i] ? *replacements_[i] : RenderToken(tokens_[i]);
  }
  return out;
}

std::string_view Rewriter::Source(size_t first, size_t last) const {
  if (first >= last) return {};
  return source_.substr(tokens_[first].begin, tokens_[last - 1].end() - tokens_[first].begin);
}

std::string RenderToken(const Token& token) {
  switch (token.kind) {
    case TokenKind::kString: {
      const bool escapes = token.text[0] != '$' && token.text.find('\\') != std::string_view::npos;
      return escapes ? QuoteLiteral(token.value) : std::string(token.text);
    }
    case TokenKind::kQuoted:
      return QuoteIdentifier(token.value);
    case TokenKind::kWord:
      return token.text[0] == '#' ? QuoteIdentifier(token.value) : std::string(token.text);
    default:
      return std::string(token.text);
  }
}

}  // namespace redshift_local
