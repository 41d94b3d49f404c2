#pragma once

#include <arrow/result.h>

#include <cstdint>
#include <string>
#include <vector>

#include "engine/row/change_batch.h"
#include "engine/type/bad_row.h"
#include "engine/type/redshift_type.h"
#include "engine/type/table_schema.h"

namespace redshift {

/// The largest row that COPY takes, in bytes, from any source (Redshift: "Quotas and limits").
inline constexpr int64_t kMaxCopyRowBytes = 4 * 1024 * 1024;

/// JSON_PARSE and to_varbyte take VARCHAR, which has no more bytes (Redshift: "Character types").
inline constexpr int64_t kMaxBoundText = 65535;

/// What is checked beyond what Redshift's types demand.
struct RowChecks {
  /// A text equal to it is a bad row, since COPY would read NULL. Empty where nothing is written as CSV.
  std::string null_marker = {};
  /// A row that may be longer than this as CSV, or as bind parameters, is a bad row: kMaxCopyRowBytes for
  /// COPY. 0: no limit.
  int64_t max_row_bytes = 0;
  /// A SUPER or VARBYTE whose text is longer than this is a bad row: kMaxBoundText where it goes through
  /// JSON_PARSE or to_varbyte. 0: no limit.
  int64_t max_converted_text = 0;
  /// sink.bad-rows.show-values: whether BadRow::value is filled.
  bool show_values = false;
  /// Off with TRUNCATECOLUMNS: COPY cuts text that is longer than its column.
  bool text_length = true;
  /// On with TRIMBLANKS: COPY cuts trailing white space of VARCHAR columns before it looks at their length.
  bool trim_blanks = false;
  /// Off with ACCEPTINVCHARS: COPY replaces what is not valid UTF-8 in VARCHAR columns.
  bool text_utf8 = true;
  /// Off with ACCEPTANYDATE: dates and timestamps out of range become NULL. That is none for a column that is
  /// NOT NULL.
  bool date_range = true;
};

/// Finds rows that Redshift would refuse or change, before they are staged or sent: NULL for a NOT NULL
/// column or in the key; text longer than the column's bytes (also where only blanks would be cut), with
/// U+0000 or invalid UTF-8, not ASCII in a CHAR column, or equal to the NULL marker; decimals out of the
/// declared precision, of the 64 bits that DECIMAL(19, s) has, or too large once rounded to a target of fewer
/// fractional digits; dates and timestamps outside the years 1 to
/// 9999; times outside a day; intervals out of Redshift's range; bytes longer than a VARBYTE; what SUPER
/// cannot hold; rows that are too long. Of a delete only the key is looked at. Nothing that passes is refused
/// later on. Immutable and so safe to share between threads.
class RowValidator {
 public:
  /// `declared` must have passed CheckTarget against `target`. `table` is the name shown in errors.
  static arrow::Result<RowValidator> Make(const TableSchema& declared, const TargetTable& target,
                                          std::string table, RowChecks checks = {});

  /// The first bad row of the batch as a BadRowError, or OK. `first_row_number` is the number of the batch's
  /// first row within the writer, for the message.
  arrow::Status Check(const ChangeBatch& batch, int64_t first_row_number) const;

  /// The first `limit` bad rows of the batch, each once, in ascending order. BadRow::row counts from
  /// `first_row_number`.
  arrow::Result<std::vector<BadRow>> FindBadRows(const ChangeBatch& batch, int64_t first_row_number,
                                                 int64_t limit) const;

 private:
  struct ColumnRule {
    std::string name;
    FlinkType declared;
    RedshiftType target;
    bool not_null = false;
    bool is_key = false;
  };

  RowValidator(std::vector<ColumnRule> rules, std::vector<size_t> key, std::string table, RowChecks checks);

  class Search;

  /// "id=7, city='Bern'"; empty without a key.
  std::string KeyText(const arrow::RecordBatch& rows, int64_t row) const;

  std::vector<ColumnRule> rules_;
  std::vector<size_t> key_;  // positions of the key's columns
  std::string table_;
  RowChecks checks_;
};

}  // namespace redshift
