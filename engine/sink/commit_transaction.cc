#include "engine/sink/commit_transaction.h"

#include <chrono>

#include "engine/sink/commit_session.h"
#include "engine/sink/commit_settings.h"
#include "engine/sink/load_files.h"
#include "engine/sink/staged_load.h"
#include "engine/sql/ledger_statements.h"
#include "engine/sql/session_statements.h"

namespace redshift {
namespace {

/// How far the clocks of the machines that stage and commit may differ from the warehouse's.
constexpr std::chrono::hours kClockTolerance(24);

/// What is not in the ledger may have been loaded and forgotten: kSkipped, an error, or kLoaded where it is
/// to be loaded.
arrow::Result<CommitResult> CheckAge(const CommitSession& session, const CommitSettings& settings,
                                     const StagedLoad& load) {
  if (!load.committable.checkpointed) return CommitResult::kLoaded;
  const auto age = std::chrono::system_clock::now() - load.committable.staged_at;
  // No retention is shorter than two days.
  if (age <= kClockTolerance) return CommitResult::kLoaded;
  if (age <= settings.ledger_retention - kClockTolerance) {
    // Another job, or this one with other options, may have kept less.
    ARROW_ASSIGN_OR_RAISE(QueryResult answer, session.Run(LedgerPrunedToSql(load.ledger)));
    ARROW_ASSIGN_OR_RAISE(int64_t pruned_to, answer.OnlyNumber());
    const std::chrono::sys_seconds forgotten{std::chrono::seconds(pruned_to)};
    if (load.committable.staged_at >= forgotten + kClockTolerance) return CommitResult::kLoaded;
  }
  switch (settings.expired) {
    case option::CommitExpired::kLoad:
      return CommitResult::kLoaded;
    case option::CommitExpired::kSkip:
      return CommitResult::kSkipped;
    case option::CommitExpired::kFail:
      break;
  }
  return CommitError(ErrorKind::kPermanent, Retry::kNever, load.Name(), " was staged ",
                     std::chrono::duration_cast<std::chrono::hours>(age).count() / 24,
                     " days ago, longer than the ledger remembers ('sink.ledger.retention'): its ",
                     load.committable.file_count, " files with ", load.committable.row_count,
                     " rows may have been loaded long ago. Look into the table, then set "
                     "'sink.commit.expired' to 'load' or 'skip' for one start. Manifest: ",
                     load.manifest.url, ".");
}

arrow::Status Prune(const CommitSession& session, const CommitSettings& settings, const StagedLoad& load) {
  ARROW_ASSIGN_OR_RAISE(QueryResult pruned,
                        session.Run(PruneLedgerSql(load.ledger, settings.ledger_retention)));
  if (pruned.affected_rows() == 0) return arrow::Status::OK();
  return session.Run(NoteLedgerPrunedSql(load.ledger, settings.ledger_retention)).status();
}

}  // namespace

arrow::Result<CommitResult> RunCommitTransaction(const CommitSession& session, Staging* staging,
                                                 const CommitSettings& settings, const StagedLoad& load,
                                                 bool prune, const Interrupt* interrupt) {
  const Committable& committable = load.committable;
  const LoadPreparation preparation = PrepareLoad(session, settings, load, interrupt);
  ARROW_RETURN_NOT_OK(session.Run(BeginSql()).status());
  // The first statement of the transaction: its snapshot must be younger than the lock.
  ARROW_RETURN_NOT_OK(
      LockLedger(session.session(), load.ledger, settings.lock_wait, session.deadline(), interrupt));
  ARROW_ASSIGN_OR_RAISE(QueryResult head, session.Run(UpdateLedgerHeadSql(load.ledger)));
  if (head.affected_rows() == 0) return LedgerHasNoHead(load.ledger);
  if (head.affected_rows() != 1) {
    return CommitError(
        ErrorKind::kPermanent, Retry::kNever, "The ledger ", load.ledger.ToString(), " has ",
        head.affected_rows(),
        " head rows where one belongs, so nobody knows whether it is complete. Bring it back from a "
        "backup, or start the job without state after deleting it.");
  }
  ARROW_ASSIGN_OR_RAISE(Statement count_sql, CountLedgerSql(load.ledger, committable.identity()));
  ARROW_ASSIGN_OR_RAISE(QueryResult count_result, session.Run(count_sql));
  ARROW_ASSIGN_OR_RAISE(int64_t count, count_result.OnlyNumber());
  if (count > 0) return CommitResult::kInLedger;
  ARROW_ASSIGN_OR_RAISE(CommitResult age, CheckAge(session, settings, load));
  if (age == CommitResult::kSkipped) return age;

  ARROW_RETURN_NOT_OK(LoadFiles(session, staging, settings, load, preparation));
  ARROW_ASSIGN_OR_RAISE(
      Statement insert,
      InsertLedgerSql(load.ledger, LedgerRow{committable.identity(), committable.job_id, committable.sink_id,
                                             committable.checkpoint_id, committable.row_count}));
  ARROW_RETURN_NOT_OK(session.Run(insert).status());
  if (prune) ARROW_RETURN_NOT_OK(Prune(session, settings, load));
  ARROW_ASSIGN_OR_RAISE(QueryResult commit, session.Run(CommitSql()));
  // A block that was aborted answers COMMIT with ROLLBACK and no error.
  if (commit.tag() != "COMMIT") {
    return CommitError(ErrorKind::kUnknown, Retry::kStatement, "COMMIT was answered with '", commit.tag(),
                       "': the transaction had been aborted.");
  }
  return CommitResult::kLoaded;
}

}  // namespace redshift
