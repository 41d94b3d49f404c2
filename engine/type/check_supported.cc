#include "engine/type/check_supported.h"

#include <map>
#include <set>

#include "engine/type/problem_list.h"
#include "engine/type/text_check.h"

namespace redshift {
namespace {

constexpr size_t kMaxNameBytes = 127;    // Redshift: "Names and identifiers"
constexpr size_t kMaxColumns = 1600;     // Redshift: "Quotas and limits"
constexpr size_t kStageColumns = 3;      // what the stage of a table with a key has besides the columns
constexpr int kMaxDecimalScale = 37;     // Redshift: "Numeric types"
constexpr int kMaxFractionalDigits = 6;  // Redshift: "Datetime types"

std::string Objection(const FlinkType& type, TimestampOverflow overflow, bool nested);

/// What stands against the parts of ARRAY, MAP, MULTISET and ROW; empty when nothing does.
std::string ObjectionToParts(const FlinkType& type, TimestampOverflow overflow) {
  std::set<std::string_view> names;
  for (const std::string& name : type.field_names) {
    if (!names.insert(name).second) {
      return "two of its fields are named \"" + name + "\", which JSON cannot tell apart";
    }
    const auto* bytes = reinterpret_cast<const uint8_t*>(name.data());
    if (FindTextFlaw(bytes, name.size()) != TextFlaw::kNone) {
      return "the name of a field holds U+0000 or is not valid UTF-8";
    }
  }
  for (const FlinkType& part : type.children) {
    std::string objection = Objection(part, overflow, true);
    if (objection.empty()) continue;
    return IsNested(part.kind) ? objection : "its part " + part.ToString() + ": " + objection;
  }
  return "";
}

/// What stands against the type; empty when nothing does.
std::string Objection(const FlinkType& type, TimestampOverflow overflow, bool nested) {
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
    case TypeKind::kBinary:
    case TypeKind::kVarbinary:
    case TypeKind::kIntervalYearMonth:
    case TypeKind::kIntervalDayTime:
      return "";
    case TypeKind::kDecimal:
      if (type.scale > kMaxDecimalScale && !nested) return "Redshift has at most 37 digits after the point";
      return "";
    case TypeKind::kTimestamp:
    case TypeKind::kTimestampLtz:
      if (type.precision > kMaxFractionalDigits && overflow == TimestampOverflow::kFail) {
        return "Redshift keeps microseconds, six fractional digits; declare the column so, or set "
               "'sink.timestamp-overflow' = 'cut'";
      }
      return "";
    case TypeKind::kArray:
    case TypeKind::kMap:
    case TypeKind::kMultiset:
    case TypeKind::kRow:
      return ObjectionToParts(type, overflow);
    case TypeKind::kTimestampTz:
      return "Flink cannot hand over this type; use TIMESTAMP_LTZ";
    case TypeKind::kRaw:
    case TypeKind::kOther:
      return "Redshift has no type for it";
  }
  return "Redshift has no type for it";
}

/// What stands against the type as part of a PRIMARY KEY; empty when nothing does.
std::string ObjectionToKey(const FlinkType& type) {
  switch (type.kind) {
    case TypeKind::kFloat:
    case TypeKind::kDouble:
      return "equality of floating-point numbers is not exact (NaN, -0.0)";
    case TypeKind::kBinary:
    case TypeKind::kVarbinary:
      return "Redshift does not distribute or sort by VARBYTE";
    case TypeKind::kIntervalYearMonth:
    case TypeKind::kIntervalDayTime:
      return "Redshift does not distribute or sort by INTERVAL";
    case TypeKind::kArray:
    case TypeKind::kMap:
    case TypeKind::kMultiset:
    case TypeKind::kRow:
      return "Redshift does not compare SUPER values exactly";
    default:
      return type.nullable ? "NULL is equal to nothing in SQL; declare the column NOT NULL" : "";
  }
}

void CheckKey(const TableSchema& schema, ProblemList* problems) {
  std::set<size_t> seen;
  for (const std::string& name : schema.primary_key()) {
    const std::string where = "PRIMARY KEY column \"" + name + "\"";
    size_t at = 0;
    while (at < schema.columns().size() && schema.columns()[at].name != name) ++at;
    if (at == schema.columns().size()) {
      problems->Add(where + " is not a column of the table");
    } else if (!seen.insert(at).second) {
      problems->Add(where + " stands in the key twice");
    } else if (const FlinkType& type = schema.columns()[at].type; !ObjectionToKey(type).empty()) {
      problems->Add(where + " " + type.ToString() + ": " + ObjectionToKey(type));
    }
  }
}

}  // namespace

arrow::Status CheckSupported(const TableSchema& schema, TimestampOverflow overflow) {
  ProblemList problems;
  std::map<std::string, std::string> seen;  // folded name -> name as declared
  if (schema.columns().empty()) problems.Add("the table has no columns");
  const bool has_key = !schema.primary_key().empty();
  if (schema.columns().size() > (has_key ? kMaxColumns - kStageColumns : kMaxColumns)) {
    problems.Add("the table has " + std::to_string(schema.columns().size()) +
                 " columns; Redshift takes 1600" +
                 (has_key ? ", three of which a table with a PRIMARY KEY needs while changes wait" : ""));
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
    if (const std::string objection = Objection(column.type, overflow, false); !objection.empty()) {
      problems.Add(where + " " + column.type.ToString() + ": " + objection);
    }
  }
  CheckKey(schema, &problems);
  return problems.ToStatus("the table cannot be written to Redshift as it is declared:");
}

}  // namespace redshift
