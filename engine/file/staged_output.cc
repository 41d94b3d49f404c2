#include "engine/file/staged_output.h"

#include <arrow/util/compression.h>

#include "engine/file/s3_upload.h"
#include "engine/wait/guarded.h"

namespace redshift {

namespace {

// Twice what zstd asks for, so that one call can always make progress.
constexpr int64_t kPieceBytes = 256 * 1024;

}  // namespace

StagedOutput::StagedOutput(std::string url, std::unique_ptr<S3Upload> upload,
                           std::shared_ptr<arrow::util::Compressor> compressor)
    : url_(std::move(url)), upload_(std::move(upload)), compressor_(std::move(compressor)) {
  if (compressor_) compressed_.resize(kPieceBytes);
}

StagedOutput::~StagedOutput() {
  static_cast<void>(Guarded([this] { return Abort(); }));
}

arrow::Status StagedOutput::Write(std::string_view data) {
  const auto* next = reinterpret_cast<const uint8_t*>(data.data());
  auto left = static_cast<int64_t>(data.size());
  if (!compressor_) return Send(next, left);
  while (left > 0) {
    ARROW_ASSIGN_OR_RAISE(const auto step,
                          compressor_->Compress(left, next, kPieceBytes, compressed_.data()));
    if (step.bytes_read == 0 && step.bytes_written == 0) {
      return arrow::Status::UnknownError("the compressor makes no progress for ", url_);
    }
    next += step.bytes_read;
    left -= step.bytes_read;
    ARROW_RETURN_NOT_OK(Send(compressed_.data(), step.bytes_written));
  }
  return arrow::Status::OK();
}

arrow::Status StagedOutput::Send(const uint8_t* data, int64_t size) {
  if (size == 0) return arrow::Status::OK();
  if (upload_ == nullptr) return arrow::Status::Invalid("the upload of ", url_, " has been given up");
  ARROW_RETURN_NOT_OK(upload_->Write(data, size));
  bytes_ += size;
  return arrow::Status::OK();
}

arrow::Status StagedOutput::EndCompression() {
  if (!compressor_) return arrow::Status::OK();
  while (true) {
    ARROW_ASSIGN_OR_RAISE(const auto step, compressor_->End(kPieceBytes, compressed_.data()));
    ARROW_RETURN_NOT_OK(Send(compressed_.data(), step.bytes_written));
    if (!step.should_retry) break;
  }
  // Its memory goes now; the upload may take a while longer.
  compressor_.reset();
  compressed_ = {};
  return arrow::Status::OK();
}

arrow::Future<> StagedOutput::FinishAsync() {
  if (upload_ == nullptr) {
    return arrow::Status::Invalid("the upload of ", url_, " has been given up");
  }
  ARROW_RETURN_NOT_OK(EndCompression());
  return upload_->Finish();
}

void StagedOutput::Abandon() {
  if (upload_) upload_->Abandon();
  upload_.reset();
  compressor_.reset();
}

arrow::Status StagedOutput::Abort() {
  if (upload_ == nullptr) return arrow::Status::OK();
  const arrow::Status status = upload_->Abort();
  upload_.reset();
  compressor_.reset();
  return status;
}

}  // namespace redshift
