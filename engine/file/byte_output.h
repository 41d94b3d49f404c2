// Where the bytes of a file go.
#pragma once

#include <arrow/status.h>

#include <string_view>

namespace redshift {

/// Takes the bytes of one file in their order. For one thread at a time.
class ByteOutput {
 public:
  ByteOutput() = default;
  virtual ~ByteOutput() = default;
  ByteOutput(const ByteOutput&) = delete;
  ByteOutput& operator=(const ByteOutput&) = delete;

  /// May block. After an error the file is of no use.
  virtual arrow::Status Write(std::string_view data) = 0;
};

}  // namespace redshift
