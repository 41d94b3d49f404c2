// The JSON that passes between Java and the engine.
#pragma once

#include <arrow/result.h>

#include <string>
#include <string_view>

#include "engine/file/staged_file.h"
#include "engine/sink/sink_plan.h"

namespace redshift {
class Committer;
}

namespace redshift::jni {

/// {"job_id", "attempt_id", "subtask", "restored", "environment"}; what is missing keeps its default.
/// `environment` is an object of what HostEnvironment::FromGiven takes. Throws nlohmann::json::exception:
/// only our own Java side writes these.
arrow::Result<WriterContext> WriterContextFromJson(std::string_view json);

/// {"files": [{"url", "bytes", "rows"}], "rejects": [the same]}; Parquet files that COPY takes by position
/// have "columns", a list of names, too.
std::string StagedFilesToJson(const StagedFiles& files);

/// Checks a table's definition. Answers {"plan", "mode", "table", "batch_rows", "flush_interval_ms",
/// "parallelism", "named_run", "max_bad_rows"}: the plan as it travels with the job, and what the Java side
/// has to know of it. Limits that do not apply are 0; parallelism is null where Flink decides; named_run is
/// one text per target and sink.run-id, null without the option; max_bad_rows is null where there is no
/// limit.
arrow::Result<std::string> PlanSink(std::string_view request);

/// `request`: {"job_id", "attempt_id", "checkpoint_id", "run_id", "files", "rejects"}; run_id is null where
/// checkpoints commit. Writes the manifest and returns the committable.
arrow::Result<std::string> MakeCommittable(Committer* committer, std::string_view request);

}  // namespace redshift::jni
