#include "engine/row/row_validator.h"

#include <arrow/array.h>

#include <map>
#include <utility>

#include "engine/row/json_text.h"
#include "engine/row/row_size.h"
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
    CheckSizes();
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
    const ValueRule value{.declared = rule.declared,
                          .target = rule.target,
                          .null_marker = checks.null_marker,
                          .text_length = checks.text_length,
                          .trim_blanks = checks.trim_blanks,
                          .text_utf8 = checks.text_utf8,
                          // NULL is what a date out of range would become.
                          .date_range = checks.date_range || rule.not_null};
    const bool is_nested = IsNested(rule.declared.kind);
    if (is_nested) {
      CheckNestedValues(*batch_.rows->column(static_cast<int>(i)), rows_, value, report);
    } else {
      CheckValues(column, rows_, value, report);
    }
    if (checks.max_converted_text > 0 && (is_nested || IsBinary(rule.declared.kind))) CheckConverted(i);
  }

  void CheckConverted(size_t i) {
    const arrow::Array& column = *batch_.rows->column(static_cast<int>(i));
    const int64_t limit = validator_.checks_.max_converted_text;
    for (int64_t row = 0; row < rows_; ++row) {
      if (column.IsNull(row)) continue;
      const bool is_binary = column.type_id() == arrow::Type::BINARY;
      const int64_t size = is_binary ? 2 * static_cast<const arrow::BinaryArray&>(column).value_length(row)
                                     : JsonText(column, row, &scratch_);
      if (size <= limit) continue;
      const char* function = is_binary ? "hex; to_varbyte" : "JSON; JSON_PARSE";
      if (!Note(row, i,
                "value of " + std::to_string(size) + " bytes as " + function +
                    " takes at most 65535, copy mode takes more: 'sink.write.mode' = 'copy'")) {
        return;
      }
    }
  }

  void CheckSizes() {
    const int64_t limit = validator_.checks_.max_row_bytes;
    // A change of a table with a key is written with three numbers more.
    const int64_t extra = validator_.key_.empty() ? 0 : 3 * kMaxFixedText;
    if (limit == 0 || MaxRowText(*batch_.rows) + extra <= limit) return;
    for (int64_t row = 0; row < rows_; ++row) {
      const int64_t size = RowText(*batch_.rows, row, &scratch_) + extra;
      if (size <= limit) continue;
      if (!Note(row, validator_.rules_.size(),
                "row of up to " + std::to_string(size) + " bytes; at most " + std::to_string(limit) +
                    " can be written")) {
        return;
      }
    }
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
  std::string scratch_;
};

namespace {

constexpr size_t kMaxShownBytes = 200;

/// One line, no longer than messages should be.
std::string Shown(const arrow::Array& column, int64_t row) {
  std::string value;
  AppendJson(column, row, &value);
  if (value.size() > kMaxShownBytes) {
    size_t end = kMaxShownBytes;
    while ((static_cast<uint8_t>(value[end]) & 0xC0) == 0x80) --end;  // never inside a character
    value.resize(end);
    value += "...";
  }
  return value;
}

}  // namespace

std::string RowValidator::KeyText(const arrow::RecordBatch& rows, int64_t row) const {
  std::string text;
  for (size_t position : key_) {
    if (!text.empty()) text += ", ";
    text += rules_[position].name + "=";
    std::string value = Shown(*rows.column(static_cast<int>(position)), row);
    if (value.size() > 1 && value.front() == '"' && value.find('\'') == std::string::npos) {
      value.front() = '\'';
      if (value.back() == '"') value.back() = '\'';
    }
    text += value;
  }
  return text;
}

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
    const bool has_column = finding.column < rules_.size();
    BadRow& bad_row = bad_rows.emplace_back(BadRow{.table = table_,
                                                   .column = has_column ? rules_[finding.column].name : "",
                                                   .row = first_row_number + row,
                                                   .reason = finding.reason,
                                                   .key = KeyText(*batch.rows, row)});
    if (checks_.show_values && has_column) {
      bad_row.value = Shown(*batch.rows->column(static_cast<int>(finding.column)), row);
    }
  }
  return bad_rows;
}

}  // namespace redshift
