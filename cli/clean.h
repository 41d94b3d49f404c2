// redshift-pipe clean
#pragma once

#include <arrow/status.h>

#include <chrono>
#include <cstdio>
#include <string>

#include "engine/option/options.h"

namespace redshift {

struct CleanRequest {
  std::chrono::milliseconds older_than{0};
  bool yes = false;
  bool long_lines = false;
};

/// Reads `--older-than` as options read durations; a number without unit is refused, since it would be
/// milliseconds.
arrow::Result<std::chrono::milliseconds> ParseAge(const std::string& text);

/// Lists the leftovers of sinks under `s3-uri`, and with `yes` removes them page by page. A line each goes to
/// `out` (when it was removed, with `yes`), all else to `err`. Memory does not grow with their number. After
/// an error what was not removed is still there; a repeat is safe.
arrow::Status Clean(const CleanRequest& request, const Options& options, std::FILE* out, std::FILE* err);

}  // namespace redshift
