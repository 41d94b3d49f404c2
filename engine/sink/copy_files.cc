#include "engine/sink/copy_files.h"

#include <arrow/record_batch.h>

#include <utility>

#include "engine/file/s3_error.h"
#include "engine/file/staged_output.h"
#include "engine/file/staging.h"

namespace redshift {

struct CopyFiles::Ending {
  std::unique_ptr<StagedOutput> output;
  StagedFile file;
  arrow::Future<> done;
};

CopyFiles::CopyFiles(std::shared_ptr<Staging> staging, std::unique_ptr<RowFormat> format,
                     std::string key_prefix, int64_t file_bytes)
    : staging_(std::move(staging)),
      format_(std::move(format)),
      key_prefix_(std::move(key_prefix)),
      file_bytes_(file_bytes) {}

CopyFiles::~CopyFiles() = default;

arrow::Status CopyFiles::Append(const arrow::RecordBatch& rows) {
  if (current_ == nullptr) {
    const std::string key =
        key_prefix_ + std::to_string(next_number_++) + std::string(staging_->output_suffix());
    ARROW_ASSIGN_OR_RAISE(output_, staging_->OpenOutput(key));
    ARROW_ASSIGN_OR_RAISE(current_, format_->Begin(output_.get()));
  }
  ARROW_RETURN_NOT_OK(current_->Append(rows));
  current_rows_ += rows.num_rows();
  if (output_->bytes() < file_bytes_) return arrow::Status::OK();
  ARROW_RETURN_NOT_OK(EndCurrent());
  return TakeEnded(/*wait=*/false);
}

arrow::Status CopyFiles::EndCurrent() {
  ARROW_RETURN_NOT_OK(current_->Finish());
  current_.reset();
  arrow::Future<> done = output_->FinishAsync();
  StagedFile file{output_->url(), output_->bytes(), std::exchange(current_rows_, 0)};
  ending_.push_back({std::move(output_), std::move(file), std::move(done)});
  return arrow::Status::OK();
}

arrow::Status CopyFiles::TakeEnded(bool wait) {
  while (!ending_.empty() && (wait || ending_.front().done.is_finished())) {
    ARROW_RETURN_NOT_OK(ending_.front().done.status());
    completed_.push_back(std::move(ending_.front().file));
    ending_.pop_front();
  }
  return arrow::Status::OK();
}

arrow::Result<std::vector<StagedFile>> CopyFiles::Complete() {
  if (current_ != nullptr) ARROW_RETURN_NOT_OK(EndCurrent());
  ARROW_RETURN_NOT_OK(TakeEnded(/*wait=*/true));
  return completed_;
}

arrow::Status CopyFiles::Discard() {
  arrow::Status first_error;
  bool silent = false;
  const auto give_up = [&](StagedOutput* output) {
    // Waiting for a silent S3 once for each of many would take longer than a task has to end.
    if (silent) return output->Abandon();
    const arrow::Status aborted = output->Abort();
    silent = IsNoAnswer(aborted);
    first_error &= aborted;
  };
  std::vector<std::string> urls;
  for (Ending& ending : ending_) {
    give_up(ending.output.get());
    // A failed end may have reached S3 all the same, so these are deleted too.
    urls.push_back(ending.file.url);
  }
  current_.reset();
  if (output_ != nullptr) give_up(output_.get());
  ending_.clear();
  output_.reset();
  for (const StagedFile& file : completed_) urls.push_back(file.url);
  completed_.clear();
  if (!silent) first_error &= staging_->DeleteObjects(urls);
  return first_error;
}

}  // namespace redshift
