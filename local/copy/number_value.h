// BOOLEAN and numeric fields: strict, with Redshift's load error codes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "local/copy/load_error.h"

namespace redshift_local {

/// Each appends the value in a form that PostgreSQL reads alike, or says in `error` why it is none.
bool AppendBoolean(std::string_view text, std::string* row, FieldError* error);

/// `type` is Redshift's word in "Invalid digit, Value 'a', Pos 0, Type: Integer": Short, Integer, Long.
bool AppendInteger(std::string_view text, int64_t least, int64_t most, const char* type, std::string* row,
                   FieldError* error);

/// Surplus digits of the fraction are cut, or rounded half away from zero with ROUNDEC. Precision up to 19
/// also has to fit a signed 64-bit integer once the point is taken away.
bool AppendDecimal(std::string_view text, int precision, int scale, bool round, std::string* row,
                   FieldError* error);

bool AppendReal(std::string_view text, std::string* row, FieldError* error);
bool AppendDouble(std::string_view text, std::string* row, FieldError* error);

}  // namespace redshift_local
