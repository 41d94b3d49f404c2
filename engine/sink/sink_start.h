// What a writer asks the warehouse before its first row.
#pragma once

#include <arrow/result.h>

#include "engine/sink/sink_plan.h"
#include "engine/type/redshift_type.h"
#include "engine/wait/interrupt.h"

namespace redshift {

/// One short session: reads the target's real columns and compares them with the declared ones. A missing
/// table is created where sink.create-table says so, by whichever subtask finds it missing. In copy mode
/// subtask 0 of a run without restored state also creates the ledger, in a transaction of its own; subtask 0
/// of a restored run fails if it is missing. In jdbc mode every subtask sees to the ledger of a keyed table.
/// Blocks for at most connect.timeout (thrice where AWS hands out the login) plus two minutes; with
/// `interrupt`, which may be null, until that is set.
arrow::Result<TargetTable> OpenTarget(const SinkPlan& plan, const WriterContext& context,
                                      const Interrupt* interrupt = nullptr);

}  // namespace redshift
