#include "jni/requests.h"

#include <chrono>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <vector>

#include "engine/sink/committer.h"

namespace redshift::jni {

using Json = nlohmann::json;

arrow::Result<WriterContext> WriterContextFromJson(std::string_view json) {
  const Json node = Json::parse(json);
  ARROW_ASSIGN_OR_RAISE(
      HostEnvironment environment,
      HostEnvironment::FromGiven(node.value("environment", std::map<std::string, std::string>())));
  return WriterContext{.job_id = node.at("job_id"),
                       .attempt_id = node.at("attempt_id"),
                       .subtask = node.at("subtask"),
                       .restored = node.value("restored", false),
                       .environment = std::move(environment)};
}

namespace {

Json ToJson(const std::vector<StagedFile>& files) {
  Json array = Json::array();
  for (const StagedFile& file : files) {
    Json& node = array.emplace_back(Json{{"url", file.url}, {"bytes", file.bytes}, {"rows", file.rows}});
    if (!file.columns.empty()) node["columns"] = file.columns;
  }
  return array;
}

std::vector<StagedFile> StagedFilesFrom(const Json& node, const char* name) {
  std::vector<StagedFile> files;
  for (const Json& file : node.value(name, Json::array())) {
    files.push_back({.url = file.at("url"),
                     .bytes = file.at("bytes"),
                     .rows = file.at("rows"),
                     .columns = file.value("columns", std::vector<std::string>())});
  }
  return files;
}

}  // namespace

std::string StagedFilesToJson(const StagedFiles& files) {
  return Json{{"files", ToJson(files.data)}, {"rejects", ToJson(files.rejects)}}.dump();
}

arrow::Result<std::string> PlanSink(std::string_view request) {
  ARROW_ASSIGN_OR_RAISE(const SinkPlan plan, SinkPlan::Make(request));
  const Options& options = plan.options();
  const bool copy = plan.mode() == option::WriteMode::kCopy;
  Json answer = {{"plan", Json::parse(plan.ToJson())},
                 {"mode", copy ? "copy" : "jdbc"},
                 {"table", options.table().ToString()},
                 {"batch_rows", 0},
                 {"flush_interval_ms", 0},
                 {"parallelism", nullptr},
                 {"named_run", nullptr},
                 {"max_bad_rows", nullptr}};
  // Copy mode has its own measure, the file size; these limits count there only when the user gave them.
  if (!copy || options.IsSet(option::kSinkBatchSize)) {
    answer["batch_rows"] = options.Get(option::kSinkBatchSize);
  }
  if (!copy || options.IsSet(option::kSinkFlushInterval)) {
    answer["flush_interval_ms"] = options.Get(option::kSinkFlushInterval).count();
  }
  if (auto parallelism = options.Find(option::kSinkParallelism)) answer["parallelism"] = *parallelism;
  if (options.IsSet(option::kSinkRunId)) answer["named_run"] = plan.sink_id() + "/" + plan.run_id();
  if (auto max_bad_rows = options.Find(option::kSinkBadRowsMax)) answer["max_bad_rows"] = *max_bad_rows;
  return answer.dump();
}

arrow::Result<std::string> MakeCommittable(Committer* committer, std::string_view request) {
  const Json node = Json::parse(request);
  const StagedFiles files{StagedFilesFrom(node, "files"), StagedFilesFrom(node, "rejects")};
  std::optional<std::string> run_id;
  if (!node.at("run_id").is_null()) run_id = node.at("run_id");
  return committer->MakeCommittable(node.at("job_id"), node.at("attempt_id"), node.at("checkpoint_id"),
                                    run_id, files);
}

}  // namespace redshift::jni
