#include "engine/sink/copy_writer.h"

#include <arrow/buffer.h>
#include <pthread.h>

#include <chrono>
#include <condition_variable>
#include <cstring>
#include <deque>
#include <mutex>
#include <optional>
#include <thread>

#include "engine/file/staging.h"
#include "engine/sink/copy_memory.h"
#include "engine/sink/copy_pipeline.h"
#include "engine/sink/row_chunks.h"
#include "engine/type/bad_row.h"
#include "engine/wait/guarded.h"

namespace redshift {

class CopyWriter::Impl {
 public:
  Impl(std::shared_ptr<Staging> staging, CopyMemory memory, std::string table,
       std::unique_ptr<CopyPipeline> pipeline)
      : staging_(std::move(staging)),
        memory_(memory),
        table_(std::move(table)),
        pipeline_(std::move(pipeline)),
        thread_([this] { Run(); }) {
    pthread_setname_np(thread_.native_handle(), "redshift-copy");
  }

  ~Impl() {
    static_cast<void>(Guarded([this] { return Close(); }));
  }

  arrow::Status Write(std::span<const uint8_t> frames, int64_t rows) {
    auto chunks = SplitIntoChunks(frames, rows, CopyMemory::kChunkBytes);
    if (!chunks.ok()) return Fail(chunks.status());
    for (const RowChunk& chunk : *chunks) {
      if (chunk.longest_row > kMaxBinaryRowBytes && pipeline_->fails_on_bad_rows()) {
        return Fail(BadRowError({.table = table_,
                                 .column = "",
                                 .row = rows_written_ + chunk.longest_row_index,
                                 .reason = "row of " + std::to_string(chunk.longest_row) +
                                           " bytes; COPY loads rows of at most 4 MB"}));
      }
      ARROW_RETURN_NOT_OK(Enqueue(chunk));
      rows_written_ += chunk.rows;
    }
    return arrow::Status::OK();
  }

  arrow::Result<StagedFiles> Finish() {
    const auto start = std::chrono::steady_clock::now();
    std::unique_lock lock(mutex_);
    ARROW_RETURN_NOT_OK(StateLocked());
    finish_wanted_ = true;
    to_thread_.notify_one();
    to_caller_.wait(lock, [&] { return StoppedLocked() || !finish_wanted_; });
    ARROW_RETURN_NOT_OK(StateLocked());
    StagedFiles files = std::exchange(finished_, {});
    // The thread is idle now: nothing is queued and nothing wanted.
    pipeline_->Release();
    for (const StagedFile& file : files.data) metrics_.bytes += file.bytes;
    metrics_.files += static_cast<int64_t>(files.data.size());
    metrics_.last_millis =
        std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - start)
            .count();
    return files;
  }

  void Interrupt() {
    {
      std::lock_guard lock(mutex_);
      interrupted_ = true;
    }
    to_thread_.notify_all();
    to_caller_.notify_all();
    staging_->Cancel();
  }

  arrow::Status Close() {
    Interrupt();
    std::lock_guard closing(closing_);
    if (!thread_.joinable()) return arrow::Status::OK();
    thread_.join();
    queue_.clear();
    return pipeline_->Discard();
  }

  CopyMetrics metrics() const {
    std::lock_guard lock(mutex_);
    return metrics_;
  }

 private:
  struct Queued {
    std::unique_ptr<arrow::Buffer> frames;
    int64_t rows = 0;
    int64_t first_row = 0;
  };

  bool StoppedLocked() const { return interrupted_ || !error_.ok(); }

  // What a call has to return instead of going on.
  arrow::Status StateLocked() const {
    if (!error_.ok()) return error_;
    if (interrupted_) return arrow::Status::Cancelled("the writer of ", table_, " was interrupted or closed");
    return arrow::Status::OK();
  }

  // The first error is the cause of all later ones.
  arrow::Status Fail(arrow::Status error) {
    Stop(std::move(error));
    std::lock_guard lock(mutex_);
    return error_;
  }

  void Stop(arrow::Status error) noexcept {
    std::lock_guard lock(mutex_);
    if (error_.ok()) error_ = std::move(error);
    to_thread_.notify_all();
    to_caller_.notify_all();
  }

