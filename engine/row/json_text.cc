#include "engine/row/json_text.h"

#include <arrow/api.h>

#include <cmath>
#include <cstring>
#include <string_view>

#include "engine/row/value_text.h"
#include "engine/type/flink_type.h"
#include "engine/type/text_check.h"

namespace redshift {
namespace {

template <typename Derived>
const Derived& As(const auto& base) {
  return static_cast<const Derived&>(base);
}

/// A text between quotes.
void AppendString(std::string_view value, std::string* out) {
  *out += '"';
  size_t done = 0;
  for (size_t at = 0; at < value.size(); ++at) {
    const auto c = static_cast<unsigned char>(value[at]);
    if (c >= 0x20 && c != '"' && c != '\\') continue;
    out->append(value, done, at - done);
    done = at + 1;
    *out += '\\';
    switch (c) {
      case '"':
      case '\\':
        *out += static_cast<char>(c);
        break;
      case '\b':
        *out += 'b';
        break;
      case '\f':
        *out += 'f';
        break;
      case '\n':
        *out += 'n';
        break;
      case '\r':
        *out += 'r';
        break;
      case '\t':
        *out += 't';
        break;
      default:
        *out += "u00";
        *out += text::kHexDigits[c >> 4];
        *out += text::kHexDigits[c & 15];
    }
  }
  out->append(value, done);
  *out += '"';
}

void AppendHex(std::string_view bytes, std::string* out) {
  const size_t before = out->size();
  out->resize(before + 2 * bytes.size());
  text::WriteHex(out->data() + before, reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size());
}

void AppendText(std::string_view value, std::string* out) {
  if (FindTextFlaw(reinterpret_cast<const uint8_t*>(value.data()), value.size()) != TextFlaw::kInvalidUtf8) {
    AppendString(value, out);
    return;
  }
  *out += "{\"hex\":\"";
  AppendHex(value, out);
  *out += "\"}";
}

template <typename Float>
char* WriteJsonFloat(char* out, Float value) {
  // "-0" would be the integer zero.
  if (value == 0 && std::signbit(value)) return std::copy_n("-0.0", 4, out);
  return text::WriteFloat(out, value);
}

/// Writes a value of fixed size without quotes; returns the end, nullptr for other types.
char* WriteFixed(const arrow::Array& column, int64_t row, char* out) {
  switch (column.type_id()) {
    case arrow::Type::BOOL:
      return As<arrow::BooleanArray>(column).Value(row) ? std::copy_n("true", 4, out)
                                                        : std::copy_n("false", 5, out);
    case arrow::Type::INT8:
      return text::WriteInteger(out, As<arrow::Int8Array>(column).Value(row));
    case arrow::Type::INT16:
      return text::WriteInteger(out, As<arrow::Int16Array>(column).Value(row));
    case arrow::Type::INT32:
      return text::WriteInteger(out, As<arrow::Int32Array>(column).Value(row));
    case arrow::Type::INT64:
      return text::WriteInteger(out, As<arrow::Int64Array>(column).Value(row));
    case arrow::Type::FLOAT:
      return WriteJsonFloat(out, As<arrow::FloatArray>(column).Value(row));
    case arrow::Type::DOUBLE:
      return WriteJsonFloat(out, As<arrow::DoubleArray>(column).Value(row));
    case arrow::Type::DECIMAL128: {
      text::Int128 value;
      std::memcpy(&value, As<arrow::Decimal128Array>(column).GetValue(row), sizeof(value));
      return text::WriteDecimal(out, value, As<arrow::Decimal128Type>(*column.type()).scale());
    }
    case arrow::Type::DATE32:
      return text::WriteDate(out, As<arrow::Date32Array>(column).Value(row));
    case arrow::Type::TIME32: {
      const int32_t millis = As<arrow::Time32Array>(column).Value(row);
      // What is no time of a day is shown as its number.
      return millis < 0 || millis >= 86400000 ? text::WriteInteger(out, millis)
                                              : text::WriteTime(out, millis);
    }
    case arrow::Type::TIMESTAMP: {
      text::LastDate last;
      out = text::WriteTimestamp(out, As<arrow::TimestampArray>(column).Value(row), &last);
      const bool has_zone = !As<arrow::TimestampType>(*column.type()).timezone().empty();
      return has_zone ? std::copy_n("+00", 3, out) : out;
    }
    case arrow::Type::INTERVAL_MONTHS:
      return text::WriteMonths(out, As<arrow::MonthIntervalArray>(column).Value(row));
    case arrow::Type::DURATION:
      return text::WriteDaysToSeconds(out, As<arrow::DurationArray>(column).Value(row));
    default:
      return nullptr;
  }
}

constexpr size_t kFixedRoom = 80;

bool IsNestedType(arrow::Type::type id) {
  return id == arrow::Type::LIST || id == arrow::Type::STRUCT;
}

/// Whether JSON has a form for the value that is not a string.
bool IsBare(const arrow::Array& column, int64_t row) {
  switch (column.type_id()) {
    case arrow::Type::BOOL:
    case arrow::Type::INT8:
    case arrow::Type::INT16:
    case arrow::Type::INT32:
    case arrow::Type::INT64:
      return true;
    case arrow::Type::FLOAT:
      return std::isfinite(As<arrow::FloatArray>(column).Value(row));
    case arrow::Type::DOUBLE:
      return std::isfinite(As<arrow::DoubleArray>(column).Value(row));
    case arrow::Type::DECIMAL128:
      return As<arrow::Decimal128Type>(*column.type()).precision() <= kMaxDigitsOfJsonNumber;
    default:
      return false;
  }
}

/// The name under which a map's value stands.
void AppendName(const arrow::Array& keys, int64_t row, std::string* out) {
  *out += '"';
  // Only text needs escapes, which come with their quotes.
  if (keys.type_id() == arrow::Type::STRING && !keys.IsNull(row)) {
    out->pop_back();
    const std::string_view key = As<arrow::StringArray>(keys).GetView(row);
    const auto* bytes = reinterpret_cast<const uint8_t*>(key.data());
    if (FindTextFlaw(bytes, key.size()) != TextFlaw::kInvalidUtf8) {
      AppendString(key, out);
      return;
    }
    *out += "\"hex:";
    AppendHex(key, out);
  } else {
    AppendPlainText(keys, row, out);
  }
  *out += '"';
}

void AppendEntries(const arrow::ListArray& maps, int64_t row, std::string* out) {
  const auto& entries = As<arrow::StructArray>(*maps.values());
  const arrow::Array& keys = *entries.field(0);
  const arrow::Array& values = *entries.field(1);
  const bool as_object = !IsNestedType(keys.type_id());
  *out += as_object ? '{' : '[';
  const int64_t begin = maps.value_offset(row);
  const int64_t end = begin + maps.value_length(row);
  for (int64_t i = begin; i < end; ++i) {
    if (i > begin) *out += ',';
    if (as_object) {
      AppendName(keys, i, out);
      *out += ':';
      AppendJson(values, i, out);
    } else {
      *out += "{\"key\":";
      AppendJson(keys, i, out);
      *out += ",\"value\":";
      AppendJson(values, i, out);
      *out += '}';
    }
  }
  *out += as_object ? '}' : ']';
}

}  // namespace

void AppendPlainText(const arrow::Array& column, int64_t row, std::string* out) {
  if (column.IsNull(row)) {
    *out += "NULL";
    return;
  }
  char buffer[kFixedRoom];
  if (const char* end = WriteFixed(column, row, buffer); end != nullptr) {
    out->append(buffer, static_cast<size_t>(end - buffer));
  } else if (column.type_id() == arrow::Type::BINARY) {
    AppendHex(As<arrow::BinaryArray>(column).GetView(row), out);
  } else if (column.type_id() == arrow::Type::STRING) {
    *out += As<arrow::StringArray>(column).GetView(row);
  } else {
    AppendJson(column, row, out);
  }
}

void AppendJson(const arrow::Array& column, int64_t row, std::string* out) {
  if (column.IsNull(row)) {
    *out += "null";
    return;
  }
  switch (column.type_id()) {
    case arrow::Type::STRING:
      AppendText(As<arrow::StringArray>(column).GetView(row), out);
      return;
    case arrow::Type::STRUCT: {
      const auto& rows = As<arrow::StructArray>(column);
      *out += '{';
      for (int i = 0; i < rows.num_fields(); ++i) {
        if (i > 0) *out += ',';
        AppendString(column.type()->field(i)->name(), out);
        *out += ':';
        AppendJson(*rows.field(i), row, out);
      }
      *out += '}';
      return;
    }
    case arrow::Type::LIST: {
      const auto& lists = As<arrow::ListArray>(column);
      if (IsEntriesType(*column.type())) {
        AppendEntries(lists, row, out);
        return;
      }
      *out += '[';
      const int64_t begin = lists.value_offset(row);
      const int64_t end = begin + lists.value_length(row);
      for (int64_t i = begin; i < end; ++i) {
        if (i > begin) *out += ',';
        AppendJson(*lists.values(), i, out);
      }
      *out += ']';
      return;
    }
    default: {
      const bool quoted = !IsBare(column, row);
      if (quoted) *out += '"';
      AppendPlainText(column, row, out);
      if (quoted) *out += '"';
    }
  }
}

void AppendRowAsJson(const arrow::RecordBatch& batch, int64_t row, std::string* out) {
  *out += '{';
  for (int i = 0; i < batch.num_columns(); ++i) {
    if (i > 0) *out += ',';
    AppendString(batch.column_name(i), out);
    *out += ':';
    AppendJson(*batch.column(i), row, out);
  }
  *out += '}';
}

}  // namespace redshift
