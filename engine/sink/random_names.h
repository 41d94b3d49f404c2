#pragma once

#include <cstddef>
#include <string>

namespace redshift {

/// A random UUID (version 4), 36 characters.
std::string RandomUuid();

/// `length` random ASCII letters and digits, the first a letter.
std::string RandomName(size_t length);

}  // namespace redshift
