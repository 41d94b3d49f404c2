// CREATE TABLE: what Redshift knows and PostgreSQL does not is checked, taken out, and recorded by
// local.record_table() in the same transaction.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <set>
#include <string_view>

#include "local/dialect/column_type.h"
#include "local/dialect/key_clause.h"
#include "local/dialect/reserved_word.h"
#include "local/dialect/rules.h"
#include "local/sql/lexer.h"

namespace redshift_local {
namespace {

using nlohmann::json;

constexpr size_t kMostCompoundKeys = 400;
constexpr size_t kMostInterleavedKeys = 8;

bool IsEncoding(const Token& token) {
  static constexpr std::array<std::string_view, 13> kEncodings = {
      "az64",     "bytedict", "delta",     "delta32k", "lzo",     "mostly8", "mostly16",
      "mostly32", "raw",      "runlength", "text255",  "text32k", "zstd"};
  return token.IsName() && std::find(kEncodings.begin(), kEncodings.end(), token.value) != kEncodings.end();
}

// Words that end a DEFAULT expression.
bool BeginsColumnAttribute(const Token& token) {
  static constexpr std::array<std::string_view, 14> kWords = {
      "not",     "null",     "unique",    "primary", "references", "encode", "distkey",
      "sortkey", "identity", "generated", "collate", "constraint", "check",  "default"};
  return token.kind == TokenKind::kWord &&
         std::find(kWords.begin(), kWords.end(), token.value) != kWords.end();
}

class TableReader {
 public:
  TableReader(Rewriter& sql, Statement* statement) : sql_(sql), statement_(statement) {}

  // False: this is no CREATE TABLE.
  bool Read() {
    if (!sql_[at_].IsWord("create")) return false;
    ++at_;
    const bool is_local = Accept("local");
    if (Accept("temp") || Accept("temporary")) is_temporary_ = true;
    if (!Accept("table")) return false;
    if (is_local && !is_temporary_) RefuseSyntax(sql_[at_ - 1]);
    if (Accept("if")) {
      Expect("not");
      Expect("exists");
      if_not_exists_ = true;
    }
    ReadName();
    const size_t body = at_;
    const size_t after_body = sql_[at_].Is("(") ? sql_.After(at_) : at_;
    at_ = after_body;
    while (!sql_[at_].IsWord("as") && at_ < sql_.size()) ReadTableAttribute();
    if (Accept("as")) {
      RenderAsQuery(body, after_body);
    } else {
      if (body == after_body) RefuseSyntax(sql_[body]);
      ReadBody(body + 1, after_body - 1);
      CheckKeys();
      RenderDefinition();
    }
    return true;
  }

 private:
  bool Accept(std::string_view word) {
    if (!sql_[at_].IsWord(word)) return false;
    ++at_;
    return true;
  }
  void Expect(std::string_view word) {
    if (!Accept(word)) RefuseSyntax(sql_[at_]);
  }
  std::string ExpectName() {
    if (!sql_[at_].IsName()) RefuseSyntax(sql_[at_]);
    return sql_[at_++].value;
  }
  // The name of a table or column that is being made.
  std::string ExpectNewName() {
    RefuseReservedWord(sql_[at_]);
    return ExpectName();
  }

  void ReadName() {
    const size_t first = at_;
    table_ = ExpectNewName();
    while (sql_[at_].Is(".")) {
      ++at_;
      table_ = ExpectNewName();
    }
    if (table_.starts_with('#')) is_temporary_ = true;
    qualified_name_ = sql_.Render(first, at_);
  }

