#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace redshift {

/// A complete object on S3 that holds rows for one load. Nobody changes or overwrites it.
struct StagedFile {
  std::string url;    // "s3://bucket/key"
  int64_t bytes = 0;  // size of the object, that is after compression
  int64_t rows = 0;
  /// In their order in a file that COPY takes by position into the target itself (Parquet); else empty.
  std::vector<std::string> columns = {};

  friend bool operator==(const StagedFile&, const StagedFile&) = default;
};

/// What one subtask staged for one checkpoint.
struct StagedFiles {
  std::vector<StagedFile> data;     // for COPY
  std::vector<StagedFile> rejects;  // bad rows as NDJSON, published after the commit

  bool empty() const { return data.empty() && rejects.empty(); }
};

}  // namespace redshift
