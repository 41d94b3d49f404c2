#include "engine/sink/sink_start.h"

#include <chrono>
#include <memory>

#include "engine/sink/ledger.h"
#include "engine/type/check_target.h"
#include "engine/warehouse/inspect.h"
#include "engine/warehouse/session.h"

namespace redshift {
namespace {

/// For all questions of the start together; the catalogue answers in well under a second.
constexpr std::chrono::minutes kStartTime(2);

}  // namespace

arrow::Result<TargetTable> OpenTarget(const SinkPlan& plan, const WriterContext& context) {
  ARROW_ASSIGN_OR_RAISE(ConnectionSettings settings, ConnectionSettings::From(plan.options()));
  settings.query_group = plan.query_group();
  ARROW_ASSIGN_OR_RAISE(std::unique_ptr<Session> session, Session::Open(settings));
  const Clock::time_point deadline = Clock::now() + kStartTime;
  ARROW_ASSIGN_OR_RAISE(TargetTable target, InspectTable(session.get(), plan.table(), deadline));
  ARROW_RETURN_NOT_OK(CheckTarget(plan.schema(), target));
  if (plan.mode() == option::WriteMode::kCopy && context.subtask == 0) {
    ARROW_RETURN_NOT_OK(context.restored ? RequireLedger(session.get(), plan.ledger(), deadline)
                                         : EnsureLedger(session.get(), plan.ledger(), deadline));
  }
  return target;
}

}  // namespace redshift
