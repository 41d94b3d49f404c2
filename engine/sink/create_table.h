// sink.create-table: the target made from its declaration.
#pragma once

#include <arrow/result.h>

#include "engine/option/options.h"
#include "engine/sql/identifier.h"
#include "engine/sql/statement.h"
#include "engine/type/table_schema.h"
#include "engine/warehouse/session.h"

namespace redshift {

/// The statement that creates the target, with the keys of sink.create-table.*; without these a primary key
/// of one column becomes the DISTKEY, because every batch of changes is joined with the table over it. Pure:
/// planning calls it to refuse keys that cannot be.
arrow::Result<Statement> CreateTargetSql(const Options& options, const TableSchema& schema,
                                         const QualifiedName& table);

/// Creates the target in a transaction of its own. Sessions that do the same at the same time harm nothing:
/// who loses finds the table there when it looks again. An error that no repeat mends comes back with the
/// statement for someone else to run.
arrow::Status CreateTarget(Session* session, const Statement& create, const QualifiedName& table,
                           Clock::time_point deadline, const Interrupt* interrupt);

}  // namespace redshift
