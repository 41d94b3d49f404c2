#include "engine/sql/ledger_statements.h"

#include "engine/sql/inspect_statements.h"
#include "engine/sql/literal.h"

namespace redshift {
namespace {

std::string On(const QualifiedName& ledger) {
  return "ledger " + ledger.ToString();
}

constexpr std::string_view kColumnDefinitions =
    "  \"commit_identity\" VARCHAR(128) NOT NULL,\n"
    "  \"job_id\" VARCHAR(128),\n"
    "  \"sink_id\" VARCHAR(128),\n"
    "  \"checkpoint_id\" BIGINT,\n"
    "  \"row_count\" BIGINT NOT NULL,\n"
    "  \"committed_at\" TIMESTAMP NOT NULL\n";

constexpr std::string_view kColumnList =
    "(\"commit_identity\", \"job_id\", \"sink_id\", \"checkpoint_id\", \"row_count\", \"committed_at\")";

}  // namespace

const std::vector<std::string>& LedgerColumns() {
  static const std::vector<std::string> columns = {"commit_identity", "job_id",    "sink_id",
                                                   "checkpoint_id",   "row_count", "committed_at"};
  return columns;
}

Statement CreateLedgerSql(const QualifiedName& ledger) {
  return {"CREATE " + On(ledger),
          "CREATE TABLE IF NOT EXISTS " + ledger.Quoted() + " (\n" + std::string(kColumnDefinitions) + ")",
          {}};
}

arrow::Result<Statement> InsertLedgerHeadSql(const QualifiedName& ledger) {
  return InsertLedgerSql(ledger, LedgerRow{std::string(kLedgerHead), "", "", 0, 0});
}

std::string LedgerSetUpScript(const QualifiedName& ledger, std::string_view rights, std::string_view user) {
  return CreateLedgerSql(ledger).text + ";\n" +
         GrantText(std::string(rights) + " ON " + ledger.Quoted(), user) + ";";
}

Statement LockLedgerSql(const QualifiedName& ledger) {
  return {"LOCK " + On(ledger), "LOCK TABLE " + ledger.Quoted(), {}};
}

Statement UpdateLedgerHeadSql(const QualifiedName& ledger) {
  return {"UPDATE head row of " + On(ledger),
          "UPDATE " + ledger.Quoted() +
              " SET \"row_count\" = \"row_count\" + 1, \"committed_at\" = getdate() WHERE "
              "\"commit_identity\" = 'head'",
          {}};
}

arrow::Result<Statement> CountLedgerSql(const QualifiedName& ledger, std::string_view identity) {
  ARROW_ASSIGN_OR_RAISE(std::string literal, QuoteLiteral(identity, "commit identity"));
  return Statement{"SELECT from " + On(ledger),
                   "SELECT count(*) FROM " + ledger.Quoted() + " WHERE \"commit_identity\" = " + literal,
                   {}};
}

arrow::Result<Statement> InsertLedgerSql(const QualifiedName& ledger, const LedgerRow& row) {
  ARROW_ASSIGN_OR_RAISE(std::string identity, QuoteLiteral(row.identity, "commit identity"));
  ARROW_ASSIGN_OR_RAISE(std::string job, QuoteLiteral(row.job_id, "job id"));
  ARROW_ASSIGN_OR_RAISE(std::string sink, QuoteLiteral(row.sink_id, "sink id"));
  return Statement{"INSERT into " + On(ledger),
                   "INSERT INTO " + ledger.Quoted() + " " + std::string(kColumnList) + " VALUES (" +
                       identity + ", " + job + ", " + sink + ", " + std::to_string(row.checkpoint_id) + ", " +
                       std::to_string(row.row_count) + ", getdate())",
                   {}};
}

Statement PruneLedgerSql(const QualifiedName& ledger, std::chrono::seconds retention) {
  return {"DELETE old rows of " + On(ledger),
          "DELETE FROM " + ledger.Quoted() +
              " WHERE \"commit_identity\" <> 'head' AND \"committed_at\" < getdate() - INTERVAL '" +
              std::to_string(retention.count()) + " seconds'",
          {}};
}

Statement NoteLedgerPrunedSql(const QualifiedName& ledger, std::chrono::seconds retention) {
  return {"UPDATE head row of " + On(ledger),
          "UPDATE " + ledger.Quoted() +
              " SET \"checkpoint_id\" = GREATEST(\"checkpoint_id\", CAST(EXTRACT(epoch FROM getdate()) AS "
              "BIGINT) - " +
              std::to_string(retention.count()) + ") WHERE \"commit_identity\" = 'head'",
          {}};
}

Statement LedgerPrunedToSql(const QualifiedName& ledger) {
  return {"SELECT head row of " + On(ledger),
          "SELECT \"checkpoint_id\" FROM " + ledger.Quoted() + " WHERE \"commit_identity\" = 'head'",
          {}};
}

}  // namespace redshift
