#include "engine/sink/stage_rows.h"

#include <arrow/array.h>
#include <arrow/buffer.h>
#include <arrow/record_batch.h>

#include <utility>
#include <vector>

namespace redshift {

namespace {

template <typename T, typename ValueAt>
arrow::Result<std::shared_ptr<arrow::Array>> FixedColumn(std::shared_ptr<arrow::DataType> type, int64_t rows,
                                                         const ValueAt& value_at) {
  ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> values,
                        arrow::AllocateBuffer(rows * static_cast<int64_t>(sizeof(T))));
  T* out = values->mutable_data_as<T>();
  for (int64_t row = 0; row < rows; ++row) out[row] = value_at(row);
  return arrow::MakeArray(
      arrow::ArrayData::Make(std::move(type), rows, {nullptr, std::move(values)}, /*null_count=*/0));
}

}  // namespace

TableSchema StagedSchema(const TableSchema& declared, const StageColumns& names) {
  std::vector<Column> columns = declared.columns();
  for (const auto& [name, kind] : {std::pair(names.op, TypeKind::kSmallInt),
                                   {names.seq, TypeKind::kBigInt},
                                   {names.subtask, TypeKind::kInt}}) {
    FlinkType type;
    type.kind = kind;
    columns.push_back({name, std::move(type)});
  }
  return TableSchema(std::move(columns));
}

arrow::Result<std::shared_ptr<arrow::RecordBatch>> WithStageColumns(
    const ChangeBatch& changes, const std::shared_ptr<arrow::Schema>& schema, int64_t first_seq,
    int32_t subtask) {
  const int64_t rows = changes.rows->num_rows();
  ARROW_ASSIGN_OR_RAISE(auto ops, FixedColumn<int16_t>(arrow::int16(), rows, [&](int64_t row) {
                          return static_cast<int16_t>(changes.is_delete(row) ? 1 : 0);
                        }));
  ARROW_ASSIGN_OR_RAISE(
      auto seqs, FixedColumn<int64_t>(arrow::int64(), rows, [&](int64_t row) { return first_seq + row; }));
  ARROW_ASSIGN_OR_RAISE(auto subtasks,
                        FixedColumn<int32_t>(arrow::int32(), rows, [&](int64_t) { return subtask; }));
  std::vector<std::shared_ptr<arrow::Array>> columns = changes.rows->columns();
  columns.insert(columns.end(), {std::move(ops), std::move(seqs), std::move(subtasks)});
  return arrow::RecordBatch::Make(schema, rows, std::move(columns));
}

}  // namespace redshift
