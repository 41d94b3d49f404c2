// What one checkpoint hands to the commit.
#pragma once

#include <arrow/result.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/file/staged_file.h"
#include "engine/sink/sink_plan.h"

namespace redshift {

class Staging;

/// All that a commit needs, so that it never depends on the options of the day it runs. No secrets.
struct Committable {
  static constexpr int kFormatVersion = 1;

  std::string job_id;
  std::string sink_id;
  std::string attempt_id;  ///< of the aggregator that wrote the manifest
  int64_t checkpoint_id = 0;
  bool checkpointed = true;  ///< false: a job that commits at its end, identified by run_id
  std::string run_id;
  std::chrono::sys_time<std::chrono::milliseconds> staged_at;

  std::string database;
  std::string target_schema;
  std::string target_table;
  std::string ledger_schema;
  std::string ledger_table;

  std::string manifest_url;     ///< empty: no data files
  std::string manifest_sha256;  ///< without a manifest, of job, sink, attempt and checkpoint
  int64_t file_count = 0;
  int64_t row_count = 0;
  int64_t byte_count = 0;
  std::string file_format;  ///< "csv" or "parquet"
  std::string compression;  ///< "zstd", "gzip", "none"
  std::string null_marker;
  std::vector<std::string> columns;       ///< declared; where COPY goes by position those of the files
  std::vector<std::string> key_columns;   ///< empty: append
  std::vector<std::string> copy_options;  ///< of sink.copy.options
  std::string operation = "append";       ///< "append", "upsert" or "overwrite"
  std::vector<StagedFile> reject_files;

  /// What the ledger knows this commit by: the manifest's SHA-256, or run:<run id>.
  std::string identity() const { return checkpointed ? manifest_sha256 : "run:" + run_id; }

  std::string ToJson() const;
  /// Refuses a format version it does not know and names the field that is missing or wrong.
  static arrow::Result<Committable> FromJson(std::string_view json);
};

/// Writes the manifest of `files.data`, if there are any, beside them and returns the committable as JSON.
/// `attempt_id` is the aggregator's UUID: a repeat after a failure writes another manifest, never over this
/// one. Without data files there must be reject files, or the plan must be an overwrite. Blocks for the
/// upload.
arrow::Result<std::string> MakeCommittable(const SinkPlan& plan, Staging* staging, const std::string& job_id,
                                           const std::string& attempt_id, int64_t checkpoint_id,
                                           bool checkpointed, const StagedFiles& files);

}  // namespace redshift
