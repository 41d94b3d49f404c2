#include "engine/sink/stage_table.h"

#include <string>
#include <utility>

#include "engine/sink/random_names.h"
#include "engine/sink/stage_columns.h"

namespace redshift {
namespace {

constexpr size_t kRandomLength = 12;

}  // namespace

arrow::Result<UpsertStatements> MakeStage(const QualifiedName& table, const TargetTable& target,
                                          const std::vector<Identifier>& columns,
                                          const std::vector<Identifier>& key) {
  std::vector<std::string> declared;
  for (const Identifier& column : columns) declared.push_back(column.name());
  const StageColumns names = StageColumns::For(declared);
  const std::string random = RandomName(kRandomLength);
  ARROW_ASSIGN_OR_RAISE(Identifier stage, Identifier::Make("flink_stage_" + random, "table"));
  ARROW_ASSIGN_OR_RAISE(Identifier earlier, Identifier::Make("flink_earlier_" + random, "table"));
  ARROW_ASSIGN_OR_RAISE(Identifier op, Identifier::Make(names.op, "column"));
  ARROW_ASSIGN_OR_RAISE(Identifier seq, Identifier::Make(names.seq, "column"));
  ARROW_ASSIGN_OR_RAISE(Identifier subtask, Identifier::Make(names.subtask, "column"));
  return UpsertStatements::Make(UpsertNames{table, std::move(stage), std::move(earlier), columns, key,
                                            std::move(op), std::move(seq), std::move(subtask)},
                                target);
}

}  // namespace redshift
