// What the dialect does where no documentation says what Redshift does, for the log at the start.
#pragma once

#include <string>
#include <vector>

namespace redshift_local {

/// One line per choice: `type.interval-text=postgres`.
std::vector<std::string> DescribeDialectChoices();

}  // namespace redshift_local
