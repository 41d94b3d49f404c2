#include "engine/row/row_validator.h"

#include <arrow/array.h>

#include <map>
#include <utility>

#include "engine/row/value_check.h"

namespace redshift {

/// Looks through one batch for its first bad rows.
class RowValidator::Search {
 public:
  Search(const RowValidator& validator, const ChangeBatch& batch, int64_t limit)
      : validator_(validator),
        batch_(batch),
        limit_(static_cast<size_t>(limit)),
        rows_(batch.rows->num_rows()) {}

  void Run() {
    for (size_t i = 0; i < validator_.rules_.size() && rows_ > 0; ++i) CheckColumn(i);
  }

  /// Position of the row to what is wrong with it.
  struct Finding {
    size_t column;
    std::string reason;
  };
  const std::map<int64_t, Finding>& findings() const { return findings_; }

 private:
  void CheckColumn(size_t i) {
    const ColumnRule& rule = validator_.rules_[i];
    const RowChecks& checks = validator_.checks_;
    const arrow::ArrayData& column = *batch_.rows->column_data(static_cast<int>(i));
    const ReportBadValue report = [&](int64_t row, std::string reason) {
      return Note(row, i, std::move(reason));
    };
    if ((rule.not_null || rule.is_key) && column.GetNullCount() > 0) {
      const char* reason = rule.is_key ? "NULL in the key" : "NULL for a column that is NOT NULL";
      for (int64_t row = 0; row < rows_; ++row) {
        if (!column.IsNull(row) || (!rule.is_key && batch_.is_delete(row))) continue;
        if (!report(row, reason)) break;
      }
    }
    CheckValues(column, rows_,
                {.declared = rule.declared,
                 .target = rule.target,
                 .null_marker = checks.null_marker,
                 .text_length = checks.text_length,
                 .text_utf8 = checks.text_utf8,
                 .date_range = checks.date_range},
                report);
  }

  /// A row is noted once, for the first column that is at fault.
  bool Note(int64_t row, size_t column, std::string reason) {
    findings_.try_emplace(row, Finding{column, std::move(reason)});
    if (findings_.size() > limit_) findings_.erase(std::prev(findings_.end()));
    if (findings_.size() < limit_) return true;
    // Only rows before the last one found are of interest now.
    rows_ = findings_.rbegin()->first;
    return row < rows_;
  }

  const RowValidator& validator_;
  const ChangeBatch& batch_;
  const size_t limit_;
  int64_t rows_;
  std::map<int64_t, Finding> findings_;
};

RowValidator::RowValidator(std::vector<ColumnRule> rules, std::vector<size_t> key, std::string table,
                           RowChecks checks)
    : rules_(std::move(rules)), key_(std::move(key)), table_(std::move(table)), checks_(std::move(checks)) {}

arrow::Result<RowValidator> RowValidator::Make(const TableSchema& declared, const TargetTable& target,
                                               std::string table, RowChecks checks) {
  std::vector<ColumnRule> rules;
  for (const Column& column : declared.columns()) {
    const TargetColumn* found = target.Find(column.name);
    if (found == nullptr) {
      return arrow::Status::Invalid("table ", table, " has no column \"", column.name, "\"");
    }
    rules.push_back({found->name, column.type, found->type, found->not_null});
  }
  ARROW_ASSIGN_OR_RAISE(std::vector<size_t> key, declared.KeyPositions());
  for (size_t position : key) rules[position].is_key = true;
  return RowValidator(std::move(rules), std::move(key), std::move(table), std::move(checks));
}

arrow::Status RowValidator::Check(const ChangeBatch& batch, int64_t first_row_number) const {
  ARROW_ASSIGN_OR_RAISE(std::vector<BadRow> found, FindBadRows(batch, first_row_number, 1));
  if (found.empty()) return arrow::Status::OK();
  return BadRowError(std::move(found.front()));
}

arrow::Result<std::vector<BadRow>> RowValidator::FindBadRows(const ChangeBatch& batch,
                                                             int64_t first_row_number, int64_t limit) const {
  if (static_cast<size_t>(batch.rows->num_columns()) != rules_.size()) {
    return arrow::Status::Invalid("a batch with ", batch.rows->num_columns(),
                                  " columns was given to a table with ", rules_.size());
  }
  std::vector<BadRow> bad_rows;
  if (limit <= 0) return bad_rows;
  Search search(*this, batch, limit);
  search.Run();
  for (const auto& [row, finding] : search.findings()) {
    bad_rows.push_back({.table = table_,
                        .column = finding.column < rules_.size() ? rules_[finding.column].name : "",
                        .row = first_row_number + row,
                        .reason = finding.reason});
  }
  return bad_rows;
}

}  // namespace redshift
