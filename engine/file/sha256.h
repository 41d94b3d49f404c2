#pragma once

#include <arrow/result.h>

#include <string>
#include <string_view>

namespace redshift {

/// The SHA-256 of the bytes as 64 lower-case hexadecimal digits.
arrow::Result<std::string> Sha256Hex(std::string_view bytes);

/// The MD5 of the bytes in Base64, as HTTP's Content-MD5 has it: against damage on the way, not against
/// people.
arrow::Result<std::string> Md5Base64(std::string_view bytes);

}  // namespace redshift
