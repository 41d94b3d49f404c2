// The options of tables as flags of a command, and as lines of a file.
#pragma once

#include <arrow/result.h>

#include <CLI/App.hpp>
#include <map>
#include <string>
#include <string_view>

namespace redshift {

/// What the user gave: key (any spelling) and value.
using GivenOptions = std::map<std::string, std::string>;

/// Adds `--KEY VALUE` for the options that say where S3 is and as whom it is asked: `s3-uri` and `aws.*`,
/// under all their spellings, with the help of the option table. Parsing fills `*given`, which must outlive
/// the app.
void AddStorageFlags(CLI::App* command, GivenOptions* given);

/// Reads the text of an options file: a line each `key = value`, `key: value`, or as after WITH,
/// `'key' = 'value',`. Empty lines and those that begin with # do not count. Errors name the line and hold no
/// values.
arrow::Result<GivenOptions> ParseOptionsFile(std::string_view text);

/// The same of a file on disk; "-" is standard input.
arrow::Result<GivenOptions> ReadOptionsFile(const std::string& path);

}  // namespace redshift
