#pragma once

#include <arrow/result.h>

#include <string>
#include <string_view>
#include <vector>

namespace redshift {

/// Takes one name off the front of `rest`: up to `separator` or the end, or in double quotes (a quote inside
/// is doubled). ASCII letters become lower case, in quotes too, as Redshift does unless
/// enable_case_sensitive_identifier is on. A name has 1 to 127 bytes (Redshift: "Names and identifiers").
arrow::Result<std::string> TakeName(std::string_view* rest, char separator);

/// Reads `a`, `a, b` or `"a, b", c`: names of columns separated by commas.
arrow::Result<std::vector<std::string>> ParseColumnNames(std::string_view text);

}  // namespace redshift
