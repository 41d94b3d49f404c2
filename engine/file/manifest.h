#pragma once

#include <arrow/result.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/file/staged_file.h"

namespace redshift {

class Staging;

/// One object that COPY loads.
struct ManifestEntry {
  std::string url;
  int64_t bytes = 0;
  friend bool operator==(const ManifestEntry&, const ManifestEntry&) = default;
};

/// A manifest on S3: COPY takes the url, a commit is identified by the digest.
struct WrittenManifest {
  std::string url;
  std::string sha256;  // of the object's bytes, 64 lower-case hexadecimal digits
  friend bool operator==(const WrittenManifest&, const WrittenManifest&) = default;
};

/// The text of a manifest in Redshift's format ("Using a manifest to specify data files"), one line per
/// entry. Every entry is mandatory, because COPY skips a missing one silently otherwise, and has its size.
/// The same files in the same order give the same bytes.
arrow::Result<std::string> ManifestText(const std::vector<StagedFile>& files);

/// Reads a manifest's text. Invalid when it is not one, or an entry is not mandatory or has no size.
arrow::Result<std::vector<ManifestEntry>> ParseManifest(std::string_view text);

/// Puts a manifest under the staging prefix. To be called when all the files are complete, and with a
/// `relative_key` that was never used before. Blocks; when it fails, an object may or may not be there.
arrow::Result<WrittenManifest> WriteManifest(Staging& staging, std::string_view relative_key,
                                             const std::vector<StagedFile>& files);

/// Reads a manifest from S3 and refuses it when its bytes are not those that were written. Blocks.
arrow::Result<std::vector<ManifestEntry>> ReadManifest(Staging& staging, const WrittenManifest& manifest);

}  // namespace redshift
