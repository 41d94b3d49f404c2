#include "engine/type/check_supported.h"

#include <map>

#include "engine/type/problem_list.h"

namespace redshift {
namespace {

constexpr size_t kMaxNameBytes = 127;    // Redshift: "Names and identifiers"
constexpr size_t kMaxColumns = 1600;     // Redshift: "Quotas and limits"
constexpr int kMaxDecimalScale = 37;     // Redshift: "Numeric types"
constexpr int kMaxFractionalDigits = 6;  // Redshift: "Datetime types"

/// What stands against the type; empty when nothing does.
std::string Objection(const FlinkType& type, TimestampOverflow overflow) {
  switch (type.kind) {
    case TypeKind::kBoolean:
    case TypeKind::kTinyInt:
    case TypeKind::kSmallInt:
    case TypeKind::kInt:
    case TypeKind::kBigInt:
    case TypeKind::kFloat:
    case TypeKind::kDouble:
    case TypeKind::kChar:
    case TypeKind::kVarchar:
    case TypeKind::kDate:
    case TypeKind::kTime:
      return "";
    case TypeKind::kDecimal:
      if (type.scale > kMaxDecimalScale) return "Redshift has at most 37 digits after the point";
      return "";
    case TypeKind::kTimestamp:
    case TypeKind::kTimestampLtz:
      if (type.precision > kMaxFractionalDigits && overflow == TimestampOverflow::kFail) {
        return "Redshift keeps microseconds, six fractional digits; declare the column so, or set "
               "'sink.timestamp-overflow' = 'cut'";
      }
      return "";
    case TypeKind::kBinary:
    case TypeKind::kVarbinary:
    case TypeKind::kIntervalYearMonth:
    case TypeKind::kIntervalDayTime:
    case TypeKind::kArray:
    case TypeKind::kMap:
    case TypeKind::kMultiset:
    case TypeKind::kRow:
      return "this type is not supported yet";
    case TypeKind::kTimestampTz:
      return "Flink cannot hand over this type; use TIMESTAMP_LTZ";
    case TypeKind::kRaw:
    case TypeKind::kOther:
      return "Redshift has no type for it";
  }
  return "Redshift has no type for it";
}

}  // namespace

arrow::Status CheckSupported(const TableSchema& schema, TimestampOverflow overflow) {
  ProblemList problems;
  std::map<std::string, std::string> seen;  // folded name -> name as declared
  if (schema.columns().empty()) problems.Add("the table has no columns");
  if (schema.columns().size() > kMaxColumns) {
    problems.Add("the table has " + std::to_string(schema.columns().size()) +
                 " columns; Redshift takes 1600");
  }
  for (const Column& column : schema.columns()) {
    const std::string where = "column \"" + column.name + "\"";
    if (column.name.empty()) problems.Add("a column has no name");
    if (column.name.find('\0') != std::string::npos)
      problems.Add(where + ": its name holds the character U+0000");
    if (column.name.size() > kMaxNameBytes) {
      problems.Add(where + ": its name has " + std::to_string(column.name.size()) +
                   " bytes; Redshift takes 127");
    }
    const auto [earlier, is_new] = seen.emplace(FoldName(column.name), column.name);
    if (!is_new) {
      problems.Add(where + " and column \"" + earlier->second +
                   "\" differ only in case, which Redshift does not tell apart");
    }
    if (const std::string objection = Objection(column.type, overflow); !objection.empty()) {
      problems.Add(where + " " + column.type.ToString() + ": " + objection);
    }
  }
  return problems.ToStatus("the table cannot be written to Redshift as it is declared:");
}

}  // namespace redshift
