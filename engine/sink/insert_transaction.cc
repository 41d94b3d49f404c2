#include "engine/sink/insert_transaction.h"

#include <arrow/api.h>

#include <optional>
#include <string>
#include <utility>

#include "engine/row/key_encoder.h"
#include "engine/sink/ledger.h"
#include "engine/sink/row_inserter.h"
#include "engine/sink/stage_rows.h"
#include "engine/sink/stage_table.h"
#include "engine/sql/session_statements.h"

namespace redshift {
namespace {

/// For one statement where statement.timeout sets no limit.
constexpr std::chrono::hours kStatementTime(1);
constexpr std::chrono::seconds kServerIsDead(30);
/// After so many batches a stage is made anew: rows that DELETE took keep their place in a temporary table,
/// which nothing vacuums.
constexpr int kBatchesPerStage = 500;

arrow::Status Commit(Session* session, Clock::time_point deadline) {
  ARROW_ASSIGN_OR_RAISE(QueryResult commit, session->Execute(CommitSql(), deadline));
  if (commit.tag() == "COMMIT") return arrow::Status::OK();
  auto detail = std::make_shared<WarehouseErrorDetail>();
  detail->kind = ErrorKind::kUnknown;
  detail->retry = Retry::kStatement;
  detail->session_usable = true;
  detail->label = "COMMIT";
  return arrow::Status::FromDetailAndArgs(arrow::StatusCode::IOError, std::move(detail),
                                          "COMMIT was answered with '", commit.tag(),
                                          "': the transaction had been aborted.");
}

arrow::Result<std::vector<RedshiftType>> TypesOf(const SinkPlan& plan, const TargetTable& target) {
  std::vector<RedshiftType> types;
  for (const Identifier& column : plan.column_names()) {
    const TargetColumn* found = target.Find(column.name());
    if (found == nullptr) {
      return arrow::Status::Invalid("Table ", plan.table().ToString(), " has no column \"", column.name(),
                                    "\".");
    }
    types.push_back(found->type);
  }
  return types;
}

class Append : public InsertTransaction {
 public:
  Append(RowInserter inserter, std::chrono::milliseconds statement_time)
      : inserter_(std::move(inserter)), statement_time_(statement_time) {}

  arrow::Status Take(std::vector<ChangeBatch> batch) override {
    rows_.clear();
    for (ChangeBatch& part : batch) rows_.push_back(std::move(part.rows));
    return arrow::Status::OK();
  }

  arrow::Status Write(Session* session) override {
    bytes_ = 0;
    inserter_.Start(&rows_);
    ARROW_RETURN_NOT_OK(inserter_.Fill());
    // One statement is a transaction of its own.
    if (inserter_.at_end()) return Send(session);
    ARROW_RETURN_NOT_OK(session->Execute(BeginSql(), Clock::now() + statement_time_).status());
    ARROW_RETURN_NOT_OK(Send(session));
    while (!inserter_.at_end()) {
      ARROW_RETURN_NOT_OK(inserter_.Fill());
      ARROW_RETURN_NOT_OK(Send(session));
    }
    return Commit(session, Clock::now() + statement_time_);
  }

 private:
  arrow::Status Send(Session* session) {
    bytes_ += inserter_.bytes();
    return inserter_.Send(session, Clock::now() + statement_time_);
  }

  RowInserter inserter_;
  const std::chrono::milliseconds statement_time_;
  RecordBatches rows_;
};

/// Several runs of changes as one.
arrow::Result<ChangeBatch> Concatenate(std::vector<ChangeBatch> parts) {
  if (parts.size() == 1) return std::move(parts.front());
  ChangeBatch whole;
  RecordBatches rows;
  for (ChangeBatch& part : parts) {
    if (part.changes.empty())
      part.changes.assign(static_cast<size_t>(part.rows->num_rows()), Change::kUpsert);
    whole.changes.insert(whole.changes.end(), part.changes.begin(), part.changes.end());
    rows.push_back(std::move(part.rows));
  }
  ARROW_ASSIGN_OR_RAISE(whole.rows, arrow::ConcatenateRecordBatches(rows));
  return whole;
}

class Upsert : public InsertTransaction {
 public:
  Upsert(const SinkPlan& plan, TargetTable target, KeyEncoder keys, std::vector<RedshiftType> stage_types,
         std::chrono::milliseconds statement_time, const Interrupt* interrupt)
      : plan_(plan),
        target_(std::move(target)),
        keys_(std::move(keys)),
        stage_schema_(StagedSchema(plan.schema(), plan.stage_columns()).arrow_schema()),
        stage_types_(std::move(stage_types)),
        statement_time_(statement_time),
        interrupt_(interrupt) {
    lock_wait_.timeout = plan.options().Get(option::kSinkCommitLockTimeout);
  }

  arrow::Status Take(std::vector<ChangeBatch> batch) override {
    ARROW_ASSIGN_OR_RAISE(ChangeBatch whole, Concatenate(std::move(batch)));
    ARROW_ASSIGN_OR_RAISE(ChangeBatch last, LastPerKey(keys_, whole));
    ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::RecordBatch> rows,
                          WithStageColumns(last, stage_schema_, /*first_seq=*/0, /*subtask=*/0));
    rows_ = {std::move(rows)};
    return arrow::Status::OK();
  }

