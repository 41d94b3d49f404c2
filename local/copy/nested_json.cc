#include "local/copy/nested_json.h"

#include <arrow/array/array_decimal.h>
#include <arrow/array/array_nested.h>
#include <arrow/array/array_primitive.h>
#include <arrow/type.h>
#include <fmt/format.h>

#include <cmath>
#include <iterator>

#include "local/copy/civil_time.h"
#include "local/copy/parquet_time.h"
#include "local/copy/super_value.h"
#include "local/copy/text_value.h"
#include "local/copy/unverified.h"

namespace redshift_local {
namespace {

template <typename ArrayType>
auto ValueOf(const arrow::Array& array, int64_t row) {
  return static_cast<const ArrayType&>(array).GetView(row);
}

// A FLOAT is told by the digits of the double that it is: those of the nearest float, as in 0.1, name another
// double.
arrow::Status AppendFloating(double value, std::string* out) {
  if (!std::isfinite(value)) {
    return arrow::Status::Invalid("SUPER holds no NaN and no infinity");
  }
  // Without a point a parser takes it for the integer, which has no sign.
  if (value == 0 && std::signbit(value)) {
    out->append("-0.0");
  } else {
    fmt::format_to(std::back_inserter(*out), "{}", value);
  }
  return arrow::Status::OK();
}

arrow::Status AppendText(std::string_view text, std::string* out) {
  if (FindBadUtf8(text)) return arrow::Status::Invalid("a string is not valid UTF-8");
  if (static_cast<int64_t>(text.size()) > kMaxSuperStringBytes) {
    return arrow::Status::Invalid(fmt::format("a string of {} bytes is longer than the {} that SUPER holds",
                                              text.size(), kMaxSuperStringBytes));
  }
  AppendJsonString(text, out);
  return arrow::Status::OK();
}

void AppendHexString(std::string_view bytes, std::string* out) {
  out->push_back('"');
  for (const char c : bytes) {
    fmt::format_to(std::back_inserter(*out), "{:02x}", static_cast<uint8_t>(c));
  }
  out->push_back('"');
}

template <typename ListType>
arrow::Status AppendList(const arrow::Array& array, int64_t row, std::string* out) {
  const auto& list = static_cast<const ListType&>(array);
  const int64_t begin = list.value_offset(row);
  const int64_t end = begin + list.value_length(row);
  out->push_back('[');
  for (int64_t i = begin; i < end; ++i) {
    if (i > begin) out->push_back(',');
    ARROW_RETURN_NOT_OK(AppendNestedJson(*list.values(), i, out));
  }
  out->push_back(']');
  return arrow::Status::OK();
}

// A key is a string in JSON, whatever its type.
arrow::Status AppendKey(const arrow::Array& keys, int64_t row, std::string* out) {
  const size_t start = out->size();
  ARROW_RETURN_NOT_OK(AppendNestedJson(keys, row, out));
  if ((*out)[start] == '"') return arrow::Status::OK();
  const std::string text = out->substr(start);
  out->resize(start);
  AppendJsonString(text, out);
  return arrow::Status::OK();
}

arrow::Status AppendMap(const arrow::Array& array, int64_t row, std::string* out) {
  const auto& map = static_cast<const arrow::MapArray&>(array);
  const bool object = CopyChoices().parquet_map_is_object;
  const int64_t begin = map.value_offset(row);
  const int64_t end = begin + map.value_length(row);
  out->push_back(object ? '{' : '[');
  for (int64_t i = begin; i < end; ++i) {
    if (i > begin) out->push_back(',');
    if (object) {
      ARROW_RETURN_NOT_OK(AppendKey(*map.keys(), i, out));
      out->push_back(':');
      ARROW_RETURN_NOT_OK(AppendNestedJson(*map.items(), i, out));
    } else {
      out->append("{\"key\":");
      ARROW_RETURN_NOT_OK(AppendNestedJson(*map.keys(), i, out));
      out->append(",\"value\":");
      ARROW_RETURN_NOT_OK(AppendNestedJson(*map.items(), i, out));
      out->push_back('}');
    }
  }
  out->push_back(object ? '}' : ']');
  return arrow::Status::OK();
}

arrow::Status AppendStruct(const arrow::Array& array, int64_t row, std::string* out) {
  const auto& record = static_cast<const arrow::StructArray&>(array);
  out->push_back('{');
  for (int i = 0; i < record.num_fields(); ++i) {
    if (i > 0) out->push_back(',');
    AppendJsonString(record.struct_type()->field(i)->name(), out);
    out->push_back(':');
    ARROW_RETURN_NOT_OK(AppendNestedJson(*record.field(i), row, out));
  }
  out->push_back('}');
  return arrow::Status::OK();
}

}  // namespace

arrow::Status AppendNestedJson(const arrow::Array& array, int64_t row, std::string* out) {
  if (array.IsNull(row)) {
    out->append("null");
    return arrow::Status::OK();
  }
  const auto number = [&](auto value) {
    fmt::format_to(std::back_inserter(*out), "{}", value);
    return arrow::Status::OK();
  };
  switch (array.type_id()) {
    case arrow::Type::NA:
      out->append("null");
      return arrow::Status::OK();
    case arrow::Type::BOOL:
      out->append(ValueOf<arrow::BooleanArray>(array, row) ? "true" : "false");
      return arrow::Status::OK();
    case arrow::Type::INT8:
      return number(int{ValueOf<arrow::Int8Array>(array, row)});
    case arrow::Type::INT16:
      return number(ValueOf<arrow::Int16Array>(array, row));
    case arrow::Type::INT32:
      return number(ValueOf<arrow::Int32Array>(array, row));
    case arrow::Type::INT64:
      return number(ValueOf<arrow::Int64Array>(array, row));
    case arrow::Type::UINT8:
      return number(int{ValueOf<arrow::UInt8Array>(array, row)});
    case arrow::Type::UINT16:
      return number(ValueOf<arrow::UInt16Array>(array, row));
    case arrow::Type::UINT32:
      return number(ValueOf<arrow::UInt32Array>(array, row));
    case arrow::Type::UINT64:
      return number(ValueOf<arrow::UInt64Array>(array, row));
    case arrow::Type::FLOAT:
      return AppendFloating(ValueOf<arrow::FloatArray>(array, row), out);
    case arrow::Type::DOUBLE:
      return AppendFloating(ValueOf<arrow::DoubleArray>(array, row), out);
    case arrow::Type::DECIMAL128:
      out->append(static_cast<const arrow::Decimal128Array&>(array).FormatValue(row));
      return arrow::Status::OK();
    case arrow::Type::DECIMAL256:
      out->append(static_cast<const arrow::Decimal256Array&>(array).FormatValue(row));
      return arrow::Status::OK();
    case arrow::Type::STRING:
      return AppendText(ValueOf<arrow::StringArray>(array, row), out);
    case arrow::Type::BINARY:
      AppendHexString(ValueOf<arrow::BinaryArray>(array, row), out);
      return arrow::Status::OK();
    case arrow::Type::FIXED_SIZE_BINARY:
      AppendHexString(ValueOf<arrow::FixedSizeBinaryArray>(array, row), out);
      return arrow::Status::OK();
    case arrow::Type::DATE32:
    case arrow::Type::TIME32:
    case arrow::Type::TIME64:
    case arrow::Type::TIMESTAMP: {
      out->push_back('"');
      ARROW_ASSIGN_OR_RAISE(const auto time, ParquetTimeOf(array, row));
      if (array.type_id() == arrow::Type::DATE32) {
        AppendDate(time, out);
      } else if (array.type_id() == arrow::Type::TIMESTAMP) {
        AppendTimestamp(time, false, out);
      } else {
        AppendTimeOfDay(time, false, out);
      }
      out->push_back('"');
      return arrow::Status::OK();
    }
    case arrow::Type::LIST:
      return AppendList<arrow::ListArray>(array, row, out);
    case arrow::Type::MAP:
      return AppendMap(array, row, out);
    case arrow::Type::STRUCT:
      return AppendStruct(array, row, out);
    default:
      return arrow::Status::Invalid("the type ", array.type()->ToString(), " has no JSON form");
  }
}

}  // namespace redshift_local
