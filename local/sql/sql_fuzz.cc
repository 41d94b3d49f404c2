// What clients send as SQL is split into tokens and understood, or refused; the lexer never looks outside of
// it.
//
// Input: a byte of flags; the text.

#include "local/dialect/statement.h"
#include "local/sql/lexer.h"
#include "tests/fuzz/fuzz.h"

namespace redshift_local {
namespace {

constexpr uint8_t kKeepCase = 1;
constexpr uint8_t kChecksMatches = 2;

// What we quote, we read as it was.
void CheckQuoted(const std::string& quoted, TokenKind kind, std::string_view value) {
  const auto lexed = Lex(quoted, {.keep_case = true});
  const auto* tokens = std::get_if<Tokens>(&lexed);
  fuzz::Check(
      tokens != nullptr && tokens->size() == 2 && (*tokens)[0].kind == kind && (*tokens)[0].value == value,
      "what was quoted reads back", quoted);
}

void TakeInput(fuzz::Input input) {
  const uint8_t flags = input.Byte();
  // A copy of exactly its size, so that reads behind it are seen.
  const std::string_view rest = input.Rest();
  const std::vector<char> bytes(rest.begin(), rest.end());
  const std::string_view sql(bytes.data(), bytes.size());

  const bool keep_case = (flags & kKeepCase) != 0;
  const auto lexed = Lex(sql, {.keep_case = keep_case});
  if (const auto* tokens = std::get_if<Tokens>(&lexed)) {
    size_t end = 0;
    for (const Token& token : *tokens) {
      fuzz::Check(token.begin >= end && token.end() <= sql.size(), "tokens stand one behind the other", sql);
      fuzz::Check(token.kind == TokenKind::kEnd || sql.substr(token.begin, token.text.size()) == token.text,
                  "tokens stand where they say", token.text);
      end = token.end();
      if (token.kind == TokenKind::kString)
        CheckQuoted(QuoteLiteral(token.value), TokenKind::kString, token.value);
      if (token.kind == TokenKind::kQuoted && !token.value.empty()) {
        CheckQuoted(QuoteIdentifier(token.value), TokenKind::kQuoted, token.value);
      }
    }
    fuzz::Check(!tokens->empty() && tokens->back().kind == TokenKind::kEnd, "tokens have an end", sql);
  } else {
    fuzz::Check(std::get<LexerError>(lexed).position <= sql.size(), "errors are within the text", sql);
  }
  for (const Statement& statement :
       Understand(sql, {.case_sensitive = keep_case, .checks_matches = (flags & kChecksMatches) != 0})) {
    fuzz::Check((statement.kind == StatementKind::kRefused) == statement.refusal.has_value(),
                "what is refused has a reason", sql);
    if (statement.refusal) {
      fuzz::Check(statement.refusal->sqlstate.size() == 5 && !statement.refusal->message.empty(),
                  "reasons have a state and a text", sql);
    }
  }
}

}  // namespace
}  // namespace redshift_local

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  redshift_local::TakeInput({data, size});
  return 0;
}
