#include "engine/sink/copy_pipeline.h"

#include <arrow/array.h>
#include <arrow/buffer.h>
#include <arrow/compute/api_vector.h>
#include <arrow/record_batch.h>
#include <arrow/util/bit_util.h>

#include <limits>
#include <utility>
#include <vector>

#include "engine/file/csv_encoder.h"
#include "engine/file/parquet_format.h"
#include "engine/file/staging.h"
#include "engine/type/bad_row.h"

namespace redshift {

namespace {

// What the three columns of a stage add to a row as text, at most.
constexpr int64_t kStageColumnBytes = 64;

arrow::Result<std::unique_ptr<RowFormat>> MakeFormat(const SinkPlan& plan, const TargetTable& target,
                                                     const CopyMemory& memory) {
  const Options& options = plan.options();
  const std::string table = plan.table().ToString();
  const bool keyed = !plan.schema().primary_key().empty();
  const TableSchema schema = keyed ? StagedSchema(plan.schema(), plan.stage_columns()) : plan.schema();
  if (options.Get(option::kSinkCopyFormat) == option::CopyFormat::kParquet) {
    ARROW_ASSIGN_OR_RAISE(auto columns, keyed ? ParquetColumns::ForStage(schema, target)
                                              : ParquetColumns::ForTable(schema, target, table));
    return MakeParquetFormat(std::move(columns), options, memory.row_group);
  }
  ARROW_ASSIGN_OR_RAISE(auto encoder, CsvEncoder::Make(schema, plan.null_marker(), table));
  return MakeCsvFormat(std::move(encoder));
}

RowChecks ChecksFor(const SinkPlan& plan) {
  const Options& options = plan.options();
  RowChecks checks;
  if (options.Get(option::kSinkCopyFormat) == option::CopyFormat::kCsv) {
    checks.null_marker = plan.null_marker();
  }
  checks.max_row_bytes = kMaxCopyRowBytes - (plan.schema().primary_key().empty() ? 0 : kStageColumnBytes);
  checks.show_values = options.Get(option::kSinkBadRowsShowValues);
  return checks;
}

arrow::Result<ChangeBatch> Without(const std::vector<BadRow>& bad_rows, const ChangeBatch& batch,
                                   int64_t first_row) {
  const int64_t rows = batch.rows->num_rows();
  ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> bits, arrow::AllocateBitmap(rows));
  arrow::bit_util::SetBitsTo(bits->mutable_data(), 0, rows, true);
  for (const BadRow& bad_row : bad_rows) {
    arrow::bit_util::ClearBit(bits->mutable_data(), bad_row.row - first_row);
  }
  ChangeBatch good;
  for (size_t row = 0; row < batch.changes.size(); ++row) {
    if (arrow::bit_util::GetBit(bits->data(), static_cast<int64_t>(row))) {
      good.changes.push_back(batch.changes[row]);
    }
  }
  const auto keep = std::make_shared<arrow::BooleanArray>(rows, std::move(bits));
  ARROW_ASSIGN_OR_RAISE(const arrow::Datum filtered, arrow::compute::Filter(batch.rows, keep));
  good.rows = filtered.record_batch();
  return good;
}

}  // namespace

arrow::Result<std::unique_ptr<CopyPipeline>> CopyPipeline::Make(const SinkPlan& plan,
                                                                const WriterContext& context,
                                                                const TargetTable& target,
                                                                const CopyMemory& memory,
                                                                std::shared_ptr<Staging> staging) {
  const Options& options = plan.options();
  const std::string table = plan.table().ToString();
  ARROW_ASSIGN_OR_RAISE(auto reader, BinaryRowReader::Make(plan.schema(), plan.timestamp_overflow()));
  ARROW_ASSIGN_OR_RAISE(auto validator, RowValidator::Make(plan.schema(), target, table, ChecksFor(plan)));
  ARROW_ASSIGN_OR_RAISE(auto format, MakeFormat(plan, target, memory));
  std::optional<ChangeReducer> reducer;
  if (!plan.schema().primary_key().empty()) {
    ARROW_ASSIGN_OR_RAISE(
        reducer, ChangeReducer::Make(plan.schema(), plan.stage_columns(), context.subtask, memory.reduction));
  }
  const std::string key_prefix = context.job_id + "/" + plan.sink_id() + "/" + context.attempt_id + "/" +
                                 std::to_string(context.subtask) + "-";
  std::unique_ptr<CopyPipeline> pipeline(
      new CopyPipeline(table, std::move(reader), std::move(validator), std::move(reducer),
                       options.Find(option::kSinkBadRowsMax), staging, std::move(format), key_prefix,
                       options.Get(option::kSinkCopyFileSize).bytes));
  if (options.Get(option::kSinkBadRows) == option::BadRows::kReject) {
    pipeline->rejects_.emplace(std::move(staging), table, context.subtask, key_prefix);
  }
  return pipeline;
}

arrow::Result<int64_t> CopyPipeline::Process(std::span<const uint8_t> frames, int64_t rows,
                                             int64_t first_row) {
  ARROW_ASSIGN_OR_RAISE(ChangeBatch batch, reader_.Read(frames, rows));
  int64_t rejected = 0;
  if (rejects_) {
    ARROW_ASSIGN_OR_RAISE(rejected, TakeBadRows(&batch, first_row));
  } else {
    ARROW_RETURN_NOT_OK(validator_.Check(batch, first_row));
  }
  if (reducer_) {
    ARROW_RETURN_NOT_OK(reducer_->Add(batch));
    if (reducer_->full()) ARROW_RETURN_NOT_OK(DrainReducer());
  } else if (batch.rows->num_rows() > 0) {
    ARROW_RETURN_NOT_OK(files_.Append(*batch.rows));
  }
  return rejected;
}

arrow::Result<int64_t> CopyPipeline::TakeBadRows(ChangeBatch* batch, int64_t first_row) {
  ARROW_ASSIGN_OR_RAISE(const std::vector<BadRow> bad_rows,
                        validator_.FindBadRows(*batch, first_row, std::numeric_limits<int64_t>::max()));
  if (bad_rows.empty()) return 0;
  const auto count = static_cast<int64_t>(bad_rows.size());
  rejected_ += count;
  if (most_rejected_ && rejected_ > *most_rejected_) {
    return arrow::Status::Invalid(rejected_, " bad rows were rejected on their way into ", table_,
                                  ", more than 'sink.bad-rows.max' = ", *most_rejected_,
                                  " allows. One of them: ", BadRowError(bad_rows.front()).message());
  }
  ARROW_RETURN_NOT_OK(rejects_->Add(*batch, bad_rows, first_row));
  ARROW_ASSIGN_OR_RAISE(*batch, Without(bad_rows, *batch, first_row));
  return count;
}

arrow::Status CopyPipeline::DrainReducer() {
  return reducer_->Drain([this](const arrow::RecordBatch& rows) { return files_.Append(rows); });
}

arrow::Result<StagedFiles> CopyPipeline::Complete() {
  if (reducer_) ARROW_RETURN_NOT_OK(DrainReducer());
  StagedFiles files;
  ARROW_ASSIGN_OR_RAISE(files.data, files_.Complete());
  if (rejects_) {
    ARROW_ASSIGN_OR_RAISE(files.rejects, rejects_->Complete());
  }
  return files;
}

void CopyPipeline::Release() {
  files_.Release();
  if (rejects_) rejects_->Release();
}

arrow::Status CopyPipeline::Discard() {
  arrow::Status first_error = files_.Discard();
  if (rejects_) first_error &= rejects_->Discard();
  return first_error;
}

}  // namespace redshift
