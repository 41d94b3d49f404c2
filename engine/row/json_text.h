#pragma once

#include <arrow/type_fwd.h>

#include <cstdint>
#include <string>

namespace redshift {

/// Appends one value as JSON; NULL is `null`. The forms (docs/adr/0016): numbers of integers and floats;
/// text, DECIMAL, dates, times, intervals and bytes (in hex) as strings, spelled as in CSV; ROW as an object
/// in the order of its fields; MAP and MULTISET as an object where the key is a single value, otherwise as an
/// array of
/// {"key":...,"value":...}. The value must have passed RowValidator, as JSON cannot hold every one.
void AppendJson(const arrow::Array& column, int64_t row, std::string* out);

/// Appends a row as one JSON object, in one line, whatever it holds: numbers that JSON cannot hold are
/// strings
/// ("NaN"), text that is not valid UTF-8 is {"hex":"..."}. For rejected rows and messages.
void AppendRowAsJson(const arrow::RecordBatch& batch, int64_t row, std::string* out);

}  // namespace redshift
