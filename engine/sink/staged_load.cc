#include "engine/sink/staged_load.h"

#include <utility>

#include "engine/file/staging.h"

namespace redshift {
namespace {

arrow::Result<std::vector<Identifier>> Names(const std::vector<std::string>& columns) {
  std::vector<Identifier> names;
  for (const std::string& column : columns) {
    ARROW_ASSIGN_OR_RAISE(Identifier name, Identifier::Make(column, "column"));
    names.push_back(std::move(name));
  }
  return names;
}

}  // namespace

std::string StagedLoad::Name() const {
  return committable.checkpointed
             ? "checkpoint " + std::to_string(committable.checkpoint_id) + " of job " + committable.job_id
             : "run " + committable.run_id;
}

arrow::Result<StagedLoad> ReadStagedLoad(std::string_view text, const SinkPlan& plan,
                                         std::string_view database, Staging* staging) {
  ARROW_ASSIGN_OR_RAISE(Committable committable, Committable::FromJson(text));
  ARROW_ASSIGN_OR_RAISE(QualifiedName target,
                        QualifiedName::Make(committable.target_schema, committable.target_table));
  ARROW_ASSIGN_OR_RAISE(QualifiedName ledger,
                        QualifiedName::Make(committable.ledger_schema, committable.ledger_table));
  if (target != plan.table() || committable.database != database) {
    return arrow::Status::Invalid("Files that were staged for ", committable.database, ".", target.ToString(),
                                  " came back from a checkpoint, but the sink now writes to ", database, ".",
                                  plan.table().ToString(),
                                  ". They are not loaded. Start with the old table once so that they can be "
                                  "committed, or start without state to give them up.");
  }
  ARROW_ASSIGN_OR_RAISE(std::vector<Identifier> columns, Names(committable.columns));
  ARROW_ASSIGN_OR_RAISE(std::vector<Identifier> key, Names(committable.key_columns));
  std::string options;
  for (const std::string& option : committable.copy_options) options += option + " ";
  ARROW_ASSIGN_OR_RAISE(std::vector<CopyParameter> parameters, ParseCopyParameters(options));
  WrittenManifest manifest{committable.manifest_url, committable.manifest_sha256};
  arrow::Result<std::vector<ManifestEntry>> entries = std::vector<ManifestEntry>();
  if (!manifest.url.empty()) entries = ReadManifest(*staging, manifest);
  return StagedLoad{std::move(committable), std::move(target),     std::move(ledger),   std::move(columns),
                    std::move(key),         std::move(parameters), std::move(manifest), std::move(entries)};
}

}  // namespace redshift
