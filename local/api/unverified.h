// What the API does where no documentation says what Amazon's does, for the log at the start.
#pragma once

#include <string>
#include <vector>

namespace redshift_local {

/// One line per choice: `api.several-groups=joined by a colon`.
std::vector<std::string> DescribeApiChoices();

}  // namespace redshift_local
