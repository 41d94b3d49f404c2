// The ledger's life: created once, locked by every commit.
#pragma once

#include <arrow/result.h>

#include <chrono>
#include <string>

#include "engine/sql/identifier.h"
#include "engine/warehouse/session.h"

namespace redshift {

/// Sees to it that the ledger is there with its head row, before a run that starts without state. Creates it
/// in a transaction of its own; where the user may not, the error shows the DDL to run by hand. Other
/// sessions may do the same at the same time. A repeat changes nothing.
arrow::Status EnsureLedger(Session* session, const QualifiedName& ledger, Clock::time_point deadline);

/// The same for jdbc mode, which only locks the ledger: it needs one right on it, and no head row.
arrow::Status EnsureLock(Session* session, const QualifiedName& ledger, Clock::time_point deadline);

/// For a run that goes on from state: the ledger must be there with its head row, else nobody knows what was
/// loaded.
arrow::Status RequireLedger(Session* session, const QualifiedName& ledger, Clock::time_point deadline);

/// The errors of RequireLedger, also for a commit that finds no ledger, or one that jdbc mode or a person
/// made, or that was emptied.
arrow::Status LedgerIsMissing(const QualifiedName& ledger);
arrow::Status LedgerHasNoHead(const QualifiedName& ledger);

/// What a commit waits for at most, and how it looks at others who are in the way.
struct LockWait {
  std::chrono::milliseconds timeout{600'000};
  /// How long the lock may take to arrive after an idle session of ours was ended.
  std::chrono::milliseconds after_termination{30'000};
};

/// LOCK, to be sent right after BEGIN. When the lock is not had within `wait.timeout`, the sessions that hold
/// it are looked at through a second session: idle ones of the same user and label are ended (they belong to
/// an earlier attempt that died), and the wait goes on; any other is named in the error with its pid.
arrow::Status LockLedger(Session* session, const QualifiedName& ledger, const LockWait& wait,
                         Clock::time_point deadline, const Interrupt* interrupt);

}  // namespace redshift
