// What a copy writer does with rows, on one thread.
#pragma once

#include <arrow/result.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/file/staged_file.h"
#include "engine/row/binary_row_reader.h"
#include "engine/sink/bad_row_filter.h"
#include "engine/sink/change_reducer.h"
#include "engine/sink/copy_files.h"
#include "engine/sink/copy_memory.h"
#include "engine/sink/sink_plan.h"

namespace redshift {

/// Reads rows, finds bad ones, holds back changes of a key that later ones may replace, and puts the rest
/// into files. For one thread at a time.
class CopyPipeline {
 public:
  static arrow::Result<std::unique_ptr<CopyPipeline>> Make(const SinkPlan& plan, const WriterContext& context,
                                                           const TargetTable& target,
                                                           const CopyMemory& memory,
                                                           std::shared_ptr<Staging> staging);

  /// Takes exactly `rows` frames, whose first row has the number `first_row` within the writer, and returns
  /// how many of them were rejected. Blocks while upload memory is used up. After an error, a bad row's too,
  /// only Discard is left.
  arrow::Result<int64_t> Process(std::span<const uint8_t> frames, int64_t rows, int64_t first_row);

  /// Puts all that is held back into files, completes them and returns those completed since the last call.
  /// Blocks. Until Release they still belong to this object.
  arrow::Result<StagedFiles> Complete();

  /// The files that Complete has returned belong to somebody else from here on.
  void Release();

  /// Gives up what is not complete and deletes what is, unless released. Tries everything; the first error.
  arrow::Status Discard();

  /// Whether a bad row fails the writer, so that one may be refused before it is read.
  bool fails_on_bad_rows() const { return filter_.fails(); }

 private:
  CopyPipeline(BinaryRowReader reader, BadRowFilter filter, std::optional<ChangeReducer> reducer,
               std::vector<std::string> columns_by_place, std::shared_ptr<Staging> staging,
               std::unique_ptr<RowFormat> format, std::string key_prefix, int64_t file_bytes)
      : reader_(std::move(reader)),
        filter_(std::move(filter)),
        reducer_(std::move(reducer)),
        columns_by_place_(std::move(columns_by_place)),
        files_(std::move(staging), std::move(format), std::move(key_prefix), file_bytes) {}

  arrow::Status DrainReducer();

  const BinaryRowReader reader_;
  BadRowFilter filter_;
  std::optional<ChangeReducer> reducer_;             // of a table with a key
  const std::vector<std::string> columns_by_place_;  // StagedFile::columns
  CopyFiles files_;
};

}  // namespace redshift
