// Values of all types as CSV: what the validator lets pass is encoded, reads back as the same values by rules
// written down here once more, and takes no more room than was foretold.
//
// Input: a column's type per line; an empty line; values.
#include <arrow/api.h>

#include <bit>
#include <charconv>
#include <chrono>
#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>

#include "engine/file/csv_encoder.h"
#include "engine/row/row_size.h"
#include "engine/row/row_validator.h"
#include "engine/row/testing/drawn_rows.h"
#include "engine/type/check_supported.h"
#include "engine/type/check_target.h"
#include "tests/fuzz/fuzz.h"

namespace redshift {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kNullMarker = "nul0";
constexpr int64_t kMillisPerDay = 86400000;

template <typename Array>
const Array& As(const arrow::Array& array) {
  return static_cast<const Array&>(array);
}

int ScaleOf(const arrow::Array& decimals) {
  return static_cast<const arrow::Decimal128Type&>(*decimals.type()).scale();
}

bool HasNoZone(const arrow::Array& timestamps) {
  return static_cast<const arrow::TimestampType&>(*timestamps.type()).timezone().empty();
}

struct Field {
  std::string text;
  bool quoted = false;
};

/// One record and its line feed off the front of `rest`; nothing when it is none.
std::optional<std::vector<Field>> TakeRecord(std::string_view* rest) {
  std::vector<Field> fields(1);
  size_t at = 0;
  const auto next = [&] { return at < rest->size() ? (*rest)[at++] : '\0'; };
  for (char c = next();; c = next()) {
    if (c == '"' && fields.back().text.empty() && !fields.back().quoted) {
      fields.back().quoted = true;
      for (c = next();; c = next()) {
        if (at > rest->size()) return std::nullopt;
        if (c == '"') {
          c = next();
          if (c != '"') break;
        }
        fields.back().text += c;
        if (at == rest->size()) return std::nullopt;
      }
      if (c != ',' && c != '\n') return std::nullopt;
    }
    if (c == ',') {
      fields.emplace_back();
    } else if (c == '\n') {
      rest->remove_prefix(at);
      return fields;
    } else if (c == '\0' || c == '"' || static_cast<unsigned char>(c) < ' ') {
      return std::nullopt;
    } else {
      fields.back().text += c;
    }
  }
}

/// A number off the front of `rest`, then `after`.
std::optional<int64_t> TakeNumber(std::string_view* rest, std::string_view after = {}) {
  int64_t value = 0;
  const auto [end, error] = std::from_chars(rest->data(), rest->data() + rest->size(), value);
  if (error != std::errc()) return std::nullopt;
  rest->remove_prefix(static_cast<size_t>(end - rest->data()));
  if (!rest->starts_with(after)) return std::nullopt;
  rest->remove_prefix(after.size());
  return value;
}

bool IsInteger(std::string_view text, int64_t value) {
  return TakeNumber(&text) == value && text.empty();
}

template <typename Float>
bool IsFloat(std::string_view text, Float value) {
  if (std::isnan(value)) return text == "NaN";
  Float read = 0;
  // Spells infinities as we do.
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), read);
  return error == std::errc() && end == text.data() + text.size() && read == value &&
         std::signbit(read) == std::signbit(value);
}

bool IsDecimal(std::string_view text, const arrow::Decimal128& value, int scale) {
  arrow::Decimal128 read;
  int32_t read_precision = 0;
  int32_t read_scale = 0;
  return arrow::Decimal128::FromString(text, &read, &read_precision, &read_scale).ok() && read == value &&
         read_scale == scale;
}

/// YYYY-MM-DD off the front, as days since 1970.
std::optional<int64_t> TakeDate(std::string_view* rest) {
  if (rest->size() < 10) return std::nullopt;
  const auto year = TakeNumber(rest, "-");
  const auto month = TakeNumber(rest, "-");
  const auto day = TakeNumber(rest);
  if (!year || !month || !day) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(*year)),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok()) return std::nullopt;
  return std::chrono::sys_days(date).time_since_epoch().count();
}

/// HH:MM:SS with a fraction of `digits` digits or none, off the front, in units of that fraction.
std::optional<int64_t> TakeTime(std::string_view* rest, size_t digits) {
  const auto hour = TakeNumber(rest, ":");
  const auto minute = TakeNumber(rest, ":");
  const auto second = TakeNumber(rest);
  if (!hour || !minute || !second || *hour > 23 || *minute > 59 || *second > 59) return std::nullopt;
  int64_t time = *hour * 3600 + *minute * 60 + *second;
  for (size_t i = 0; i < digits; ++i) time *= 10;
  if (!rest->starts_with('.')) return time;
  rest->remove_prefix(1);
  const size_t before = rest->size();
  const auto fraction = TakeNumber(rest);
  if (!fraction || before - rest->size() != digits) return std::nullopt;
  return time + *fraction;
}

bool IsTimestamp(std::string_view text, int64_t micros, std::string_view zone) {
  const auto day = TakeDate(&text);
  if (!day || !text.starts_with(' ')) return false;
  text.remove_prefix(1);
  const auto time = TakeTime(&text, 6);
  return time && *day * kMillisPerDay * 1000 + *time == micros && text == zone;
}