  void ForgetSession() override { stage_.reset(); }

  arrow::Status Write(Session* session) override {
    bytes_ = 0;
    ARROW_RETURN_NOT_OK(MakeStageIn(session));
    ARROW_RETURN_NOT_OK(Run(session, BeginSql()));
    // The first statement of the transaction: its snapshot must be younger than the lock.
    ARROW_RETURN_NOT_OK(Lock(session));
    ARROW_RETURN_NOT_OK(Run(session, DeleteAllSql(stage_->statements.stage())));
    stage_->inserter.Start(&rows_);
    while (!stage_->inserter.at_end()) {
      ARROW_RETURN_NOT_OK(stage_->inserter.Fill());
      bytes_ += stage_->inserter.bytes();
      ARROW_RETURN_NOT_OK(stage_->inserter.Send(session, Clock::now() + statement_time_));
    }
    for (const Statement& statement : stage_->statements.Apply())
      ARROW_RETURN_NOT_OK(Run(session, statement));
    ARROW_RETURN_NOT_OK(Commit(session, Clock::now() + statement_time_));
    ++stage_->batches;
    return arrow::Status::OK();
  }

 private:
  struct Stage {
    UpsertStatements statements;
    RowInserter inserter;
    int batches = 0;
  };

  arrow::Status Run(Session* session, const Statement& statement) {
    return session->Execute(statement, Clock::now() + statement_time_).status();
  }

  arrow::Status Lock(Session* session) {
    arrow::Status locked = LockLedger(session, plan_.ledger(), lock_wait_,
                                      Clock::now() + lock_wait_.timeout + statement_time_, interrupt_);
    const WarehouseErrorDetail* error = WarehouseError(locked);
    if (error == nullptr || error->kind != ErrorKind::kUndefinedTable) return locked;
    return locked.WithMessage(
        "The ledger ", plan_.ledger().ToString(), ", behind whose lock changes of ", plan_.table().ToString(),
        " are written, was dropped while the sink ran. It is made anew when the job starts.");
  }

  /// In a transaction of its own, so that it outlives a rollback.
  arrow::Status MakeStageIn(Session* session) {
    if (stage_ && stage_->batches < kBatchesPerStage) return arrow::Status::OK();
    if (stage_) ARROW_RETURN_NOT_OK(Run(session, stage_->statements.DropStage()));
    stage_.reset();
    ARROW_ASSIGN_OR_RAISE(UpsertStatements statements,
                          MakeStage(plan_.table(), target_, plan_.column_names(), plan_.key_names()));
    ARROW_RETURN_NOT_OK(Run(session, statements.CreateStage()));
    ARROW_ASSIGN_OR_RAISE(RowInserter inserter,
                          RowInserter::Make(statements.stage(), statements.stage_columns(), stage_types_));
    stage_.emplace(Stage{std::move(statements), std::move(inserter)});
    return arrow::Status::OK();
  }

  const SinkPlan plan_;
  const TargetTable target_;
  const KeyEncoder keys_;
  const std::shared_ptr<arrow::Schema> stage_schema_;
  const std::vector<RedshiftType> stage_types_;
  const std::chrono::milliseconds statement_time_;
  const Interrupt* interrupt_;
  LockWait lock_wait_;
  RecordBatches rows_;
  std::optional<Stage> stage_;
};

}  // namespace

arrow::Result<std::unique_ptr<InsertTransaction>> InsertTransaction::Make(const SinkPlan& plan,
                                                                          const TargetTable& target,
                                                                          const Interrupt* interrupt) {
  std::chrono::milliseconds statement_time =
      plan.options().Find(option::kStatementTimeout).value_or(kStatementTime);
  ARROW_ASSIGN_OR_RAISE(std::vector<RedshiftType> types, TypesOf(plan, target));
  if (plan.key_names().empty()) {
    // The server ends statements itself; ours is for a server that has died.
    statement_time += kServerIsDead;
    ARROW_ASSIGN_OR_RAISE(RowInserter inserter, RowInserter::Make(plan.table(), plan.column_names(), types));
    return std::make_unique<Append>(std::move(inserter), statement_time);
  }
  ARROW_ASSIGN_OR_RAISE(KeyEncoder keys, KeyEncoder::Make(plan.schema()));
  for (RedshiftKind kind : {RedshiftKind::kSmallInt, RedshiftKind::kBigInt, RedshiftKind::kInteger}) {
    types.push_back(RedshiftType{.kind = kind});
  }
  // What cannot be staged shows now, not with the first row.
  ARROW_ASSIGN_OR_RAISE(UpsertStatements statements,
                        MakeStage(plan.table(), target, plan.column_names(), plan.key_names()));
  ARROW_RETURN_NOT_OK(RowInserter::Make(statements.stage(), statements.stage_columns(), types));
  return std::make_unique<Upsert>(plan, target, std::move(keys), std::move(types), statement_time, interrupt);
}

}  // namespace redshift
