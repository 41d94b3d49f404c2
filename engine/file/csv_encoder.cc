#include "engine/file/csv_encoder.h"

#include <arrow/array/data.h>
#include <arrow/record_batch.h>
#include <arrow/util/bit_util.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "engine/file/csv_text.h"
#include "engine/row/json_text.h"
#include "engine/row/value_text.h"

namespace redshift {
namespace {

constexpr size_t kQuoteRoom = 2;

/// Whether values are as long as they like; NULL is the marker then.
bool IsLong(TypeKind kind) {
  return IsText(kind) || IsBinary(kind) || IsNested(kind);
}

/// Room for any value that is not long, with a comma after it.
size_t MaxText(const FlinkType& type, size_t marker_size) {
  switch (type.kind) {
    case TypeKind::kBoolean:
      return marker_size + 2;
    case TypeKind::kFloat:
    case TypeKind::kDouble:
      return marker_size + text::kMaxFloatText + 1;
    case TypeKind::kDecimal:
      return marker_size + text::kMaxDecimalText + 1;
    case TypeKind::kIntervalYearMonth:
    case TypeKind::kIntervalDayTime:
      return marker_size + text::kMaxIntervalText + 1;
    case TypeKind::kTimestampLtz:
      return marker_size + text::kMaxTimestampText + 4;
    default:
      return marker_size + text::kMaxTimestampText + 1;
  }
}

/// One column of a batch, unpacked once so that a value costs no call into Arrow.
struct ColumnView {
  TypeKind kind;
  int scale;
  const uint8_t* validity;  // nullptr without NULLs
  int64_t bit_offset;       // of row 0 in bitmaps
  const void* values;       // of text and bytes: int32 offsets; of BOOLEAN: a bitmap
  const char* text;
  const arrow::Array* nested;
  text::LastDate last_date;

  bool IsNull(int64_t row) const {
    return validity != nullptr && !arrow::bit_util::GetBit(validity, row + bit_offset);
  }
  template <typename T>
  T Value(int64_t row) const {
    return static_cast<const T*>(values)[row];
  }
};

ColumnView View(const Column& column, const arrow::RecordBatch& batch, size_t index) {
  const arrow::ArrayData& data = *batch.column_data(static_cast<int>(index));
  ColumnView view{};
  view.kind = column.type.kind;
  view.scale = column.type.scale;
  view.validity = data.GetNullCount() == 0 ? nullptr : data.GetValues<uint8_t>(0, 0);
  view.bit_offset = data.offset;
  switch (column.type.kind) {
    case TypeKind::kBoolean:
      view.values = data.GetValues<uint8_t>(1, 0);
      break;
    case TypeKind::kTinyInt:
      view.values = data.GetValues<int8_t>(1);
      break;
    case TypeKind::kSmallInt:
      view.values = data.GetValues<int16_t>(1);
      break;
    case TypeKind::kBigInt:
    case TypeKind::kDouble:
    case TypeKind::kTimestamp:
    case TypeKind::kTimestampLtz:
    case TypeKind::kIntervalDayTime:
      view.values = data.GetValues<int64_t>(1);
      break;
    case TypeKind::kDecimal:
      view.values = data.GetValues<text::Int128>(1);
      break;
    case TypeKind::kChar:
    case TypeKind::kVarchar:
    case TypeKind::kBinary:
    case TypeKind::kVarbinary:
      view.values = data.GetValues<int32_t>(1);
      view.text = data.GetValues<char>(2, 0);
      break;
    case TypeKind::kArray:
    case TypeKind::kMap:
    case TypeKind::kMultiset:
    case TypeKind::kRow:
      view.nested = batch.column(static_cast<int>(index)).get();
      break;
    default:
      view.values = data.GetValues<int32_t>(1);
      break;
  }
  return view;
}

/// The end of what was written, and the end of the room behind it.
class Cursor {
 public:
  explicit Cursor(arrow::BufferBuilder* out) : out_(out) { Attach(); }
  ~Cursor() { Detach(); }
  Cursor(const Cursor&) = delete;
  Cursor& operator=(const Cursor&) = delete;

