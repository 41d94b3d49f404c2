#include "local/session/row_shape.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "local/dialect/long_name.h"
#include "local/wire/message.h"

namespace redshift_local {
namespace {

constexpr int32_t kNameType = 19;
constexpr int32_t kRegclassType = 2205;
constexpr int32_t kSuperType = 4000;
constexpr int32_t kVarbyteType = 6551;
constexpr int32_t kYearToMonthType = 1188;
constexpr int32_t kDayToSecondType = 1190;
constexpr int16_t kText = 0;

/// Before the JSON text of a SUPER that is no string (local/system/25_redshift_types.sql).
constexpr char kJsonMark = '\x01';
constexpr uint64_t kMicrosecondsOfDay = 86'400'000'000;
/// What PostgreSQL prints before hexadecimal bytes.
constexpr std::string_view kHexPrefix = "\\x";

std::string SuperText(std::string_view stored) {
  if (!stored.empty() && stored[0] == kJsonMark) return std::string(stored.substr(1));
  return nlohmann::json(stored).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

// PostgreSQL sends microseconds, days and months; Redshift the months in 4 bytes, or the rest in 8.
void AppendBinaryInterval(std::string_view value, bool as_months, BodyWriter* writer) {
  BodyReader reader(value);
  const auto high = static_cast<uint64_t>(static_cast<uint32_t>(reader.Int32()));
  const auto low = static_cast<uint64_t>(static_cast<uint32_t>(reader.Int32()));
  const auto days = static_cast<uint64_t>(int64_t{reader.Int32()});
  const int32_t months = reader.Int32();
  if (as_months) {
    writer->Int32(4).Int32(months);
    return;
  }
  // Beyond 292,000 years they wrap around.
  const auto microseconds = static_cast<int64_t>((high << 32 | low) + days * kMicrosecondsOfDay);
  writer->Int32(8).Int32(static_cast<int32_t>(microseconds >> 32)).Int32(static_cast<int32_t>(microseconds));
}

}  // namespace

RowShape::RowShape(std::string_view body, NameRestorer restore) : restore_(std::move(restore)) {
  BodyReader reader(body);
  BodyWriter writer;
  const int16_t count = reader.Int16();
  writer.Int16(count);
  for (int i = 0; i < count && reader.ok(); ++i) {
    const std::string_view name = reader.String();
    writer.String(IsShortened(name) ? restore_(name) : std::string(name));
    writer.Bytes(reader.Bytes(6));  // table, column
    const int32_t type = reader.Int32();
    const int16_t length = reader.Int16();
    const int32_t modifier = reader.Int32();
    const int16_t format = reader.Int16();
    // That of SUPER is ours alone.
    writer.Int32(type).Int16(length).Int32(type == kSuperType ? -1 : modifier).Int16(format);
    Form form = Form::kAsIs;
    if (type == kNameType || (type == kRegclassType && format == kText)) form = Form::kName;
    if (type == kSuperType) form = Form::kSuper;
    if (type == kVarbyteType && format == kText) form = Form::kVarbyte;
    if (type == kYearToMonthType && format != kText) form = Form::kBinaryMonths;
    if (type == kDayToSecondType && format != kText) form = Form::kBinaryMicroseconds;
    changes_rows_ |= form != Form::kAsIs;
    columns_.push_back(form);
  }
  description_ = writer.body();
}

std::string RowShape::Row(std::string_view body) const {
  BodyReader reader(body);
  BodyWriter writer;
  const int16_t count = reader.Int16();
  writer.Int16(count);
  for (size_t i = 0; i < static_cast<size_t>(count) && reader.ok(); ++i) {
    const int32_t size = reader.Int32();
    if (size < 0) {
      writer.Int32(size);
      continue;
    }
    const std::string_view value = reader.Bytes(static_cast<size_t>(size));
    const Form form = i < columns_.size() ? columns_[i] : Form::kAsIs;
    if (form == Form::kSuper) {
      const std::string text = SuperText(value);
      writer.Int32(static_cast<int32_t>(text.size())).Bytes(text);
    } else if (form == Form::kVarbyte && value.starts_with(kHexPrefix)) {
      writer.Int32(size - static_cast<int32_t>(kHexPrefix.size())).Bytes(value.substr(kHexPrefix.size()));
    } else if (form == Form::kBinaryMonths || form == Form::kBinaryMicroseconds) {
      AppendBinaryInterval(value, form == Form::kBinaryMonths, &writer);
    } else if (form == Form::kName) {
      // With its schema, in the text of a regclass.
      std::string name(value);
      RestoreNames(&name, restore_);
      writer.Int32(static_cast<int32_t>(name.size())).Bytes(name);
    } else {
      writer.Int32(size).Bytes(value);
    }
  }
  return writer.body();
}

}  // namespace redshift_local
