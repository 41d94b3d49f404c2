// How the rows of a staged file are laid out.
#pragma once

#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include <memory>

#include "engine/file/byte_output.h"
#include "engine/file/csv_encoder.h"

namespace redshift {

/// One staged file in the making: lays out rows and gives their bytes to an output. It may hold some back
/// until Finish. For one thread at a time.
class RowFile {
 public:
  RowFile() = default;
  virtual ~RowFile() = default;
  RowFile(const RowFile&) = delete;
  RowFile& operator=(const RowFile&) = delete;

  /// Blocks while the output does. After an error the file is of no use.
  virtual arrow::Status Append(const arrow::RecordBatch& rows) = 0;

  /// Gives the output all that was held back; ending the output is the caller's affair.
  virtual arrow::Status Finish() = 0;
};

/// A format and what the files of one writer share of it. Files are made one after the other.
class RowFormat {
 public:
  RowFormat() = default;
  virtual ~RowFormat() = default;
  RowFormat(const RowFormat&) = delete;
  RowFormat& operator=(const RowFormat&) = delete;

  /// `output` must outlive the file; the format too.
  virtual arrow::Result<std::unique_ptr<RowFile>> Begin(ByteOutput* output) = 0;
};

/// CSV as `encoder` writes it.
std::unique_ptr<RowFormat> MakeCsvFormat(CsvEncoder encoder);

}  // namespace redshift
