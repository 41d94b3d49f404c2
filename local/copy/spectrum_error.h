// Errors of columnar COPY, which Redshift carries out through Spectrum.
#pragma once

#include <arrow/status.h>

#include <string>

namespace redshift_local {

/// XX000 `Spectrum Scan Error` with the DETAIL block that carries code and context. Codes: 15001 a value or a
/// file cannot be read, 15003 a manifest entry is incomplete, 15007 the file's schema does not fit the table.
arrow::Status SpectrumError(int code, const std::string& context);

}  // namespace redshift_local
