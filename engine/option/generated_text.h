#pragma once

#include <string>

namespace redshift {

/// The Java class RedshiftOptions: one ConfigOption per option of the table.
std::string OptionsAsJava();

/// docs/options.md.
std::string OptionsAsMarkdown();

}  // namespace redshift
