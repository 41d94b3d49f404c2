// From staged files into the target, inside a transaction.
#pragma once

#include <arrow/result.h>

#include <optional>

#include "engine/aws/aws_keys.h"
#include "engine/type/redshift_type.h"

namespace redshift {

class CommitSession;
struct CommitSettings;
class Interrupt;
class Staging;
struct StagedLoad;

/// What loading has to know before its transaction begins.
struct LoadPreparation {
  /// The target as it is now; empty where nobody needs to know.
  arrow::Result<TargetTable> target;
  /// With which keys COPY reads S3; empty where there is a role, or nothing to copy.
  arrow::Result<std::optional<AwsKeys>> keys;
};

/// To be called outside the transaction: a question that the cluster refuses would end it, and keys may be
/// long in coming, which nobody who waits for the ledger should have to wait for. Errors stand in the answer:
/// they matter only where something is to be loaded. Blocks within the session's deadline.
LoadPreparation PrepareLoad(const CommitSession& session, const CommitSettings& settings,
                            const StagedLoad& load, const Interrupt* interrupt = nullptr);

/// Appends, upserts or replaces what `load` says: COPY into the target, or, where it has a key, into a stage
/// that is then applied. To be called between BEGIN and COMMIT; after an error the transaction must be rolled
/// back. Fails when the target no longer has the columns, or COPY loaded another number of rows than were
/// staged. Blocks.
arrow::Status LoadFiles(const CommitSession& session, Staging* staging, const CommitSettings& settings,
                        const StagedLoad& load, const LoadPreparation& preparation);

}  // namespace redshift
