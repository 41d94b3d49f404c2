// What can be wrong with a field or a record, under the codes of Redshift's load error reference.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace redshift_local {

namespace load_code {
inline constexpr int kUnknown = 1200;
inline constexpr int kDelimiterNotInFile = 1201;
inline constexpr int kExtraColumns = 1202;
inline constexpr int kFewerColumns = 1203;
inline constexpr int kOutOfRange = 1204;
inline constexpr int kDate = 1205;
inline constexpr int kTimestamp = 1206;
inline constexpr int kDigit = 1207;
inline constexpr int kFloat = 1208;
inline constexpr int kDecimal = 1209;
inline constexpr int kBoolean = 1210;
inline constexpr int kEmptyLine = 1211;
inline constexpr int kFileNotFound = 1212;
inline constexpr int kNotNull = 1213;
inline constexpr int kDelimiterNotFound = 1214;
inline constexpr int kChar = 1215;
inline constexpr int kInvalidLine = 1216;
inline constexpr int kIdentity = 1217;
inline constexpr int kNulByte = 1218;
inline constexpr int kUtf8 = 1220;
inline constexpr int kIntegerOverflow = 1222;
inline constexpr int kJson = 1224;
}  // namespace load_code

/// Why one field or record cannot be loaded.
struct FieldError {
  int code = 0;
  /// As STL_LOAD_ERRORS.err_reason has it; longer texts are cut there to 100 bytes.
  std::string reason;
};

/// One field of the record that failed, for STL_LOADERROR_DETAIL.
struct LoadErrorField {
  std::string column;
  std::string type;
  std::string length;
  std::string value;
  bool is_null = false;
};

/// One row of STL_LOAD_ERRORS.
struct LoadError {
  std::string file;
  int64_t line = 0;
  /// Empty when the record as a whole is at fault.
  std::string column;
  std::string type;
  std::string length;
  /// Byte of the field in the line, from 0.
  int64_t position = 0;
  std::string raw_line;
  std::string raw_value;
  FieldError error;
  std::vector<LoadErrorField> fields;
};

}  // namespace redshift_local
