#include "engine/row/column_reader.h"

#include <arrow/array/data.h>
#include <arrow/util/bit_util.h>

#include <array>
#include <cstring>
#include <limits>
#include <utility>

#include "engine/row/binary_row_layout.h"

namespace redshift {
namespace {

constexpr size_t kShortCopy = 16;

bool IsBytes(TypeKind kind) {
  return IsText(kind) || IsBinary(kind);
}

}  // namespace

ColumnReader::ColumnReader(const Column& column, size_t index, size_t field_count, int64_t row_count)
    : column_(column),
      slot_(BinaryRowHeaderSize(field_count) + index * 8),
      // The first 8 bits of the header are the row kind.
      null_byte_((index + 8) / 8),
      null_shift_(static_cast<int>((index + 8) % 8)),
      row_count_(row_count) {}

arrow::Result<ColumnReader> ColumnReader::Make(const Column& column, size_t index, size_t field_count,
                                               int64_t row_count) {
  ColumnReader reader(column, index, field_count, row_count);
  const std::shared_ptr<arrow::DataType> type = ArrowType(column.type);
  if (type == nullptr) {
    return arrow::Status::Invalid("column \"", column.name,
                                  "\" has a type that cannot be read: ", column.type.ToString());
  }
  if (IsNested(column.type.kind)) {
    ARROW_ASSIGN_OR_RAISE(reader.nested_, NestedReader::Make(column.type, row_count));
    return reader;
  }
  int64_t bytes = 0;
  if (IsBytes(column.type.kind)) {
    bytes = (row_count + 1) * static_cast<int64_t>(sizeof(int32_t));
  } else {
    bytes = arrow::bit_util::BytesForBits(row_count * type->bit_width());
  }
  ARROW_ASSIGN_OR_RAISE(reader.values_, arrow::AllocateBuffer(bytes));
  if (IsBytes(column.type.kind)) {
    reader.values_->mutable_data_as<int32_t>()[0] = 0;
  } else if (column.type.kind == TypeKind::kBoolean) {
    std::memset(reader.values_->mutable_data(), 0, static_cast<size_t>(bytes));
  }
  return reader;
}

template <typename T>
T ColumnReader::Slot(const RowBytes& row) const {
  T value;
  std::memcpy(&value, row.data + slot_, sizeof(T));
  return value;
}

arrow::Status ColumnReader::Append(std::span<const RowBytes> rows, const uint8_t* input_end) {
  if (nested_ != nullptr) {
    ARROW_RETURN_NOT_OK(AppendNested(rows));
    done_ += static_cast<int64_t>(rows.size());
    return arrow::Status::OK();
  }
  ARROW_RETURN_NOT_OK(NoteNulls(rows));
  switch (column_.type.kind) {
    case TypeKind::kBoolean:
      AppendBooleans(rows);
      break;
    case TypeKind::kTinyInt:
      AppendPlain<int8_t>(rows);
      break;
    case TypeKind::kSmallInt:
      AppendPlain<int16_t>(rows);
      break;
    case TypeKind::kInt:
    case TypeKind::kFloat:
    case TypeKind::kDate:
    case TypeKind::kTime:
    case TypeKind::kIntervalYearMonth:
      AppendPlain<int32_t>(rows);
      break;
    case TypeKind::kBigInt:
    case TypeKind::kDouble:
    case TypeKind::kIntervalDayTime:
      AppendPlain<int64_t>(rows);
      break;
    case TypeKind::kDecimal:
      if (column_.type.precision <= kMaxCompactDecimalPrecision) {
        AppendCompactDecimals(rows);
      } else {
        ARROW_RETURN_NOT_OK(AppendDecimals(rows));
      }
      break;
    case TypeKind::kTimestamp:
    case TypeKind::kTimestampLtz:
      if (column_.type.precision <= kMaxCompactTimestampPrecision) {
        AppendCompactTimestamps(rows);
      } else {
        ARROW_RETURN_NOT_OK(AppendTimestamps(rows));
      }
      break;
    default:
      ARROW_RETURN_NOT_OK(AppendBytes(rows, input_end));
      break;
  }
  done_ += static_cast<int64_t>(rows.size());
  return arrow::Status::OK();
}

arrow::Status ColumnReader::NoteNulls(std::span<const RowBytes> rows) {
  int64_t nulls = 0;
  for (const RowBytes& row : rows) nulls += IsNull(row) ? 1 : 0;
  if (nulls == 0) return arrow::Status::OK();
  null_count_ += nulls;
  if (validity_ == nullptr) {
    ARROW_ASSIGN_OR_RAISE(validity_, arrow::AllocateBuffer(arrow::bit_util::BytesForBits(row_count_)));
    std::memset(validity_->mutable_data(), 0xFF, static_cast<size_t>(validity_->size()));
  }
  for (size_t i = 0; i < rows.size(); ++i) {
    if (IsNull(rows[i]))
      arrow::bit_util::ClearBit(validity_->mutable_data(), done_ + static_cast<int64_t>(i));
  }
  return arrow::Status::OK();
}

template <typename T>
void ColumnReader::AppendPlain(std::span<const RowBytes> rows) {
  T* out = values_->mutable_data_as<T>() + done_;
  for (const RowBytes& row : rows) {
    const T value = Slot<T>(row);
    // The slot of a NULL may hold anything.
    *out++ = IsNull(row) ? T{0} : value;
  }
}

void ColumnReader::AppendBooleans(std::span<const RowBytes> rows) {
  uint8_t* bits = values_->mutable_data();
  for (size_t i = 0; i < rows.size(); ++i) {
    const bool value = Slot<uint8_t>(rows[i]) != 0 && !IsNull(rows[i]);
    if (value) arrow::bit_util::SetBit(bits, done_ + static_cast<int64_t>(i));
  }
}

void ColumnReader::AppendCompactDecimals(std::span<const RowBytes> rows) {
  DecimalWords* out = values_->mutable_data_as<DecimalWords>() + done_;
  for (const RowBytes& row : rows) {
    const int64_t value = IsNull(row) ? 0 : Slot<int64_t>(row);
    *out++ = {static_cast<uint64_t>(value), value >> 63};
  }
}

arrow::Status ColumnReader::AppendDecimals(std::span<const RowBytes> rows) {
  DecimalWords* out = values_->mutable_data_as<DecimalWords>() + done_;
  for (size_t i = 0; i < rows.size(); ++i) {
    out[i] = {0, 0};
    if (IsNull(rows[i])) continue;
    const Reference reference = ToReference(Slot<uint64_t>(rows[i]));
    if (reference.size < 1 || reference.size > 16)
      return Damaged(i, "its number does not have 1 to 16 bytes");
    if (!Contains(rows[i], reference)) return Damaged(i, "its number lies outside the row");
    out[i] = ToDecimal(rows[i].data + reference.offset, reference.size);
  }
  return arrow::Status::OK();
}

void ColumnReader::AppendCompactTimestamps(std::span<const RowBytes> rows) {
  int64_t* out = values_->mutable_data_as<int64_t>() + done_;
  for (const RowBytes& row : rows) *out++ = IsNull(row) ? 0 : ToMicros(Slot<int64_t>(row), 0);
}

arrow::Status ColumnReader::AppendTimestamps(std::span<const RowBytes> rows) {
  int64_t* out = values_->mutable_data_as<int64_t>() + done_;
  for (size_t i = 0; i < rows.size(); ++i) {
    out[i] = 0;
    if (IsNull(rows[i])) continue;
    // The lower half of the slot is not a size but the nanoseconds of the millisecond.
    const Reference slot = ToReference(Slot<uint64_t>(rows[i]));
    if (!Contains(rows[i], {slot.offset, sizeof(int64_t)}))
      return Damaged(i, "its timestamp lies outside the row");
    if (slot.size > kMaxNanosOfMilli)
      return Damaged(i, "its timestamp has more nanoseconds than a millisecond");
    int64_t millis;
    std::memcpy(&millis, rows[i].data + slot.offset, sizeof(millis));
    out[i] = ToMicros(millis, static_cast<int64_t>(slot.size));
  }
  return arrow::Status::OK();
}

arrow::Status ColumnReader::AppendBytes(std::span<const RowBytes> rows, const uint8_t* input_end) {
  struct Piece {
    const uint8_t* data;
    size_t size;
  };
  std::array<Piece, kBlockRows> pieces;
  size_t total = 0;
  for (size_t i = 0; i < rows.size(); ++i) {
    const RowBytes& row = rows[i];
    const uint64_t slot = Slot<uint64_t>(row);
    if (IsNull(row)) {
      // Every row, also the one that stands for a delete's NULLs, has the bytes of a short copy.
      pieces[i] = {rows[i].data, 0};
    } else if ((slot & kInlineMark) != 0) {
      const size_t size = InlineSize(slot);
      if (size > kMaxInlineBytes) return Damaged(i, "its text has more bytes than a slot holds");
      pieces[i] = {row.data + slot_, size};
    } else {
      const Reference reference = ToReference(slot);
      if (!Contains(row, reference)) return Damaged(i, "its text lies outside the row");
      pieces[i] = {row.data + reference.offset, reference.size};
    }
    total += pieces[i].size;
  }
  const size_t before = static_cast<size_t>(text_.length());
  if (before + total > static_cast<size_t>(std::numeric_limits<int32_t>::max())) {
    return arrow::Status::CapacityError("column \"", column_.name,
                                        "\": more than 2 GiB of text in one batch");
  }
  ARROW_RETURN_NOT_OK(text_.Reserve(static_cast<int64_t>(total + kShortCopy)));
  uint8_t* out = text_.mutable_data() + before;
  int32_t* offsets = values_->mutable_data_as<int32_t>() + done_ + 1;
  int32_t offset = static_cast<int32_t>(before);
  for (size_t i = 0; i < rows.size(); ++i) {
    const Piece& piece = pieces[i];
    // Copying a constant number of bytes is faster; what is too much is overwritten by the next piece.
    if (piece.size <= kShortCopy && static_cast<size_t>(input_end - piece.data) >= kShortCopy) {
      std::memcpy(out, piece.data, kShortCopy);
    } else {
      std::memcpy(out, piece.data, piece.size);
    }
    out += piece.size;
    offset += static_cast<int32_t>(piece.size);
    offsets[i] = offset;
  }
  text_.UnsafeAdvance(static_cast<int64_t>(total));
  return arrow::Status::OK();
}

arrow::Status ColumnReader::AppendNested(std::span<const RowBytes> rows) {
  for (size_t i = 0; i < rows.size(); ++i) {
    if (IsNull(rows[i])) {
      ARROW_RETURN_NOT_OK(nested_->AppendNull());
      continue;
    }
    const Reference reference = ToReference(Slot<uint64_t>(rows[i]));
    if (!Contains(rows[i], reference)) return Damaged(i, "its value lies outside the row");
    const arrow::Status status = nested_->Append({rows[i].data + reference.offset, reference.size});
    if (status.IsInvalid()) return Damaged(i, status.message().c_str());
    ARROW_RETURN_NOT_OK(status);
  }
  return arrow::Status::OK();
}

arrow::Status ColumnReader::Damaged(size_t row_in_block, const char* what) const {
  return arrow::Status::Invalid("the rows handed over by Flink are damaged: row ",
                                done_ + static_cast<int64_t>(row_in_block), ", column \"", column_.name,
                                "\": ", what);
}

arrow::Result<std::shared_ptr<arrow::ArrayData>> ColumnReader::Finish() {
  if (nested_ != nullptr) return nested_->Finish();
  std::vector<std::shared_ptr<arrow::Buffer>> buffers = {std::move(validity_), std::move(values_)};
  if (IsBytes(column_.type.kind)) {
    // Batches live shortly: the spare room at the end is not worth a copy.
    ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> text, text_.Finish(/*shrink_to_fit=*/false));
    buffers.push_back(std::move(text));
  }
  return arrow::ArrayData::Make(ArrowType(column_.type), row_count_, std::move(buffers), null_count_);
}

}  // namespace redshift
