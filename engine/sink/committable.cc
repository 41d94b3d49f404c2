#include "engine/sink/committable.h"

#include <array>
#include <limits>
#include <nlohmann/json.hpp>

#include "engine/file/manifest.h"
#include "engine/file/sha256.h"
#include "engine/file/staging.h"

namespace redshift {
namespace {

using Json = nlohmann::json;

template <typename T>
arrow::Status ReadField(const Json& json, const char* name, T* value) {
  const auto found = json.find(name);
  if (found == json.end()) {
    return arrow::Status::Invalid("A committable lacks the field \"", name, "\".");
  }
  try {
    *value = found->template get<T>();
  } catch (const Json::exception&) {
    return arrow::Status::Invalid("The field \"", name, "\" of a committable has the wrong type.");
  }
  return arrow::Status::OK();
}

/// A whole number. JSON's library would cut fractions, and what is too large becomes anything.
arrow::Status ReadNumber(const Json& json, const char* name, int64_t* value) {
  const auto found = json.find(name);
  const bool fits = found == json.end() || !found->is_number_unsigned() ||
                    found->get<uint64_t>() <= std::numeric_limits<int64_t>::max();
  if (found != json.end() && (!found->is_number_integer() || !fits)) {
    return arrow::Status::Invalid("The field \"", name, "\" of a committable is not a whole number.");
  }
  return ReadField(json, name, value);
}

arrow::Status ReadCount(const Json& json, const char* name, int64_t* value) {
  ARROW_RETURN_NOT_OK(ReadNumber(json, name, value));
  if (*value >= 0) return arrow::Status::OK();
  return arrow::Status::Invalid("The field \"", name, "\" of a committable is negative: ", *value, ".");
}

/// What a clock can show.
constexpr int64_t kLastMillis = std::numeric_limits<int64_t>::max() / 1'000'000;

Json ToJson(const std::vector<StagedFile>& files) {
  Json array = Json::array();
  for (const StagedFile& file : files) {
    array.push_back({{"url", file.url}, {"bytes", file.bytes}, {"rows", file.rows}});
  }
  return array;
}

arrow::Status ReadFiles(const Json& json, const char* name, std::vector<StagedFile>* files) {
  Json array;
  ARROW_RETURN_NOT_OK(ReadField(json, name, &array));
  for (const Json& node : array) {
    StagedFile file;
    ARROW_RETURN_NOT_OK(ReadField(node, "url", &file.url));
    ARROW_RETURN_NOT_OK(ReadCount(node, "bytes", &file.bytes));
    ARROW_RETURN_NOT_OK(ReadCount(node, "rows", &file.rows));
    files->push_back(std::move(file));
  }
  return arrow::Status::OK();
}

/// Columns by position are those of the files, and all files must have the same.
arrow::Status TakeColumnsOfFiles(const std::vector<StagedFile>& files, const SinkPlan& plan,
                                 std::vector<std::string>* columns) {
  if (files.empty() || files.front().columns.empty()) return arrow::Status::OK();
  for (const StagedFile& file : files) {
    if (file.columns == files.front().columns) continue;
    return arrow::Status::Invalid(
        "The columns of ", plan.table().ToString(),
        " were changed while its writers started: the Parquet files ", files.front().url, " and ", file.url,
        " have them in another order. They are not loaded; let the job start again.");
  }
  *columns = files.front().columns;
  return arrow::Status::OK();
}

/// What a commit without manifest is known by: nothing else ever has the same attempt and checkpoint.
arrow::Result<std::string> DigestWithoutManifest(const Committable& committable) {
  return Sha256Hex(committable.job_id + "\n" + committable.sink_id + "\n" + committable.attempt_id + "\n" +
                   std::to_string(committable.checkpoint_id));
}

}  // namespace

std::string Committable::ToJson() const {
  return Json{{"format_version", kFormatVersion},
              {"job_id", job_id},
              {"sink_id", sink_id},
              {"attempt_id", attempt_id},
              {"checkpoint_id", checkpoint_id},
              {"checkpointed", checkpointed},
              {"run_id", run_id},
              {"staged_at_millis", staged_at.time_since_epoch().count()},
              {"database", database},
              {"target_schema", target_schema},
              {"target_table", target_table},
              {"ledger_schema", ledger_schema},
              {"ledger_table", ledger_table},
              {"manifest_url", manifest_url},
              {"manifest_sha256", manifest_sha256},
              {"file_count", file_count},
              {"row_count", row_count},
              {"byte_count", byte_count},
              {"file_format", file_format},
              {"compression", compression},
              {"null_marker", null_marker},
              {"columns", columns},
              {"key_columns", key_columns},
              {"copy_options", copy_options},
              {"operation", operation},
              {"reject_files", redshift::ToJson(reject_files)}}
      .dump();
}

arrow::Result<Committable> Committable::FromJson(std::string_view text) {
  const Json json = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object()) return arrow::Status::Invalid("A committable is not a JSON object.");
  int64_t version = 0;
  ARROW_RETURN_NOT_OK(ReadNumber(json, "format_version", &version));
  if (version != kFormatVersion) {
    return arrow::Status::Invalid("A committable has format version ", version,
                                  "; this connector reads version ", kFormatVersion,
                                  ". Finish the job with the connector that staged it, or update this one.");
  }
  Committable committable;
  int64_t staged_at = 0;
  ARROW_RETURN_NOT_OK(ReadField(json, "job_id", &committable.job_id));
  ARROW_RETURN_NOT_OK(ReadField(json, "sink_id", &committable.sink_id));
  ARROW_RETURN_NOT_OK(ReadField(json, "attempt_id", &committable.attempt_id));
  ARROW_RETURN_NOT_OK(ReadNumber(json, "checkpoint_id", &committable.checkpoint_id));
  ARROW_RETURN_NOT_OK(ReadField(json, "checkpointed", &committable.checkpointed));
  ARROW_RETURN_NOT_OK(ReadField(json, "run_id", &committable.run_id));
  ARROW_RETURN_NOT_OK(ReadCount(json, "staged_at_millis", &staged_at));
  if (staged_at > kLastMillis) {
    return arrow::Status::Invalid("The field \"staged_at_millis\" of a committable is no time: ", staged_at,
                                  ".");
  }
  committable.staged_at =
      std::chrono::sys_time<std::chrono::milliseconds>(std::chrono::milliseconds(staged_at));
  ARROW_RETURN_NOT_OK(ReadField(json, "database", &committable.database));
  ARROW_RETURN_NOT_OK(ReadField(json, "target_schema", &committable.target_schema));
  ARROW_RETURN_NOT_OK(ReadField(json, "target_table", &committable.target_table));
  ARROW_RETURN_NOT_OK(ReadField(json, "ledger_schema", &committable.ledger_schema));
  ARROW_RETURN_NOT_OK(ReadField(json, "ledger_table", &committable.ledger_table));
  ARROW_RETURN_NOT_OK(ReadField(json, "manifest_url", &committable.manifest_url));
  ARROW_RETURN_NOT_OK(ReadField(json, "manifest_sha256", &committable.manifest_sha256));
  ARROW_RETURN_NOT_OK(ReadCount(json, "file_count", &committable.file_count));
  ARROW_RETURN_NOT_OK(ReadCount(json, "row_count", &committable.row_count));
  ARROW_RETURN_NOT_OK(ReadCount(json, "byte_count", &committable.byte_count));
  ARROW_RETURN_NOT_OK(ReadField(json, "file_format", &committable.file_format));
  ARROW_RETURN_NOT_OK(ReadField(json, "compression", &committable.compression));
  ARROW_RETURN_NOT_OK(ReadField(json, "null_marker", &committable.null_marker));
  ARROW_RETURN_NOT_OK(ReadField(json, "columns", &committable.columns));
  ARROW_RETURN_NOT_OK(ReadField(json, "key_columns", &committable.key_columns));
  ARROW_RETURN_NOT_OK(ReadField(json, "copy_options", &committable.copy_options));
  ARROW_RETURN_NOT_OK(ReadField(json, "operation", &committable.operation));
  ARROW_RETURN_NOT_OK(ReadFiles(json, "reject_files", &committable.reject_files));
  const bool has_key = !committable.key_columns.empty();
  const bool known = (committable.operation == "append" && !has_key) ||
                     (committable.operation == "upsert" && has_key) || committable.operation == "overwrite";
  if (!known || (committable.file_format != "csv" && committable.file_format != "parquet")) {
    return arrow::Status::NotImplemented("A committable asks for the operation '", committable.operation,
                                         "' with ", committable.key_columns.size(),
                                         " key columns from files of format '", committable.file_format,
                                         "', which this connector cannot do. Update it.");
  }
  return committable;
}

