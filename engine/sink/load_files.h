// From staged files into the target, inside a transaction.
#pragma once

#include <arrow/result.h>

#include "engine/type/redshift_type.h"

namespace redshift {

class CommitSession;
struct CommitSettings;
class Staging;
struct StagedLoad;

/// The target as it is now, where loading has to know. To be called outside a transaction: a question that
/// the cluster refuses would end it.
arrow::Result<TargetTable> InspectForLoad(const CommitSession& session, const StagedLoad& load);

/// Appends, upserts or replaces what `load` says: COPY into the target, or, where it has a key, into a stage
/// that is then applied. To be called between BEGIN and COMMIT; after an error the transaction must be rolled
/// back. `target` is what InspectForLoad said. Fails when the target no longer has the columns, or COPY
/// loaded another number of rows than were staged. Blocks.
arrow::Status LoadFiles(const CommitSession& session, Staging* staging, const CommitSettings& settings,
                        const StagedLoad& load, const arrow::Result<TargetTable>& target);

}  // namespace redshift
