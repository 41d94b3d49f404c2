// The one transaction of a commit.
#pragma once

#include <arrow/result.h>

namespace redshift {

class CommitSession;
struct CommitSettings;
class Interrupt;
class Staging;
struct StagedLoad;

enum class CommitResult {
  kLoaded,    ///< COMMIT was confirmed
  kInLedger,  ///< an earlier one had loaded it; the transaction is still open
  kSkipped,   ///< too old to know and sink.commit.expired = skip; the transaction is still open
};

/// BEGIN; lock the ledger; look for the load's identity; load; ledger row; COMMIT. Where that does not end in
/// kLoaded, the caller rolls back. `prune` removes old lines of the ledger in the same transaction. Blocks.
arrow::Result<CommitResult> RunCommitTransaction(const CommitSession& session, Staging* staging,
                                                 const CommitSettings& settings, const StagedLoad& load,
                                                 bool prune, const Interrupt* interrupt);

}  // namespace redshift
