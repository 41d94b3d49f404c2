#pragma once

#include <arrow/type_fwd.h>

#include <cstdint>
#include <string>

namespace redshift {

/// Room for the longest text of any value that has a fixed size, with what separates it.
inline constexpr int64_t kMaxFixedText = 66;

/// No row of the batch is longer than this as CSV or as bind parameters; found without looking at single
/// rows.
int64_t MaxRowText(const arrow::RecordBatch& batch);

/// How long the row is as CSV, or as bind parameters, at most: exact for text, bytes and nested values.
/// `scratch` is used and left behind.
int64_t RowText(const arrow::RecordBatch& batch, int64_t row, std::string* scratch);

/// How long one value is as JSON.
int64_t JsonText(const arrow::Array& column, int64_t row, std::string* scratch);

}  // namespace redshift
