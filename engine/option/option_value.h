#pragma once

#include <arrow/result.h>

#include <chrono>
#include <string_view>

#include "engine/option/option_keys.h"

namespace redshift {

/// Reads a duration as Flink's TimeUtils.parseDuration does: a whole number and a unit, with or without a
/// blank, in any case ("30 s", "10min", "1 Hour"); milliseconds without a unit. Whole milliseconds only:
/// Invalid for what is finer, as no option needs it.
arrow::Result<std::chrono::milliseconds> ParseDuration(std::string_view text);

/// Reads a size as Flink's MemorySize.parse does: a whole number and a unit of 1024, with or without a blank,
/// in any case ("128mb", "64 m", "1 Gibibytes"); bytes without a unit.
arrow::Result<option::ByteSize> ParseByteSize(std::string_view text);

/// "90 s", "128 mb": the largest unit that leaves a whole number.
std::string ToString(std::chrono::milliseconds duration);
std::string ToString(option::ByteSize size);

}  // namespace redshift
