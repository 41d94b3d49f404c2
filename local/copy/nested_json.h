// SERIALIZETOJSON: a value of a Parquet file, however nested, as the JSON text of a SUPER value.
#pragma once

#include <arrow/array.h>
#include <arrow/status.h>

#include <cstdint>
#include <string>

namespace redshift_local {

/// SUPER holds this much per value, and this much per string inside it.
inline constexpr int64_t kMaxSuperBytes = int64_t{16} << 20;
inline constexpr int64_t kMaxSuperStringBytes = 65535;

/// Appends the JSON of one value; NULL is `null`. Dates and times become strings, bytes become their hex
/// digits. Fails for what JSON or SUPER cannot hold: NaN, infinities, bad UTF-8, strings that are too long.
arrow::Status AppendNestedJson(const arrow::Array& array, int64_t row, std::string* out);

/// Appends a JSON string, quoted and escaped. `text` is UTF-8.
void AppendJsonString(std::string_view text, std::string* out);

}  // namespace redshift_local
