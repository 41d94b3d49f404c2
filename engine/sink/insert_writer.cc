#include "engine/sink/insert_writer.h"

#include <arrow/api.h>

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "engine/row/binary_row_reader.h"
#include "engine/sink/bind_values.h"
#include "engine/sql/insert_statement.h"
#include "engine/sql/session_statements.h"
#include "engine/type/bad_row.h"
#include "engine/row/row_validator.h"
#include "engine/warehouse/retry_policy.h"
#include "engine/warehouse/session.h"

namespace redshift {
namespace {

/// Bytes of frames that may wait; what a hand-over brings beyond it waits outside (back-pressure).
constexpr int64_t kQueueBytes = 16 * 1024 * 1024;
/// For one statement where statement.timeout sets no limit.
constexpr std::chrono::hours kStatementTime(1);

/// One hand-over.
struct Chunk {
  std::vector<uint8_t> frames;
  int64_t rows = 0;
};

/// Rows of one transaction.
struct Batch {
  std::vector<std::shared_ptr<arrow::RecordBatch>> parts;
  int64_t rows = 0;
  int64_t first_row = 0;  // its number within the writer
};

}  // namespace

class InsertWriter::Impl {
 public:
  Impl(const SinkPlan& plan, BinaryRowReader reader, RowValidator validator, std::vector<uint32_t> types,
       ConnectionSettings connection)
      : plan_(plan),
        table_(plan.table()),
        reader_(std::move(reader)),
        validator_(std::move(validator)),
        values_(std::move(types)),
        connection_(std::move(connection)),
        column_count_(static_cast<int>(plan.column_names().size())),
        batch_rows_(plan.options().Get(option::kSinkBatchSize)) {
    retry_.statement_retries = static_cast<int>(plan.options().Get(option::kSinkMaxRetries));
    retry_.conflict_attempts = static_cast<int>(plan.options().Get(option::kSinkCommitConflictRetries)) + 1;
    retry_.connection_time = plan.options().Get(option::kSinkCommitReconnectTimeout);
    statement_time_ = kStatementTime;
    if (connection_.statement_timeout.count() > 0) {
      // The server ends it; ours is for a server that has died.
      statement_time_ = connection_.statement_timeout + std::chrono::seconds(30);
    }
    thread_ = std::thread([this] { Run(); });
  }

  ~Impl() { static_cast<void>(Close()); }

  arrow::Status Write(std::span<const uint8_t> frames, int64_t rows);
  arrow::Status Flush();
  arrow::Status Close();
  void Interrupt();
  InsertMetrics metrics() const;

 private:
  void Run();
  /// Takes hand-overs that make up at most sink.batch-size rows (at least one hand-over).
  std::vector<Chunk> Take();
  arrow::Status WriteChunks(const std::vector<Chunk>& chunks);
  /// One transaction, repeated as long as that may help.
  arrow::Status WriteBatch(const Batch& batch);
  arrow::Status Attempt(const Batch& batch);
  arrow::Status Transaction(const Batch& batch);
  /// Fills values_ from `position` on and moves it behind what fits into one statement.
  struct Position {
    size_t part = 0;
    int64_t row = 0;
    int64_t rows_before = 0;  // in the batch
  };
  arrow::Status FillStatement(const Batch& batch, Position* position);
  arrow::Status SendStatement();

  const SinkPlan plan_;
  const QualifiedName table_;
  const BinaryRowReader reader_;
  const RowValidator validator_;
  BindValues values_;
  const ConnectionSettings connection_;
  const int column_count_;
  const int64_t batch_rows_;
  RetrySettings retry_;
  std::chrono::milliseconds statement_time_{0};

  redshift::Interrupt interrupt_;
  std::unique_ptr<Session> session_;  // of the background thread
  Statement statement_;               // of the background thread, for statement_rows_ rows
  int statement_rows_ = 0;
  int64_t rows_read_ = 0;  // of the background thread, for messages about bad rows
  int64_t transaction_bytes_ = 0;

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Chunk> queue_;
  int64_t queued_bytes_ = 0;
  bool busy_ = false;  // the background thread writes what it took
  bool stop_ = false;
  bool closed_ = false;
  arrow::Status error_;
  InsertMetrics metrics_;
  std::thread thread_;
};

arrow::Status InsertWriter::Impl::Write(std::span<const uint8_t> frames, int64_t rows) {
  std::unique_lock lock(mutex_);
  const auto size = static_cast<int64_t>(frames.size());
  // A single hand-over larger than the queue goes alone.
  changed_.wait(lock, [&] {
    return stop_ || !error_.ok() || queued_bytes_ == 0 || queued_bytes_ + size <= kQueueBytes;
  });
  ARROW_RETURN_NOT_OK(error_);
  if (stop_) return arrow::Status::Cancelled("The writer of ", table_.ToString(), " was stopped.");
  queue_.push_back(Chunk{std::vector<uint8_t>(frames.begin(), frames.end()), rows});
  queued_bytes_ += size;
  changed_.notify_all();
  return arrow::Status::OK();
}

arrow::Status InsertWriter::Impl::Flush() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return stop_ || !error_.ok() || (queue_.empty() && !busy_); });
  ARROW_RETURN_NOT_OK(error_);
  if (!queue_.empty() || busy_) {
    return arrow::Status::Cancelled("The writer of ", table_.ToString(),
                                    " was stopped before all rows were written.");
  }
  return arrow::Status::OK();
}

