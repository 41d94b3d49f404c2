// What a writer asks the warehouse before its first row.
#pragma once

#include <arrow/result.h>

#include "engine/sink/sink_plan.h"
#include "engine/type/redshift_type.h"

namespace redshift {

/// One short session: reads the target's real columns and compares them with the declared ones. In copy mode
/// subtask 0 of a run without restored state also creates the ledger, in a transaction of its own; subtask 0
/// of a restored run fails if it is missing. Blocks for at most connect.timeout plus a minute per statement.
arrow::Result<TargetTable> OpenTarget(const SinkPlan& plan, const WriterContext& context);

}  // namespace redshift