arrow::Result<std::string> MakeCommittable(const SinkPlan& plan, Staging* staging, const std::string& job_id,
                                           const std::string& attempt_id, int64_t checkpoint_id,
                                           bool checkpointed, const StagedFiles& files) {
  if (files.empty() && !plan.overwrite()) {
    return arrow::Status::Invalid("Checkpoint ", checkpoint_id, " of ", plan.table().ToString(),
                                  " staged no file: there is nothing to commit.");
  }
  if (plan.overwrite() && checkpointed) {
    return arrow::Status::Invalid("INSERT OVERWRITE into ", plan.table().ToString(),
                                  " replaces all rows at the end of a job, so it needs batch mode "
                                  "('execution.runtime-mode' = 'batch'); this job commits at checkpoints.");
  }
  static constexpr std::array kCompressions = {"zstd", "gzip", "none"};
  Committable committable;
  committable.job_id = job_id;
  committable.sink_id = plan.sink_id();
  committable.attempt_id = attempt_id;
  committable.checkpoint_id = checkpoint_id;
  committable.checkpointed = checkpointed;
  committable.run_id = plan.run_id();
  committable.staged_at =
      std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
  committable.database = plan.options().Get(option::kDatabaseName);
  committable.target_schema = plan.table().schema().name();
  committable.target_table = plan.table().table().name();
  committable.ledger_schema = plan.ledger().schema().name();
  committable.ledger_table = plan.ledger().table().name();
  committable.file_format =
      plan.options().Get(option::kSinkCopyFormat) == option::CopyFormat::kParquet ? "parquet" : "csv";
  committable.compression =
      kCompressions[static_cast<size_t>(plan.options().Get(option::kSinkCopyCompression))];
  committable.null_marker = plan.null_marker();
  for (const Identifier& name : plan.column_names()) committable.columns.push_back(name.name());
  ARROW_RETURN_NOT_OK(TakeColumnsOfFiles(files.data, plan, &committable.columns));
  for (const CopyParameter& parameter : plan.copy_parameters()) {
    committable.copy_options.push_back(parameter.sql);
  }
  for (const Identifier& name : plan.key_names()) committable.key_columns.push_back(name.name());
  committable.operation =
      plan.overwrite() ? "overwrite" : (committable.key_columns.empty() ? "append" : "upsert");
  committable.reject_files = files.rejects;
  committable.file_count = static_cast<int64_t>(files.data.size());
  for (const StagedFile& file : files.data) {
    committable.row_count += file.rows;
    committable.byte_count += file.bytes;
  }
  if (files.data.empty()) {
    ARROW_ASSIGN_OR_RAISE(committable.manifest_sha256, DigestWithoutManifest(committable));
    return committable.ToJson();
  }
  // Part of the digest stands in the key: other content never gets the same one.
  ARROW_ASSIGN_OR_RAISE(std::string text, ManifestText(files.data));
  ARROW_ASSIGN_OR_RAISE(std::string digest, Sha256Hex(text));
  const std::string key = job_id + "/" + plan.sink_id() + "/" + attempt_id + "/" +
                          std::to_string(checkpoint_id) + "-" + digest.substr(0, 12) + ".manifest";
  ARROW_ASSIGN_OR_RAISE(WrittenManifest manifest, WriteManifest(*staging, key, files.data));
  committable.manifest_url = manifest.url;
  committable.manifest_sha256 = manifest.sha256;
  return committable.ToJson();
}

}  // namespace redshift
