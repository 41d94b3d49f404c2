// A COPY manifest: {"entries":[{"url":"s3://bucket/key","mandatory":true}]}.
#pragma once

#include <arrow/result.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace redshift_local {

struct ManifestEntry {
  std::string url;
  bool mandatory = false;
  bool has_meta = false;
  /// `meta.content_length`: the object's bytes.
  std::optional<int64_t> content_length;
};

/// Entries in the manifest's order, repeats kept. XX000 for what is no manifest, with code 8001 for an entry
/// whose url is no full S3 path. Keys that COPY does not know are ignored.
arrow::Result<std::vector<ManifestEntry>> ParseManifest(std::string_view text);

}  // namespace redshift_local
