// Rows that cannot be written and are put aside: sink.bad-rows = reject.
#pragma once

#include <arrow/result.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/file/staged_file.h"
#include "engine/row/change_batch.h"
#include "engine/type/bad_row.h"

namespace redshift {

class Staging;

/// Stages the bad rows of one subtask as files of NDJSON. A line has "table", "subtask", "change" ("upsert"
/// or "delete"), "column", "key", "reason" and "row", the row itself as an object. For one thread at a time.
class RejectWriter {
 public:
  /// Keys are `<key_prefix><n>.rejected.ndjson`, n from 0. `table` is the name shown to users.
  RejectWriter(std::shared_ptr<Staging> staging, std::string table, int subtask, std::string key_prefix);

  /// Adds the rows of `batch` that `bad_rows` names; BadRow::row counts from `first_row`. Where enough has
  /// come together a file is written, which blocks.
  arrow::Status Add(const ChangeBatch& batch, std::span<const BadRow> bad_rows, int64_t first_row);

  /// Completes all files and returns those completed since the last call. Blocks. Until Release they still
  /// belong to this object.
  arrow::Result<std::vector<StagedFile>> Complete();

  /// The files that Complete has returned belong to somebody else from here on.
  void Release();

  /// Deletes what is complete, unless released.
  arrow::Status Discard();

 private:
  arrow::Status WriteFile();

  const std::shared_ptr<Staging> staging_;
  const std::string table_;
  const int subtask_;
  const std::string key_prefix_;
  int64_t next_number_ = 0;
  std::string lines_;
  int64_t line_count_ = 0;
  std::vector<std::string> urls_;  // of all objects that may be there
  std::vector<StagedFile> completed_;
};

/// Copies staged reject files, with the checkpoint's number in every line, to where people find them:
/// `s3://bucket/prefix/rejected/<job id>/<sink id>/<checkpoint>/<attempt id>-<subtask>-<n>.ndjson`, without
/// the checkpoint where there is none (jdbc mode). A job that commits once at its end gives its run id, which
/// then stands in place of the attempt's: a restart stages all rows anew, and what an earlier attempt
/// published is written over. So the names are the same on every repeat; a staged file that is gone was
/// published before it was deleted. Blocks. Safe to repeat after an error.
arrow::Status PublishRejects(Staging& staging, const std::vector<StagedFile>& files,
                             std::optional<int64_t> checkpoint, std::string_view run_id = {});

}  // namespace redshift