  void ReadTableAttribute() {
    if (Accept("backup")) {
      if (!Accept("yes")) Expect("no");
    } else if (Accept("diststyle")) {
      if (!attributes_["diststyle"].is_null()) RefuseSyntax(sql_[at_ - 1]);
      const std::string style = ExpectName();
      if (style != "auto" && style != "even" && style != "key" && style != "all") RefuseSyntax(sql_[at_ - 1]);
      attributes_["diststyle"] = style;
    } else if (Accept("distkey")) {
      for (const std::string& column : ReadColumnList()) SetDistKey(column);
    } else if (sql_[at_].IsWord("compound") || sql_[at_].IsWord("interleaved") ||
               sql_[at_].IsWord("sortkey")) {
      const bool interleaved = sql_[at_].IsWord("interleaved");
      if (!sql_[at_].IsWord("sortkey")) ++at_;
      Expect("sortkey");
      if (Accept("auto")) return;
      if (!sort_keys_.empty())
        Refuse("42601", "multiple sort keys for table \"" + table_ + "\" are not allowed");
      sort_keys_ = ReadColumnList();
      interleaved_ = interleaved;
      const size_t most = interleaved ? kMostInterleavedKeys : kMostCompoundKeys;
      if (sort_keys_.size() > most) {
        Refuse("54011", fmt::format("table \"{}\": a{} sort key has at most {} columns", table_,
                                    interleaved ? "n interleaved" : " compound", most));
      }
    } else if (Accept("encode")) {
      Expect("auto");
    } else if (sql_[at_].IsWord("inherits") || sql_[at_].IsWord("partition") ||
               sql_[at_].IsWord("tablespace")) {
      Refuse("0A000", fmt::format("{} is not supported.", FoldCase(sql_[at_].text)));
    } else {
      RefuseSyntax(sql_[at_]);
    }
  }

  std::vector<std::string> ReadColumnList() {
    std::vector<std::string> columns = ReadKeyColumns(sql_, at_);
    at_ = sql_.After(at_);
    return columns;
  }

  void SetDistKey(const std::string& column) {
    if (!attributes_["distkey"].is_null()) {
      Refuse("42601", "table \"" + table_ + "\" cannot have more than one DISTKEY column");
    }
    attributes_["distkey"] = column;
  }

  void ReadBody(size_t first, size_t last) {
    at_ = first;
    while (at_ < last) {
      ReadItem(last);
      if (at_ < last) {
        if (!sql_[at_].Is(",")) RefuseSyntax(sql_[at_]);
        ++at_;
        if (at_ == last) RefuseSyntax(sql_[at_]);
      }
    }
    if (items_.empty()) RefuseSyntax(sql_[last]);
  }

  void ReadItem(size_t last) {
    if (sql_[at_].IsWord("like")) {
      const size_t first = at_++;
      ExpectName();
      while (sql_[at_].Is(".")) ++at_, ExpectName();
      // Before the new table may hide it.
      statement_->before.push_back(
          fmt::format("select set_config('local.like', to_regclass({})::oid::text, false)",
                      QuoteLiteral(sql_.Render(first + 1, at_))));
      attributes_["like"].push_back(sql_.Render(first + 1, at_));
      if (Accept("including") || Accept("excluding")) Expect("defaults");
      items_.push_back(sql_.Render(first, at_));
      has_like_ = true;
      return;
    }
    if (const std::optional<KeyClause> key = ReadTableKey(sql_, at_, table_)) {
      at_ = key->end;
      attributes_["keys"].push_back(key->ToJson());
      if (key->kind == 'p') primary_key_ = key->columns;
      primary_keys_ += key->kind == 'p';
      return;
    }
    ReadColumn(last);
  }

  void ReadColumn(size_t last) {
    const std::string name = ExpectNewName();
    const ColumnType type = ReadColumnType(sql_, at_, table_, name);
    at_ = type.end;
    if (!columns_.insert(name).second) {
      Refuse("42701", "column \"" + name + "\" specified more than once");
    }
    if (!type.can_be_key) no_key_columns_.insert(name);
    if (type.is_super) super_columns_.insert(name);
    Column column;
    column.type = &type;
    column.name = name;
    while (at_ < last && !sql_[at_].Is(",")) ReadColumnAttribute(&column, last);
    std::string item = QuoteIdentifier(name) + " " + type.sql + column.collation_sql + column.default_sql;
    if (column.not_null) item += " not null";
    items_.push_back(item + column.identity_sql);
  }

