// The text of every statement the connector sends. Forms are those of Redshift's guide (r_COPY, r_LOCK, ..).

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/sql/copy_statement.h"
#include "engine/sql/create_table_statement.h"
#include "engine/sql/insert_statement.h"
#include "engine/sql/inspect_statements.h"
#include "engine/sql/ledger_statements.h"
#include "engine/sql/session_statements.h"

namespace redshift {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

QualifiedName Flights() {
  return *QualifiedName::Make("public", "Flights");
}
QualifiedName Ledger() {
  return *QualifiedName::Make("public", "flights_flink_commits");
}

CopyRequest FlightsCopy() {
  return CopyRequest{Flights(),
                     {*Identifier::Make("Year", "column"), *Identifier::Make("carrier", "column")},
                     "s3://bucket/stage/job/1.manifest",
                     IamRole{"arn:aws:iam::123456789012:role/load"},
                     "zstd",
                     "Null7xQ",
                     std::nullopt,
                     CopyFormat::kCsv,
                     false,
                     {}};
}

TEST(CopySql, WithARole) {
  const Statement statement = *CopySql(FlightsCopy());
  EXPECT_EQ(statement.label, "COPY into public.flights");
  EXPECT_EQ(statement.text,
            "COPY \"public\".\"flights\" (\"year\", \"carrier\")\n"
            "FROM 's3://bucket/stage/job/1.manifest'\n"
            "IAM_ROLE 'arn:aws:iam::123456789012:role/load'\n"
            "FORMAT CSV\n"
            "ZSTD\n"
            "NULL AS 'Null7xQ'\n"
            "DATEFORMAT 'YYYY-MM-DD'\n"
            "TIMEFORMAT 'auto'\n"
            "MANIFEST");
}

TEST(CopySql, WithTheDefaultRole) {
  CopyRequest request = FlightsCopy();
  request.authorization = IamRole{"default"};
  EXPECT_THAT(CopySql(request)->text, HasSubstr("\nIAM_ROLE default\n"));
}

TEST(CopySql, WithAChainOfRoles) {
  CopyRequest request = FlightsCopy();
  request.authorization = IamRole{"arn:aws:iam::1:role/a,arn:aws:iam::2:role/b"};
  EXPECT_THAT(CopySql(request)->text,
              HasSubstr("\nIAM_ROLE 'arn:aws:iam::1:role/a,arn:aws:iam::2:role/b'\n"));
}

TEST(CopySql, WithKeysNamesThemAsSecrets) {
  CopyRequest request = FlightsCopy();
  request.authorization = S3Keys{"AKIAEXAMPLE", Secret("se'cret\\key"), Secret("")};
  const Statement statement = *CopySql(request);
  EXPECT_THAT(statement.text,
              HasSubstr("\nACCESS_KEY_ID 'AKIAEXAMPLE' SECRET_ACCESS_KEY 'se''cret\\\\key'\n"));
  EXPECT_THAT(statement.text, Not(HasSubstr("SESSION_TOKEN")));
  EXPECT_THAT(statement.secrets, ::testing::ElementsAre("AKIAEXAMPLE", "se'cret\\key"));
}

TEST(CopySql, WithTemporaryKeys) {
  CopyRequest request = FlightsCopy();
  request.authorization = S3Keys{"ASIAEXAMPLE", Secret("secret"), Secret("token==")};
  const Statement statement = *CopySql(request);
  EXPECT_THAT(
      statement.text,
      HasSubstr("\nACCESS_KEY_ID 'ASIAEXAMPLE' SECRET_ACCESS_KEY 'secret' SESSION_TOKEN 'token=='\n"));
  EXPECT_THAT(statement.secrets, ::testing::Contains("token=="));
  EXPECT_THAT(MaskSecrets(statement.text, {}), Not(HasSubstr("secret'")));
}

TEST(CopySql, CompressionAndRegion) {
  CopyRequest request = FlightsCopy();
  request.compression = "gzip";
  request.region = "eu-central-1";
  EXPECT_THAT(CopySql(request)->text, HasSubstr("\nGZIP\n"));
  EXPECT_THAT(CopySql(request)->text, HasSubstr("\nREGION 'eu-central-1'\n"));
  request.compression = "none";
  EXPECT_THAT(CopySql(request)->text, HasSubstr("FORMAT CSV\nNULL AS"));
  request.compression = "lzma";
  EXPECT_TRUE(CopySql(request).status().IsInvalid());
}

// No column list, and no word that Redshift takes with text only ("COPY from columnar data formats").
TEST(CopySql, OfParquet) {
  CopyRequest request = FlightsCopy();
  request.format = CopyFormat::kParquet;
  request.region = "eu-central-1";
  const std::string text =
      "COPY \"public\".\"flights\"\n"
      "FROM 's3://bucket/stage/job/1.manifest'\n"
      "IAM_ROLE 'arn:aws:iam::123456789012:role/load'\n"
      "FORMAT AS PARQUET\n";
  EXPECT_EQ(CopySql(request)->text, text + "MANIFEST");
  request.has_super = true;
  request.parameters = {"STATUPDATE OFF"};
  EXPECT_EQ(CopySql(request)->text, text + "SERIALIZETOJSON\nSTATUPDATE OFF\nMANIFEST");
}

TEST(CopySql, WithMoreParametersIntoATemporaryTable) {
  CopyRequest request = FlightsCopy();
  request.target = TableReference::Temporary(*Identifier::Make("stage", "table"));
  request.parameters = {"COMPUPDATE OFF", "ACCEPTINVCHARS AS '_'"};
  const Statement statement = *CopySql(request);
  EXPECT_EQ(statement.label, "COPY into stage");
  EXPECT_THAT(statement.text, ::testing::StartsWith("COPY \"stage\" (\"year\", \"carrier\")\nFROM "));
  EXPECT_THAT(statement.text,
              ::testing::EndsWith("TIMEFORMAT 'auto'\nCOMPUPDATE OFF\nACCEPTINVCHARS AS '_'\nMANIFEST"));
}

TEST(CopySql, RefusesAnAddressThatCouldBreakOut) {
  CopyRequest request = FlightsCopy();
  request.manifest_url = "s3://bucket/a\nb";
  EXPECT_TRUE(CopySql(request).status().IsInvalid());
}

TEST(LedgerSql, Creation) {
  EXPECT_EQ(CreateLedgerSql(Ledger()).text,
            "CREATE TABLE IF NOT EXISTS \"public\".\"flights_flink_commits\" (\n"
            "  \"commit_identity\" VARCHAR(128) NOT NULL,\n"
            "  \"job_id\" VARCHAR(128),\n"
            "  \"sink_id\" VARCHAR(128),\n"
            "  \"checkpoint_id\" BIGINT,\n"
            "  \"row_count\" BIGINT NOT NULL,\n"
            "  \"committed_at\" TIMESTAMP NOT NULL\n"
            ")");
}

TEST(LedgerSql, ScriptForSomeoneWhoMayCreateIt) {
  EXPECT_EQ(
      LedgerSetUpScript(Ledger(), "SELECT, INSERT, UPDATE, DELETE", "loader"),
      CreateLedgerSql(Ledger()).text +
          ";\nGRANT SELECT, INSERT, UPDATE, DELETE ON \"public\".\"flights_flink_commits\" TO \"loader\";");
}

TEST(LedgerSql, StatementsOfACommit) {
  EXPECT_EQ(BeginSql().text, "BEGIN");
  EXPECT_EQ(LockLedgerSql(Ledger()).text, "LOCK TABLE \"public\".\"flights_flink_commits\"");
  EXPECT_EQ(
      UpdateLedgerHeadSql(Ledger()).text,
      "UPDATE \"public\".\"flights_flink_commits\" SET \"row_count\" = \"row_count\" + 1, \"committed_at\" = "
      "getdate() WHERE \"commit_identity\" = 'head'");
  EXPECT_EQ(
      CountLedgerSql(Ledger(), "run:it's")->text,
      "SELECT count(*) FROM \"public\".\"flights_flink_commits\" WHERE \"commit_identity\" = 'run:it''s'");
  EXPECT_EQ(
      InsertLedgerSql(Ledger(), LedgerRow{"abc", "job", "0a1b2c3d", 7, 336776})->text,
      "INSERT INTO \"public\".\"flights_flink_commits\" (\"commit_identity\", \"job_id\", \"sink_id\", "
      "\"checkpoint_id\", \"row_count\", \"committed_at\") VALUES ('abc', 'job', '0a1b2c3d', 7, 336776, "
      "getdate())");
  EXPECT_EQ(PruneLedgerSql(Ledger(), std::chrono::hours(24 * 30)).text,
            "DELETE FROM \"public\".\"flights_flink_commits\" WHERE \"commit_identity\" <> 'head' AND "
            "\"committed_at\" < getdate() - INTERVAL '2592000 seconds'");
  EXPECT_EQ(NoteLedgerPrunedSql(Ledger(), std::chrono::hours(24 * 30)).text,
            "UPDATE \"public\".\"flights_flink_commits\" SET \"checkpoint_id\" = "
            "GREATEST(\"checkpoint_id\", CAST(EXTRACT(epoch FROM getdate()) AS BIGINT) - 2592000) WHERE "
            "\"commit_identity\" = 'head'");
  EXPECT_EQ(LedgerPrunedToSql(Ledger()).text,
            "SELECT \"checkpoint_id\" FROM \"public\".\"flights_flink_commits\" WHERE "
            "\"commit_identity\" = 'head'");
  EXPECT_EQ(CommitSql().text, "COMMIT");
  EXPECT_EQ(RollbackSql().text, "ROLLBACK");
}

TEST(SessionSql, Settings) {
  EXPECT_EQ(SetQueryGroupSql("flink 1")->text, "SET query_group TO 'flink 1'");
  EXPECT_EQ(SetStatementTimeoutSql(std::chrono::seconds(90)).text, "SET statement_timeout TO 90000");
}

TEST(SessionSql, LastCopy) {
  EXPECT_EQ(LastCopyCountSql().text, "SELECT pg_last_copy_count()");
  EXPECT_EQ(LastCopyIdSql().text, "SELECT pg_last_copy_id()");
}

TEST(SessionSql, WhoHoldsALock) {
  EXPECT_EQ(
      TableIdSql(Ledger())->text,
      "SELECT c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'public' "
      "AND c.relname = 'flights_flink_commits'");
  EXPECT_EQ(
      LockHoldersSql(4711).text,
      "SELECT DISTINCT pid, trim(txn_owner) FROM svv_transactions WHERE relation = 4711 AND granted ORDER BY "
      "pid");
  EXPECT_EQ(StlSessionLabelSql(42).text,
            "SELECT trim(label) FROM stl_query WHERE pid = 42 ORDER BY starttime DESC, query DESC LIMIT 1");
  EXPECT_EQ(SysSessionLabelSql(42).text,
            "SELECT trim(query_label) FROM sys_query_history WHERE session_id = 42 ORDER BY start_time DESC, "
            "query_id DESC LIMIT 1");
  EXPECT_EQ(RunningStatementsSql(42).text,
            "SELECT count(*) FROM stv_recents WHERE pid = 42 AND status = 'Running'");
  EXPECT_EQ(TerminateSessionSql(42).text, "SELECT pg_terminate_backend(42)");
}

TEST(InspectSql, ColumnsAndPrivileges) {
  EXPECT_EQ(
      TableColumnsSql(Flights())->text,
      "SELECT column_name, data_type, character_maximum_length, numeric_precision, numeric_scale, "
      "is_nullable, column_default FROM svv_columns WHERE table_schema = 'public' AND table_name = 'flights' "
      "ORDER BY ordinal_position");
  EXPECT_EQ(PrivilegesSql(Flights(), {"select", "insert"})->text,
            "SELECT has_table_privilege('\"public\".\"flights\"', 'select'), "
            "has_table_privilege('\"public\".\"flights\"', 'insert')");
}

TEST(InspectSql, RightsAreTriedWithoutAnyChange) {
  const std::vector<Identifier> columns = {*Identifier::Make("id", "column"),
                                           *Identifier::Make("na\"me", "column")};
  const auto text = [&](const char* privilege) { return ExplainUseSql(Flights(), privilege, columns)->text; };
  EXPECT_EQ(text("select"), "EXPLAIN SELECT \"id\", \"na\"\"me\" FROM \"public\".\"flights\"");
  EXPECT_EQ(text("insert"), "EXPLAIN INSERT INTO \"public\".\"flights\" DEFAULT VALUES");
  EXPECT_EQ(text("update"), "EXPLAIN UPDATE \"public\".\"flights\" SET \"id\" = NULL, \"na\"\"me\" = NULL");
  EXPECT_EQ(text("delete"), "EXPLAIN DELETE FROM \"public\".\"flights\"");
  EXPECT_FALSE(ExplainUseSql(Flights(), "update", {}).ok());
}

TEST(InspectSql, RightsAndWhatToAskFor) {
  EXPECT_EQ(SchemaRightsSql(Flights().schema())->text,
            "SELECT current_user, has_schema_privilege(nspname, 'usage'), "
            "has_database_privilege(current_database(), 'temp') FROM pg_namespace WHERE nspname = 'public'");
  EXPECT_EQ(GrantText("USAGE ON SCHEMA \"public\"", "a\"b"),
            "GRANT USAGE ON SCHEMA \"public\" TO \"a\"\"b\"");
}

TEST(InspectSql, KeysAndCollations) {
  EXPECT_EQ(
      TableKeysSql(Flights())->text,
      "SELECT a.attname, a.attisdistkey, a.attsortkeyord FROM pg_attribute a JOIN pg_class c ON c.oid = "
      "a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'public' AND c.relname = "
      "'flights' AND a.attnum > 0 AND (a.attisdistkey OR a.attsortkeyord <> 0) ORDER BY "
      "abs(a.attsortkeyord)");
  EXPECT_EQ(ShowColumnsSql(*Identifier::Make("dev", "database"), Flights()).text,
            "SHOW COLUMNS FROM TABLE \"dev\".\"public\".\"flights\"");
}

TEST(InspectSql, LoadErrors) {
  EXPECT_EQ(StlLoadErrorsSql(17).text,
            "SELECT trim(filename), line_number, trim(colname), trim(type), err_code, trim(err_reason) FROM "
            "stl_load_errors WHERE query = 17 ORDER BY starttime, filename, line_number LIMIT 5");
  EXPECT_EQ(
      SysLoadErrorsSql(17).text,
      "SELECT trim(file_name), line_number, trim(column_name), trim(column_type), error_code, "
      "trim(error_message) FROM sys_load_error_detail WHERE query_id = 17 ORDER BY start_time, file_name, "
      "line_number LIMIT 5");
}

TEST(CreateTableSql, KeyedTable) {
  const TableSchema schema({{"Id", *ParseFlinkType("BIGINT NOT NULL")},
                            {"a \"b\"", *ParseFlinkType("VARCHAR(10)")},
                            {"order", *ParseFlinkType("DECIMAL(10, 2) NOT NULL")},
                            {"tags", *ParseFlinkType("ARRAY<STRING>")}},
                           {"Id"});
  const Identifier id = *Identifier::Make("id", "column");
  const Identifier order = *Identifier::Make("order", "column");
  EXPECT_EQ(CreateTableSql(Flights(), schema, {id, {order, id}})->text,
            "CREATE TABLE IF NOT EXISTS \"public\".\"flights\" (\n"
            "  \"id\" BIGINT NOT NULL,\n"
            "  \"a \"\"b\"\"\" VARCHAR(40),\n"
            "  \"order\" DECIMAL(10,2) NOT NULL,\n"
            "  \"tags\" SUPER,\n"
            "  PRIMARY KEY (\"id\")\n"
            ")\n"
            "DISTKEY (\"id\")\n"
            "SORTKEY (\"order\", \"id\")");
}

TEST(CreateTableSql, EveryKeyThatCannotBeIsNamed) {
  const TableSchema schema({{"id", *ParseFlinkType("BIGINT")}, {"tags", *ParseFlinkType("ARRAY<STRING>")}});
  const Identifier id = *Identifier::Make("id", "column");
  const Identifier tags = *Identifier::Make("tags", "column");
  const Identifier other = *Identifier::Make("other", "column");
  EXPECT_EQ(CreateTableSql(Flights(), schema, {tags, {other, id, id}}).status().message(),
            "table public.flights cannot be created:\n"
            "  DISTKEY \"tags\": Redshift takes no SUPER there\n"
            "  SORTKEY column \"other\" is not a declared column\n"
            "  SORTKEY column \"id\" is named twice");
}

TEST(InsertSql, SeveralRows) {
  const std::vector<Identifier> columns = {*Identifier::Make("a", "column"),
                                           *Identifier::Make("b\"c", "column")};
  EXPECT_EQ(InsertSql(Flights(), columns, {ParameterForm::kValue, ParameterForm::kValue}, 3).text,
            "INSERT INTO \"public\".\"flights\" (\"a\", \"b\"\"c\") VALUES ($1,$2),($3,$4),($5,$6)");
}

TEST(InsertSql, SuperAndVarbyteGoThroughTheirFunctions) {
  const std::vector<Identifier> columns = {*Identifier::Make("s", "column"),
                                           *Identifier::Make("v", "column")};
  EXPECT_EQ(InsertSql(Flights(), columns, {ParameterForm::kJson, ParameterForm::kHex}, 2).text,
            "INSERT INTO \"public\".\"flights\" (\"s\", \"v\") VALUES "
            "(JSON_PARSE($1),TO_VARBYTE($2,'hex')),(JSON_PARSE($3),TO_VARBYTE($4,'hex'))");
}

}  // namespace
}  // namespace redshift
