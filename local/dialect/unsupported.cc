// What PostgreSQL has and Redshift has not.
#include <fmt/format.h>

#include <array>
#include <string_view>

#include "local/dialect/reserved_word.h"
#include "local/dialect/rules.h"

namespace redshift_local {
namespace {

[[noreturn]] void RefuseCommand(const Rewriter& sql) {
  const std::string_view text = sql.Source(0, sql.size());
  Refuse("0A000", fmt::format("SQL command \"{}{}\" not supported on Redshift tables.", text.substr(0, 60),
                              text.size() > 60 ? "..." : ""));
}

bool IsAnyOf(const Token& token, std::initializer_list<std::string_view> words) {
  for (std::string_view word : words) {
    if (token.IsWord(word)) return true;
  }
  return false;
}

void RefuseCreate(const Rewriter& sql) {
  if (sql[1].IsWord("global")) RefuseSyntax(sql[1]);
  size_t at = 1;
  while (IsAnyOf(sql[at], {"or", "replace", "unique", "constraint", "trusted", "local", "temp", "temporary",
                           "default"})) {
    ++at;
  }
  if (IsAnyOf(sql[at],
              {"index",     "trigger",     "sequence",     "type",       "domain",     "rule",
               "extension", "cast",        "operator",     "aggregate",  "collation",  "tablespace",
               "event",     "publication", "subscription", "statistics", "conversion", "foreign",
               "server",    "text",        "access",       "policy",     "transform",  "unlogged"})) {
    RefuseCommand(sql);
  }
}

// What PostgreSQL took up later: WITH that writes, WITH in front of MERGE, ONLY, an alias of DELETE's target,
// DELETE without FROM but with USING, SET of several columns at once.
void RefuseDmlForms(const Rewriter& sql) {
  const size_t verb = MainVerb(sql);
  for (size_t i = 2; i < verb; ++i) {
    const bool begins = sql[i - 1].Is("(") && (sql[i - 2].IsWord("as") || sql[i - 2].IsWord("materialized"));
    if (begins && IsAnyOf(sql[i], {"insert", "update", "delete", "merge"})) RefuseSyntax(sql[i]);
  }
  if (sql[verb].IsWord("merge")) RefuseSyntax(sql[verb]);
  if (!sql[verb].IsWord("delete") && !sql[verb].IsWord("update")) return;
  const bool has_from = sql[verb + 1].IsWord("from");
  size_t at = verb + (has_from ? 2 : 1);
  if (sql[at].IsWord("only")) RefuseSyntax(sql[at]);
  if (sql[verb].IsWord("delete")) {
    while (sql[at].IsName() && sql[at + 1].Is(".")) at += 2;
    const Token& next = sql[at + 1];
    const bool ends = at + 1 >= sql.size() || next.IsWord("where") || (has_from && next.IsWord("using"));
    if (sql[at].IsName() && !ends) RefuseSyntax(next);
    return;
  }
  while (at < sql.size() && !sql[at].IsWord("set")) at = sql[at].Is("(") ? sql.After(at) : at + 1;
  if (at < sql.size() && sql[at + 1].Is("(")) RefuseSyntax(sql[at + 1]);
}

// PREPARE takes SELECT, INSERT, UPDATE and DELETE.
void RefusePreparedMerge(const Rewriter& sql) {
  size_t at = 2;
  if (sql[at].Is("(")) at = sql.After(at);
  if (sql[at].IsWord("as") && sql[at + 1].IsWord("merge")) RefuseSyntax(sql[at + 1]);
}

// Clauses of INSERT, UPDATE and DELETE outside any parentheses.
void RefuseDmlClauses(const Rewriter& sql) {
  int depth = 0;
  for (size_t i = 1; i < sql.size(); ++i) {
    if (sql[i].Is("(")) ++depth;
    if (sql[i].Is(")")) --depth;
    if (depth > 0) continue;
    if (sql[i].IsWord("returning")) RefuseSyntax(sql[i]);
    if (sql[i].IsWord("on") && sql[i + 1].IsWord("conflict")) RefuseSyntax(sql[i]);
  }
}

// INSERT INTO t (columns): reserved words need quotes.
void RefuseReservedColumns(const Rewriter& sql) {
  size_t at = 2;
  while (sql[at].IsName() && sql[at + 1].Is(".")) at += 2;
  if (!sql[at].IsName() || !sql[at + 1].Is("(") || sql[at + 2].IsWord("select") || sql[at + 2].IsWord("with"))
    return;
  for (at += 2; at < sql.size() && !sql[at].Is(")"); ++at) RefuseReservedWord(sql[at]);
}

void RefuseQueryClauses(const Rewriter& sql) {
  for (size_t i = 0; i + 1 < sql.size(); ++i) {
    if (sql[i].IsWord("distinct") && sql[i + 1].IsWord("on") && sql[i + 2].Is("(") && i > 0 &&
        sql[i - 1].IsWord("select")) {
      Refuse("0A000", "SELECT DISTINCT ON is not supported");
    }
    if (sql[i].IsWord("for") &&
        (IsAnyOf(sql[i + 1], {"update", "share"}) || (sql[i + 1].IsWord("no") && sql[i + 2].IsWord("key")))) {
      Refuse("0A000", "SELECT FOR UPDATE is not supported");
    }
  }
}

}  // namespace

void RefuseUnsupported(const Rewriter& sql) {
  const Token& first = sql[0];
  if (IsAnyOf(first, {"listen", "notify", "unlisten", "cluster", "reindex", "checkpoint", "load", "security",
                      "do", "refresh", "reassign", "discard"}) &&
      !(first.IsWord("refresh") && sql[1].IsWord("materialized"))) {
    RefuseCommand(sql);
  }
  if (first.IsWord("alter") &&
      IsAnyOf(sql[1], {"system", "index", "sequence", "type", "domain", "rule", "trigger", "extension"})) {
    RefuseCommand(sql);
  }
  if (first.IsWord("explain") && (IsAnyOf(sql[1], {"analyze", "analyse"}) || sql[1].Is("(")))
    RefuseSyntax(sql[1]);
  if (first.IsWord("values") || first.IsWord("table")) RefuseSyntax(first);
  if (first.IsWord("unload")) Refuse("0A000", "UNLOAD is not supported yet by redshift-local.");
  if (first.IsWord("create")) RefuseCreate(sql);
  if (IsAnyOf(first, {"insert", "update", "delete", "with"})) {
    RefuseDmlForms(sql);
    RefuseDmlClauses(sql);
  }
  if (first.IsWord("prepare")) RefusePreparedMerge(sql);
  if (first.IsWord("insert")) RefuseReservedColumns(sql);
  if (IsAnyOf(first, {"select", "with", "insert", "create", "declare"}) || first.Is("("))
    RefuseQueryClauses(sql);
}

}  // namespace redshift_local
