// Changes in the form in which they are staged.
#pragma once

#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include <cstdint>
#include <memory>

#include "engine/row/change_batch.h"
#include "engine/sink/stage_columns.h"
#include "engine/type/table_schema.h"

namespace redshift {

/// The columns of staged changes: the declared ones, then those of `names` (see StageColumns). Without a key.
TableSchema StagedSchema(const TableSchema& declared, const StageColumns& names);

/// The rows of `changes` with the three columns of the stage behind theirs, numbered on from `first_seq`.
/// `schema` is the Arrow schema of StagedSchema. The declared columns are shared, not copied.
arrow::Result<std::shared_ptr<arrow::RecordBatch>> WithStageColumns(
    const ChangeBatch& changes, const std::shared_ptr<arrow::Schema>& schema, int64_t first_seq,
    int32_t subtask);

}  // namespace redshift