  arrow::Status Enqueue(const RowChunk& chunk) {
    const auto size = static_cast<int64_t>(chunk.frames.size());
    {
      std::unique_lock lock(mutex_);
      to_caller_.wait(lock, [&] {
        return StoppedLocked() || queued_bytes_ == 0 || queued_bytes_ + size <= memory_.queue;
      });
      ARROW_RETURN_NOT_OK(StateLocked());
      queued_bytes_ += size;
    }
    auto copy = arrow::AllocateBuffer(size);
    if (!copy.ok()) return Fail(copy.status());
    std::memcpy((*copy)->mutable_data(), chunk.frames.data(), chunk.frames.size());
    std::lock_guard lock(mutex_);
    queue_.push_back({*std::move(copy), chunk.rows, rows_written_});
    to_thread_.notify_one();
    return arrow::Status::OK();
  }

  void Run() {
    arrow::Status status = Guarded([this] { return ProcessAll(); });
    if (!status.ok()) Stop(std::move(status));
  }

  arrow::Status ProcessAll() {
    while (true) {
      std::optional<Queued> chunk;
      {
        std::unique_lock lock(mutex_);
        to_thread_.wait(lock, [&] { return StoppedLocked() || !queue_.empty() || finish_wanted_; });
        if (StoppedLocked()) return arrow::Status::OK();
        if (!queue_.empty()) {
          chunk = std::move(queue_.front());
          queue_.pop_front();
        }
      }
      ARROW_RETURN_NOT_OK(chunk ? Process(*std::exchange(chunk, std::nullopt)) : CompleteFiles());
    }
  }

  arrow::Status Process(Queued chunk) {
    const int64_t size = chunk.frames->size();
    ARROW_ASSIGN_OR_RAISE(
        const int64_t rejected,
        pipeline_->Process({chunk.frames->data(), static_cast<size_t>(size)}, chunk.rows, chunk.first_row));
    chunk.frames.reset();
    {
      std::lock_guard lock(mutex_);
      queued_bytes_ -= size;
      metrics_.rows += chunk.rows - rejected;
      metrics_.rejected += rejected;
    }
    to_caller_.notify_all();
    return arrow::Status::OK();
  }

  arrow::Status CompleteFiles() {
    ARROW_ASSIGN_OR_RAISE(StagedFiles files, pipeline_->Complete());
    std::lock_guard lock(mutex_);
    finished_ = std::move(files);
    finish_wanted_ = false;
    to_caller_.notify_all();
    return arrow::Status::OK();
  }

  const std::shared_ptr<Staging> staging_;
  const CopyMemory memory_;
  const std::string table_;
  int64_t rows_written_ = 0;  // the caller's thread only

  mutable std::mutex mutex_;
  std::condition_variable to_thread_;
  std::condition_variable to_caller_;
  std::deque<Queued> queue_;
  int64_t queued_bytes_ = 0;
  bool finish_wanted_ = false;
  StagedFiles finished_;
  arrow::Status error_;
  bool interrupted_ = false;
  CopyMetrics metrics_;

  // The background thread only, until it is joined or waits in vain.
  const std::unique_ptr<CopyPipeline> pipeline_;

  std::mutex closing_;
  std::thread thread_;
};

arrow::Result<std::unique_ptr<CopyWriter>> CopyWriter::Make(const SinkPlan& plan,
                                                            const WriterContext& context,
                                                            const TargetTable& target) {
  const Options& options = plan.options();
  ARROW_ASSIGN_OR_RAISE(const CopyMemory memory,
                        CopyMemory::Make(options, !plan.schema().primary_key().empty()));
  ARROW_ASSIGN_OR_RAISE(auto staging,
                        Staging::Open(options, context.environment, memory.upload, context.interrupt));
  ARROW_ASSIGN_OR_RAISE(auto pipeline, CopyPipeline::Make(plan, context, target, memory, staging));
  ARROW_RETURN_NOT_OK(staging->CheckWritable());
  return std::unique_ptr<CopyWriter>(new CopyWriter(
      std::make_unique<Impl>(std::move(staging), memory, plan.table().ToString(), std::move(pipeline))));
}

CopyWriter::CopyWriter(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

CopyWriter::~CopyWriter() = default;

arrow::Status CopyWriter::Write(std::span<const uint8_t> frames, int64_t rows) {
  return impl_->Write(frames, rows);
}

arrow::Result<StagedFiles> CopyWriter::Finish() {
  return impl_->Finish();
}

arrow::Status CopyWriter::Close() {
  return impl_->Close();
}

void CopyWriter::Interrupt() {
  impl_->Interrupt();
}

CopyMetrics CopyWriter::metrics() const {
  return impl_->metrics();
}

}  // namespace redshift
