#include "engine/file/staged_output.h"

#include <arrow/io/interfaces.h>
#include <arrow/util/compression.h>

#include <algorithm>

#include "engine/file/s3_retry.h"
#include "engine/file/staging.h"
#include "engine/file/upload_memory.h"

namespace redshift {

namespace {

// Twice what zstd asks for, so that one call can always make progress.
constexpr int64_t kPieceBytes = 256 * 1024;

}  // namespace

StagedOutput::StagedOutput(std::string url, std::shared_ptr<arrow::io::OutputStream> stream,
                           std::shared_ptr<arrow::util::Compressor> compressor, Shared shared)
    : url_(std::move(url)),
      stream_(std::move(stream)),
      compressor_(std::move(compressor)),
      shared_(std::move(shared)) {
  if (compressor_) compressed_.resize(kPieceBytes);
}

StagedOutput::~StagedOutput() {
  static_cast<void>(Abort());
}

arrow::Status StagedOutput::Write(std::string_view data) {
  const auto* next = reinterpret_cast<const uint8_t*>(data.data());
  auto left = static_cast<int64_t>(data.size());
  while (left > 0) {
    if (!compressor_) {
      const int64_t piece = std::min(left, kPieceBytes);
      ARROW_RETURN_NOT_OK(Send(next, piece));
      next += piece;
      left -= piece;
      continue;
    }
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
  if (stream_ == nullptr) return arrow::Status::Invalid("the upload of ", url_, " has been given up");
  // Arrow reports a failed part at the end only; so ask as soon as it is known that one failed. The others
  // are not retried any more, so this does not wait long.
  if (shared_.retry->gave_up()) ARROW_RETURN_NOT_OK(Explain(stream_->Flush()));
  // In the worst case the piece begins a new part.
  ARROW_RETURN_NOT_OK(shared_.memory->WaitForRoom(Staging::kPartBytes));
  ARROW_RETURN_NOT_OK(Explain(stream_->Write(data, size)));
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
  if (stream_ == nullptr) {
    return arrow::Status::Invalid("the upload of ", url_, " has been given up");
  }
  ARROW_RETURN_NOT_OK(EndCompression());
  return stream_->CloseAsync().Then(
      [] { return arrow::Status::OK(); },
      [url = url_, context = shared_.error_context](const arrow::Status& status) {
        return ExplainS3Error(status, context, "write " + url);
      });
}

arrow::Status StagedOutput::Abort() {
  if (stream_ == nullptr) return arrow::Status::OK();
  arrow::Status status;
  if (!stream_->closed()) {
    // A part that arrives after the abort would stay on S3 for ever, so wait for all of them. How they ended
    // does not matter any more.
    static_cast<void>(stream_->Flush());
    status = Explain(stream_->Abort());
  }
  stream_.reset();
  compressor_.reset();
  return status;
}

arrow::Status StagedOutput::Explain(const arrow::Status& status) const {
  if (status.ok()) return status;
  return ExplainS3Error(status, shared_.error_context, "write " + url_);
}

}  // namespace redshift
