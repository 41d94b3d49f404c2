// SUPER values, which text, CSV and JSON files hold as JSON.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "local/copy/load_error.h"

namespace redshift_local {

/// SUPER holds this much per value, and this much per string inside it.
inline constexpr int64_t kMaxSuperBytes = int64_t{16} << 20;
inline constexpr int64_t kMaxSuperStringBytes = 65535;

/// Checks JSON text and appends it, blanks between tokens taken away, for PostgreSQL's COPY text format.
/// Digits of numbers that a double does not hold stay. Error 1224 for what is no JSON, has an attribute
/// twice, or passes SUPER's limits; 1220 for bad UTF-8.
bool AppendSuper(std::string_view json, std::string* row, FieldError* error);

/// Appends a JSON string, quoted and escaped. `text` is UTF-8.
void AppendJsonString(std::string_view text, std::string* out);

}  // namespace redshift_local
