#pragma once

#include <arrow/type_fwd.h>

#include <cstdint>
#include <string>

namespace redshift {

/// DECIMAL of more digits is a string in JSON: a reader that takes numbers for DOUBLE keeps 15.
inline constexpr int kMaxDigitsOfJsonNumber = 15;

/// Appends one value as JSON; NULL is `null`. The forms (docs/adr/0016): integers, floats and DECIMAL of up
/// to 15 digits as numbers; text, longer DECIMAL, dates, times, intervals and bytes (in hex) as strings,
/// spelled as in CSV; ARRAY as an array; ROW as an object in the order of its fields; MAP and MULTISET as an
/// object where the key is a single value, otherwise as an array of {"key":...,"value":...}. What JSON cannot
/// hold, and RowValidator therefore refuses in SUPER, has a form too: "NaN", and {"hex":"..."} for text that
/// is not valid UTF-8.
void AppendJson(const arrow::Array& column, int64_t row, std::string* out);

/// Appends a row as one JSON object, in one line.
void AppendRowAsJson(const arrow::RecordBatch& batch, int64_t row, std::string* out);

/// Appends one value as it stands in a bind parameter or a message: without quotes, bytes in hex, nested
/// values as JSON, NULL as NULL.
void AppendPlainText(const arrow::Array& column, int64_t row, std::string* out);

}  // namespace redshift
