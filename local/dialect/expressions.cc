// What may stand anywhere in a statement: functions, names and clauses that PostgreSQL spells in another way.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "local/dialect/column_type.h"
#include "local/dialect/long_name.h"
#include "local/dialect/rules.h"
#include "local/sql/lexer.h"

namespace redshift_local {
namespace {

/// Columns of PostgreSQL 8.0's and Redshift's catalogs that PostgreSQL 15 lacks; {0} is what stands before
/// the dot.
struct LostColumn {
  std::string_view name;
  const char* expression;
};
constexpr std::array kLostColumns = {
    LostColumn{"relhasoids", "false"},
    LostColumn{"proisagg", "({0}.prokind = 'a')"},
    LostColumn{"proiswindow", "({0}.prokind = 'w')"},
    LostColumn{"reldiststyle", "local.dist_style({0}.oid)"},
    LostColumn{"attencodingtype", "local.encoding_type({0}.attrelid, {0}.attnum)"},
    LostColumn{"attisdistkey", "local.is_dist_key({0}.attrelid, {0}.attnum)"},
    LostColumn{"attsortkeyord", "local.sort_key_position({0}.attrelid, {0}.attnum)"},
    LostColumn{"adsrc", "pg_catalog.pg_get_expr({0}.adbin, {0}.adrelid)"},
};

constexpr std::array<std::string_view, 5> kCounters = {
    "pg_last_copy_count", "pg_last_copy_id", "pg_last_query_id", "pg_last_unload_count", "pg_last_unload_id"};

constexpr std::array<std::string_view, 7> kHistoryViews = {
    "stl_query",          "stv_inflight",  "stv_recents",      "svl_qlog",
    "stl_connection_log", "stl_querytext", "sys_query_history"};

/// In schema `local`.
constexpr std::array<std::string_view, 3> kFaultControls = {"fault", "faults", "clear_faults"};

template <typename Range>
bool Contains(const Range& range, std::string_view word) {
  return std::find(range.begin(), range.end(), word) != range.end();
}

// Whether the token after a subquery in FROM leaves it without an alias.
bool LeavesNoAlias(const Token& token) {
  static constexpr std::array<std::string_view, 18> kWords = {
      "where", "group", "order", "limit",  "union",   "join",   "left",   "right",     "inner",
      "cross", "full",  "on",    "having", "natural", "offset", "except", "intersect", "minus"};
  return token.kind == TokenKind::kEnd || token.Is(")") || token.Is(",") ||
         (token.kind == TokenKind::kWord && Contains(kWords, token.value));
}

void NameSubqueries(Rewriter& sql) {
  int number = 0;
  for (size_t i = 1; i + 1 < sql.size(); ++i) {
    if (!sql[i].Is("(") || !(sql[i - 1].IsWord("from") || sql[i - 1].IsWord("join")) ||
        !sql[i + 1].IsWord("select")) {
      continue;
    }
    const size_t after = sql.After(i);
    if (LeavesNoAlias(sql[after]))
      sql.Replace(after - 1, 1, fmt::format(") as unnamed_subquery_{}", ++number));
  }
}

void RewriteFunction(Rewriter& sql, size_t i) {
  const std::string& name = sql[i].value;
  if (name == "nvl" || name == "isnull") sql.Replace(i, 1, "coalesce");
  if (name == "varchar" && sql[i + 2].IsWord("max")) sql.Replace(i + 2, 1, "65535");
  if (name == "nvarchar") sql.Replace(i, 1, "varchar");
}

// INTERVAL '1-2' YEAR TO MONTH: a value of Redshift's own type. Without a qualifier it stays PostgreSQL's.
void RewriteIntervalLiteral(Rewriter& sql, size_t i) {
  if (const auto type = ReadIntervalQualifier(sql, i + 2)) {
    const std::string literal = sql.Render(i, type->end);
    sql.Replace(i, type->end - i, fmt::format("({})::{}", literal, type->sql));
  }
}

// PostgreSQL reads a literal of VARBYTE as bytea, where a backslash escapes.
void RewriteVarbyteLiteral(Rewriter& sql, size_t string) {
  std::string doubled;
  for (char c : sql[string].value) doubled.append(c == '\\' ? 2 : 1, c);
  sql.Replace(string, 1, QuoteLiteral(doubled));
}

// Whether AS at `at` is that of CAST(x AS type).
bool IsCastAs(const Rewriter& sql, size_t at) {
  int depth = 0;
  for (size_t i = at; i-- > 0;) {
    if (sql[i].Is(")")) ++depth;
    if (sql[i].Is("(") && --depth < 0) return i > 0 && sql[i - 1].IsWord("cast");
  }
  return false;
}

void RewriteCast(Rewriter& sql, size_t i) {
  const std::string& type = sql[i].value;
  const bool is_cast = sql[i - 1].Is("::") || IsCastAs(sql, i - 1);
  if (!is_cast) return;
  if ((type == "decimal" || type == "numeric") && !sql[i + 1].Is("(")) sql.Replace(i, 1, "numeric(18,0)");
  if (type == "interval") {
    if (const auto interval = ReadIntervalQualifier(sql, i + 1)) {
      sql.Replace(i, interval->end - i, interval->sql);
    }
  }
  if (type == "varbinary") sql.Replace(i, 1, "varbyte");
  if (type == "binary" && sql[i + 1].IsWord("varying")) {
    sql.Replace(i, 2, "varbyte");
  } else if (type != "varbyte" && type != "varbinary") {
    return;
  }
  if (i >= 2 && sql[i - 2].kind == TokenKind::kString) RewriteVarbyteLiteral(sql, i - 2);
}

void RewriteWord(Rewriter& sql, size_t i, Statement* statement) {
  const std::string& word = sql[i].value;
  const Token& next = sql[i + 1];
  const bool after_dot = i > 0 && sql[i - 1].Is(".");
  if (Contains(kCounters, word)) statement->reads_counters = true;
  if (Contains(kHistoryViews, word)) statement->reads_history = true;
  if (after_dot && i >= 2 && sql[i - 2].IsWord("local") && Contains(kFaultControls, word)) {
    statement->uses_faults = true;
  }
  if (after_dot && i >= 2 && sql[i - 2].IsName()) {
    for (const LostColumn& lost : kLostColumns) {
      if (lost.name != word) continue;
      const std::string qualifier = RenderToken(sql[i - 2]);
      sql.Replace(i - 2, 3, fmt::format(fmt::runtime(lost.expression), qualifier));
      return;
    }
    return;
  }
  if (i > 0 && (sql[i - 1].Is("::") || sql[i - 1].IsWord("as"))) RewriteCast(sql, i);
  if (word == "interval" && next.kind == TokenKind::kString) return RewriteIntervalLiteral(sql, i);
  if (next.Is("(")) return RewriteFunction(sql, i);
  if (word == "sysdate") sql.Replace(i, 1, "sysdate()");
  if (word == "minus" && (next.IsWord("select") || next.IsWord("all"))) sql.Replace(i, 1, "except");
  if (word == "approximate" && (next.IsWord("count") || next.IsWord("percentile_disc"))) sql.Remove(i, 1);
}

// Literals that a catalog of the back end compares with names, and those that are read as a name.
void RewriteNameLiteral(Rewriter& sql, size_t i) {
  static constexpr std::array<std::string_view, 4> kNameColumns = {"relname", "attname", "nspname",
                                                                   "conname"};
  static constexpr std::array<std::string_view, 3> kNameFunctions = {"has_table_privilege",
                                                                     "has_schema_privilege", "to_regclass"};
  const std::string& value = sql[i].value;
  if (value.size() <= 63 || value.size() > 1024) return;
  const bool is_name = (i >= 2 && sql[i - 1].Is("=") && Contains(kNameColumns, sql[i - 2].value)) ||
                       (sql[0].IsWord("set") && sql[1].IsWord("search_path"));
  if (is_name) {
    sql.Replace(i, 1, QuoteLiteral(BackendName(value)));
  } else if ((sql[i + 1].Is("::") && sql[i + 2].IsWord("regclass")) ||
             (i >= 2 && sql[i - 1].Is("(") && Contains(kNameFunctions, sql[i - 2].value))) {
    sql.Replace(i, 1, QuoteLiteral(BackendNamesIn(value)));
  }
}

}  // namespace

void RewriteExpressions(Rewriter& sql, Statement* statement) {
  for (size_t i = 0; i < sql.size(); ++i) {
    if (sql[i].kind == TokenKind::kString) RewriteNameLiteral(sql, i);
    if (sql[i].kind == TokenKind::kWord) RewriteWord(sql, i, statement);
  }
  NameSubqueries(sql);
}

}  // namespace redshift_local
