#include "engine/sink/copy_pipeline.h"

#include <arrow/record_batch.h>

#include <algorithm>
#include <utility>

#include "engine/file/csv_encoder.h"
#include "engine/file/parquet_format.h"
#include "engine/file/s3_error.h"
#include "engine/file/staging.h"
#include "engine/sink/stage_rows.h"

namespace redshift {

namespace {

/// What COPY would take for the columns of `target` whatever they were then.
std::vector<std::string> ColumnsByPlace(const SinkPlan& plan, const TargetTable& target) {
  std::vector<std::string> names;
  if (plan.options().Get(option::kSinkCopyFormat) == option::CopyFormat::kParquet &&
      plan.schema().primary_key().empty()) {
    for (const TargetColumn& column : target.columns) names.push_back(column.name);
  }
  return names;
}

arrow::Result<std::unique_ptr<RowFormat>> MakeFormat(const SinkPlan& plan, const TargetTable& target,
                                                     const CopyMemory& memory) {
  const Options& options = plan.options();
  const std::string table = plan.table().ToString();
  const bool keyed = !plan.schema().primary_key().empty();
  const TableSchema schema = keyed ? StagedSchema(plan.schema(), plan.stage_columns()) : plan.schema();
  if (options.Get(option::kSinkCopyFormat) == option::CopyFormat::kParquet) {
    ARROW_ASSIGN_OR_RAISE(auto columns, keyed ? ParquetColumns::ForStage(schema, target)
                                              : ParquetColumns::ForTable(schema, target, table));
    // A file can end only where a row group does.
    const int64_t file_bytes = options.Get(option::kSinkCopyFileSize).bytes;
    return MakeParquetFormat(std::move(columns), options, std::min(memory.row_group, file_bytes));
  }
  ARROW_ASSIGN_OR_RAISE(auto encoder, CsvEncoder::Make(schema, plan.null_marker()));
  return MakeCsvFormat(std::move(encoder));
}

RowChecks ChecksFor(const SinkPlan& plan) {
  const Options& options = plan.options();
  RowChecks checks;
  if (options.Get(option::kSinkCopyFormat) == option::CopyFormat::kCsv) {
    checks.null_marker = plan.null_marker();
  }
  checks.max_row_bytes = kMaxCopyRowBytes;
  // COPY does to such values what the user asked for.
  checks.text_length = !Contains(plan.copy_parameters(), CopyParameterKind::kTruncateColumns);
  checks.trim_blanks = Contains(plan.copy_parameters(), CopyParameterKind::kTrimBlanks);
  checks.text_utf8 = !Contains(plan.copy_parameters(), CopyParameterKind::kAcceptInvChars);
  checks.date_range = !Contains(plan.copy_parameters(), CopyParameterKind::kAcceptAnyDate);
  return checks;
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
  ARROW_ASSIGN_OR_RAISE(auto filter, BadRowFilter::Make(plan, context, target, ChecksFor(plan), staging));
  ARROW_ASSIGN_OR_RAISE(auto format, MakeFormat(plan, target, memory));
  std::optional<ChangeReducer> reducer;
  if (!plan.schema().primary_key().empty()) {
    ARROW_ASSIGN_OR_RAISE(
        reducer, ChangeReducer::Make(plan.schema(), plan.stage_columns(), context.subtask, memory.reduction));
  }
  return std::unique_ptr<CopyPipeline>(
      new CopyPipeline(std::move(reader), std::move(filter), std::move(reducer), ColumnsByPlace(plan, target),
                       std::move(staging), std::move(format), StagedKeyPrefix(plan, context),
                       options.Get(option::kSinkCopyFileSize).bytes));
}

arrow::Result<int64_t> CopyPipeline::Process(std::span<const uint8_t> frames, int64_t rows,
                                             int64_t first_row) {
  ARROW_ASSIGN_OR_RAISE(ChangeBatch batch, reader_.Read(frames, rows));
  ARROW_ASSIGN_OR_RAISE(const int64_t rejected, filter_.Filter(&batch, first_row));
  if (reducer_) {
    ARROW_RETURN_NOT_OK(reducer_->Add(batch));
    if (reducer_->full()) ARROW_RETURN_NOT_OK(DrainReducer());
  } else if (batch.rows->num_rows() > 0) {
    ARROW_RETURN_NOT_OK(files_.Append(*batch.rows));
  }
  return rejected;
}

arrow::Status CopyPipeline::DrainReducer() {
  return reducer_->Drain([this](const arrow::RecordBatch& rows) { return files_.Append(rows); });
}

arrow::Result<StagedFiles> CopyPipeline::Complete() {
  if (reducer_) ARROW_RETURN_NOT_OK(DrainReducer());
  StagedFiles files;
  ARROW_ASSIGN_OR_RAISE(files.data, files_.Complete());
  for (StagedFile& file : files.data) file.columns = columns_by_place_;
  if (RejectWriter* rejects = filter_.rejects()) {
    ARROW_ASSIGN_OR_RAISE(files.rejects, rejects->Complete());
  }
  return files;
}

void CopyPipeline::Release() {
  files_.Release();
  if (RejectWriter* rejects = filter_.rejects()) rejects->Release();
}

arrow::Status CopyPipeline::Discard() {
  arrow::Status first_error = files_.Discard();
  if (RejectWriter* rejects = filter_.rejects(); rejects != nullptr && !IsNoAnswer(first_error)) {
    first_error &= rejects->Discard();
  }
  return first_error;
}

}  // namespace redshift
