// Which columns of Parquet files COPY takes, and how ours become such.
#pragma once

#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include <memory>
#include <string>
#include <vector>

#include "engine/type/redshift_type.h"
#include "engine/type/table_schema.h"

namespace redshift {

/// Refuses, when a table is planned, every column whose values COPY is not known to take out of a Parquet
/// file without change: TIME, TIMESTAMP_LTZ, INTERVAL, MAP and MULTISET, and nested types with other leaves
/// than BOOLEAN, integers, FLOAT, DOUBLE and text, since their text within SUPER would be another than the
/// one we write into CSV. All of them in one message, which points to csv. `schema` must have passed
/// CheckSupported.
arrow::Status CheckParquet(const TableSchema& schema);

/// How the columns of record batches become the columns of a Parquet file: COPY maps by position, demands
/// all columns of its table and exactly the physical type of each. Immutable.
class ParquetColumns {
 public:
  /// For files that are loaded into `target` itself: its columns in its order. Invalid, with a pointer to
  /// csv, when it has columns that are not declared or that take no values (IDENTITY). `table` is the name
  /// shown in errors. `declared` must have passed CheckParquet, and CheckTarget against `target`.
  static arrow::Result<ParquetColumns> ForTable(const TableSchema& declared, const TargetTable& target,
                                                const std::string& table);

  /// For files that are loaded into a stage with the columns of `staged` in their order. A column that
  /// `target` has too is of its type there.
  static arrow::Result<ParquetColumns> ForStage(const TableSchema& staged, const TargetTable& target);

  /// Of the file.
  const std::shared_ptr<arrow::Schema>& schema() const { return schema_; }

  /// The rows of a batch with the columns of the file; copies only what changes its type.
  arrow::Result<std::shared_ptr<arrow::RecordBatch>> Arrange(const arrow::RecordBatch& rows) const;

 private:
  ParquetColumns(std::shared_ptr<arrow::Schema> schema, std::vector<int> sources)
      : schema_(std::move(schema)), sources_(std::move(sources)) {}

  std::shared_ptr<arrow::Schema> schema_;
  std::vector<int> sources_;  // by column of the file, its index in the batch
};

}  // namespace redshift
