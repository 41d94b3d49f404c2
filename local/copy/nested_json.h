// SERIALIZETOJSON: a value of a Parquet file, however nested, as the JSON text of a SUPER value.
#pragma once

#include <arrow/array.h>
#include <arrow/status.h>

#include <cstdint>
#include <string>

namespace redshift_local {

/// Appends the JSON of one value; NULL is `null`. Dates and times become strings, bytes become their hex
/// digits. Fails for what JSON or SUPER cannot hold: NaN, infinities, bad UTF-8, strings that are too long.
arrow::Status AppendNestedJson(const arrow::Array& array, int64_t row, std::string* out);

}  // namespace redshift_local
