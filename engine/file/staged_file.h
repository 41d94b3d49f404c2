#pragma once

#include <cstdint>
#include <string>

namespace redshift {

/// A complete object on S3 that holds rows for one load. Nobody changes or overwrites it.
struct StagedFile {
  std::string url;    // "s3://bucket/key"
  int64_t bytes = 0;  // size of the object, that is after compression
  int64_t rows = 0;

  friend bool operator==(const StagedFile&, const StagedFile&) = default;
};

}  // namespace redshift
