// The stage of one transaction: where changes wait until they are applied.
#pragma once

#include <arrow/result.h>

#include <vector>

#include "engine/sql/upsert_statements.h"
#include "engine/type/redshift_type.h"

namespace redshift {

/// The statements for changes of `columns` (declared in Flink, in that order) with the key `key` into
/// `table`, which is `target` in the warehouse now. The names of the temporary tables are drawn anew by each
/// call, so that they hide no other table of the session.
arrow::Result<UpsertStatements> MakeStage(const QualifiedName& table, const TargetTable& target,
                                          const std::vector<Identifier>& columns,
                                          const std::vector<Identifier>& key);

}  // namespace redshift
