#include "local/dialect/key_clause.h"

#include <utility>

namespace redshift_local {
namespace {

// REFERENCES t [(columns)] at `at`.
void ReadReferences(const Rewriter& sql, size_t at, KeyClause* key) {
  if (!sql[at].IsWord("references")) RefuseSyntax(sql[at]);
  const size_t first = ++at;
  if (!sql[at].IsName()) RefuseSyntax(sql[at]);
  ++at;
  while (sql[at].Is(".") && sql[at + 1].IsName()) at += 2;
  key->kind = 'f';
  key->foreign_table = sql.Render(first, at);
  if (sql[at].Is("(")) {
    key->foreign_columns = ReadKeyColumns(sql, at);
    at = sql.After(at);
  }
  key->end = at;
}

void RefuseChecks(const Token& token, const std::string& table) {
  if (token.IsWord("check"))
    Refuse("0A000", "CHECK constraints are not supported (table \"" + table + "\").");
  if (token.IsWord("exclude"))
    Refuse("0A000", "EXCLUDE constraints are not supported (table \"" + table + "\").");
}

std::string ReadConstraintName(const Rewriter& sql, size_t* at) {
  if (!sql[*at].IsWord("constraint")) return "";
  if (!sql[*at + 1].IsName()) RefuseSyntax(sql[*at + 1]);
  *at += 2;
  return sql[*at - 1].value;
}

}  // namespace

nlohmann::json KeyClause::ToJson() const {
  return {{"kind", std::string(1, kind)},
          {"name", name},
          {"columns", columns},
          {"table", foreign_table},
          {"foreign_columns", foreign_columns}};
}

std::vector<std::string> ReadKeyColumns(const Rewriter& sql, size_t open) {
  if (!sql[open].Is("(")) RefuseSyntax(sql[open]);
  const size_t close = sql.After(open) - 1;
  std::vector<std::string> columns;
  for (size_t at = open + 1; at < close; ++at) {
    if (!sql[at].IsName()) RefuseSyntax(sql[at]);
    columns.push_back(sql[at].value);
    ++at;
    if (at < close && !sql[at].Is(",")) RefuseSyntax(sql[at]);
  }
  if (columns.empty()) RefuseSyntax(sql[close]);
  return columns;
}

std::optional<KeyClause> ReadTableKey(const Rewriter& sql, size_t at, const std::string& table) {
  KeyClause key;
  const bool named = sql[at].IsWord("constraint");
  key.name = ReadConstraintName(sql, &at);
  RefuseChecks(sql[at], table);
  if (sql[at].IsWord("primary") && sql[at + 1].IsWord("key")) {
    key.columns = ReadKeyColumns(sql, at + 2);
    key.end = sql.After(at + 2);
    return key;
  }
  if (sql[at].IsWord("unique")) {
    key.kind = 'u';
    key.columns = ReadKeyColumns(sql, at + 1);
    key.end = sql.After(at + 1);
    return key;
  }
  if (sql[at].IsWord("foreign") && sql[at + 1].IsWord("key")) {
    key.columns = ReadKeyColumns(sql, at + 2);
    ReadReferences(sql, sql.After(at + 2), &key);
    return key;
  }
  if (named) RefuseSyntax(sql[at]);
  return std::nullopt;
}

std::optional<KeyClause> ReadColumnKey(const Rewriter& sql, size_t at, const std::string& table,
                                       const std::string& column) {
  KeyClause key;
  key.name = ReadConstraintName(sql, &at);
  key.columns = {column};
  RefuseChecks(sql[at], table);
  if (sql[at].IsWord("primary") && sql[at + 1].IsWord("key")) {
    key.end = at + 2;
    return key;
  }
  if (sql[at].IsWord("unique")) {
    key.kind = 'u';
    key.end = at + 1;
    return key;
  }
  if (sql[at].IsWord("references")) {
    ReadReferences(sql, at, &key);
    return key;
  }
  return std::nullopt;
}

}  // namespace redshift_local
