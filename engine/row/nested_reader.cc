#include "engine/row/nested_reader.h"

#include <arrow/array/data.h>
#include <arrow/builder.h>
#include <arrow/util/decimal.h>

#include "engine/row/binary_row_layout.h"

namespace redshift {
namespace {

/// Bytes of one element in an array's fixed part.
size_t ElementWidth(TypeKind kind) {
  switch (kind) {
    case TypeKind::kBoolean:
    case TypeKind::kTinyInt:
      return 1;
    case TypeKind::kSmallInt:
      return 2;
    case TypeKind::kInt:
    case TypeKind::kFloat:
    case TypeKind::kDate:
    case TypeKind::kTime:
    case TypeKind::kIntervalYearMonth:
      return 4;
    default:
      return 8;
  }
}

bool HasBit(const uint8_t* bits, size_t bit) {
  return ((bits[bit / 8] >> (bit % 8)) & 1) != 0;
}

template <typename T>
T Load(const uint8_t* at) {
  T value;
  std::memcpy(&value, at, sizeof(T));
  return value;
}

template <typename Builder, typename T>
arrow::Status AppendPlain(arrow::ArrayBuilder* builder, const uint8_t* at) {
  return static_cast<Builder*>(builder)->Append(Load<T>(at));
}

/// An array's bytes: int32 count, null bits in words of 4 bytes, elements.
struct ArrayShape {
  uint64_t count;
  uint64_t header;
};

arrow::Result<ArrayShape> ShapeOf(const RowBytes& array, TypeKind element) {
  if (array.size < sizeof(int32_t)) return arrow::Status::Invalid("an array in it is cut short");
  const auto count = Load<int32_t>(array.data);
  if (count < 0) return arrow::Status::Invalid("an array in it has a negative length");
  ArrayShape shape{static_cast<uint64_t>(count), 0};
  shape.header = sizeof(int32_t) + (shape.count + 31) / 32 * 4;
  if (shape.header + shape.count * ElementWidth(element) > array.size) {
    return arrow::Status::Invalid("an array in it is shorter than its elements");
  }
  return shape;
}

}  // namespace

/// The bytes that slots refer to. Flink writes every value apart, so all values together are no longer than
/// what they lie in; what says otherwise is damaged, and could make work without end.
class NestedReader::Region {
 public:
  explicit Region(const RowBytes& bytes) : bytes_(bytes), unread_(bytes.size) {}

  const uint8_t* at(size_t offset) const { return bytes_.data + offset; }

  arrow::Result<RowBytes> Take(Reference reference) {
    if (!Contains(bytes_, reference)) return arrow::Status::Invalid("a value in it lies outside of it");
    if (reference.size > unread_) return arrow::Status::Invalid("values in it overlap");
    unread_ -= reference.size;
    return RowBytes{bytes_.data + reference.offset, reference.size};
  }

