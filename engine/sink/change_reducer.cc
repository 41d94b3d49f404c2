#include "engine/sink/change_reducer.h"

#include <arrow/array.h>
#include <arrow/buffer.h>
#include <arrow/compute/api_vector.h>
#include <arrow/record_batch.h>
#include <arrow/util/bit_util.h>
#include <arrow/util/byte_size.h>

#include <algorithm>
#include <utility>

#include "engine/sink/stage_rows.h"

namespace redshift {

namespace {

// A batch of fewer bytes is put together with its neighbours: each has its price, whatever it holds.
constexpr int64_t kBatchBytes = 512 * 1024;
constexpr int64_t kColumnPrice = 512;

int64_t MemoryOf(const arrow::RecordBatch& rows, const std::vector<KeyTable::Entry>& entries) {
  return arrow::util::TotalBufferSize(rows) + kColumnPrice * rows.num_columns() +
         static_cast<int64_t>(entries.capacity() * sizeof(KeyTable::Entry));
}

}  // namespace

ChangeReducer::ChangeReducer(KeyEncoder encoder, std::shared_ptr<arrow::Schema> schema, int subtask,
                             int64_t memory)
    : encoder_(std::move(encoder)), schema_(std::move(schema)), subtask_(subtask), memory_limit_(memory) {}

arrow::Result<ChangeReducer> ChangeReducer::Make(const TableSchema& declared, const StageColumns& names,
                                                 int subtask, int64_t memory) {
  ARROW_ASSIGN_OR_RAISE(auto encoder, KeyEncoder::Make(declared));
  return ChangeReducer(std::move(encoder), StagedSchema(declared, names).arrow_schema(), subtask, memory);
}

arrow::Status ChangeReducer::Add(const ChangeBatch& changes) {
  if (changes.rows->num_rows() == 0) return arrow::Status::OK();
  ARROW_ASSIGN_OR_RAISE(Held held, Numbered(changes));
  Hold(std::move(held));
  if (memory() <= memory_limit_) return arrow::Status::OK();
  // Where nearly every row has another key, in batches of some size, there is nothing to gain.
  const bool many_replaced = held_rows_ - keys_.size() >= held_rows_ / 4;
  const bool small_batches = held_memory_ < static_cast<int64_t>(held_.size()) * (kBatchBytes / 8);
  if (many_replaced || small_batches) ARROW_RETURN_NOT_OK(Compact());
  full_ = memory() > memory_limit_ - memory_limit_ / 4;
  return arrow::Status::OK();
}

arrow::Result<ChangeReducer::Held> ChangeReducer::Numbered(const ChangeBatch& changes) {
  ARROW_RETURN_NOT_OK(encoder_.Encode(*changes.rows, &key_bytes_));
  const int64_t rows = changes.rows->num_rows();
  const int64_t first_seq = std::exchange(next_seq_, next_seq_ + rows);
  Held held;
  ARROW_ASSIGN_OR_RAISE(held.rows, WithStageColumns(changes, schema_, first_seq, subtask_));
  held.entries.reserve(static_cast<size_t>(rows));
  for (int64_t row = 0; row < rows; ++row) {
    held.entries.push_back(keys_.Put(key_bytes_[row], first_seq + row));
  }
  held.memory = MemoryOf(*held.rows, held.entries);
  return held;
}

void ChangeReducer::Hold(Held held) {
  held_rows_ += held.rows->num_rows();
  held_memory_ += held.memory;
  held_.push_back(std::move(held));
}

arrow::Result<ChangeReducer::Held> ChangeReducer::OnlyLast(Held held) const {
  const int64_t rows = held.rows->num_rows();
  // Behind the declared columns: op, seq, subtask.
  const auto* seq = held.rows->column_data(held.rows->num_columns() - 2)->GetValues<int64_t>(1);
  ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> bits, arrow::AllocateEmptyBitmap(rows));
  std::vector<KeyTable::Entry> entries;
  for (int64_t row = 0; row < rows; ++row) {
    const KeyTable::Entry entry = held.entries[static_cast<size_t>(row)];
    if (keys_.last(entry) != seq[row]) continue;
    arrow::bit_util::SetBit(bits->mutable_data(), row);
    entries.push_back(entry);
  }
  if (static_cast<int64_t>(entries.size()) == rows) return held;
  const auto last = std::make_shared<arrow::BooleanArray>(rows, std::move(bits));
  ARROW_ASSIGN_OR_RAISE(const arrow::Datum filtered, arrow::compute::Filter(held.rows, last));
  Held kept{filtered.record_batch(), std::move(entries)};
  kept.memory = MemoryOf(*kept.rows, kept.entries);
  return kept;
}

arrow::Result<ChangeReducer::Held> ChangeReducer::Joined(std::vector<Held> pieces) const {
  if (pieces.size() == 1) return std::move(pieces.front());
  std::vector<std::shared_ptr<arrow::RecordBatch>> batches;
  Held joined;
  for (Held& piece : pieces) {
    batches.push_back(std::move(piece.rows));
    joined.entries.insert(joined.entries.end(), piece.entries.begin(), piece.entries.end());
  }
  ARROW_ASSIGN_OR_RAISE(joined.rows, arrow::ConcatenateRecordBatches(batches));
  joined.memory = MemoryOf(*joined.rows, joined.entries);
  return joined;
}

arrow::Status ChangeReducer::Compact() {
  std::list<Held> all = std::exchange(held_, {});
  held_rows_ = 0;
  held_memory_ = 0;
  std::vector<Held> pieces;
  int64_t pieces_memory = 0;
  const auto hold_pieces = [&]() -> arrow::Status {
    ARROW_ASSIGN_OR_RAISE(Held joined, Joined(std::exchange(pieces, {})));
    pieces_memory = 0;
    Hold(std::move(joined));
    return arrow::Status::OK();
  };
  while (!all.empty()) {
    ARROW_ASSIGN_OR_RAISE(Held kept, OnlyLast(std::move(all.front())));
    all.pop_front();
    if (kept.entries.empty()) continue;
    pieces_memory += kept.memory;
    pieces.push_back(std::move(kept));
    if (pieces_memory >= kBatchBytes) ARROW_RETURN_NOT_OK(hold_pieces());
  }
  return pieces.empty() ? arrow::Status::OK() : hold_pieces();
}

arrow::Status ChangeReducer::Drain(const std::function<arrow::Status(const arrow::RecordBatch&)>& take) {
  while (!held_.empty()) {
    ARROW_ASSIGN_OR_RAISE(const Held kept, OnlyLast(std::move(held_.front())));
    held_.pop_front();
    if (!kept.entries.empty()) ARROW_RETURN_NOT_OK(take(*kept.rows));
  }
  keys_.Clear();
  held_rows_ = 0;
  held_memory_ = 0;
  full_ = false;
  return arrow::Status::OK();
}

}  // namespace redshift
