#include "engine/row/key_encoder.h"

#include <arrow/array.h>
#include <arrow/compute/api_vector.h>
#include <arrow/record_batch.h>
#include <arrow/util/bit_util.h>

#include <cstring>
#include <unordered_map>

namespace redshift {
namespace {

/// Bytes of a value in an Arrow column of this type: 0 for text, -1 for types that cannot be keys.
int WidthOf(TypeKind kind) {
  switch (kind) {
    case TypeKind::kBoolean:
    case TypeKind::kTinyInt:
      return 1;
    case TypeKind::kSmallInt:
      return 2;
    case TypeKind::kInt:
    case TypeKind::kDate:
    case TypeKind::kTime:
      return 4;
    case TypeKind::kBigInt:
    case TypeKind::kTimestamp:
    case TypeKind::kTimestampLtz:
      return 8;
    case TypeKind::kDecimal:
      return 16;
    case TypeKind::kChar:
    case TypeKind::kVarchar:
      return 0;
    default:
      return -1;
  }
}

/// Texts of a column without their trailing blanks.
class TrimmedTexts {
 public:
  explicit TrimmedTexts(const arrow::ArrayData& column)
      : offsets_(column.GetValues<int32_t>(1)), text_(column.GetValues<char>(2, 0)) {}

  std::string_view operator[](int64_t row) const {
    const char* begin = text_ + offsets_[row];
    size_t size = static_cast<size_t>(offsets_[row + 1] - offsets_[row]);
    while (size > 0 && begin[size - 1] == ' ') --size;
    return {begin, size};
  }

 private:
  const int32_t* offsets_;
  const char* text_;
};

template <size_t kWidth>
void AppendFixed(const uint8_t* values, std::vector<char*>* at) {
  for (char*& out : *at) {
    std::memcpy(out, values, kWidth);
    values += kWidth;
    out += kWidth;
  }
}

void AppendBooleans(const arrow::ArrayData& column, std::vector<char*>* at) {
  const uint8_t* bits = column.GetValues<uint8_t>(1, 0);
  int64_t row = column.offset;
  for (char*& out : *at) *out++ = arrow::bit_util::GetBit(bits, row++) ? 1 : 0;
}

/// With its length before it: ('a', 'b') and ('ab', '') are two keys.
void AppendTexts(const TrimmedTexts& texts, std::vector<char*>* at) {
  int64_t row = 0;
  for (char*& out : *at) {
    const std::string_view text = texts[row++];
    const auto size = static_cast<uint32_t>(text.size());
    std::memcpy(out, &size, sizeof(size));
    if (!text.empty()) std::memcpy(out + sizeof(size), text.data(), text.size());
    out += sizeof(size) + text.size();
  }
}

}  // namespace

arrow::Result<KeyEncoder> KeyEncoder::Make(const TableSchema& schema) {
  ARROW_ASSIGN_OR_RAISE(const std::vector<size_t> key, schema.KeyPositions());
  if (key.empty()) return arrow::Status::Invalid("a table without PRIMARY KEY has no keys to compare");
  std::vector<Part> parts;
  for (size_t position : key) {
    const Column& column = schema.columns()[position];
    const int width = WidthOf(column.type.kind);
    if (width < 0) {
      return arrow::Status::Invalid("column \"", column.name, "\" ", column.type.ToString(),
                                    " cannot be part of a key");
    }
    parts.push_back({static_cast<int>(position), width, column.type.kind == TypeKind::kBoolean});
  }
  return KeyEncoder(std::move(parts));
}

arrow::Status KeyEncoder::Encode(const arrow::RecordBatch& batch, KeyBytes* out) const {
  const auto rows = static_cast<size_t>(batch.num_rows());
  size_t fixed = 0;
  for (const Part& part : parts_) {
    if (batch.column_data(part.column)->GetNullCount() > 0) {
      return arrow::Status::Invalid("the key's column \"", batch.column_name(part.column), "\" holds NULL");
    }
    fixed += part.width > 0 ? static_cast<size_t>(part.width) : sizeof(uint32_t);
  }
  // Sizes first, each at the place after its row's.
  out->ends_.assign(rows + 1, fixed);
  out->ends_[0] = 0;
  for (const Part& part : parts_) {
    if (part.width > 0) continue;
    const TrimmedTexts texts(*batch.column_data(part.column));
    for (size_t row = 0; row < rows; ++row) {
      out->ends_[row + 1] += texts[static_cast<int64_t>(row)].size();
    }
  }
  for (size_t row = 0; row < rows; ++row) out->ends_[row + 1] += out->ends_[row];
  if (out->bytes_.size() < out->ends_[rows]) out->bytes_.resize(out->ends_[rows]);
  out->at_.resize(rows);
  for (size_t row = 0; row < rows; ++row) out->at_[row] = out->bytes_.data() + out->ends_[row];

  for (const Part& part : parts_) {
    const arrow::ArrayData& column = *batch.column_data(part.column);
    if (part.is_boolean) {
      AppendBooleans(column, &out->at_);
      continue;
    }
    if (part.width == 0) {
      AppendTexts(TrimmedTexts(column), &out->at_);
      continue;
    }
    const uint8_t* values = column.GetValues<uint8_t>(1, column.offset * part.width);
    switch (part.width) {
      case 1:
        AppendFixed<1>(values, &out->at_);
        break;
      case 2:
        AppendFixed<2>(values, &out->at_);
        break;
      case 4:
        AppendFixed<4>(values, &out->at_);
        break;
      case 8:
        AppendFixed<8>(values, &out->at_);
        break;
      default:
        AppendFixed<16>(values, &out->at_);
        break;
    }
  }
  return arrow::Status::OK();
}

arrow::Result<ChangeBatch> LastPerKey(const KeyEncoder& encoder, const ChangeBatch& batch) {
  KeyBytes keys;
  ARROW_RETURN_NOT_OK(encoder.Encode(*batch.rows, &keys));
  std::unordered_map<std::string_view, int64_t> last;
  last.reserve(static_cast<size_t>(keys.size()));
  for (int64_t row = 0; row < keys.size(); ++row) last[keys[row]] = row;
  if (static_cast<int64_t>(last.size()) == keys.size()) return batch;

  ARROW_ASSIGN_OR_RAISE(auto indexes,
                        arrow::AllocateBuffer(static_cast<int64_t>(last.size() * sizeof(int64_t))));
  ChangeBatch kept;
  if (!batch.changes.empty()) kept.changes.reserve(last.size());
  int64_t* index = indexes->mutable_data_as<int64_t>();
  for (int64_t row = 0; row < keys.size(); ++row) {
    if (last.find(keys[row])->second != row) continue;
    *index++ = row;
    if (!batch.changes.empty()) kept.changes.push_back(batch.changes[static_cast<size_t>(row)]);
  }
  const auto array =
      std::make_shared<arrow::Int64Array>(static_cast<int64_t>(last.size()), std::move(indexes));
  ARROW_ASSIGN_OR_RAISE(const arrow::Datum taken, arrow::compute::Take(batch.rows, array));
  kept.rows = taken.record_batch();
  return kept;
}

}  // namespace redshift
