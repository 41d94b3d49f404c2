#include "engine/type/created_type.h"

#include <algorithm>

namespace redshift {
namespace {

// Redshift: "Character types", "VARBYTE type".
constexpr int64_t kMaxVarchar = 65535;
constexpr int32_t kMaxVarbyte = 1024000;
constexpr int64_t kMaxBytesOfCharacter = 4;

}  // namespace

RedshiftType CreatedType(const FlinkType& type) {
  switch (type.kind) {
    case TypeKind::kBoolean:
      return {.kind = RedshiftKind::kBoolean};
    case TypeKind::kTinyInt:
    case TypeKind::kSmallInt:
      return {.kind = RedshiftKind::kSmallInt};
    case TypeKind::kInt:
      return {.kind = RedshiftKind::kInteger};
    case TypeKind::kBigInt:
      return {.kind = RedshiftKind::kBigInt};
    case TypeKind::kFloat:
      return {.kind = RedshiftKind::kReal};
    case TypeKind::kDouble:
      return {.kind = RedshiftKind::kDouble};
    case TypeKind::kDecimal:
      return {.kind = RedshiftKind::kDecimal, .precision = type.precision, .scale = type.scale};
    case TypeKind::kChar:
    case TypeKind::kVarchar:
      return {.kind = RedshiftKind::kVarchar,
              .length = static_cast<int32_t>(std::min(kMaxBytesOfCharacter * type.length, kMaxVarchar))};
    case TypeKind::kBinary:
    case TypeKind::kVarbinary:
      return {.kind = RedshiftKind::kVarbyte, .length = std::min(type.length, kMaxVarbyte)};
    case TypeKind::kDate:
      return {.kind = RedshiftKind::kDate};
    case TypeKind::kTime:
      return {.kind = RedshiftKind::kTime};
    case TypeKind::kTimestamp:
      return {.kind = RedshiftKind::kTimestamp};
    case TypeKind::kTimestampLtz:
      return {.kind = RedshiftKind::kTimestampTz};
    case TypeKind::kIntervalYearMonth:
      return {.kind = RedshiftKind::kIntervalYearMonth};
    case TypeKind::kIntervalDayTime:
      return {.kind = RedshiftKind::kIntervalDayTime};
    case TypeKind::kArray:
    case TypeKind::kMap:
    case TypeKind::kMultiset:
    case TypeKind::kRow:
      return {.kind = RedshiftKind::kSuper};
    case TypeKind::kTimestampTz:
    case TypeKind::kRaw:
    case TypeKind::kOther:
      break;
  }
  return {.spelling = type.spelling};
}

}  // namespace redshift
