// Whatever names and values are made of, a statement has exactly the tokens that are meant: its tokens are
// those of the same statement with tame names, and where they differ they decode to the names. Read by
// PostgreSQL's lexer.

#include <gtest/gtest.h>
#include <pg_query.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "engine/sql/copy_parameters.h"
#include "engine/sql/copy_statement.h"
#include "engine/sql/create_table_statement.h"
#include "engine/sql/insert_statement.h"
#include "engine/sql/inspect_statements.h"
#include "engine/sql/ledger_statements.h"
#include "engine/sql/literal.h"
#include "engine/sql/session_statements.h"
#include "engine/sql/testing/hostile_names.h"
#include "engine/sql/upsert_statements.h"
#include "engine/type/flink_type.h"

namespace redshift {
namespace {

using ::redshift::testing::HostileNames;
using ::redshift::testing::ImpossibleNames;

// Of pg_query.proto, enum Token.
constexpr uint64_t kIdent = 258;
constexpr uint64_t kString = 261;
constexpr uint64_t kSqlComment = 275;
constexpr uint64_t kComment = 276;

struct Token {
  uint64_t kind = 0;
  std::string text;
};

uint64_t TakeNumber(std::string_view* bytes) {
  uint64_t number = 0;
  for (int shift = 0; !bytes->empty(); shift += 7) {
    const auto byte = static_cast<uint8_t>(bytes->front());
    bytes->remove_prefix(1);
    number |= static_cast<uint64_t>(byte & 0x7F) << shift;
    if (byte < 0x80) break;
  }
  return number;
}

/// The answer is a protocol buffer, pg_query.ScanResult: tokens (2) with start (1), end (2) and token (4).
std::vector<Token> Scan(const std::string& sql) {
  const PgQueryScanResult result = pg_query_scan(sql.c_str());
  std::vector<Token> tokens;
  if (result.error != nullptr) {
    ADD_FAILURE() << result.error->message << " in: " << sql;
  } else {
    std::string_view bytes(result.pbuf.data, result.pbuf.len);
    while (!bytes.empty()) {
      const uint64_t tag = TakeNumber(&bytes);
      const uint64_t value = TakeNumber(&bytes);
      if (tag != (2 << 3 | 2)) continue;  // the version, a number
      std::string_view fields = bytes.substr(0, value);
      bytes.remove_prefix(value);
      uint64_t start = 0;
      uint64_t end = 0;
      Token token;
      while (!fields.empty()) {
        const uint64_t field = TakeNumber(&fields) >> 3;
        const uint64_t number = TakeNumber(&fields);
        if (field == 1) start = number;
        if (field == 2) end = number;
        if (field == 4) token.kind = number;
      }
      token.text = sql.substr(start, end - start);
      tokens.push_back(std::move(token));
    }
  }
  pg_query_free_scan_result(result);
  return tokens;
}

std::string ReplaceAll(std::string text, std::string_view from, std::string_view to) {
  for (size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
  return text;
}

/// What the server makes of a quoted name or a literal.
std::string Decode(const Token& token) {
  if (token.text.size() < 2) return token.text;
  const std::string inner = token.text.substr(1, token.text.size() - 2);
  if (token.kind == kIdent && token.text.front() == '"') return ReplaceAll(inner, "\"\"", "\"");
  if (token.kind == kString) return ReplaceAll(ReplaceAll(inner, "''", "'"), "\\\\", "\\");
  return token.text;
}

constexpr std::string_view kTame = "tamename";

/// Every statement we send, with `hostile` wherever a name or text of the user goes.
std::vector<Statement> Statements(const std::string& hostile) {
  const auto name = [](std::string_view text) { return Identifier::Make(text, "column").ValueOrDie(); };
  const QualifiedName table = QualifiedName::Make(hostile, hostile).ValueOrDie();
  const Identifier column = name(hostile);
  std::vector<Statement> all;
  const auto add = [&](Statement statement) { all.push_back(std::move(statement)); };
  const auto add_all = [&](std::vector<Statement> statements) {
    for (Statement& statement : statements) all.push_back(std::move(statement));
  };

  CopyRequest copy{.target = table,
                   .columns = {column, name("other")},
                   .manifest_url = "s3://bucket/" + hostile,
                   .authorization = IamRole{hostile},
                   .compression = "zstd",
                   .null_marker = hostile,
                   .region = hostile,
                   .format = CopyFormat::kCsv,
                   .has_super = false,
                   .parameters = {}};
  add(CopySql(copy).ValueOrDie());
  copy.authorization = S3Keys{hostile, Secret(hostile), Secret(hostile)};
  add(CopySql(copy).ValueOrDie());
  copy.format = CopyFormat::kParquet;
  copy.has_super = true;
  add(CopySql(copy).ValueOrDie());

  const Column key{hostile, ParseFlinkType("VARCHAR(9) NOT NULL").ValueOrDie()};
  const Column value{"other", ParseFlinkType("STRING").ValueOrDie()};
  add(CreateTableSql(table, TableSchema({key, value}, {hostile}), {.distkey = column, .sortkey = {column}})
          .ValueOrDie());
  add(InsertSql(table, {column, name("other")}, {ParameterForm::kJson, ParameterForm::kHex}, 2));

  add(TableColumnsSql(table).ValueOrDie());
  add(TableKeysSql(table).ValueOrDie());
  add(ShowColumnsSql(column, table));
  add(PrivilegesSql(table, {"insert", "delete"}).ValueOrDie());
  for (const char* privilege : {"select", "insert", "update", "delete"}) {
    add(ExplainUseSql(table, privilege, {column}).ValueOrDie());
  }

  add(SchemaRightsSql(column).ValueOrDie());
  add({"grant", GrantText("USAGE ON SCHEMA " + column.Quoted(), hostile), {}});

  add(CreateLedgerSql(table));
  add(InsertLedgerHeadSql(table).ValueOrDie());
  add({"script", LedgerSetUpScript(table, "SELECT, INSERT", hostile), {}});
  add(LockLedgerSql(table));
  add(UpdateLedgerHeadSql(table));
  add(CountLedgerSql(table, hostile).ValueOrDie());
  add(InsertLedgerSql(table, {hostile, hostile, hostile, 1, 2}).ValueOrDie());
  add(PruneLedgerSql(table, std::chrono::hours(24)));
  add(NoteLedgerPrunedSql(table, std::chrono::hours(24)));
  add(LedgerPrunedToSql(table));

  add(SetQueryGroupSql(hostile).ValueOrDie());
  add(TableIdSql(table).ValueOrDie());

  TargetTable target{.schema = hostile, .name = hostile, .columns = {}};
  target.columns = {
      {.name = hostile, .type = {.kind = RedshiftKind::kVarchar, .length = 9}, .not_null = true},
      {.name = "other", .type = {.kind = RedshiftKind::kVarchar, .length = 9}}};
  target.distkey = hostile;
  target.sortkey = {hostile};
  for (const bool all_declared : {true, false}) {
    if (!all_declared) target.columns.push_back({.name = "more", .type = {.kind = RedshiftKind::kBigInt}});
    const auto upsert = UpsertStatements::Make({table,
                                                name("stage"),
                                                name("earlier"),
                                                {column, name("other")},
                                                {column},
                                                name("_op"),
                                                name("_seq"),
                                                name("_subtask")},
                                               target)
                            .ValueOrDie();
    add(upsert.CreateStage());
    add(upsert.CountRepeatedKeys());
    add_all(upsert.KeepLastPerKey());
    add_all(upsert.Apply());
    add(upsert.Fill());
    add(upsert.DropStage());
  }
  add(DeleteAllSql(table));
  return all;
}

class HostileName : public ::testing::TestWithParam<std::string> {};

TEST_P(HostileName, IsOneTokenWhereverItStands) {
  const std::string& hostile = GetParam();
  const std::vector<Statement> tame = Statements(std::string(kTame));
  const std::vector<Statement> statements = Statements(hostile);
  ASSERT_EQ(statements.size(), tame.size());
  for (size_t i = 0; i < tame.size(); ++i) {
    SCOPED_TRACE(statements[i].text);
    const std::vector<Token> meant = Scan(tame[i].text);
    const std::vector<Token> tokens = Scan(statements[i].text);
    ASSERT_GE(meant.size(), 3);
    ASSERT_EQ(tokens.size(), meant.size());
    for (size_t t = 0; t < tokens.size(); ++t) {
      ASSERT_EQ(tokens[t].kind, meant[t].kind) << tokens[t].text;
      ASSERT_NE(tokens[t].kind, kSqlComment);
      ASSERT_NE(tokens[t].kind, kComment);
      // A name in quotes may stand in a literal.
      const std::string decoded = Decode(tokens[t]);
      const std::string is = ReplaceAll(Decode(meant[t]), kTame, hostile);
      const std::string is_quoted = ReplaceAll(Decode(meant[t]), kTame, ReplaceAll(hostile, "\"", "\"\""));
      EXPECT_TRUE(decoded == is || decoded == is_quoted) << tokens[t].text << " for " << meant[t].text;
      if (tokens[t].kind != kString) continue;
      // Redshift reads literals as PostgreSQL reads E'..' (standard_conforming_strings is off).
      const std::vector<Token> escaped = Scan("E" + tokens[t].text);
      ASSERT_EQ(escaped.size(), 1) << tokens[t].text;
      EXPECT_EQ(escaped[0].text.size(), tokens[t].text.size() + 1);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(All, HostileName, ::testing::ValuesIn(HostileNames()));

TEST(ImpossibleName, IsRefused) {
  for (const std::string& name : ImpossibleNames()) {
    EXPECT_FALSE(Identifier::Make(name, "column").ok()) << name;
    if (name.empty() || name.size() > 127) continue;
    EXPECT_FALSE(QuoteLiteral(name, "text").ok()) << name;
  }
  EXPECT_FALSE(Identifier::Make("\xC0\xA7", "column").ok()) << "an apostrophe in too many bytes";
  EXPECT_FALSE(Identifier::Make("\xED\xA0\x80", "column").ok()) << "half a surrogate pair";
}

TEST(CopyParameters, BecomeTheTokensOfCopyAndNothingElse) {
  const std::vector<CopyParameter> parameters =
      ParseCopyParameters("acceptinvchars '_', TRUNCATECOLUMNS COMPUPDATE OFF STATUPDATE ON").ValueOrDie();
  std::string sql;
  for (const CopyParameter& parameter : parameters) sql += parameter.sql + " ";
  EXPECT_EQ(Scan(sql).size(), 3 + 1 + 2 + 2) << sql;
  EXPECT_EQ(Scan(ParseCopyParameters("ACCEPTINVCHARS '\\'").ValueOrDie().at(0).sql).size(), 3);
  for (const char* text :
       {"ACCEPTINVCHARS '''", "TRUNCATECOLUMNS; drop table victim", "-- TRIMBLANKS", "/* */ TRIMBLANKS",
        "CREDENTIALS 'a'", "ACCEPTINVCHARS $$_$$", "TRIMBLANKS '", "IAM_ROLE default"}) {
    EXPECT_FALSE(ParseCopyParameters(text).ok()) << text;
  }
}

}  // namespace
}  // namespace redshift
