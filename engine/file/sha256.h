#pragma once

#include <arrow/result.h>

#include <string>
#include <string_view>

namespace redshift {

/// The SHA-256 of the bytes as 64 lower-case hexadecimal digits.
arrow::Result<std::string> Sha256Hex(std::string_view bytes);

}  // namespace redshift
