// The files of one copy writer.
#pragma once

#include <arrow/result.h>
#include <arrow/type_fwd.h>
#include <arrow/util/future.h>

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "engine/file/row_format.h"
#include "engine/file/staged_file.h"

namespace redshift {

class StagedOutput;
class Staging;

/// Puts rows into files of about one size, one after the other. The upload of one file may still be ending
/// when the next begins. For one thread at a time.
class CopyFiles {
 public:
  /// Keys are `<key_prefix><n><suffix of the staging>`, n from 0.
  CopyFiles(std::shared_ptr<Staging> staging, std::unique_ptr<RowFormat> format, std::string key_prefix,
            int64_t file_bytes);
  ~CopyFiles();
  CopyFiles(const CopyFiles&) = delete;
  CopyFiles& operator=(const CopyFiles&) = delete;

  /// Blocks while the staging's upload memory is used up.
  arrow::Status Append(const arrow::RecordBatch& rows);

  /// Completes all files and returns those completed since the last call. Blocks. Until Release they still
  /// belong to this object.
  arrow::Result<std::vector<StagedFile>> Complete();

  /// The files that Complete has returned belong to somebody else from here on.
  void Release() { completed_.clear(); }

  /// Gives up what is not complete and deletes what is, unless released. Tries everything, unless S3
  /// stops answering; the first error.
  arrow::Status Discard();

 private:
  struct Ending;

  arrow::Status EndCurrent();
  arrow::Status TakeEnded(bool wait);

  const std::shared_ptr<Staging> staging_;
  const std::unique_ptr<RowFormat> format_;
  const std::string key_prefix_;
  const int64_t file_bytes_;
  int64_t next_number_ = 0;
  std::unique_ptr<StagedOutput> output_;  // of the current file
  std::unique_ptr<RowFile> current_;
  int64_t current_rows_ = 0;
  std::deque<Ending> ending_;
  std::vector<StagedFile> completed_;
};

}  // namespace redshift
