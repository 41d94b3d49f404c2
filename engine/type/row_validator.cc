#include "engine/type/row_validator.h"

#include <cstring>
#include <limits>
#include <optional>
#include <utility>

#include "engine/type/bad_row.h"
#include "engine/type/text_check.h"

namespace redshift {
namespace {

__extension__ using Int128 = __int128;

// The years 1 to 9999, which is what four digits can write.
constexpr int32_t kFirstDay = -719162;
constexpr int32_t kLastDay = 2932896;
constexpr int64_t kMicrosPerDay = 86400000000;
constexpr int64_t kFirstMicro = kFirstDay * kMicrosPerDay;
constexpr int64_t kLastMicro = (kLastDay + 1) * kMicrosPerDay - 1;
constexpr int32_t kMillisPerDay = 86400000;

struct Finding {
  int64_t row;
  std::string reason;
};

Int128 PowerOfTen(int exponent) {
  Int128 power = 1;
  for (int i = 0; i < exponent; ++i) power *= 10;
  return power;
}

/// The first row of `rows` that is not NULL and holds a value that `is_bad` does not like.
template <typename T>
std::optional<int64_t> FirstBad(const arrow::ArrayData& column, int64_t rows, auto&& is_bad) {
  const T* values = column.GetValues<T>(1);
  // Without a branch per row first: hardly ever is anything found.
  bool any = false;
  for (int64_t row = 0; row < rows; ++row) any |= is_bad(values[row]);
  if (!any) return std::nullopt;
  for (int64_t row = 0; row < rows; ++row) {
    if (is_bad(values[row]) && !column.IsNull(row)) return row;
  }
  return std::nullopt;
}

std::optional<Finding> CheckText(const arrow::ArrayData& column, int64_t rows, const RedshiftType& target) {
  if (rows == 0) return std::nullopt;
  const int32_t* offsets = column.GetValues<int32_t>(1);
  const uint8_t* data = column.GetValues<uint8_t>(2, 0);
  const int32_t limit = target.length;
  bool too_long = false;
  for (int64_t row = 0; row < rows; ++row) too_long |= offsets[row + 1] - offsets[row] > limit;
  if (!too_long && IsPlainAscii(data + offsets[0], static_cast<size_t>(offsets[rows] - offsets[0]))) {
    return std::nullopt;
  }
  for (int64_t row = 0; row < rows; ++row) {
    const int32_t size = offsets[row + 1] - offsets[row];
    if (size == 0 || column.IsNull(row)) continue;
    if (size > limit) {
      return Finding{row, "text of " + std::to_string(size) + " bytes is longer than " + target.ToSql() +
                              ", which counts bytes"};
    }
    const uint8_t* text = data + offsets[row];
    switch (FindTextFlaw(text, static_cast<size_t>(size))) {
      case TextFlaw::kNul:
        return Finding{row, "text holds the character U+0000, which Redshift cannot store"};
      case TextFlaw::kInvalidUtf8:
        return Finding{row, "text is not valid UTF-8"};
      case TextFlaw::kNone:
        break;
    }
    if (target.kind == RedshiftKind::kChar && !IsPlainAscii(text, static_cast<size_t>(size))) {
      return Finding{row, "text holds a character outside ASCII, which " + target.ToSql() + " cannot store"};
    }
  }
  return std::nullopt;
}

std::optional<Finding> CheckDecimal(const arrow::ArrayData& column, int64_t rows, const FlinkType& declared,
                                    const RedshiftType& target) {
  const auto reason_at = [&](auto row, std::string reason) -> std::optional<Finding> {
    if (!row) return std::nullopt;
    return Finding{*row, std::move(reason)};
  };
  const Int128 limit = PowerOfTen(declared.precision);
  if (auto row = FirstBad<Int128>(column, rows, [&](Int128 v) { return v >= limit || v <= -limit; })) {
    return reason_at(row, "the number has more digits than DECIMAL(" + std::to_string(declared.precision) +
                              ", " + std::to_string(declared.scale) + ")");
  }
  if (target.kind == RedshiftKind::kDecimal && target.precision == 19) {
    // Redshift: "Numeric types": up to 19 digits are stored as a 64-bit integer.
    const Int128 most = std::numeric_limits<int64_t>::max() / PowerOfTen(target.scale - declared.scale);
    return reason_at(FirstBad<Int128>(column, rows, [&](Int128 v) { return v > most || v < -most; }),
                     "the number is too large for the 64 bits of " + target.ToSql());
  }
  return std::nullopt;
}

std::optional<Finding> CheckValues(const arrow::ArrayData& column, int64_t rows, const FlinkType& declared,
                                   const RedshiftType& target) {
  const auto reason_at = [](std::optional<int64_t> row, const char* reason) -> std::optional<Finding> {
    if (!row) return std::nullopt;
    return Finding{*row, reason};
  };
  switch (declared.kind) {
    case TypeKind::kChar:
    case TypeKind::kVarchar:
      return CheckText(column, rows, target);
    case TypeKind::kDecimal:
      return CheckDecimal(column, rows, declared, target);
    case TypeKind::kBigInt:
      if (target.kind != RedshiftKind::kDecimal || target.precision != 19) return std::nullopt;
      return reason_at(
          FirstBad<int64_t>(column, rows, [](int64_t v) { return v == std::numeric_limits<int64_t>::min(); }),
          "the number is too large for the 64 bits of DECIMAL(19,0)");
    case TypeKind::kDate:
      return reason_at(
          FirstBad<int32_t>(column, rows, [](int32_t v) { return v < kFirstDay || v > kLastDay; }),
          "the date is outside the years 1 to 9999");
    case TypeKind::kTime:
      return reason_at(FirstBad<int32_t>(column, rows, [](int32_t v) { return v < 0 || v >= kMillisPerDay; }),
                       "the time is outside a day");
    case TypeKind::kTimestamp:
    case TypeKind::kTimestampLtz:
      return reason_at(
          FirstBad<int64_t>(column, rows, [](int64_t v) { return v < kFirstMicro || v > kLastMicro; }),
          "the timestamp is outside the years 1 to 9999");
    default:
      return std::nullopt;
  }
}

}  // namespace

RowValidator::RowValidator(std::vector<ColumnRule> rules, std::string table)
    : rules_(std::move(rules)), table_(std::move(table)) {}

arrow::Result<RowValidator> RowValidator::Make(const TableSchema& declared, const TargetTable& target,
                                               std::string table) {
  std::vector<ColumnRule> rules;
  for (const Column& column : declared.columns()) {
    const TargetColumn* found = target.Find(column.name);
    if (found == nullptr) {
      return arrow::Status::Invalid("table ", table, " has no column \"", column.name, "\"");
    }
    rules.push_back({found->name, column.type, found->type, found->not_null});
  }
  return RowValidator(std::move(rules), std::move(table));
}

arrow::Status RowValidator::Check(const arrow::RecordBatch& batch, int64_t first_row_number) const {
  if (static_cast<size_t>(batch.num_columns()) != rules_.size()) {
    return arrow::Status::Invalid("a batch with ", batch.num_columns(), " columns was given to a table with ",
                                  rules_.size());
  }
  // Rows before the first bad one found so far: only an earlier one is of interest.
  int64_t rows = batch.num_rows();
  BadRow first;
  const auto note = [&](const ColumnRule& rule, Finding finding) {
    rows = finding.row;
    first = {table_, rule.name, first_row_number + finding.row, std::move(finding.reason)};
  };
  for (size_t i = 0; i < rules_.size(); ++i) {
    const ColumnRule& rule = rules_[i];
    const arrow::ArrayData& column = *batch.column_data(static_cast<int>(i));
    if (rule.not_null && column.GetNullCount() > 0) {
      for (int64_t row = 0; row < rows; ++row) {
        if (!column.IsNull(row)) continue;
        note(rule, {row, "NULL for a column that is NOT NULL"});
        break;
      }
    }
    if (auto finding = CheckValues(column, rows, rule.declared, rule.target)) note(rule, *std::move(finding));
  }
  if (rows == batch.num_rows()) return arrow::Status::OK();
  return BadRowError(std::move(first));
}

}  // namespace redshift
