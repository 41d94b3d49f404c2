// ALTER TABLE: the few changes that Redshift allows.
#include <fmt/format.h>

#include "local/dialect/column_type.h"
#include "local/dialect/key_clause.h"
#include "local/dialect/reserved_word.h"
#include "local/dialect/rules.h"
#include "local/sql/lexer.h"

namespace redshift_local {
namespace {

std::string Record(const std::string& table, const KeyClause& key) {
  return fmt::format(
      "select local.add_key(to_regclass({}), {}, {})", QuoteLiteral(table), QuoteLiteral(key.ToJson().dump()),
      key.foreign_table.empty() ? "null" : "to_regclass(" + QuoteLiteral(key.foreign_table) + ")");
}

// ADD [COLUMN] name type [DEFAULT e] [ENCODE e] [NOT NULL]: one per statement.
void AddColumn(Rewriter& sql, size_t at, const std::string& table, Statement* statement) {
  if (!sql[at].IsName()) RefuseSyntax(sql[at]);
  RefuseReservedWord(sql[at]);
  const std::string name = sql[at].value;
  const ColumnType type = ReadColumnType(sql, at + 1, table, name);
  sql.Replace(at + 1, type.end - at - 1, type.sql);
  for (size_t i = type.end; i < sql.size(); ++i) {
    if (sql[i].Is("(")) i = sql.After(i) - 1;
    if (sql[i].Is(",")) RefuseSyntax(sql[i]);
    if (sql[i].IsWord("collate") && (sql[i + 1].IsWord("case_sensitive") || sql[i + 1].IsWord("default"))) {
      sql.Remove(i, 2);
    }
    if (sql[i].IsWord("encode")) {
      if (!sql[i + 1].IsName()) RefuseSyntax(sql[i + 1]);
      sql.Remove(i, 2);
    }
    for (const char* word : {"primary", "unique", "references", "identity", "distkey", "sortkey", "check"}) {
      if (sql[i].IsWord(word)) {
        Refuse("0A000", fmt::format("ALTER TABLE ADD COLUMN \"{}\": {} cannot be given for an added column",
                                    name, FoldCase(sql[i].text)));
      }
    }
  }
  statement->sql = sql.Render();
}

void AlterColumn(Rewriter& sql, size_t at, const std::string& table, Statement* statement) {
  const size_t verb = at + 1;
  if (sql[verb].IsWord("encode")) {
    statement->sql = kNothing;
    statement->tag = "ALTER TABLE";
    return;
  }
  if (!sql[verb].IsWord("type")) {
    Refuse("0A000", "ALTER TABLE ALTER COLUMN can only change the size of a VARCHAR column or its encoding");
  }
  const ColumnType type = ReadColumnType(sql, verb + 1, table, sql[at].value);
  if (!type.sql.starts_with("character varying")) {
    Refuse("0A000",
           fmt::format("cannot alter column \"{}\" to type {}: only the size of VARCHAR columns can change",
                       sql[at].value, type.sql));
  }
  sql.Replace(verb + 1, type.end - verb - 1, type.sql);
  statement->before.push_back(fmt::format("select local.check_varchar_change(to_regclass({}), {}, {})",
                                          QuoteLiteral(table), QuoteLiteral(sql[at].value),
                                          QuoteLiteral(type.sql)));
  statement->refused_in_block = "ALTER TABLE ALTER COLUMN";
  statement->sql = sql.Render();
}

}  // namespace

bool UnderstandAlterTable(Rewriter& sql, Statement* statement) {
  if (!sql[0].IsWord("alter") || !sql[1].IsWord("table")) return false;
  size_t at = 2;
  const size_t first = at;
  if (!sql[at].IsName()) RefuseSyntax(sql[at]);
  ++at;
  while (sql[at].Is(".") && sql[at + 1].IsName()) at += 2;
  const std::string table = sql.Render(first, at);
  statement->tag = "ALTER TABLE";
  if (sql[at].IsWord("add")) {
    if (const auto key = ReadTableKey(sql, at + 1, sql[at - 1].value)) {
      if (key->end < sql.size()) RefuseSyntax(sql[key->end]);
      statement->before.push_back(Record(table, *key));
      statement->sql = kNothing;
      return true;
    }
    AddColumn(sql, at + (sql[at + 1].IsWord("column") ? 2 : 1), sql[at - 1].value, statement);
    return true;
  }
  if (sql[at].IsWord("alter")) {
    if (sql[at + 1].IsWord("distkey") || sql[at + 1].IsWord("diststyle") || sql[at + 1].IsWord("sortkey") ||
        sql[at + 1].IsWord("compound") || sql[at + 1].IsWord("encode")) {
      statement->sql = kNothing;
      return true;
    }
    AlterColumn(sql, at + (sql[at + 1].IsWord("column") ? 2 : 1), table, statement);
    return true;
  }
  if (sql[at].IsWord("append")) {
    Refuse("0A000", "ALTER TABLE APPEND is not supported yet by redshift-local.");
  }
  if (!sql[at].IsWord("drop") && !sql[at].IsWord("rename") && !sql[at].IsWord("owner") &&
      !sql[at].IsWord("set")) {
    RefuseSyntax(sql[at]);
  }
  statement->sql = sql.Render();
  return true;
}

}  // namespace redshift_local
