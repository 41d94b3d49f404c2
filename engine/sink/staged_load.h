// What a commit has in its hands before its first transaction.
#pragma once

#include <arrow/result.h>

#include <string>
#include <string_view>
#include <vector>

#include "engine/file/manifest.h"
#include "engine/sink/committable.h"
#include "engine/sql/copy_parameters.h"
#include "engine/sql/identifier.h"

namespace redshift {

/// One committable with its names checked and its manifest read.
struct StagedLoad {
  Committable committable;
  QualifiedName target;
  QualifiedName ledger;
  std::vector<Identifier> columns;
  std::vector<Identifier> key;
  std::vector<CopyParameter> parameters;
  WrittenManifest manifest;
  /// Read once, before the first transaction, so that no lock is held meanwhile. Empty without a manifest.
  arrow::Result<std::vector<ManifestEntry>> entries;

  bool has_files() const { return !committable.manifest_url.empty(); }
  bool overwrite() const { return committable.operation == "overwrite"; }
  bool parquet() const { return committable.file_format == "parquet"; }
  /// For messages: "checkpoint 7 of job 1f..".
  std::string Name() const;
};

/// Reads a committable and its manifest. Refuses one of another table than the plan's, with both names. A
/// manifest that cannot be read is no error yet: what is in the ledger needs none. Blocks.
arrow::Result<StagedLoad> ReadStagedLoad(std::string_view committable, const SinkPlan& plan,
                                         std::string_view database, Staging* staging);

}  // namespace redshift
