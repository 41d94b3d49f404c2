// VARBYTE fields: hex digits in text, CSV and JSON.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "local/copy/load_error.h"

namespace redshift_local {

/// Appends bytes for PostgreSQL's COPY text format.
void AppendVarbyte(std::string_view bytes, std::string* row);

/// Reads hex digits of any case, two per byte. Error 1207 for another character or half a byte, 1204 for more
/// than `max_bytes`.
bool AppendHex(std::string_view text, int32_t max_bytes, std::string* row, FieldError* error);

}  // namespace redshift_local
