// INTERVAL fields of text, CSV and JSON.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "local/copy/load_error.h"

namespace redshift_local {

/// INTERVAL YEAR TO MONTH: `1-2`, `-1-2`, `14`, `1 year 2 months`, `P1Y2M`. Error 1200 for another form, 1204
/// for more months than 32 bits hold.
bool AppendMonths(std::string_view text, std::string* row, FieldError* error);

/// INTERVAL DAY TO SECOND with so many digits of a second: `1 02:03:04.5`, `-02:03:04`, `3 days 4 hours`,
/// `P3DT4H`. A sign in front of `1 02:03:04` stands for all of it; after words each part has its own. Error
/// 1200 for another form, 1204 for more microseconds than 64 bits hold.
bool AppendDayTime(std::string_view text, int digits, std::string* row, FieldError* error);

}  // namespace redshift_local
