// Rows as multi-row INSERT statements with bind parameters.
#pragma once

#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "engine/sink/bind_values.h"
#include "engine/sql/identifier.h"
#include "engine/sql/insert_statement.h"
#include "engine/type/redshift_type.h"
#include "engine/warehouse/session.h"

namespace redshift {

using RecordBatches = std::vector<std::shared_ptr<arrow::RecordBatch>>;

/// Sends rows into one table, each statement within Redshift's limits of parameters and bytes. Reused from
/// batch to batch: Start, then Fill and Send until at_end().
class RowInserter {
 public:
  /// `types` are those of `columns` in the table. An error for types that cannot be inserted.
  static arrow::Result<RowInserter> Make(TableReference table, std::vector<Identifier> columns,
                                         const std::vector<RedshiftType>& types);

  /// Goes to the first of these rows, whose columns are those of Make. `rows` must outlive the last Fill.
  void Start(const RecordBatches* rows);
  /// Takes as many rows as the next statement holds. Invalid when a single one does not fit.
  arrow::Status Fill();
  /// Nothing is left behind what Fill took.
  bool at_end() const { return part_ == rows_->size(); }
  /// Sends what Fill took. May be repeated.
  arrow::Status Send(Session* session, Clock::time_point deadline);
  /// Bytes of the parameters that Fill took.
  int64_t bytes() const { return values_.bytes(); }

 private:
  RowInserter(TableReference table, std::vector<Identifier> columns, std::vector<ParameterForm> forms,
              std::vector<uint32_t> parameter_types);
  void SkipEmptyParts();

  TableReference table_;
  std::vector<Identifier> columns_;
  std::vector<ParameterForm> forms_;
  BindValues values_;
  Statement statement_;  // for statement_rows_ rows
  int statement_rows_ = 0;
  const RecordBatches* rows_ = nullptr;
  size_t part_ = 0;
  int64_t row_ = 0;  // in that part
};

}  // namespace redshift
