#include "engine/sink/bad_row_filter.h"

#include <arrow/array.h>
#include <arrow/buffer.h>
#include <arrow/compute/api_vector.h>
#include <arrow/record_batch.h>
#include <arrow/util/bit_util.h>

#include <limits>
#include <utility>
#include <vector>

#include "engine/file/staging.h"
#include "engine/type/bad_row.h"

namespace redshift {
namespace {

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

arrow::Result<BadRowFilter> BadRowFilter::Make(const SinkPlan& plan, const WriterContext& context,
                                               const TargetTable& target, RowChecks checks,
                                               std::shared_ptr<Staging> staging) {
  const Options& options = plan.options();
  const std::string table = plan.table().ToString();
  checks.show_values = options.Get(option::kSinkBadRowsShowValues);
  ARROW_ASSIGN_OR_RAISE(RowValidator validator,
                        RowValidator::Make(plan.schema(), target, table, std::move(checks)));
  BadRowFilter filter(table, std::move(validator), options.Find(option::kSinkBadRowsMax));
  if (options.Get(option::kSinkBadRows) == option::BadRows::kReject) {
    filter.rejects_.emplace(std::move(staging), table, context.subtask, StagedKeyPrefix(plan, context));
  }
  return filter;
}

arrow::Result<int64_t> BadRowFilter::Filter(ChangeBatch* batch, int64_t first_row) {
  if (!rejects_) {
    ARROW_RETURN_NOT_OK(validator_.Check(*batch, first_row));
    return 0;
  }
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

std::string StagedKeyPrefix(const SinkPlan& plan, const WriterContext& context) {
  return context.job_id + "/" + plan.sink_id() + "/" + context.attempt_id + "/" +
         std::to_string(context.subtask) + "-";
}

}  // namespace redshift
