// COPY ... FORMAT AS PARQUET: row groups in, rows out.
#pragma once

#include <arrow/io/interfaces.h>
#include <arrow/record_batch.h>
#include <arrow/result.h>

#include <memory>
#include <string>
#include <vector>

#include "local/copy/copy_statement.h"
#include "local/copy/load.h"
#include "local/copy/load_output.h"
#include "local/copy/object_store.h"
#include "local/copy/parquet_value.h"

namespace redshift_local {

class ParquetLoader {
 public:
  /// All must outlive the loader.
  static arrow::Result<std::unique_ptr<ParquetLoader>> Make(const CopyStatement& statement,
                                                            const std::vector<FieldTarget>& targets,
                                                            LoadOutput& output);

  /// Loads one file and gives its number of rows. Holds one row group at a time, at most. The first bad value
  /// ends the load: columnar COPY tolerates none.
  arrow::Result<int64_t> Load(const S3Object& object, std::shared_ptr<arrow::io::RandomAccessFile> file);

 private:
  ParquetLoader(const CopyStatement& statement, const std::vector<FieldTarget>& targets, LoadOutput& output);

  arrow::Status LoadBatch(const arrow::RecordBatch& batch, int64_t first_row);
  // In the context of a column and row.
  arrow::Status BadValue(const arrow::Status& status, const CopyColumn& column, int64_t row) const;

  const CopyStatement& statement_;
  const std::vector<FieldTarget>& targets_;
  LoadOutput& output_;
  std::vector<ParquetValueWriter> writers_;
  std::string file_;
};

}  // namespace redshift_local
