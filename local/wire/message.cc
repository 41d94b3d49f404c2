#include "local/wire/message.h"

#include <algorithm>
#include <utility>

namespace redshift_local {

BodyWriter& BodyWriter::Int16(int16_t value) {
  const auto bits = static_cast<uint16_t>(value);
  body_.push_back(static_cast<char>(bits >> 8));
  body_.push_back(static_cast<char>(bits & 0xFF));
  return *this;
}

BodyWriter& BodyWriter::Int32(int32_t value) {
  const auto bits = static_cast<uint32_t>(value);
  for (int shift = 24; shift >= 0; shift -= 8) body_.push_back(static_cast<char>((bits >> shift) & 0xFF));
  return *this;
}

BodyWriter& BodyWriter::String(std::string_view value) {
  body_.append(value);
  body_.push_back('\0');
  return *this;
}

BodyWriter& BodyWriter::Bytes(std::string_view value) {
  body_.append(value);
  return *this;
}

std::string_view BodyReader::Bytes(size_t size) {
  if (size > rest_.size()) {
    ok_ = false;
    rest_ = {};
    return {};
  }
  const std::string_view bytes = rest_.substr(0, size);
  rest_.remove_prefix(size);
  return bytes;
}

uint8_t BodyReader::Byte() {
  const std::string_view bytes = Bytes(1);
  return bytes.empty() ? uint8_t{0} : static_cast<uint8_t>(bytes[0]);
}

int16_t BodyReader::Int16() {
  const int high = Byte();
  return static_cast<int16_t>((high << 8) | Byte());
}

int32_t BodyReader::Int32() {
  uint32_t value = 0;
  for (int i = 0; i < 4; ++i) value = (value << 8) | Byte();
  return static_cast<int32_t>(value);
}

std::string_view BodyReader::String() {
  const size_t zero = rest_.find('\0');
  if (zero == std::string_view::npos) {
    ok_ = false;
    return std::exchange(rest_, {});
  }
  const std::string_view value = rest_.substr(0, zero);
  rest_.remove_prefix(zero + 1);
  return value;
}

ErrorFields ReadErrorFields(std::string_view body) {
  ErrorFields fields;
  BodyReader reader(body);
  while (reader.ok()) {
    const char code = static_cast<char>(reader.Byte());
    if (code == 0) break;
    fields.push_back({code, std::string(reader.String())});
  }
  return fields;
}

std::string WriteErrorFields(const ErrorFields& fields) {
  BodyWriter writer;
  for (const ErrorField& field : fields) {
    writer.Bytes(std::string_view(&field.code, 1)).String(field.value);
  }
  writer.Bytes(std::string_view("\0", 1));
  return writer.body();
}

std::string_view FindField(const ErrorFields& fields, char code) {
  for (const ErrorField& field : fields) {
    if (field.code == code) return field.value;
  }
  return {};
}

void SetField(ErrorFields* fields, char code, std::string value) {
  auto found =
      std::find_if(fields->begin(), fields->end(), [&](const auto& field) { return field.code == code; });
  if (value.empty()) {
    if (found != fields->end()) fields->erase(found);
  } else if (found != fields->end()) {
    found->value = std::move(value);
  } else {
    fields->push_back({code, std::move(value)});
  }
}

}  // namespace redshift_local
