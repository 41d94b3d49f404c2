#include "engine/row/binary_row_reader.h"

#include <arrow/record_batch.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "engine/row/binary_row_layout.h"
#include "engine/row/column_reader.h"
#include "engine/type/check_supported.h"

namespace redshift {
namespace {

/// Takes frames off the front of the input, one after the other.
class FrameReader {
 public:
  FrameReader(std::span<const uint8_t> frames, size_t fixed_size, bool has_key)
      : rest_(frames), fixed_size_(fixed_size), last_kind_(has_key ? kLastKind : 0) {}

  /// The next row, of which the fixed part is there and the kind is one that the table takes.
  arrow::Status Next(RowBytes* row) {
    int32_t size = 0;
    if (rest_.size() < sizeof(size)) return Damaged("a row is missing");
    std::memcpy(&size, rest_.data(), sizeof(size));
    rest_ = rest_.subspan(sizeof(size));
    if (size < 0 || static_cast<size_t>(size) > rest_.size())
      return Damaged("its length is beyond the buffer");
    if (static_cast<size_t>(size) < fixed_size_) return Damaged("it is shorter than its columns");
    *row = {rest_.data(), static_cast<size_t>(size)};
    rest_ = rest_.subspan(row->size);
    if (row->data[0] > last_kind_) return WrongKind(row->data[0]);
    ++rows_;
    return arrow::Status::OK();
  }

  arrow::Status AtEnd() const {
    if (rest_.empty()) return arrow::Status::OK();
    return arrow::Status::Invalid("the rows handed over by Flink are damaged: ", rest_.size(),
                                  " bytes are left after row ", rows_ - 1);
  }

 private:
  arrow::Status Damaged(const char* what) const {
    return arrow::Status::Invalid("the rows handed over by Flink are damaged: row ", rows_, ": ", what);
  }

  arrow::Status WrongKind(uint8_t kind) const {
    constexpr const char* kKinds[] = {"+I", "-U", "+U", "-D"};
    if (kind > kLastKind) return Damaged("its kind is unknown");
    return arrow::Status::Invalid("row ", rows_, " is a change of kind ", kKinds[kind],
                                  "; a table without PRIMARY KEY takes only inserts (+I)");
  }

  static constexpr uint8_t kLastKind = 3;

  std::span<const uint8_t> rest_;
  size_t fixed_size_;
  uint8_t last_kind_;
  int64_t rows_ = 0;
};

/// Flink's RowKind: -U and -D.
bool IsDelete(const RowBytes& row) {
  return row.data[0] == 1 || row.data[0] == 3;
}

}  // namespace

BinaryRowReader::BinaryRowReader(TableSchema schema, std::vector<bool> is_key)
    : schema_(std::move(schema)),
      arrow_schema_(schema_.arrow_schema()),
      fixed_size_(BinaryRowHeaderSize(schema_.columns().size()) + schema_.columns().size() * 8),
      is_key_(std::move(is_key)),
      no_row_(is_key_.empty() ? 0 : fixed_size_, 0xFF) {}

arrow::Result<BinaryRowReader> BinaryRowReader::Make(const TableSchema& schema, TimestampOverflow overflow) {
  ARROW_RETURN_NOT_OK(CheckSupported(schema, overflow));
  ARROW_ASSIGN_OR_RAISE(const std::vector<size_t> key, schema.KeyPositions());
  std::vector<bool> is_key(key.empty() ? 0 : schema.columns().size());
  for (size_t position : key) is_key[position] = true;
  return BinaryRowReader(schema, std::move(is_key));
}

arrow::Result<ChangeBatch> BinaryRowReader::Read(std::span<const uint8_t> frames, int64_t row_count) const {
  // Each frame has its length and its fixed part at least: a wrong count must not make us allocate.
  if (row_count < 0 || static_cast<size_t>(row_count) > frames.size() / (sizeof(int32_t) + fixed_size_)) {
    return arrow::Status::Invalid("the rows handed over by Flink are damaged: ", frames.size(),
                                  " bytes cannot hold ", row_count, " rows");
  }
  const std::vector<Column>& columns = schema_.columns();
  std::vector<ColumnReader> readers;
  readers.reserve(columns.size());
  for (size_t i = 0; i < columns.size(); ++i) {
    ARROW_ASSIGN_OR_RAISE(ColumnReader reader, ColumnReader::Make(columns[i], i, columns.size(), row_count));
    readers.push_back(std::move(reader));
  }

  const bool has_key = !is_key_.empty();
  ChangeBatch batch;
  FrameReader frame_reader(frames, fixed_size_, has_key);
  const uint8_t* input_end = frames.data() + frames.size();
  RowBytes block[ColumnReader::kBlockRows];
  RowBytes without_deletes[ColumnReader::kBlockRows];
  for (int64_t done = 0; done < row_count;) {
    size_t rows = 0;
    for (; rows < ColumnReader::kBlockRows && done < row_count; ++rows, ++done) {
      ARROW_RETURN_NOT_OK(frame_reader.Next(&block[rows]));
    }
    const bool any_delete = has_key && std::any_of(block, block + rows, IsDelete);
    if (any_delete) {
      const size_t first = static_cast<size_t>(done) - rows;
      batch.changes.resize(static_cast<size_t>(row_count), Change::kUpsert);
      for (size_t i = 0; i < rows; ++i) {
        const bool is_delete = IsDelete(block[i]);
        if (is_delete) batch.changes[first + i] = Change::kDelete;
        without_deletes[i] = is_delete ? RowBytes{no_row_.data(), no_row_.size()} : block[i];
      }
    }
    for (size_t i = 0; i < readers.size(); ++i) {
      const RowBytes* source = any_delete && !is_key_[i] ? without_deletes : block;
      ARROW_RETURN_NOT_OK(readers[i].Append({source, rows}, input_end));
    }
  }
  ARROW_RETURN_NOT_OK(frame_reader.AtEnd());

  std::vector<std::shared_ptr<arrow::ArrayData>> arrays;
  arrays.reserve(readers.size());
  for (ColumnReader& reader : readers) {
    ARROW_ASSIGN_OR_RAISE(auto array, reader.Finish());
    arrays.push_back(std::move(array));
  }
  batch.rows = arrow::RecordBatch::Make(arrow_schema_, row_count, std::move(arrays));
  return batch;
}

}  // namespace redshift
