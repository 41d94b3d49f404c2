// Sessions against the stand-in.

#include "engine/warehouse/session.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "engine/sql/session_statements.h"
#include "engine/warehouse/inspect.h"
#include "engine/warehouse/redshift_local_fixture.h"
#include "engine/warehouse/rights.h"

namespace redshift {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

const RedshiftLocal& Local() {
  return RedshiftLocal::Get();
}

/// As a table's options are without a word about TLS, but for the stand-in's authority.
ConnectionSettings Encrypted() {
  ConnectionSettings settings = Local().Connection();
  settings.ssl_mode = ConnectionSettings().ssl_mode;
  settings.ssl_root_cert = Local().ca();
  return settings;
}

Clock::time_point Soon() {
  return Clock::now() + std::chrono::seconds(60);
}

Statement Say(const std::string& text) {
  return {text, text, {}};
}

TEST(Session, AnswersRowsAndTags) {
  auto session = Local().Connect();
  auto rows = session->Execute(Say("SELECT 1 AS a, NULL AS b, '' AS c"), Soon());
  ASSERT_TRUE(rows.ok()) << rows.status();
  EXPECT_EQ(rows->Get(0, 0), "1");
  EXPECT_EQ(rows->Get(0, 1), std::nullopt);
  EXPECT_EQ(rows->Get(0, 2), "");
  EXPECT_TRUE(session->Execute(BeginSql(), Soon()).ok());
  EXPECT_TRUE(session->in_transaction());
  EXPECT_EQ(session->Execute(CommitSql(), Soon())->tag(), "COMMIT");
  EXPECT_FALSE(session->in_transaction());
}

TEST(Session, CommitOfAnAbortedBlockIsAnsweredWithRollback) {
  auto session = Local().Connect();
  ASSERT_TRUE(session->Execute(BeginSql(), Soon()).ok());
  EXPECT_FALSE(session->Execute(Say("SELECT * FROM no_such_table"), Soon()).ok());
  EXPECT_EQ(session->Execute(CommitSql(), Soon())->tag(), "ROLLBACK");
}

TEST(Session, ErrorsCarrySqlstateLabelAndAnswers) {
  auto session = Local().Connect();
  const arrow::Status status =
      session->Execute({"SELECT of a table", "SELECT * FROM no_such_table", {}}, Soon()).status();
  const WarehouseErrorDetail* error = WarehouseError(status);
  ASSERT_NE(error, nullptr) << status;
  EXPECT_EQ(error->sqlstate, "42P01");
  EXPECT_EQ(error->kind, ErrorKind::kUndefinedTable);
  EXPECT_TRUE(error->session_usable);
  EXPECT_TRUE(error->outcome_known);
  EXPECT_THAT(status.message(), AllOf(HasSubstr("SELECT of a table failed"), HasSubstr("no_such_table")));
  EXPECT_TRUE(session->usable());
}

TEST(Session, SecretsOfAStatementNeverComeBack) {
  auto session = Local().Connect();
  const Statement statement{"COPY",
                            "COPY no_such_table FROM 's3://b/k' ACCESS_KEY_ID 'AKIASECRET1' "
                            "SECRET_ACCESS_KEY 'verysecret' NONSENSE",
                            {"AKIASECRET1", "verysecret"}};
  const arrow::Status status = session->Execute(statement, Soon()).status();
  EXPECT_FALSE(status.ok());
  EXPECT_THAT(status.ToString(), AllOf(Not(HasSubstr("AKIASECRET1")), Not(HasSubstr("verysecret"))));
}

TEST(Session, SecretsOfEarlierStatementsAreMaskedInLaterErrorsAndTexts) {
  auto session = Local().Connect();
  const std::string secret = "wJalrXUtnFEMI/K7MDENG'bPxRfiCYEXAMPLEKEY";
  ASSERT_TRUE(session->Execute({"first", "SELECT 1", {secret}}, Soon()).ok());
  // The server quotes the value, as a whole and in a piece.
  for (const char* quoted : {"wJalrXUtnFEMI/K7MDENG''bPxRfiCYEXAMPLEKEY", "FEMI/K7MDENG"}) {
    const arrow::Status status =
        session->Execute({"second", "SELECT CAST('<" + std::string(quoted) + ">' AS INTEGER)", {}}, Soon())
            .status();
    EXPECT_THAT(status.message(), AllOf(HasSubstr("<***>"), Not(HasSubstr("K7MDENG"))));
    EXPECT_THAT(WarehouseError(status)->message, Not(HasSubstr("K7MDENG")));
  }
  EXPECT_EQ(session->Mask("err_reason: " + secret), "err_reason: ***");
  // Keys that are renewed for weeks do not pile up; the password stays.
  for (int i = 0; i < 100; ++i) {
    ASSERT_TRUE(
        session->Execute({"next", "SELECT 1", {"secret-number-" + std::to_string(100 + i)}}, Soon()).ok());
  }
  EXPECT_EQ(session->Mask(secret), secret);
  EXPECT_EQ(session->Mask("secret-number-199"), "***");
  EXPECT_EQ(session->Mask(session->settings().password.Reveal()), "***");
}

TEST(Session, NoticesOfTheServerArePrintedNowhere) {
  auto session = Local().Connect();
  ::testing::internal::CaptureStderr();
  ::testing::internal::CaptureStdout();
  const auto dropped = session->Execute({"DROP", "DROP TABLE IF EXISTS there_is_no_such_table", {}}, Soon());
  EXPECT_EQ(::testing::internal::GetCapturedStderr() + ::testing::internal::GetCapturedStdout(), "");
  ASSERT_TRUE(dropped.ok()) << dropped.status();
}

TEST(Session, WrongPasswordIsOneReadableError) {
  ConnectionSettings settings = Local().Connection();
  settings.password = Secret("Wrong1password");
  const arrow::Status status = Session::Open(settings).status();
  EXPECT_THAT(status.message(), AllOf(HasSubstr("User 'awsuser' cannot log in"), HasSubstr("'password'"),
                                      Not(HasSubstr("Wrong1password"))));
  EXPECT_EQ(WarehouseError(status)->retry, Retry::kNever);
}

TEST(Session, UserWhosePasswordIsStoredAsSha256IsToldWhatToDo) {
  Local().Sql("CREATE USER digested PASSWORD 'sha256|Abcdefg1'");
  for (ConnectionSettings settings : {Local().Connection(), Encrypted()}) {
    settings.user = "digested";
    settings.password = Secret("Abcdefg1");
    const arrow::Status status = Session::Open(settings).status();
    EXPECT_THAT(status.message(),
                AllOf(HasSubstr("User 'digested'"), HasSubstr("SHA-256 digest"), HasSubstr("ALTER USER"),
                      HasSubstr("'iam.auth'"), Not(HasSubstr("Abcdefg1"))));
    EXPECT_EQ(WarehouseError(status)->retry, Retry::kNever);
  }
  // The advice works.
  Local().Sql("ALTER USER digested PASSWORD 'Abcdefg1'");
  ConnectionSettings settings = Encrypted();
  settings.user = "digested";
  settings.password = Secret("Abcdefg1");
  const arrow::Status status = Session::Open(settings).status();
  EXPECT_TRUE(status.ok()) << status;
}

TEST(Session, MissingDatabaseIsOneReadableError) {
  ConnectionSettings settings = Local().Connection();
  settings.database = "nowhere";
  EXPECT_THAT(Session::Open(settings).status().message(),
              AllOf(HasSubstr("no database 'nowhere'"), HasSubstr("'database-name'")));
}

TEST(Session, DeadlineCancelsAStatementAndTheSessionGoesOn) {
  auto holder = Local().Connect();
  Local().Sql("CREATE TABLE deadline_test (a INTEGER)");
  ASSERT_TRUE(holder->Execute(BeginSql(), Soon()).ok());
  ASSERT_TRUE(holder->Execute(Say("LOCK TABLE deadline_test"), Soon()).ok());

  auto session = Local().Connect();
  ASSERT_TRUE(session->Execute(BeginSql(), Soon()).ok());
  const arrow::Status status =
      session->Execute(Say("LOCK TABLE deadline_test"), Clock::now() + std::chrono::milliseconds(200))
          .status();
  ASSERT_NE(WarehouseError(status), nullptr);
  EXPECT_EQ(WarehouseError(status)->kind, ErrorKind::kTimeout) << status;
  EXPECT_TRUE(WarehouseError(status)->session_usable) << status;
  EXPECT_TRUE(session->Rollback().ok());
  EXPECT_TRUE(session->Execute(Say("SELECT 1"), Soon()).ok());
}

TEST(SessionOverTls, TheDefaultChecksTheStandInsCertificate) {
  EXPECT_EQ(Encrypted().ssl_mode, "verify-full");
  auto session = Session::Open(Encrypted());
  ASSERT_TRUE(session.ok()) << session.status();
  EXPECT_EQ((*session)->Execute(Say("SELECT 1"), Soon())->Get(0, 0), "1");

  ConnectionSettings system = Encrypted();
  system.ssl_root_cert.clear();
  EXPECT_THAT(Session::Open(system).status().message(), HasSubstr("its chain ends at no authority of"));
}

TEST(SessionOverTls, AnswersOfManyRecordsAreReadToTheirEnd) {
  auto session = Session::Open(Encrypted()).ValueOrDie();
  Local().Sql("CREATE TABLE many_records (a INTEGER, b VARCHAR(3000))");
  Local().Sql("INSERT INTO many_records VALUES (1, repeat('x', 3000)), (2, 'y')");
  std::string tables = "many_records AS t0";
  for (int i = 1; i <= 10; ++i) tables += ", many_records AS t" + std::to_string(i);
  auto rows = session->Execute(Say("SELECT t0.b FROM " + tables + " ORDER BY t0.a DESC"), Soon());
  ASSERT_TRUE(rows.ok()) << rows.status();
  ASSERT_EQ(rows->row_count(), 2048);
  EXPECT_EQ(rows->Get(0, 0), "y");
  EXPECT_TRUE(rows->Get(2047, 0) == std::string(3000, 'x'));
}

TEST(SessionOverTls, DeadlineCancelsAStatementAndTheSessionGoesOn) {
  Local().Sql("CREATE TABLE tls_deadline_test (a INTEGER)");
  auto holder = Local().Connect();
  ASSERT_TRUE(holder->Execute(BeginSql(), Soon()).ok());
  ASSERT_TRUE(holder->Execute(Say("LOCK TABLE tls_deadline_test"), Soon()).ok());
  auto session = Session::Open(Encrypted()).ValueOrDie();
  ASSERT_TRUE(session->Execute(BeginSql(), Soon()).ok());
  const arrow::Status status =
      session->Execute(Say("LOCK TABLE tls_deadline_test"), Clock::now() + std::chrono::milliseconds(200))
          .status();
  ASSERT_NE(WarehouseError(status), nullptr);
  EXPECT_EQ(WarehouseError(status)->kind, ErrorKind::kTimeout) << status;
  EXPECT_TRUE(WarehouseError(status)->session_usable) << status;
  EXPECT_TRUE(session->Rollback().ok());
}

TEST(Session, InterruptFromAnotherThreadEndsAWait) {
  auto holder = Local().Connect();
  Local().Sql("CREATE TABLE interrupt_test (a INTEGER)");
  ASSERT_TRUE(holder->Execute(BeginSql(), Soon()).ok());
  ASSERT_TRUE(holder->Execute(Say("LOCK TABLE interrupt_test"), Soon()).ok());

  Interrupt interrupt;
  auto session = Session::Open(Local().Connection(), &interrupt).ValueOrDie();
  ASSERT_TRUE(session->Execute(BeginSql(), Soon()).ok());
  std::thread stopper([&] { interrupt.Set(); });
  const arrow::Status status = session->Execute(Say("LOCK TABLE interrupt_test"), Soon()).status();
  stopper.join();
  EXPECT_TRUE(status.IsCancelled()) << status;
}

TEST(Session, LostSessionSaysWhetherTheOutcomeIsKnown) {
  auto session = Local().Connect();
  ASSERT_TRUE(session->Execute(BeginSql(), Soon()).ok());
  Local().Sql("SELECT pg_terminate_backend(" + std::to_string(session->backend_pid()) + ")");
  const arrow::Status status = session->Execute(Say("SELECT 1"), Soon()).status();
  const WarehouseErrorDetail* error = WarehouseError(status);
  ASSERT_NE(error, nullptr) << status;
  EXPECT_EQ(error->kind, ErrorKind::kConnection) << status;
  EXPECT_EQ(error->retry, Retry::kConnection);
  EXPECT_TRUE(error->outcome_known);
  EXPECT_FALSE(session->usable());
}

TEST(Session, ReplyToCommitThatIsCutLeavesTheOutcomeUnknown) {
  Local().Sql("CREATE TABLE cut_test (a INTEGER)");
  Local().Sql("SELECT local.fault('cut-after-commit', 1, 'cut_test')");
  auto session = Local().Connect();
  ASSERT_TRUE(session->Execute(BeginSql(), Soon()).ok());
  ASSERT_TRUE(session->Execute(Say("INSERT INTO cut_test VALUES (1)"), Soon()).ok());
  const arrow::Status status = session->Execute(CommitSql(), Soon()).status();
  const WarehouseErrorDetail* error = WarehouseError(status);
  ASSERT_NE(error, nullptr) << status;
  EXPECT_EQ(error->kind, ErrorKind::kConnection);
  EXPECT_FALSE(error->outcome_known);
  EXPECT_EQ(Local().Count("SELECT fired FROM local.faults WHERE pattern = 'cut_test'"), 1);
  EXPECT_EQ(Local().Count("SELECT count(*) FROM cut_test"), 1);
}

TEST(Session, StatementTimeoutIsTheServers) {
  ConnectionSettings settings = Local().Connection();
  settings.statement_timeout = std::chrono::milliseconds(1500);
  auto session = Session::Open(settings).ValueOrDie();
  Local().Sql("CREATE TABLE statement_timeout_test (a INTEGER)");
  auto holder = Local().Connect();
  ASSERT_TRUE(holder->Execute(BeginSql(), Soon()).ok());
  ASSERT_TRUE(holder->Execute(Say("LOCK TABLE statement_timeout_test"), Soon()).ok());
  ASSERT_TRUE(session->Execute(BeginSql(), Soon()).ok());
  const arrow::Status status = session->Execute(Say("LOCK TABLE statement_timeout_test"), Soon()).status();
  ASSERT_NE(WarehouseError(status), nullptr);
  EXPECT_EQ(WarehouseError(status)->sqlstate, "57014") << status;
}

TEST(Session, BindParametersCarryNullEmptyAndText) {
  Local().Sql("CREATE TABLE bind_test (id INTEGER, t VARCHAR(40))");
  auto session = Local().Connect();
  Parameters parameters;
  parameters.types = {23, 1043, 23, 1043, 23, 1043};
  parameters.values = {"1", "", "2", nullptr, "3", "it's \\N \"x\""};
  auto inserted = session->Execute(Say("INSERT INTO bind_test (id, t) VALUES ($1,$2),($3,$4),($5,$6)"),
                                   parameters, Soon());
  ASSERT_TRUE(inserted.ok()) << inserted.status();
  EXPECT_EQ(inserted->affected_rows(), 3);
  EXPECT_EQ(Local().Count("SELECT count(*) FROM bind_test WHERE t = ''"), 1);
  EXPECT_EQ(Local().Count("SELECT count(*) FROM bind_test WHERE t IS NULL"), 1);
  EXPECT_EQ(Local().Sql("SELECT t FROM bind_test WHERE id = 3"), "it's \\N \"x\"");
}

TEST(InspectTable, ReadsTypesAndConstraints) {
  Local().Sql("CREATE SCHEMA inspect");
  Local().Sql(
      "CREATE TABLE inspect.all_types (id BIGINT IDENTITY(1,1), flag BOOLEAN NOT NULL, small SMALLINT, price "
      "DECIMAL(12,3), code CHAR(3), name VARCHAR(20) DEFAULT 'x', at TIMESTAMP, at_tz TIMESTAMPTZ, day DATE, "
      "clock TIME, r REAL, d DOUBLE PRECISION)");
  auto session = Local().Connect();
  auto table = InspectTable(session.get(), *QualifiedName::Make("inspect", "all_types"), Soon());
  ASSERT_TRUE(table.ok()) << table.status();
  ASSERT_EQ(table->columns.size(), 12u);
  EXPECT_TRUE(table->Find("id")->is_identity);
  EXPECT_TRUE(table->Find("flag")->not_null);
  EXPECT_FALSE(table->Find("small")->not_null);
  EXPECT_EQ(table->Find("price")->type.ToSql(), "DECIMAL(12,3)");
  EXPECT_EQ(table->Find("code")->type.ToSql(), "CHAR(3)");
  EXPECT_EQ(table->Find("name")->type.ToSql(), "VARCHAR(20)");
  EXPECT_TRUE(table->Find("name")->has_default);
  EXPECT_FALSE(table->Find("small")->has_default);
  EXPECT_EQ(static_cast<int>(table->Find("at")->type.kind), static_cast<int>(RedshiftKind::kTimestamp));
  EXPECT_EQ(static_cast<int>(table->Find("at_tz")->type.kind), static_cast<int>(RedshiftKind::kTimestampTz));
  EXPECT_EQ(static_cast<int>(table->Find("d")->type.kind), static_cast<int>(RedshiftKind::kDouble));
}

TEST(InspectTable, ReadsKeysOfATableOutsideTheSearchPath) {
  Local().Sql("CREATE SCHEMA inspect_keys");
  Local().Sql(
      "CREATE TABLE inspect_keys.sorted (id BIGINT GENERATED BY DEFAULT AS IDENTITY(1,1), \"a b\" INTEGER, c "
      "DATE) DISTKEY (\"a b\") COMPOUND SORTKEY (c, \"a b\")");
  Local().Sql("CREATE TABLE inspect_keys.plain (id BIGINT)");
  auto session = Local().Connect();
  auto sorted = InspectTable(session.get(), *QualifiedName::Make("inspect_keys", "sorted"), Soon());
  ASSERT_TRUE(sorted.ok()) << sorted.status();
  EXPECT_EQ(sorted->distkey, "a b");
  EXPECT_EQ(sorted->sortkey, (std::vector<std::string>{"c", "a b"}));
  EXPECT_FALSE(sorted->Find("id")->is_identity);
  EXPECT_TRUE(sorted->Find("id")->has_default);
  auto plain = InspectTable(session.get(), *QualifiedName::Make("inspect_keys", "plain"), Soon());
  ASSERT_TRUE(plain.ok()) << plain.status();
  EXPECT_EQ(plain->distkey, "");
  EXPECT_TRUE(plain->sortkey.empty());
}

TEST(InspectTable, MissingTableIsOneReadableError) {
  auto session = Local().Connect();
  EXPECT_THAT(
      InspectTable(session.get(), *QualifiedName::Make("public", "missing"), Soon()).status().message(),
      AllOf(HasSubstr("There is no table public.missing in database 'dev'"), HasSubstr("'table-name'")));
}

TEST(CheckRights, MissingRightsAreOneReadableError) {
  Local().Sql("CREATE TABLE readonly_table (a INTEGER)");
  Local().Sql("CREATE USER reader PASSWORD 'Reader1reader'");
  Local().Sql("CREATE TABLE hidden_table (a INTEGER)");
  Local().Sql("GRANT SELECT ON readonly_table TO reader");
  ConnectionSettings settings = Local().Connection();
  settings.user = "reader";
  settings.password = Secret("Reader1reader");
  auto session = Session::Open(settings);
  ASSERT_TRUE(session.ok()) << session.status();
  const QualifiedName table = *QualifiedName::Make("public", "readonly_table");
  const Rights to_insert = {.on_table = {"insert"}, .read = {}, .set = {}};
  EXPECT_EQ(CheckRights(session->get(), table, to_insert, Soon()).message(),
            "User 'reader' lacks rights on public.readonly_table. Ask its owner for: GRANT INSERT ON "
            "\"public\".\"readonly_table\" TO \"reader\"");
  const std::vector<Identifier> columns = {*Identifier::Make("a", "column")};
  const Rights all = {.on_table = {"select", "insert", "update", "delete"}, .read = columns, .set = columns};
  EXPECT_THAT(CheckRights(session->get(), table, all, Soon()).message(),
              HasSubstr("GRANT INSERT, UPDATE, DELETE ON"));
  const Rights to_read = {.on_table = {"select"}, .temporary_tables = true, .read = columns, .set = {}};
  EXPECT_TRUE(CheckRights(session->get(), table, to_read, Soon()).ok());
  EXPECT_THAT(CheckHidden(session->get(), *QualifiedName::Make("public", "hidden_table"), to_insert, Soon())
                  .message(),
              HasSubstr("GRANT INSERT ON \"public\".\"hidden_table\""));
  EXPECT_TRUE(
      CheckHidden(session->get(), *QualifiedName::Make("public", "no_such_table"), to_insert, Soon()).ok());
}

}  // namespace
}  // namespace redshift
