// One batch of jdbc mode as one transaction.
#pragma once

#include <arrow/result.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <vector>

#include "engine/row/change_batch.h"
#include "engine/sink/sink_plan.h"
#include "engine/type/redshift_type.h"
#include "engine/wait/interrupt.h"
#include "engine/warehouse/session.h"

namespace redshift {

/// Writes a batch in one transaction. Without a key: multi-row INSERTs into the table. With one: the last
/// change of each key goes into a stage, a temporary table of the session, and is applied from there (docs:
/// engine/sql/upsert_statements.h), all behind the lock of the ledger, so that writers of other subtasks and
/// jobs wait instead of failing with a conflict. Belongs to one thread.
class InsertTransaction {
 public:
  virtual ~InsertTransaction() = default;

  /// `interrupt` must outlive it.
  static arrow::Result<std::unique_ptr<InsertTransaction>> Make(const SinkPlan& plan,
                                                                const TargetTable& target,
                                                                const Interrupt* interrupt);

  /// Prepares a batch, whose rows have passed RowValidator; what is prepared stays until the next Take.
  virtual arrow::Status Take(std::vector<ChangeBatch> batch) = 0;
  /// To be called when the next Write is given another session: temporary tables are gone.
  virtual void ForgetSession() {}
  /// Writes what was taken. After a failure a transaction may be open, or may have been committed although
  /// the reply was lost: the caller rolls back, and may repeat in this session or another.
  virtual arrow::Status Write(Session* session) = 0;
  /// Bytes of the bind parameters of the last Write.
  int64_t bytes() const { return bytes_; }

 protected:
  int64_t bytes_ = 0;
};

}  // namespace redshift
