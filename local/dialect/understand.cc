#include <nlohmann/json.hpp>
#include <utility>

#include "local/dialect/long_name.h"
#include "local/dialect/rewriter.h"
#include "local/dialect/rules.h"
#include "local/dialect/statement.h"
#include "local/sql/lexer.h"

namespace redshift_local {
namespace {

Statement Refused(SqlErrorFields error, std::string_view text) {
  Statement statement;
  statement.kind = StatementKind::kRefused;
  statement.text = text;
  statement.refusal = std::move(error);
  return statement;
}

// Names beyond the back end's limit get the name that the back end knows them by.
void ShortenNames(Tokens* tokens, std::vector<LongName>* names) {
  for (Token& token : *tokens) {
    if (!token.IsName()) continue;
    std::string backend = BackendName(token.value);
    if (backend == token.value) continue;
    names->push_back({backend, CutName(token.value)});
    token.kind = TokenKind::kQuoted;
    token.value = std::move(backend);
  }
}

// So that the catalogue views know what a table made by this statement is called.
void RememberNames(const std::vector<LongName>& names, Statement* statement) {
  if (names.empty() || statement->kind != StatementKind::kSql) return;
  nlohmann::json list = nlohmann::json::object();
  for (const LongName& name : names) list[name.backend] = name.shown;
  // A name that is no UTF-8 is refused by PostgreSQL, with the statement.
  const std::string text = list.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  statement->before.insert(statement->before.begin(),
                           "select local.remember_names(" + QuoteLiteral(text) + ")");
}

void CheckToken(const Token& token, bool is_copy) {
  // COPY has a meaning for it.
  if (token.kind == TokenKind::kString && !is_copy && token.value.find('\0') != std::string::npos) {
    Refuse("22021", "invalid byte sequence for encoding \"UTF8\": 0x00");
  }
}

void ReadTokens(std::span<const Token> tokens, Statement* statement) {
  for (const Token& token : tokens) {
    CheckToken(token, tokens[0].IsWord("copy"));
    if (token.kind != TokenKind::kParameter) continue;
    const unsigned long number = std::stoul(std::string(token.text.substr(1, 6)));
    if (number == 0 || number > kLargestParameterCount) {
      Refuse("54000", "there is no parameter " + std::string(token.text) + ": a statement has at most " +
                          std::to_string(kLargestParameterCount) + " parameters");
    }
    if (statement->parameters.size() < number) statement->parameters.resize(number);
    statement->parameters[number - 1] = true;
  }
}

Statement UnderstandOne(std::string_view sql, std::span<const Token> tokens, const DialectContext& context) {
  Rewriter rewriter(sql, tokens);
  const std::string_view text = rewriter.Source(0, rewriter.size());
  Statement statement;
  statement.text = text;
  try {
    ReadTokens(tokens, &statement);
    ApplyRules(rewriter, context, &statement);
  } catch (const Refusal& refusal) {
    Statement refused = Refused(refusal.error, text);
    refused.infos = refusal.infos;
    return refused;
  }
  return statement;
}

}  // namespace

std::vector<Statement> Understand(std::string_view sql, const DialectContext& context) {
  std::vector<Statement> statements;
  auto lexed = Lex(sql, LexerOptions{context.case_sensitive});
  if (const auto* error = std::get_if<LexerError>(&lexed)) {
    SqlErrorFields fields;
    fields.sqlstate = "42601";
    fields.message = error->message;
    fields.position = static_cast<int>(error->position) + 1;
    statements.push_back(Refused(std::move(fields), sql));
    return statements;
  }
  auto& tokens = std::get<Tokens>(lexed);
  std::vector<LongName> names;
  ShortenNames(&tokens, &names);
  size_t first = 0;
  for (size_t i = 0; i < tokens.size(); ++i) {
    const bool at_end = tokens[i].kind == TokenKind::kEnd;
    if (!at_end && !tokens[i].Is(";")) continue;
    if (i > first) {
      tokens[i].kind = TokenKind::kEnd;
      tokens[i].text = tokens[i].text.substr(0, 0);
      statements.push_back(UnderstandOne(sql, std::span(tokens).subspan(first, i - first + 1), context));
      statements.back().long_names = names;
      if (tokens[first].IsWord("create") || tokens[first].IsWord("alter"))
        RememberNames(names, &statements.back());
    }
    first = i + 1;
  }
  return statements;
}

}  // namespace redshift_local