  struct Column {
    const ColumnType* type = nullptr;
    std::string name;
    std::string collation_sql;
    std::string default_sql;
    std::string identity_sql;
    bool not_null = false;
  };

  void ReadColumnAttribute(Column* column, size_t last) {
    if (Accept("not")) {
      Expect("null");
      column->not_null = true;
    } else if (Accept("null")) {
    } else if (Accept("default")) {
      const size_t first = at_;
      while (at_ < last && !sql_[at_].Is(",") && (at_ == first || !BeginsColumnAttribute(sql_[at_]))) {
        at_ = sql_[at_].Is("(") ? sql_.After(at_) : at_ + 1;
      }
      if (at_ == first) RefuseSyntax(sql_[at_]);
      column->default_sql = " default " + sql_.Render(first, at_);
    } else if (Accept("identity")) {
      SetIdentity(column, "always", last);
    } else if (Accept("generated")) {
      for (const char* word : {"by", "default", "as", "identity"}) Expect(word);
      SetIdentity(column, "by default", last);
    } else if (Accept("encode")) {
      if (!IsEncoding(sql_[at_])) {
        Refuse("42704", fmt::format("invalid encoding type specified for column \"{}\"", column->name));
      }
      attributes_["encodings"][column->name] = sql_[at_++].value;
    } else if (Accept("distkey")) {
      SetDistKey(column->name);
    } else if (Accept("sortkey")) {
      if (!sort_keys_.empty())
        Refuse("42601", "multiple sort keys for table \"" + table_ + "\" are not allowed");
      sort_keys_ = {column->name};
    } else if (Accept("collate")) {
      if (Accept("case_insensitive")) {
        if (!column->type->sql.starts_with("character")) {
          Refuse("42804", fmt::format("COLLATE: column \"{}\" is neither CHAR nor VARCHAR", column->name));
        }
        column->collation_sql = " collate pg_catalog.case_insensitive";
      } else if (!Accept("case_sensitive")) {
        Expect("default");
      }
    } else if (std::optional<KeyClause> key = ReadColumnKey(sql_, at_, table_, column->name)) {
      at_ = key->end;
      if (key->kind == 'p') {
        primary_key_ = key->columns;
        ++primary_keys_;
      }
      attributes_["keys"].push_back(key->ToJson());
    } else {
      RefuseSyntax(sql_[at_]);
    }
  }

  void SetIdentity(Column* column, const char* kind, size_t last) {
    if (!column->type->is_integer) {
      Refuse("0A000", fmt::format("IDENTITY column \"{}\" must be of type INT or BIGINT", column->name));
    }
    if (!sql_[at_].Is("(") || sql_.After(at_) > last) RefuseSyntax(sql_[at_]);
    const size_t after = sql_.After(at_);
    const std::string arguments = sql_.Render(at_ + 1, after - 1);
    const size_t comma = arguments.find(',');
    long seed = 0;
    long step = 0;
    try {
      if (comma == std::string::npos) RefuseSyntax(sql_[at_]);
      seed = std::stol(arguments.substr(0, comma));
      step = std::stol(arguments.substr(comma + 1));
    } catch (const std::exception&) {
      RefuseSyntax(sql_[at_ + 1]);
    }
    if (step == 0)
      Refuse("22023", fmt::format("IDENTITY column \"{}\": the step must not be 0", column->name));
    at_ = after;
    // Two slices number in turns on Redshift: unique values with gaps, never to be relied on as contiguous.
    column->identity_sql =
        fmt::format(" generated {} as identity (start with {} increment by {} {})", kind, seed, step * 2,
                    step > 0 ? fmt::format("minvalue {}", std::min(seed, 0L))
                             : fmt::format("maxvalue {}", std::max(seed, 0L)));
    attributes_["identities"][column->name] = fmt::format("{},{}", seed, step);
  }