void InsertWriter::Impl::Interrupt() {
  interrupt_.Set();
  std::lock_guard lock(mutex_);
  stop_ = true;
  changed_.notify_all();
}

arrow::Status InsertWriter::Impl::Close() {
  {
    std::lock_guard lock(mutex_);
    if (closed_) return arrow::Status::OK();
    closed_ = true;
  }
  Interrupt();
  if (thread_.joinable()) thread_.join();
  session_.reset();
  return arrow::Status::OK();
}

InsertMetrics InsertWriter::Impl::metrics() const {
  std::lock_guard lock(mutex_);
  return metrics_;
}

std::vector<Chunk> InsertWriter::Impl::Take() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return stop_ || !queue_.empty(); });
  std::vector<Chunk> taken;
  if (stop_) return taken;
  int64_t rows = 0;
  while (!queue_.empty() && (taken.empty() || rows + queue_.front().rows <= batch_rows_)) {
    rows += queue_.front().rows;
    taken.push_back(std::move(queue_.front()));
    queue_.pop_front();
  }
  busy_ = true;
  return taken;
}

void InsertWriter::Impl::Run() {
  while (true) {
    const std::vector<Chunk> chunks = Take();
    if (chunks.empty()) return;
    arrow::Status status = WriteChunks(chunks);
    std::lock_guard lock(mutex_);
    // The bytes count until they are written: memory is bounded with what is under way.
    for (const Chunk& chunk : chunks) queued_bytes_ -= static_cast<int64_t>(chunk.frames.size());
    busy_ = false;
    error_ = std::move(status);
    changed_.notify_all();
    if (!error_.ok()) return;
  }
}

arrow::Status InsertWriter::Impl::WriteChunks(const std::vector<Chunk>& chunks) {
  Batch batch;
  for (const Chunk& chunk : chunks) {
    ARROW_ASSIGN_OR_RAISE(const ChangeBatch changes, reader_.Read(chunk.frames, chunk.rows));
    ARROW_RETURN_NOT_OK(validator_.Check(changes, rows_read_));
    const auto& rows = changes.rows;
    for (int64_t from = 0; from < rows->num_rows();) {
      if (batch.rows == 0) batch.first_row = rows_read_ + from;
      const int64_t count = std::min(batch_rows_ - batch.rows, rows->num_rows() - from);
      batch.parts.push_back(rows->Slice(from, count));
      batch.rows += count;
      from += count;
      if (batch.rows == batch_rows_) {
        ARROW_RETURN_NOT_OK(WriteBatch(batch));
        batch = Batch();
      }
    }
    rows_read_ += rows->num_rows();
  }
  return batch.rows == 0 ? arrow::Status::OK() : WriteBatch(batch);
}

arrow::Status InsertWriter::Impl::WriteBatch(const Batch& batch) {
  RetryPolicy policy(retry_);
  const Clock::time_point start = Clock::now();
  while (true) {
    arrow::Status status = Attempt(batch);
    if (status.ok()) {
      std::lock_guard lock(mutex_);
      metrics_.rows += batch.rows;
      metrics_.bytes += transaction_bytes_;
      metrics_.batches += 1;
      metrics_.retries += policy.failures();
      metrics_.last_millis =
          std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - start).count();
      return status;
    }
    const auto wait = policy.NextWait(status, Clock::now());
    if (!wait) {
      return status.WithMessage(
          "Writing ", batch.rows, " rows into ", table_.ToString(), " failed",
          policy.failures() > 1 ? " at attempt " + std::to_string(policy.failures()) : "", ": ",
          status.message());
    }
    if (!interrupt_.SleepFor(*wait)) {
      return arrow::Status::Cancelled("Writing into ", table_.ToString(), " was stopped on request.");
    }
  }
}

arrow::Status InsertWriter::Impl::Attempt(const Batch& batch) {
  if (!session_ || !session_->usable()) {
    session_.reset();
    ARROW_ASSIGN_OR_RAISE(session_, Session::Open(connection_, &interrupt_));
  }
  arrow::Status status = Transaction(batch);
  // Where the rollback fails the session is dead, and the server rolls back by itself.
  if (!status.ok()) static_cast<void>(session_->Rollback());
  return status;
}

