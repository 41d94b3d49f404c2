// Moments as AWS's answers write them.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace redshift {

/// "2026-11-23T12:00:00Z", with fractions of a second or an offset ("+00:00") where there are some.
std::optional<std::chrono::system_clock::time_point> ParseAwsTime(std::string_view text);

/// "Mon, 23 Nov 2026 12:00:00 GMT", the form of the header Date (RFC 9110, IMF-fixdate).
std::optional<std::chrono::system_clock::time_point> ParseHttpTime(std::string_view text);

}  // namespace redshift
