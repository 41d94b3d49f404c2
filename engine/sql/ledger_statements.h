// The ledger: one small table per target that says which manifests were loaded (docs/adr: ledger).
#pragma once

#include <arrow/result.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "engine/sql/identifier.h"
#include "engine/sql/statement.h"

namespace redshift {

/// The commit_identity of the one row that every commit updates, so that a stale snapshot ends in a conflict.
inline constexpr std::string_view kLedgerHead = "head";

/// One line of the ledger.
struct LedgerRow {
  std::string identity;  ///< the manifest's SHA-256 in hex, or run:<run id>
  std::string job_id;
  std::string sink_id;
  int64_t checkpoint_id = 0;
  int64_t row_count = 0;
};

Statement CreateLedgerSql(const QualifiedName& ledger);
/// To be sent only behind the ledger's lock, when CountLedgerSql(kLedgerHead) said 0.
arrow::Result<Statement> InsertLedgerHeadSql(const QualifiedName& ledger);
/// What to run by hand where the sink may not create the ledger: creation and grants. The sink adds the head
/// row. `rights`: "SELECT, INSERT".
std::string LedgerSetUpScript(const QualifiedName& ledger, std::string_view rights, std::string_view user);
/// The columns a table must have to be a ledger.
const std::vector<std::string>& LedgerColumns();

Statement LockLedgerSql(const QualifiedName& ledger);
/// Must hit exactly one row.
Statement UpdateLedgerHeadSql(const QualifiedName& ledger);
/// One row, one column: how many lines have this identity.
arrow::Result<Statement> CountLedgerSql(const QualifiedName& ledger, std::string_view identity);
arrow::Result<Statement> InsertLedgerSql(const QualifiedName& ledger, const LedgerRow& row);
/// Removes lines older than `retention` by the server's clock; the head row stays.
Statement PruneLedgerSql(const QualifiedName& ledger, std::chrono::seconds retention);
/// Notes in the head row's checkpoint_id, as seconds since 1970, up to which time lines may be missing. Sent
/// with a PruneLedgerSql that removed some.
Statement NoteLedgerPrunedSql(const QualifiedName& ledger, std::chrono::seconds retention);
/// One row, one column: what NoteLedgerPrunedSql noted last; 0 where no line was ever removed.
Statement LedgerPrunedToSql(const QualifiedName& ledger);

}  // namespace redshift
