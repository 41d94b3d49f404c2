#include "engine/sink/copy_files.h"

#include <utility>

#include "engine/file/staged_output.h"
#include "engine/file/staging.h"

namespace redshift {

struct CopyFiles::Ending {
  std::unique_ptr<StagedOutput> output;
  StagedFile file;
  arrow::Future<> done;
};

CopyFiles::CopyFiles(std::shared_ptr<Staging> staging, std::string key_prefix, int64_t file_bytes)
    : staging_(std::move(staging)), key_prefix_(std::move(key_prefix)), file_bytes_(file_bytes) {}

CopyFiles::~CopyFiles() = default;

arrow::Status CopyFiles::Append(std::string_view csv, int64_t rows) {
  if (current_ == nullptr) {
    const std::string key =
        key_prefix_ + std::to_string(next_number_++) + std::string(staging_->output_suffix());
    ARROW_ASSIGN_OR_RAISE(current_, staging_->OpenOutput(key));
  }
  ARROW_RETURN_NOT_OK(current_->Write(csv));
  current_rows_ += rows;
  if (current_->bytes() < file_bytes_) return arrow::Status::OK();
  ARROW_RETURN_NOT_OK(EndCurrent());
  return TakeEnded(/*wait=*/false);
}

arrow::Status CopyFiles::EndCurrent() {
  arrow::Future<> done = current_->FinishAsync();
  StagedFile file{current_->url(), current_->bytes(), std::exchange(current_rows_, 0)};
  ending_.push_back({std::move(current_), std::move(file), std::move(done)});
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
  std::vector<std::string> urls;
  for (Ending& ending : ending_) {
    // A failed end may have reached S3 all the same, so these are deleted too.
    static_cast<void>(ending.done.status());
    urls.push_back(ending.file.url);
    first_error &= ending.output->Abort();
  }
  if (current_ != nullptr) first_error &= current_->Abort();
  ending_.clear();
  current_.reset();
  for (const StagedFile& file : completed_) urls.push_back(file.url);
  completed_.clear();
  first_error &= staging_->DeleteObjects(urls);
  return first_error;
}

}  // namespace redshift