 private:
  RowBytes bytes_;
  uint64_t unread_;
};

arrow::Result<std::unique_ptr<NestedReader>> NestedReader::Make(const FlinkType& type, int64_t row_count) {
  auto reader = std::make_unique<NestedReader>();
  ARROW_ASSIGN_OR_RAISE(reader->builder_, arrow::MakeBuilder(ArrowType(type)));
  ARROW_RETURN_NOT_OK(reader->builder_->Reserve(row_count));
  reader->root_ = MakeNode(type, reader->builder_.get());
  return reader;
}

NestedReader::Node NestedReader::MakeNode(const FlinkType& type, arrow::ArrayBuilder* builder) {
  Node node{type.kind, type.precision, builder, {}};
  switch (type.kind) {
    case TypeKind::kArray:
      node.children.push_back(
          MakeNode(type.children[0], static_cast<arrow::ListBuilder*>(builder)->value_builder()));
      break;
    case TypeKind::kMap:
    case TypeKind::kMultiset: {
      auto* entries =
          static_cast<arrow::StructBuilder*>(static_cast<arrow::ListBuilder*>(builder)->value_builder());
      FlinkType count;
      count.kind = TypeKind::kInt;
      node.children.push_back(MakeNode(type.children[0], entries->field_builder(0)));
      node.children.push_back(
          MakeNode(type.kind == TypeKind::kMap ? type.children[1] : count, entries->field_builder(1)));
      break;
    }
    case TypeKind::kRow:
      for (size_t i = 0; i < type.children.size(); ++i) {
        node.children.push_back(
            MakeNode(type.children[i],
                     static_cast<arrow::StructBuilder*>(builder)->field_builder(static_cast<int>(i))));
      }
      break;
    default:
      break;
  }
  return node;
}

arrow::Status NestedReader::Append(const RowBytes& value) {
  return AppendNested(root_, value);
}

arrow::Status NestedReader::AppendNull() {
  return builder_->AppendNull();
}

arrow::Result<std::shared_ptr<arrow::ArrayData>> NestedReader::Finish() {
  std::shared_ptr<arrow::ArrayData> data;
  ARROW_RETURN_NOT_OK(builder_->FinishInternal(&data));
  return data;
}

arrow::Status NestedReader::AppendNested(const Node& node, const RowBytes& value) {
  switch (node.kind) {
    case TypeKind::kArray:
      return AppendArray(node, value);
    case TypeKind::kRow:
      return AppendRow(node, value);
    default:
      return AppendMap(node, value);
  }
}

arrow::Status NestedReader::AppendArray(const Node& node, const RowBytes& value) {
  ARROW_ASSIGN_OR_RAISE(const ArrayShape shape, ShapeOf(value, node.children[0].kind));
  ARROW_RETURN_NOT_OK(static_cast<arrow::ListBuilder*>(node.builder)->Append());
  return AppendElements(node.children[0], value, static_cast<int64_t>(shape.count));
}

arrow::Status NestedReader::AppendElements(const Node& element, const RowBytes& array, int64_t count) {
  ARROW_ASSIGN_OR_RAISE(const ArrayShape shape, ShapeOf(array, element.kind));
  const size_t width = ElementWidth(element.kind);
  const uint8_t* nulls = array.data + sizeof(int32_t);
  Region region(array);
  for (size_t i = 0; i < static_cast<size_t>(count); ++i) {
    if (HasBit(nulls, i)) {
      ARROW_RETURN_NOT_OK(element.builder->AppendNull());
    } else {
      ARROW_RETURN_NOT_OK(AppendValue(element, &region, shape.header + i * width));
    }
  }
  return arrow::Status::OK();
}

arrow::Status NestedReader::AppendMap(const Node& node, const RowBytes& value) {
  if (value.size < sizeof(int32_t)) return arrow::Status::Invalid("a map in it is cut short");
  const auto keys_size = Load<int32_t>(value.data);
  const size_t rest = value.size - sizeof(int32_t);
  if (keys_size < 0 || static_cast<size_t>(keys_size) > rest) {
    return arrow::Status::Invalid("the keys of a map in it lie outside of it");
  }
  const RowBytes keys{value.data + sizeof(int32_t), static_cast<size_t>(keys_size)};
  const RowBytes values{keys.data + keys.size, rest - keys.size};
  ARROW_ASSIGN_OR_RAISE(const ArrayShape key_shape, ShapeOf(keys, node.children[0].kind));
  ARROW_ASSIGN_OR_RAISE(const ArrayShape value_shape, ShapeOf(values, node.children[1].kind));
  if (key_shape.count != value_shape.count) {
    return arrow::Status::Invalid("a map in it has another number of keys than of values");
  }
  const auto count = static_cast<int64_t>(key_shape.count);
  auto* list = static_cast<arrow::ListBuilder*>(node.builder);
  ARROW_RETURN_NOT_OK(list->Append());
  ARROW_RETURN_NOT_OK(
      static_cast<arrow::StructBuilder*>(list->value_builder())->AppendValues(count, nullptr));
  ARROW_RETURN_NOT_OK(AppendElements(node.children[0], keys, count));
  return AppendElements(node.children[1], values, count);
}

arrow::Status NestedReader::AppendRow(const Node& node, const RowBytes& value) {
  const size_t fields = node.children.size();
  const size_t header = BinaryRowHeaderSize(fields);
  if (value.size < header + fields * 8)
    return arrow::Status::Invalid("a row in it is shorter than its fields");
  ARROW_RETURN_NOT_OK(static_cast<arrow::StructBuilder*>(node.builder)->Append());
  Region region(value);
  for (size_t i = 0; i < fields; ++i) {
    // The first 8 bits of the header are the row kind.
    if (HasBit(value.data, i + 8)) {
      ARROW_RETURN_NOT_OK(node.children[i].builder->AppendNull());
    } else {
      ARROW_RETURN_NOT_OK(AppendValue(node.children[i], &region, header + i * 8));
    }
  }
  return arrow::Status::OK();
}

arrow::Status NestedReader::AppendValue(const Node& node, Region* region, size_t slot) {
  const uint8_t* at = region->at(slot);
  switch (node.kind) {
    case TypeKind::kBoolean:
      return static_cast<arrow::BooleanBuilder*>(node.builder)->Append(*at != 0);
    case TypeKind::kTinyInt:
      return AppendPlain<arrow::Int8Builder, int8_t>(node.builder, at);
    case TypeKind::kSmallInt:
      return AppendPlain<arrow::Int16Builder, int16_t>(node.builder, at);
    case TypeKind::kInt:
      return AppendPlain<arrow::Int32Builder, int32_t>(node.builder, at);
    case TypeKind::kBigInt:
      return AppendPlain<arrow::Int64Builder, int64_t>(node.builder, at);
    case TypeKind::kFloat:
      return AppendPlain<arrow::FloatBuilder, float>(node.builder, at);
    case TypeKind::kDouble:
      return AppendPlain<arrow::DoubleBuilder, double>(node.builder, at);
    case TypeKind::kDate:
      return AppendPlain<arrow::Date32Builder, int32_t>(node.builder, at);
    case TypeKind::kTime:
      return AppendPlain<arrow::Time32Builder, int32_t>(node.builder, at);
    case TypeKind::kIntervalYearMonth:
      return AppendPlain<arrow::MonthIntervalBuilder, int32_t>(node.builder, at);
    case TypeKind::kIntervalDayTime:
      return AppendPlain<arrow::DurationBuilder, int64_t>(node.builder, at);
    default:
      break;
  }
  const auto word = Load<uint64_t>(at);
  switch (node.kind) {
    case TypeKind::kDecimal: {
      DecimalWords words;
      if (node.precision <= kMaxCompactDecimalPrecision) {
        words = {word, static_cast<int64_t>(word) >> 63};
      } else {
        const Reference reference = ToReference(word);
        if (reference.size < 1 || reference.size > 16) {
          return arrow::Status::Invalid("a number in it does not have 1 to 16 bytes");
        }
        ARROW_ASSIGN_OR_RAISE(const RowBytes bytes, region->Take(reference));
        words = ToDecimal(bytes.data, bytes.size);
      }
      return static_cast<arrow::Decimal128Builder*>(node.builder)
          ->Append(arrow::Decimal128(words.high, words.low));
    }
    case TypeKind::kTimestamp:
    case TypeKind::kTimestampLtz: {
      auto* builder = static_cast<arrow::TimestampBuilder*>(node.builder);
      if (node.precision <= kMaxCompactTimestampPrecision) {
        return builder->Append(ToMicros(static_cast<int64_t>(word), 0));
      }
      // The lower half of the slot is not a size but the nanoseconds of the millisecond.
      const Reference reference = ToReference(word);
      if (reference.size > kMaxNanosOfMilli) {
        return arrow::Status::Invalid("a timestamp in it has more nanoseconds than a millisecond");
      }
      ARROW_ASSIGN_OR_RAISE(const RowBytes bytes, region->Take({reference.offset, sizeof(int64_t)}));
      return builder->Append(ToMicros(Load<int64_t>(bytes.data), static_cast<int64_t>(reference.size)));
    }
    case TypeKind::kChar:
    case TypeKind::kVarchar:
    case TypeKind::kBinary:
    case TypeKind::kVarbinary: {
      RowBytes bytes{at, InlineSize(word)};
      if ((word & kInlineMark) == 0) {
        ARROW_ASSIGN_OR_RAISE(bytes, region->Take(ToReference(word)));
      } else if (bytes.size > kMaxInlineBytes) {
        return arrow::Status::Invalid("a text in it has more bytes than a slot holds");
      }
      // StringBuilder is a BinaryBuilder.
      return static_cast<arrow::BinaryBuilder*>(node.builder)
          ->Append(bytes.data, static_cast<int32_t>(bytes.size));
    }
    default: {
      ARROW_ASSIGN_OR_RAISE(const RowBytes bytes, region->Take(ToReference(word)));
      return AppendNested(node, bytes);
    }
  }
}

}  // namespace redshift
