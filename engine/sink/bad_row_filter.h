// What becomes of rows that cannot be written: sink.bad-rows.
#pragma once

#include <arrow/result.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "engine/row/change_batch.h"
#include "engine/row/row_validator.h"
#include "engine/sink/reject_files.h"
#include "engine/sink/sink_plan.h"

namespace redshift {

class Staging;

/// Lets good rows pass. A bad one fails the writer or goes into a reject file, as the plan says. For one
/// thread at a time.
class BadRowFilter {
 public:
  /// `staging` is used for reject files only and may be null where bad rows fail the writer.
  static arrow::Result<BadRowFilter> Make(const SinkPlan& plan, const WriterContext& context,
                                          const TargetTable& target, RowChecks checks,
                                          std::shared_ptr<Staging> staging);

  /// Takes the bad rows out of the batch and returns how many there were. BadRowError when they fail the
  /// writer; Invalid when they are more than sink.bad-rows.max since the writer began. `first_row` is the
  /// number of the batch's first row within the writer.
  arrow::Result<int64_t> Filter(ChangeBatch* batch, int64_t first_row);

  /// Whether a bad row fails the writer.
  bool fails() const { return !rejects_; }
  /// Where bad rows go; null where they fail the writer.
  RejectWriter* rejects() { return rejects_ ? &*rejects_ : nullptr; }

 private:
  BadRowFilter(std::string table, RowValidator validator, std::optional<int64_t> most_rejected)
      : table_(std::move(table)), validator_(std::move(validator)), most_rejected_(most_rejected) {}

  std::string table_;
  RowValidator validator_;
  std::optional<RejectWriter> rejects_;
  std::optional<int64_t> most_rejected_;
  int64_t rejected_ = 0;
};

/// The beginning of the keys of all files that a writer stages, relative to s3-uri.
std::string StagedKeyPrefix(const SinkPlan& plan, const WriterContext& context);

}  // namespace redshift
