#include "local/session/row_shape.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "local/dialect/long_name.h"
#include "local/wire/message.h"

namespace redshift_local {
namespace {

constexpr int32_t kNameType = 19;
constexpr int32_t kSuperType = 4000;
constexpr int32_t kVarbyteType = 6551;
constexpr int16_t kText = 0;

/// Before the JSON text of a SUPER that is no string (local/system/25_redshift_types.sql).
constexpr char kJsonMark = '\x01';
/// What PostgreSQL prints before hexadecimal bytes.
constexpr std::string_view kHexPrefix = "\\x";

std::string SuperText(std::string_view stored) {
  if (!stored.empty() && stored[0] == kJsonMark) return std::string(stored.substr(1));
  return nlohmann::json(stored).dump();
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
    const std::string_view length_and_modifier = reader.Bytes(6);
    const int16_t format = reader.Int16();
    writer.Int32(type).Bytes(length_and_modifier).Int16(format);
    Form form = Form::kAsIs;
    if (type == kNameType) form = Form::kName;
    if (type == kSuperType) form = Form::kSuper;
    if (type == kVarbyteType && format == kText) form = Form::kVarbyte;
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
    } else if (form == Form::kName && IsShortened(value)) {
      const std::string name = restore_(value);
      writer.Int32(static_cast<int32_t>(name.size())).Bytes(name);
    } else {
      writer.Int32(size).Bytes(value);
    }
  }
  return writer.body();
}

}  // namespace redshift_local
