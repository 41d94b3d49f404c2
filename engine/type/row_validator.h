#pragma once

#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include <cstdint>
#include <string>
#include <vector>

#include "engine/type/redshift_type.h"
#include "engine/type/table_schema.h"

namespace redshift {

/// Finds values that Redshift would refuse or change, before they are staged or sent: NULL for a NOT NULL
/// column; text longer than the column's bytes (also where only blanks would be cut), with U+0000 or invalid
/// UTF-8, or not ASCII in a CHAR column; decimals out of the declared precision, or of the 64 bits that
/// DECIMAL(19, s) has; dates and timestamps outside the years 1 to 9999; times outside a day. Immutable and
/// so safe to share between threads.
class RowValidator {
 public:
  /// `declared` must have passed CheckTarget against `target`. `table` is the name shown in errors.
  static arrow::Result<RowValidator> Make(const TableSchema& declared, const TargetTable& target,
                                          std::string table);

  /// The first bad row of the batch as a BadRowError, or OK. `first_row_number` is the number of the batch's
  /// first row within the writer, for the message. The batch has the columns of TableSchema::arrow_schema().
  arrow::Status Check(const arrow::RecordBatch& batch, int64_t first_row_number) const;

 private:
  struct ColumnRule {
    std::string name;
    FlinkType declared;
    RedshiftType target;
    bool not_null = false;
  };

  RowValidator(std::vector<ColumnRule> rules, std::string table);

  std::vector<ColumnRule> rules_;
  std::string table_;
};

}  // namespace redshift
