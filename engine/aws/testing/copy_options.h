#pragma once

#include <map>
#include <string>

#include "engine/option/options.h"

namespace redshift::testing {

using OptionMap = std::map<std::string, std::string>;

/// The options of a table in copy mode that stages at `s3_uri` through `endpoint`; `more` adds or replaces.
OptionMap CopyOptions(const std::string& endpoint, const std::string& s3_uri, const OptionMap& more = {});

/// The same, parsed. Ends the test program when they are refused.
Options ParsedCopyOptions(const std::string& endpoint, const std::string& s3_uri, const OptionMap& more = {});

/// The secret key in them, which must never show up.
inline constexpr char kSecretKey[] = "wJalrXUtnFEMI-K7MDENG";

}  // namespace redshift::testing