  char* at;

  /// Sees to it that `bytes` can be written. May move `at`.
  arrow::Status Reserve(size_t bytes) {
    if (static_cast<size_t>(end_ - at) >= bytes) [[likely]] {
      return arrow::Status::OK();
    }
    return Grow(bytes);
  }

 private:
  [[gnu::noinline]] arrow::Status Grow(size_t bytes) {
    Detach();
    const arrow::Status status = out_->Reserve(static_cast<int64_t>(bytes));
    Attach();
    return status;
  }
  void Attach() {
    begin_ = reinterpret_cast<char*>(out_->mutable_data());
    at = begin_ + out_->length();
    end_ = begin_ + out_->capacity();
  }
  void Detach() { out_->UnsafeAdvance(at - begin_ - out_->length()); }

  arrow::BufferBuilder* out_;
  char* begin_;
  char* end_;
};

char* WriteBytes(char* out, std::string_view text) {
  return std::copy(text.begin(), text.end(), out);
}

bool IsFarDay(int64_t day) {
  return day < text::kFirstDay || day > text::kLastDay;
}

/// What a reader makes of five-digit years is nowhere told.
bool IsFarMicro(int64_t micros) {
  constexpr int64_t kMicrosPerDay = 86400000000;
  return micros < text::kFirstDay * kMicrosPerDay || micros >= (text::kLastDay + 1) * kMicrosPerDay;
}

/// Any value that is not long. Nothing for dates and timestamps outside the years 1 to 9999, which only
/// ACCEPTANYDATE lets through: they are NULL.
char* WriteValue(char* out, ColumnView& column, int64_t row) {
  switch (column.kind) {
    case TypeKind::kBoolean:
      *out = arrow::bit_util::GetBit(static_cast<const uint8_t*>(column.values), row + column.bit_offset)
                 ? 't'
                 : 'f';
      return out + 1;
    case TypeKind::kTinyInt:
      return text::WriteInteger(out, column.Value<int8_t>(row));
    case TypeKind::kSmallInt:
      return text::WriteInteger(out, column.Value<int16_t>(row));
    case TypeKind::kInt:
      return text::WriteInteger(out, column.Value<int32_t>(row));
    case TypeKind::kBigInt:
      return text::WriteInteger(out, column.Value<int64_t>(row));
    case TypeKind::kFloat:
      return text::WriteFloat(out, column.Value<float>(row));
    case TypeKind::kDouble:
      return text::WriteFloat(out, column.Value<double>(row));
    case TypeKind::kDecimal:
      return text::WriteDecimal(out, column.Value<text::Int128>(row), column.scale);
    case TypeKind::kDate:
      if (IsFarDay(column.Value<int32_t>(row))) [[unlikely]]
        return out;
      return text::WriteDate(out, column.Value<int32_t>(row));
    case TypeKind::kTime:
      return text::WriteTime(out, column.Value<int32_t>(row));
    case TypeKind::kTimestamp:
      if (IsFarMicro(column.Value<int64_t>(row))) [[unlikely]]
        return out;
      return text::WriteTimestamp(out, column.Value<int64_t>(row), &column.last_date);
    case TypeKind::kTimestampLtz:
      if (IsFarMicro(column.Value<int64_t>(row))) [[unlikely]]
        return out;
      out = text::WriteTimestamp(out, column.Value<int64_t>(row), &column.last_date);
      return WriteBytes(out, "+00");
    case TypeKind::kIntervalYearMonth:
      return text::WriteMonths(out, column.Value<int32_t>(row));
    case TypeKind::kIntervalDayTime:
      return text::WriteDaysToSeconds(out, column.Value<int64_t>(row));
    default:
      return out;
  }
}

bool IsMarkerCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

}  // namespace

CsvEncoder::CsvEncoder(std::vector<Column> columns, std::string null_marker)
    : columns_(std::move(columns)), null_marker_(std::move(null_marker)) {
  // An empty line is not a record with one empty field to every reader.
  if (columns_.size() == 1) bare_null_ = null_marker_;
  for (const Column& column : columns_) row_room_ += MaxText(column.type, null_marker_.size());
}

arrow::Result<CsvEncoder> CsvEncoder::Make(const TableSchema& schema, std::string null_marker) {
  if (null_marker.empty() || !std::all_of(null_marker.begin(), null_marker.end(), IsMarkerCharacter)) {
    return arrow::Status::Invalid("the NULL marker '", null_marker,
                                  "' is not made of letters, digits and '_'");
  }
  if (schema.columns().empty())
    return arrow::Status::Invalid("a table without columns cannot be written as CSV");
  for (const Column& column : schema.columns()) {
    if (ArrowType(column.type) == nullptr) {
      return arrow::Status::Invalid("column \"", column.name,
                                    "\" has a type that cannot be written as CSV: ", column.type.ToString());
    }
  }
  return CsvEncoder(schema.columns(), std::move(null_marker));
}

arrow::Status CsvEncoder::Encode(const arrow::RecordBatch& batch, arrow::BufferBuilder* out) const {
  if (static_cast<size_t>(batch.num_columns()) != columns_.size()) {
    return arrow::Status::Invalid("a batch with ", batch.num_columns(), " columns was given to a table with ",
                                  columns_.size());
  }
  std::vector<ColumnView> columns;
  columns.reserve(columns_.size());
  for (size_t i = 0; i < columns_.size(); ++i) {
    columns.push_back(View(columns_[i], batch, i));
  }
  std::string json;
  Cursor cursor(out);
  for (int64_t row = 0; row < batch.num_rows(); ++row) {
    // Room for the whole row but its text, of which each piece asks for its own on top.
    ARROW_RETURN_NOT_OK(cursor.Reserve(row_room_));
    for (size_t i = 0; i < columns.size(); ++i) {
      ColumnView& column = columns[i];
      const bool is_text = column.kind == TypeKind::kVarchar || column.kind == TypeKind::kChar;
      if (column.IsNull(row)) {
        cursor.at = WriteBytes(cursor.at, IsLong(column.kind) ? null_marker_ : bare_null_);
      } else if (is_text) {
        const int32_t* offsets = static_cast<const int32_t*>(column.values) + row;
        const size_t size = static_cast<size_t>(offsets[1] - offsets[0]);
        const char* text = column.text + offsets[0];
        ARROW_RETURN_NOT_OK(cursor.Reserve(row_room_ + 2 * size + kQuoteRoom));
        cursor.at = csv::WriteText(cursor.at, text, size);
      } else if (IsBinary(column.kind)) {
        const int32_t* offsets = static_cast<const int32_t*>(column.values) + row;
        const size_t size = static_cast<size_t>(offsets[1] - offsets[0]);
        ARROW_RETURN_NOT_OK(cursor.Reserve(row_room_ + 2 * size));
        cursor.at =
            text::WriteHex(cursor.at, reinterpret_cast<const uint8_t*>(column.text + offsets[0]), size);
      } else if (column.nested != nullptr) {
        json.clear();
        AppendJson(*column.nested, row, &json);
        ARROW_RETURN_NOT_OK(cursor.Reserve(row_room_ + 2 * json.size() + kQuoteRoom));
        cursor.at = csv::WriteQuoted(cursor.at, json.data(), json.size());
      } else {
        char* const begin = cursor.at;
        cursor.at = WriteValue(begin, column, row);
        if (cursor.at == begin) [[unlikely]]
          cursor.at = WriteBytes(begin, bare_null_);
      }
      *cursor.at++ = ',';
    }
    cursor.at[-1] = '\n';
  }
  return arrow::Status::OK();
}

}  // namespace redshift
