#pragma once

#include <string_view>

namespace redshift {

/// Whether a key below `s3-uri` is one that sinks give to what they stage:
/// `<job id>/<sink id>/<attempt id>/<name>` with 32 and 8 hexadecimal digits and a UUID, and the name of a
/// data file, a staged reject file or a manifest. Published reject files (`rejected/...`) are none.
bool IsStagedKey(std::string_view relative_key);

/// The same of what may be left of an upload that was begun: also that of the check of a sink's start.
bool IsStagedUploadKey(std::string_view relative_key);

/// Where that check begins an upload.
inline constexpr std::string_view kWriteCheckKey = "write-check";

}  // namespace redshift
