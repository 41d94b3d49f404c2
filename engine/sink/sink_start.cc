#include "engine/sink/sink_start.h"

#include <algorithm>
#include <chrono>
#include <memory>

#include "engine/sink/create_table.h"
#include "engine/sink/ledger.h"
#include "engine/type/check_target.h"
#include "engine/warehouse/inspect.h"
#include "engine/warehouse/rights.h"
#include "engine/warehouse/session.h"

namespace redshift {
namespace {

/// For all questions of the start together; the catalogue answers in well under a second.
constexpr std::chrono::minutes kStartTime(2);

/// What the statements of this sink need on its table (docs/security.md).
Rights RightsOnTarget(const SinkPlan& plan, const TargetTable& target) {
  const size_t keys = plan.key_names().size();
  const size_t columns = plan.column_names().size();
  Rights rights;
  rights.temporary_tables = keys > 0;
  // Read by the conditions of DELETE, UPDATE and INSERT.
  if (keys > 0 && !plan.overwrite()) rights.on_table.push_back("select");
  rights.on_table.push_back("insert");
  // Rows with columns that are not declared stay and change; others are deleted and inserted.
  if (keys > 0 && !plan.overwrite() && columns < target.columns.size() && keys < columns) {
    rights.on_table.push_back("update");
  }
  if (keys > 0 || plan.overwrite()) rights.on_table.push_back("delete");
  rights.read = plan.key_names();
  for (const Identifier& column : plan.column_names()) {
    if (std::find(rights.read.begin(), rights.read.end(), column) == rights.read.end()) {
      rights.set.push_back(column);
    }
  }
  return rights;
}

/// The target as it is; created first where that is wanted and it is missing.
arrow::Result<TargetTable> FindTarget(Session* session, const SinkPlan& plan, Clock::time_point deadline,
                                      const Interrupt* interrupt) {
  auto target = InspectTable(session, plan.table(), deadline);
  const WarehouseErrorDetail* error = WarehouseError(target.status());
  if (error == nullptr || error->kind != ErrorKind::kUndefinedTable) return target;
  ARROW_RETURN_NOT_OK(CheckHidden(session, plan.table(), RightsOnTarget(plan, TargetTable()), deadline));
  ARROW_ASSIGN_OR_RAISE(Statement create, CreateTargetSql(plan.options(), plan.schema(), plan.table()));
  if (plan.options().Get(option::kSinkCreateTable) == option::CreateTable::kNever) {
    return target.status().WithMessage(target.status().message(),
                                       " The sink creates it with 'sink.create-table' = 'if-absent', as:\n",
                                       create.text, ";");
  }
  ARROW_RETURN_NOT_OK(CreateTarget(session, create, plan.table(), deadline, interrupt));
  return InspectTable(session, plan.table(), deadline);
}

/// Keyed tables are locked through the ledger in jdbc mode too, by every subtask from its first batch on.
bool OpensLedger(const SinkPlan& plan, const WriterContext& context) {
  if (plan.mode() == option::WriteMode::kCopy) return context.subtask == 0;
  return !plan.key_names().empty();
}

}  // namespace

arrow::Result<TargetTable> OpenTarget(const SinkPlan& plan, const WriterContext& context,
                                      const Interrupt* interrupt) {
  ARROW_ASSIGN_OR_RAISE(ConnectionSettings settings,
                        ConnectionSettings::From(plan.options(), context.environment));
  settings.query_group = plan.query_group();
  ARROW_ASSIGN_OR_RAISE(std::unique_ptr<Session> session, Session::Open(settings, interrupt));
  const Clock::time_point deadline = Clock::now() + kStartTime;
  ARROW_ASSIGN_OR_RAISE(TargetTable target, FindTarget(session.get(), plan, deadline, interrupt));
  ARROW_RETURN_NOT_OK(CheckRights(session.get(), plan.table(), RightsOnTarget(plan, target), deadline));
  const bool rounds = Contains(plan.copy_parameters(), CopyParameterKind::kRoundDec);
  ARROW_RETURN_NOT_OK(
      CheckTarget(plan.schema(), target, rounds ? SurplusDigits::kRounded : SurplusDigits::kRefused));
  if (OpensLedger(plan, context)) {
    // In jdbc mode the ledger is only a lock: a lost one loses no knowledge.
    ARROW_RETURN_NOT_OK(plan.mode() == option::WriteMode::kJdbc
                            ? EnsureLock(session.get(), plan.ledger(), deadline)
                        : context.restored ? RequireLedger(session.get(), plan.ledger(), deadline)
                                           : EnsureLedger(session.get(), plan.ledger(), deadline));
  }
  return target;
}

}  // namespace redshift