bool IsMonths(std::string_view text, int64_t months) {
  const auto years = TakeNumber(&text, " years ");
  const auto rest = TakeNumber(&text, " months");
  return years && rest && *years * 12 + *rest == months && text.empty();
}

bool IsDaysToSeconds(std::string_view text, int64_t millis) {
  const auto days = TakeNumber(&text, " days ");
  const auto hours = TakeNumber(&text, " hours ");
  const auto minutes = TakeNumber(&text, " minutes ");
  const bool negative = text.starts_with('-');
  const auto seconds = TakeNumber(&text);
  if (!days || !hours || !minutes || !seconds) return false;
  int64_t fraction = 0;
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    fraction = text.size() > 3 ? TakeNumber(&text).value_or(-1) : -1;
  }
  const int64_t of_day =
      *hours * 3600000 + *minutes * 60000 + *seconds * 1000 + (negative ? -fraction : fraction);
  return *days * kMillisPerDay + of_day == millis && text == " seconds";
}

bool IsHex(std::string_view text, std::string_view bytes) {
  if (text.size() != 2 * bytes.size()) return false;
  for (size_t i = 0; i < bytes.size(); ++i) {
    uint8_t byte = 0;
    const char* digits = text.data() + 2 * i;
    if (std::from_chars(digits, digits + 2, byte, 16).ptr != digits + 2) return false;
    if (byte != static_cast<uint8_t>(bytes[i])) return false;
  }
  return true;
}

/// Whether the text stands for the value of a column that is neither NULL nor nested.
bool IsValue(std::string_view text, const arrow::Array& column, int64_t row) {
  switch (column.type_id()) {
    case arrow::Type::BOOL:
      return As<arrow::BooleanArray>(column).Value(row) ? text == "t" || text == "true"
                                                        : text == "f" || text == "false";
    case arrow::Type::INT8:
      return IsInteger(text, As<arrow::Int8Array>(column).Value(row));
    case arrow::Type::INT16:
      return IsInteger(text, As<arrow::Int16Array>(column).Value(row));
    case arrow::Type::INT32:
      return IsInteger(text, As<arrow::Int32Array>(column).Value(row));
    case arrow::Type::INT64:
      return IsInteger(text, As<arrow::Int64Array>(column).Value(row));
    case arrow::Type::FLOAT:
      return IsFloat(text, As<arrow::FloatArray>(column).Value(row));
    case arrow::Type::DOUBLE:
      return IsFloat(text, As<arrow::DoubleArray>(column).Value(row));
    case arrow::Type::DECIMAL128:
      return IsDecimal(text, arrow::Decimal128(As<arrow::Decimal128Array>(column).GetValue(row)),
                       ScaleOf(column));
    case arrow::Type::DATE32:
      return TakeDate(&text) == As<arrow::Date32Array>(column).Value(row) && text.empty();
    case arrow::Type::TIME32:
      return TakeTime(&text, 3) == As<arrow::Time32Array>(column).Value(row) && text.empty();
    case arrow::Type::TIMESTAMP:
      return IsTimestamp(text, As<arrow::TimestampArray>(column).Value(row), HasNoZone(column) ? "" : "+00");
    case arrow::Type::INTERVAL_MONTHS:
      return IsMonths(text, As<arrow::MonthIntervalArray>(column).Value(row));
    case arrow::Type::DURATION:
      return IsDaysToSeconds(text, As<arrow::DurationArray>(column).Value(row));
    case arrow::Type::BINARY:
      return IsHex(text, As<arrow::BinaryArray>(column).GetView(row));
    case arrow::Type::STRING:
      return text == As<arrow::StringArray>(column).GetView(row);
    default:
      return false;
  }
}

bool IsJson(const Json& json, const arrow::Array& column, int64_t row);

bool AreEntries(const Json& json, const arrow::ListArray& maps, int64_t row) {
  const auto& entries = As<arrow::StructArray>(*maps.values());
  const auto count = static_cast<size_t>(maps.value_length(row));
  if (json.size() != count) return false;
  int64_t at = maps.value_offset(row);
  for (const auto& [name, entry] : json.items()) {
    if (json.is_object()) {
      const bool same = entries.field(0)->IsNull(at) ? name == "NULL" : IsValue(name, *entries.field(0), at);
      if (!same || !IsJson(entry, *entries.field(1), at)) return false;
    } else if (!json.is_array() || entry.size() != 2 || !IsJson(entry.at("key"), *entries.field(0), at) ||
               !IsJson(entry.at("value"), *entries.field(1), at)) {
      return false;
    }
    ++at;
  }
  return true;
}

