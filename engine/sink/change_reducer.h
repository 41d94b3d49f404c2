// Keeps of many changes of a key the last one.
#pragma once

#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <vector>

#include "engine/row/change_batch.h"
#include "engine/row/key_encoder.h"
#include "engine/sink/key_table.h"
#include "engine/sink/stage_columns.h"
#include "engine/type/table_schema.h"

namespace redshift {

/// Holds changes and forgets those that a later one of the same key replaces. All changes that one reducer
/// ever took are numbered in stream order, so that the greatest number of a key wins wherever it was written
/// out. For one thread at a time.
class ChangeReducer {
 public:
  /// `declared` must have a key. Takes about `memory` bytes; a batch, and the doubling of its table of keys,
  /// come on top.
  static arrow::Result<ChangeReducer> Make(const TableSchema& declared, const StageColumns& names,
                                           int subtask, int64_t memory);

  /// Takes over changes that have passed RowValidator. Where memory is used up, what was replaced goes.
  arrow::Status Add(const ChangeBatch& changes);

  /// Whether what is left still needs most of the memory: time for Drain.
  bool full() const { return full_; }

  /// Hands out the last change of every key, batches of StagedSchema in stream order, and holds nothing
  /// afterwards. An error of `take` ends it; the reducer is of no use then.
  arrow::Status Drain(const std::function<arrow::Status(const arrow::RecordBatch&)>& take);

 private:
  struct Held {
    std::shared_ptr<arrow::RecordBatch> rows;
    std::vector<KeyTable::Entry> entries;  // by row: its key
    int64_t memory = 0;
  };

  ChangeReducer(KeyEncoder encoder, std::shared_ptr<arrow::Schema> schema, int subtask, int64_t memory);

  arrow::Result<Held> Numbered(const ChangeBatch& changes);
  /// Without the rows that were replaced.
  arrow::Result<Held> OnlyLast(Held held) const;
  arrow::Status Compact();
  arrow::Result<Held> Joined(std::vector<Held> pieces) const;
  void Hold(Held held);
  int64_t memory() const { return held_memory_ + keys_.memory(); }

  KeyEncoder encoder_;
  std::shared_ptr<arrow::Schema> schema_;
  int subtask_;
  int64_t memory_limit_;

  int64_t next_seq_ = 0;
  KeyBytes key_bytes_;
  KeyTable keys_;
  // No std::deque: to move an empty one takes memory, where moves must not fail.
  std::list<Held> held_;
  int64_t held_rows_ = 0;
  int64_t held_memory_ = 0;
  bool full_ = false;
};

}  // namespace redshift
