#pragma once

#include <string>
#include <string_view>

namespace redshift {

/// The key or alias of the option table that is most like `unknown`, for "did you mean".
std::string NearestKey(std::string_view unknown);

}  // namespace redshift
