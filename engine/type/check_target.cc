#include "engine/type/check_target.h"

#include <set>

#include "engine/type/problem_list.h"

namespace redshift {
namespace {

using R = RedshiftKind;

/// Decimal digits that hold every value of an integer type; 0 for other types.
int IntegerDigits(TypeKind kind) {
  switch (kind) {
    case TypeKind::kTinyInt:
      return 3;
    case TypeKind::kSmallInt:
      return 5;
    case TypeKind::kInt:
      return 10;
    case TypeKind::kBigInt:
      return 19;
    default:
      return 0;
  }
}

/// Digits of which every number fits the integer type; 0 for other types.
int DigitsHeld(RedshiftKind kind) {
  switch (kind) {
    case R::kSmallInt:
      return 4;
    case R::kInteger:
      return 9;
    case R::kBigInt:
      return 18;
    default:
      return 0;
  }
}

/// Width in bytes of integer types; 0 for other types.
int IntegerWidth(RedshiftKind kind) {
  switch (kind) {
    case R::kSmallInt:
      return 2;
    case R::kInteger:
      return 4;
    case R::kBigInt:
      return 8;
    default:
      return 0;
  }
}

bool IntegerFits(TypeKind from, int width, const RedshiftType& to) {
  if (IntegerWidth(to.kind) >= width) return true;
  return to.kind == R::kDecimal && to.precision - to.scale >= IntegerDigits(from);
}

bool DecimalFits(const FlinkType& from, const RedshiftType& to, SurplusDigits surplus) {
  if (to.kind == R::kDecimal) {
    return (to.scale >= from.scale || surplus == SurplusDigits::kRounded) &&
           to.precision - to.scale >= from.precision - from.scale;
  }
  return from.scale == 0 && from.precision <= DigitsHeld(to.kind);
}

/// Whether every value of `from` is kept as it is; lengths of text, and digits that are rounded, aside.
bool Fits(const FlinkType& from, const RedshiftType& to, SurplusDigits surplus) {
  switch (from.kind) {
    case TypeKind::kBoolean:
      return to.kind == R::kBoolean;
    case TypeKind::kTinyInt:
    case TypeKind::kSmallInt:
      return IntegerFits(from.kind, 2, to);
    case TypeKind::kInt:
      return IntegerFits(from.kind, 4, to);
    case TypeKind::kBigInt:
      return IntegerFits(from.kind, 8, to);
    case TypeKind::kFloat:
      return to.kind == R::kReal;
    case TypeKind::kDouble:
      return to.kind == R::kDouble;
    case TypeKind::kDecimal:
      return DecimalFits(from, to, surplus);
    case TypeKind::kChar:
    case TypeKind::kVarchar:
      return to.kind == R::kChar || to.kind == R::kVarchar;
    case TypeKind::kDate:
      return to.kind == R::kDate;
    case TypeKind::kTime:
      return to.kind == R::kTime;
    case TypeKind::kTimestamp:
      return to.kind == R::kTimestamp;
    case TypeKind::kTimestampLtz:
      return to.kind == R::kTimestampTz;
    case TypeKind::kBinary:
    case TypeKind::kVarbinary:
      return to.kind == R::kVarbyte;
    case TypeKind::kIntervalYearMonth:
      return to.kind == R::kIntervalYearMonth;
    case TypeKind::kIntervalDayTime:
      return to.kind == R::kIntervalDayTime;
    case TypeKind::kArray:
    case TypeKind::kMap:
    case TypeKind::kMultiset:
    case TypeKind::kRow:
      return to.kind == R::kSuper;
    case TypeKind::kTimestampTz:
    case TypeKind::kRaw:
    case TypeKind::kOther:
      return false;
  }
  return false;
}

/// What stands against writing to a column of this name, as far as its type does not matter; empty when
/// nothing does.
std::string NameObjection(const std::string& name, const TargetTable& target) {
  int matches = 0;
  std::string stored;
  for (const TargetColumn& column : target.columns) {
    if (FoldName(column.name) != name) continue;
    ++matches;
    stored = column.name;
  }
  if (matches > 1) {
    return " is there " + std::to_string(matches) +
           " times in letters of different case, which only sessions with enable_case_sensitive_identifier "
           "tell apart; rename one of them";
  }
  // Made in such a session; ours could not name it.
  if (matches == 1 && stored != name) {
    return " is stored as \"" + stored +
           "\", which only sessions with enable_case_sensitive_identifier can name; rename it";
  }
  return "";
}

bool IsKey(const TableSchema& declared, const std::string& name) {
  for (const std::string& key : declared.primary_key()) {
    if (FoldName(key) == name) return true;
  }
  return false;
}

/// What to do about a mismatch that people often meet.
std::string Advice(const FlinkType& from, const RedshiftType& to) {
  if (from.kind == TypeKind::kTimestamp && to.kind == R::kTimestampTz) {
    return "; a TIMESTAMP has no time zone: declare the column TIMESTAMP_LTZ";
  }
  if (from.kind == TypeKind::kTimestampLtz && to.kind == R::kTimestamp) {
    return "; the target would lose the time zone: declare the column TIMESTAMP";
  }
  if (from.kind == TypeKind::kFloat && to.kind == R::kDouble) {
    return "; the value's text would change: declare the column DOUBLE and cast in the query";
  }
  if (to.kind == R::kSuper) return "; declare the column ARRAY, MAP, MULTISET or ROW";
  if (to.kind == R::kVarbyte) return "; declare the column BYTES";
  return "";
}

}  // namespace

arrow::Status CheckTarget(const TableSchema& declared, const TargetTable& target, SurplusDigits surplus) {
  ProblemList problems;
  std::set<std::string> written;
  for (const Column& column : declared.columns()) {
    const std::string name = FoldName(column.name);
    written.insert(name);
    const TargetColumn* found = target.Find(column.name);
    const std::string where = "column \"" + name + "\"";
    if (found == nullptr) {
      problems.Add(where + " does not exist");
      continue;
    }
    if (const std::string objection = NameObjection(name, target); !objection.empty()) {
      problems.Add(where + objection);
      continue;
    }
    if (found->is_identity) {
      problems.Add(where + " is an IDENTITY column, which Redshift fills itself; leave it out");
    } else if (!Fits(column.type, found->type, surplus)) {
      FlinkType type = column.type;
      type.nullable = true;
      problems.Add(where + " is " + found->type.ToSql() + " and cannot take every " + type.ToString() +
                   Advice(column.type, found->type));
    }
    if (found->case_insensitive && IsKey(declared, name)) {
      problems.Add(where +
                   " is COLLATE CASE_INSENSITIVE and cannot be in the PRIMARY KEY: Flink tells 'a' from 'A', "
                   "Redshift does not");
    }
  }
  for (const TargetColumn& column : target.columns) {
    if (column.not_null && !column.has_default && !column.is_identity &&
        !written.contains(FoldName(column.name))) {
      problems.Add("column \"" + FoldName(column.name) +
                   "\" is NOT NULL without a default and is not declared in Flink; add it there");
    }
  }
  return problems.ToStatus("table \"" + target.schema + "\".\"" + target.name +
                           "\" does not fit the table declared in Flink:");
}

}  // namespace redshift
