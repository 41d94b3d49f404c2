// Messages of the PostgreSQL wire protocol 3.0: a type byte, a length, a body.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace redshift_local {

struct Message {
  char type = 0;
  std::string body;
};

/// Builds a message body.
class BodyWriter {
 public:
  BodyWriter& Int16(int16_t value);
  BodyWriter& Int32(int32_t value);
  /// Zero-terminated.
  BodyWriter& String(std::string_view value);
  BodyWriter& Bytes(std::string_view value);
  const std::string& body() const { return body_; }

 private:
  std::string body_;
};

/// Reads a message body. Reading past the end yields zeros and empty strings and clears ok().
class BodyReader {
 public:
  explicit BodyReader(std::string_view body) : rest_(body) {}
  uint8_t Byte();
  int16_t Int16();
  int32_t Int32();
  std::string_view String();
  std::string_view Bytes(size_t size);
  std::string_view rest() const { return rest_; }
  bool ok() const { return ok_; }

 private:
  std::string_view rest_;
  bool ok_ = true;
};

/// One field of an ErrorResponse or NoticeResponse, e.g. {'C', "42P01"}.
struct ErrorField {
  char code = 0;
  std::string value;
};
using ErrorFields = std::vector<ErrorField>;

ErrorFields ReadErrorFields(std::string_view body);
std::string WriteErrorFields(const ErrorFields& fields);
/// Empty when the field is absent.
std::string_view FindField(const ErrorFields& fields, char code);
/// Sets, adds or (with an empty value) removes a field.
void SetField(ErrorFields* fields, char code, std::string value);

}  // namespace redshift_local
