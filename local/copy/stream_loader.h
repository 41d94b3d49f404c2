// What reads files that are streams of bytes: text, CSV, JSON.
#pragma once

#include <arrow/io/interfaces.h>
#include <arrow/result.h>

#include <cstdint>
#include <memory>
#include <string>

namespace redshift_local {

class StreamLoader {
 public:
  virtual ~StreamLoader() = default;

  /// Loads one file, decompressed; gives the physical lines it has. `url` names it in errors.
  virtual arrow::Result<int64_t> Load(const std::string& url,
                                      std::shared_ptr<arrow::io::InputStream> stream) = 0;
};

}  // namespace redshift_local