bool IsJson(const Json& json, const arrow::Array& column, int64_t row) {
  if (column.IsNull(row)) return json.is_null();
  switch (column.type_id()) {
    case arrow::Type::LIST: {
      const auto& lists = As<arrow::ListArray>(column);
      if (IsEntriesType(*column.type())) return AreEntries(json, lists, row);
      if (!json.is_array() || json.size() != static_cast<size_t>(lists.value_length(row))) return false;
      for (size_t i = 0; i < json.size(); ++i) {
        if (!IsJson(json[i], *lists.values(), lists.value_offset(row) + static_cast<int64_t>(i)))
          return false;
      }
      return true;
    }
    case arrow::Type::STRUCT: {
      const auto& rows = As<arrow::StructArray>(column);
      if (!json.is_object() || json.size() != static_cast<size_t>(rows.num_fields())) return false;
      int field = 0;
      for (const auto& [name, value] : json.items()) {
        if (name != column.type()->field(field)->name()) return false;
        if (!IsJson(value, *rows.field(field), row)) return false;
        ++field;
      }
      return true;
    }
    case arrow::Type::BOOL:
      return json.is_boolean() && json.get<bool>() == As<arrow::BooleanArray>(column).Value(row);
    case arrow::Type::FLOAT:
      return json.is_number() && json.get<float>() == As<arrow::FloatArray>(column).Value(row);
    case arrow::Type::DOUBLE:
      return json.is_number() && json.get<double>() == As<arrow::DoubleArray>(column).Value(row);
    case arrow::Type::DECIMAL128:
      if (json.is_number()) {
        const arrow::Decimal128 value(As<arrow::Decimal128Array>(column).GetValue(row));
        // Decimal128::ToDouble is not the nearest double: 22.7 becomes 22.700000000000003.
        return IsFloat(value.ToString(ScaleOf(column)), json.get<double>());
      }
      return json.is_string() && IsValue(json.get_ref<const std::string&>(), column, row);
    default:
      return json.is_string() ? IsValue(json.get_ref<const std::string&>(), column, row)
                              : json.is_number_integer() && IsInteger(json.dump(), json.get<int64_t>()) &&
                                    IsValue(json.dump(), column, row);
  }
}

bool IsTextual(const arrow::DataType& type) {
  switch (type.id()) {
    case arrow::Type::STRING:
    case arrow::Type::BINARY:
    case arrow::Type::LIST:
    case arrow::Type::STRUCT:
      return true;
    default:
      return false;
  }
}

void CheckField(const Field& field, const arrow::Array& column, int64_t row, bool alone) {
  bool same = false;
  if (column.IsNull(row)) {
    const bool marked = IsTextual(*column.type()) || alone;
    same = !field.quoted && field.text == (marked ? kNullMarker : "");
  } else if (arrow::is_nested(column.type_id())) {
    const Json json = Json::parse(field.text, nullptr, /*allow_exceptions=*/false);
    same = field.quoted && !json.is_discarded() && IsJson(json, column, row);
  } else {
    const bool read_as_null = !field.quoted && field.text == kNullMarker;
    same = !read_as_null && IsValue(field.text, column, row);
  }
  fuzz::Check(same, "a field reads back as its value",
              column.type()->ToString() + " " + column.Slice(row, 1)->ToString() + " as " + field.text);
}

void TakeInput(fuzz::Input input) {
  const TableSchema schema(testing::DrawnColumns(&input));
  if (schema.columns().empty() || !CheckSupported(schema, TimestampOverflow::kCut).ok()) return;
  const TargetTable target = testing::CreatedTarget(schema);
  // CHAR beyond what a VARCHAR holds, say.
  if (!CheckTarget(schema, target).ok()) return;
  ChangeBatch batch;
  batch.rows = testing::DrawnRows(schema, &input);
  const auto validator =
      RowValidator::Make(schema, target, "t",
                         {.null_marker = std::string(kNullMarker), .max_row_bytes = kMaxCopyRowBytes})
          .ValueOrDie();
  const auto rows = testing::GoodRows(validator, batch);

  const auto encoder = CsvEncoder::Make(schema, std::string(kNullMarker)).ValueOrDie();
  arrow::BufferBuilder out;
  fuzz::Check(encoder.Encode(*rows, &out).ok(), "good rows are encoded");
  std::string_view rest(reinterpret_cast<const char*>(out.data()), static_cast<size_t>(out.length()));
  const int64_t most = MaxRowText(*rows);
  std::string scratch;
  for (int64_t row = 0; row < rows->num_rows(); ++row) {
    const size_t before = rest.size();
    const auto fields = TakeRecord(&rest);
    fuzz::Check(fields && fields->size() == static_cast<size_t>(rows->num_columns()), "a row is a record",
                rest.substr(0, 200));
    const int64_t foretold = RowText(*rows, row, &scratch);
    fuzz::Check(static_cast<int64_t>(before - rest.size()) <= foretold && foretold <= most,
                "a row takes no more room than was foretold");
    for (int column = 0; column < rows->num_columns(); ++column) {
      CheckField((*fields)[static_cast<size_t>(column)], *rows->column(column), row,
                 rows->num_columns() == 1);
    }
  }
  fuzz::Check(rest.empty(), "there are no more records than rows", rest);
}

}  // namespace
}  // namespace redshift

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  redshift::TakeInput({data, size});
  return 0;
}