arrow::Status InsertWriter::Impl::Transaction(const Batch& batch) {
  transaction_bytes_ = 0;
  Position position;
  ARROW_RETURN_NOT_OK(FillStatement(batch, &position));
  // One statement is a transaction of its own.
  if (position.part == batch.parts.size()) return SendStatement();

  ARROW_RETURN_NOT_OK(session_->Execute(BeginSql(), Clock::now() + statement_time_).status());
  ARROW_RETURN_NOT_OK(SendStatement());
  while (position.part < batch.parts.size()) {
    ARROW_RETURN_NOT_OK(FillStatement(batch, &position));
    ARROW_RETURN_NOT_OK(SendStatement());
  }
  ARROW_ASSIGN_OR_RAISE(QueryResult commit, session_->Execute(CommitSql(), Clock::now() + statement_time_));
  if (commit.tag() != "COMMIT") {
    auto detail = std::make_shared<WarehouseErrorDetail>();
    detail->kind = ErrorKind::kUnknown;
    detail->retry = Retry::kStatement;
    detail->session_usable = true;
    detail->label = "COMMIT";
    return arrow::Status::FromDetailAndArgs(arrow::StatusCode::IOError, std::move(detail),
                                            "COMMIT was answered with '", commit.tag(),
                                            "': the transaction had been aborted.");
  }
  return arrow::Status::OK();
}

arrow::Status InsertWriter::Impl::FillStatement(const Batch& batch, Position* position) {
  values_.Clear();
  const int most_rows = kMaxParameters / column_count_;
  while (position->part < batch.parts.size() && values_.rows() < most_rows) {
    const arrow::RecordBatch& part = *batch.parts[position->part];
    values_.AppendRow(part, position->row);
    if (values_.bytes() > kMaxStatementBytes) {
      if (values_.rows() == 1) {
        return BadRowError({table_.ToString(), "", batch.first_row + position->rows_before,
                            "row of " + std::to_string(values_.bytes()) +
                                " bytes does not fit into one statement of 16 MB"});
      }
      values_.DropLastRow();
      return arrow::Status::OK();
    }
    ++position->rows_before;
    if (++position->row == part.num_rows()) {
      ++position->part;
      position->row = 0;
    }
  }
  return arrow::Status::OK();
}

arrow::Status InsertWriter::Impl::SendStatement() {
  if (statement_rows_ != values_.rows()) {
    statement_ = InsertSql(table_, plan_.column_names(), values_.rows());
    statement_rows_ = values_.rows();
  }
  transaction_bytes_ += values_.bytes();
  return session_->Execute(statement_, values_.Bind(), Clock::now() + statement_time_).status();
}

InsertWriter::InsertWriter(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
InsertWriter::~InsertWriter() = default;

arrow::Result<std::unique_ptr<InsertWriter>> InsertWriter::Make(const SinkPlan& plan, const WriterContext&,
                                                                const TargetTable& target) {
  ARROW_ASSIGN_OR_RAISE(BinaryRowReader reader,
                        BinaryRowReader::Make(plan.schema(), plan.timestamp_overflow()));
  ARROW_ASSIGN_OR_RAISE(RowValidator validator,
                        RowValidator::Make(plan.schema(), target, plan.table().ToString()));
  std::vector<uint32_t> types;
  for (const Identifier& column : plan.column_names()) {
    const TargetColumn* found = target.Find(column.name());
    if (found == nullptr) {
      return arrow::Status::Invalid("Table ", plan.table().ToString(), " has no column \"", column.name(),
                                    "\".");
    }
    ARROW_ASSIGN_OR_RAISE(uint32_t type, BindType(found->type));
    types.push_back(type);
  }
  ARROW_ASSIGN_OR_RAISE(ConnectionSettings connection, ConnectionSettings::From(plan.options()));
  connection.query_group = plan.query_group();
  return std::unique_ptr<InsertWriter>(new InsertWriter(std::make_unique<Impl>(
      plan, std::move(reader), std::move(validator), std::move(types), std::move(connection))));
}

arrow::Status InsertWriter::Write(std::span<const uint8_t> frames, int64_t rows) {
  return impl_->Write(frames, rows);
}
arrow::Status InsertWriter::Flush() {
  return impl_->Flush();
}
arrow::Status InsertWriter::Close() {
  return impl_->Close();
}
void InsertWriter::Interrupt() {
  impl_->Interrupt();
}
InsertMetrics InsertWriter::metrics() const {
  return impl_->metrics();
}

}  // namespace redshift
