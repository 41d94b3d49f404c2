#include "engine/sink/insert_writer.h"

#include <arrow/api.h>
#include <pthread.h>

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "engine/file/staging.h"
#include "engine/row/binary_row_reader.h"
#include "engine/sink/bad_row_filter.h"
#include "engine/sink/insert_transaction.h"
#include "engine/sql/insert_statement.h"
#include "engine/wait/guarded.h"
#include "engine/warehouse/retry_policy.h"
#include "engine/warehouse/session.h"

namespace redshift {
namespace {

/// Bytes of frames that may wait; what a hand-over brings beyond it waits outside (back-pressure).
constexpr int64_t kQueueBytes = 16 * 1024 * 1024;

/// How long rejected rows wait to be published where no Flush comes: without checkpoints there is none before
/// the end of input.
constexpr std::chrono::seconds kRejectsWait(5);

/// One hand-over.
struct Chunk {
  std::vector<uint8_t> frames;
  int64_t rows = 0;
};

/// Some rows of a hand-over.
ChangeBatch Slice(const ChangeBatch& changes, int64_t from, int64_t count) {
  ChangeBatch slice{changes.rows->Slice(from, count), {}};
  if (!changes.changes.empty()) {
    const auto first = changes.changes.begin() + from;
    slice.changes.assign(first, first + count);
  }
  return slice;
}

}  // namespace

class InsertWriter::Impl {
 public:
  Impl(const SinkPlan& plan, BinaryRowReader reader, BadRowFilter filter, std::shared_ptr<Staging> staging,
       ConnectionSettings connection)
      : plan_(plan),
        table_(plan.table()),
        reader_(std::move(reader)),
        filter_(std::move(filter)),
        staging_(std::move(staging)),
        connection_(std::move(connection)),
        batch_rows_(plan.options().Get(option::kSinkBatchSize)) {
    retry_.statement_retries = static_cast<int>(plan.options().Get(option::kSinkMaxRetries));
    retry_.conflict_attempts = static_cast<int>(plan.options().Get(option::kSinkCommitConflictRetries)) + 1;
    retry_.connection_time = plan.options().Get(option::kSinkCommitReconnectTimeout);
  }

  /// Before the first Write.
  arrow::Status Start(const TargetTable& target) {
    ARROW_ASSIGN_OR_RAISE(transaction_, InsertTransaction::Make(plan_, target, &interrupt_));
    thread_ = std::thread([this] { Run(); });
    pthread_setname_np(thread_.native_handle(), "redshift-insert");
    return arrow::Status::OK();
  }

  ~Impl() {
    static_cast<void>(Guarded([this] { return Close(); }));
  }

  arrow::Status Write(std::span<const uint8_t> frames, int64_t rows);
  arrow::Status Flush();
  arrow::Status Close();
  void Interrupt();
  InsertMetrics metrics() const;

 private:
  /// What there is to do for the background thread.
  struct Work {
    std::vector<Chunk> chunks;  // at most sink.batch-size rows, or one hand-over
    bool is_last = false;       // Flush waits for it
  };

  void Run();
  /// Until the writer is stopped.
  arrow::Status WriteAll();
  /// Waits until there is work; nothing when the writer was stopped.
  std::optional<Work> Take();
  arrow::Status Do(const Work& work);
  arrow::Status WriteChunks(const std::vector<Chunk>& chunks);
  void CountRejected(int64_t rows);
  /// Puts the rejected rows where people find them.
  arrow::Status PublishRejected();
  /// One transaction, repeated as long as that may help.
  arrow::Status WriteBatch(std::vector<ChangeBatch> batch, int64_t rows);
  arrow::Status Attempt();

  const SinkPlan plan_;
  const QualifiedName table_;
  const BinaryRowReader reader_;
  BadRowFilter filter_;                     // of the background thread
  const std::shared_ptr<Staging> staging_;  // null where bad rows fail the writer
  const ConnectionSettings connection_;
  const int64_t batch_rows_;
  RetrySettings retry_;