  void CheckKeys() {
    if (primary_keys_ > 1) {
      Refuse("42P16", "multiple primary keys for table \"" + table_ + "\" are not allowed");
    }
    const bool has_dist_key = !attributes_["distkey"].is_null();
    const json& style = attributes_["diststyle"];
    if (has_dist_key && !style.is_null() && style != "key") {
      Refuse("42601", fmt::format("DISTSTYLE {} of table \"{}\" does not go with a DISTKEY column",
                                  style.get<std::string>(), table_));
    }
    if (!has_dist_key && style == "key") {
      Refuse("42601", "DISTSTYLE KEY of table \"" + table_ + "\" needs a DISTKEY column");
    }
    if (has_like_ && (has_dist_key || !style.is_null() || !sort_keys_.empty())) {
      Refuse("42601", "DISTSTYLE, DISTKEY and SORTKEY cannot be given together with LIKE");
    }
    if (has_like_) return;
    if (has_dist_key) CheckColumn(attributes_["distkey"].get<std::string>(), "distribution");
    for (const std::string& column : sort_keys_) CheckColumn(column, "sort");
    for (const std::string& column : primary_key_) CheckColumn(column, "primary");
  }

  void CheckColumn(const std::string& column, const char* key) const {
    if (!columns_.contains(column)) {
      Refuse("42703", fmt::format("column \"{}\" named in {} key does not exist", column, key));
    }
    // Of what sorts and distributes nothing, only SUPER is no primary key either.
    const bool is_primary = std::string_view(key) == "primary";
    if (is_primary ? super_columns_.contains(column) : no_key_columns_.contains(column)) {
      Refuse("0A000", fmt::format("column \"{}\" has a type that cannot be part of a {} key", column, key));
    }
  }

  std::string Head() const {
    std::string head = is_temporary_ ? "create temp table " : "create table ";
    if (if_not_exists_) head += "if not exists ";
    return head + qualified_name_;
  }

  void RenderDefinition() {
    std::string sql = Head() + " (";
    for (const std::string& item : items_) sql += (&item == &items_.front() ? "" : ", ") + item;
    statement_->sql = sql + ")";
    statement_->tag = "CREATE TABLE";
    Record();
  }

  void RenderAsQuery(size_t body, size_t after_body) {
    std::string sql = Head();
    if (after_body > body) sql += " " + sql_.Render(body, after_body);
    statement_->sql = sql + " as " + sql_.Render(at_, sql_.size());
    attributes_["as_query"] = true;
    Record();
  }

  void Record() {
    if (!sort_keys_.empty()) {
      attributes_["sortkeys"] = sort_keys_;
      attributes_["interleaved"] = interleaved_;
    }
    statement_->after.push_back(fmt::format("select local.record_table(to_regclass({}), {})",
                                            QuoteLiteral(qualified_name_), QuoteLiteral(attributes_.dump())));
  }

  Rewriter& sql_;
  Statement* statement_;
  size_t at_ = 0;
  bool is_temporary_ = false;
  bool if_not_exists_ = false;
  bool has_like_ = false;
  bool interleaved_ = false;
  int primary_keys_ = 0;
  std::string table_;
  std::string qualified_name_;
  std::vector<std::string> items_;
  std::set<std::string> columns_;
  std::set<std::string> no_key_columns_;
  std::set<std::string> super_columns_;
  std::vector<std::string> primary_key_;
  std::vector<std::string> sort_keys_;
  json attributes_ = json::object();
};

}  // namespace

bool UnderstandCreateTable(Rewriter& sql, Statement* statement) {
  return TableReader(sql, statement).Read();
}

}  // namespace redshift_local
