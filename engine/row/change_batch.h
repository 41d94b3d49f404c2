#pragma once

#include <arrow/record_batch.h>

#include <cstdint>
#include <memory>
#include <vector>

namespace redshift {

/// What a row does to the row with its key: +I and +U write it, -U and -D remove it.
enum class Change : uint8_t { kUpsert = 0, kDelete = 1 };

/// Rows of one hand-over, in stream order.
struct ChangeBatch {
  /// The columns of TableSchema::arrow_schema(). Of a delete only the key's columns are read: all others are
  /// NULL, whatever the frame held.
  std::shared_ptr<arrow::RecordBatch> rows;
  /// One per row; empty when every row is an upsert.
  std::vector<Change> changes;

  bool is_delete(int64_t row) const {
    return !changes.empty() && changes[static_cast<size_t>(row)] == Change::kDelete;
  }
};

}  // namespace redshift