  redshift::Interrupt interrupt_;
  // Of the background thread.
  std::unique_ptr<Session> session_;
  std::unique_ptr<InsertTransaction> transaction_;
  int64_t rows_read_ = 0;                        // for messages about bad rows
  std::optional<Clock::time_point> publish_at_;  // set while rejected rows wait

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Chunk> queue_;
  int64_t queued_bytes_ = 0;
  bool flushing_ = false;  // Flush waits until everything is written and published
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
  flushing_ = true;
  changed_.notify_all();
  changed_.wait(lock, [&] { return stop_ || !error_.ok() || !flushing_; });
  ARROW_RETURN_NOT_OK(error_);
  if (!flushing_) return arrow::Status::OK();
  return arrow::Status::Cancelled("The writer of ", table_.ToString(),
                                  " was stopped before all rows were written.");
}

void InsertWriter::Impl::CountRejected(int64_t rows) {
  std::lock_guard lock(mutex_);
  metrics_.rejected += rows;
}

arrow::Status InsertWriter::Impl::PublishRejected() {
  publish_at_.reset();
  RejectWriter* rejects = filter_.rejects();
  if (rejects == nullptr) return arrow::Status::OK();
  ARROW_ASSIGN_OR_RAISE(const std::vector<StagedFile> files, rejects->Complete());
  if (files.empty()) return arrow::Status::OK();
  ARROW_RETURN_NOT_OK(PublishRejects(*staging_, files, std::nullopt));
  // What is left over is a copy of what was published.
  static_cast<void>(rejects->Discard());
  return arrow::Status::OK();
}

void InsertWriter::Impl::Interrupt() {
  interrupt_.Set();
  if (staging_) staging_->Cancel();
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
  // The rows come again after the restart.
  if (RejectWriter* rejects = filter_.rejects()) static_cast<void>(rejects->Discard());
  return arrow::Status::OK();
}

InsertMetrics InsertWriter::Impl::metrics() const {
  std::lock_guard lock(mutex_);
  return metrics_;
}

std::optional<InsertWriter::Impl::Work> InsertWriter::Impl::Take() {
  std::unique_lock lock(mutex_);
  const auto is_work = [&] { return stop_ || flushing_ || !queue_.empty(); };
  if (publish_at_) {
    changed_.wait_until(lock, *publish_at_, is_work);
  } else {
    changed_.wait(lock, is_work);
  }
  if (stop_) return std::nullopt;
  Work work;
  int64_t rows = 0;
  while (!queue_.empty() && (work.chunks.empty() || rows + queue_.front().rows <= batch_rows_)) {
    rows += queue_.front().rows;
    work.chunks.push_back(std::move(queue_.front()));
    queue_.pop_front();
  }
  work.is_last = flushing_ && queue_.empty();
  return work;
}

void InsertWriter::Impl::Run() {
  arrow::Status status = Guarded([this] { return WriteAll(); });
  std::lock_guard lock(mutex_);
  error_ = std::move(status);
  changed_.notify_all();
}

arrow::Status InsertWriter::Impl::WriteAll() {
  while (const std::optional<Work> work = Take()) {
    ARROW_RETURN_NOT_OK(Do(*work));
    std::lock_guard lock(mutex_);
    // The bytes count until they are written: memory is bounded with what is under way.
    for (const Chunk& chunk : work->chunks) queued_bytes_ -= static_cast<int64_t>(chunk.frames.size());
    if (work->is_last) flushing_ = false;
    changed_.notify_all();
  }
  return arrow::Status::OK();
}

arrow::Status InsertWriter::Impl::Do(const Work& work) {
  ARROW_RETURN_NOT_OK(WriteChunks(work.chunks));
  const bool is_due = publish_at_ && Clock::now() >= *publish_at_;
  return work.is_last || is_due ? PublishRejected() : arrow::Status::OK();
}

arrow::Status InsertWriter::Impl::WriteChunks(const std::vector<Chunk>& chunks) {
  std::vector<ChangeBatch> batch;
  int64_t batched = 0;
  for (const Chunk& chunk : chunks) {
    ARROW_ASSIGN_OR_RAISE(ChangeBatch changes, reader_.Read(chunk.frames, chunk.rows));
    ARROW_ASSIGN_OR_RAISE(const int64_t rejected, filter_.Filter(&changes, rows_read_));
    rows_read_ += chunk.rows;
    CountRejected(rejected);
    if (rejected > 0 && !publish_at_) publish_at_ = Clock::now() + kRejectsWait;
    const int64_t rows = changes.rows->num_rows();
    for (int64_t from = 0; from < rows;) {
      const int64_t count = std::min(batch_rows_ - batched, rows - from);
      batch.push_back(Slice(changes, from, count));
      batched += count;
      from += count;
      if (batched == batch_rows_) {
        ARROW_RETURN_NOT_OK(WriteBatch(std::exchange(batch, {}), std::exchange(batched, 0)));
      }
    }
  }
  return batched == 0 ? arrow::Status::OK() : WriteBatch(std::move(batch), batched);
}

arrow::Status InsertWriter::Impl::WriteBatch(std::vector<ChangeBatch> batch, int64_t rows) {
  ARROW_RETURN_NOT_OK(transaction_->Take(std::move(batch)));
  RetryPolicy policy(retry_);
  const Clock::time_point start = Clock::now();
  while (true) {
    arrow::Status status = Attempt();
    if (status.ok()) {
      std::lock_guard lock(mutex_);
      metrics_.rows += rows;
      metrics_.bytes += transaction_->bytes();
      metrics_.batches += 1;
      metrics_.retries += policy.failures();
      metrics_.last_millis =
          std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - start).count();
      return status;
    }
    const auto wait = policy.NextWait(status, Clock::now());
    if (!wait) {
      return status.WithMessage(
          "Writing ", rows, " rows into ", table_.ToString(), " failed",
          policy.failures() > 1 ? " at attempt " + std::to_string(policy.failures()) : "", ": ",
          status.message());
    }
    if (!interrupt_.SleepFor(*wait)) {
      return arrow::Status::Cancelled("Writing into ", table_.ToString(), " was stopped on request.");
    }
  }
}

arrow::Status InsertWriter::Impl::Attempt() {
  if (!session_ || !session_->usable()) {
    transaction_->ForgetSession();
    session_.reset();
    ARROW_ASSIGN_OR_RAISE(session_, Session::Open(connection_, &interrupt_));
  }
  arrow::Status status = transaction_->Write(session_.get());
  // Where the rollback fails the session is dead, and the server rolls back by itself.
  if (!status.ok()) static_cast<void>(session_->Rollback());
  return status;
}

InsertWriter::InsertWriter(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
InsertWriter::~InsertWriter() = default;

arrow::Result<std::unique_ptr<InsertWriter>> InsertWriter::Make(const SinkPlan& plan,
                                                                const WriterContext& context,
                                                                const TargetTable& target) {
  ARROW_ASSIGN_OR_RAISE(BinaryRowReader reader,
                        BinaryRowReader::Make(plan.schema(), plan.timestamp_overflow()));
  RowChecks checks;
  checks.max_row_bytes = kMaxStatementBytes;
  checks.max_converted_text = kMaxBoundText;
  std::shared_ptr<Staging> staging;
  if (plan.options().Get(option::kSinkBadRows) == option::BadRows::kReject) {
    ARROW_ASSIGN_OR_RAISE(staging, Staging::Open(plan.options(), context.environment,
                                                 Staging::kMinUploadMemory, context.interrupt));
    ARROW_RETURN_NOT_OK(staging->CheckWritable());
  }
  ARROW_ASSIGN_OR_RAISE(BadRowFilter filter, BadRowFilter::Make(plan, context, target, checks, staging));
  ARROW_ASSIGN_OR_RAISE(ConnectionSettings connection,
                        ConnectionSettings::From(plan.options(), context.environment));
  connection.query_group = plan.query_group();
  // The server would count the wait for the ledger's lock too.
  if (!plan.key_names().empty()) connection.statement_timeout = {};
  auto impl = std::make_unique<Impl>(plan, std::move(reader), std::move(filter), std::move(staging),
                                     std::move(connection));
  ARROW_RETURN_NOT_OK(impl->Start(target));
  return std::unique_ptr<InsertWriter>(new InsertWriter(std::move(impl)));
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
