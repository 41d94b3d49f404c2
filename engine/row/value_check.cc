#include "engine/row/value_check.h"

#include <arrow/array/data.h>

#include <cstring>
#include <limits>

#include "engine/row/value_text.h"
#include "engine/type/text_check.h"

namespace redshift {
namespace {

__extension__ using Int128 = __int128;

constexpr int64_t kMicrosPerDay = 86400000000;
constexpr int64_t kFirstMicro = text::kFirstDay * kMicrosPerDay;
constexpr int64_t kLastMicro = (text::kLastDay + 1) * kMicrosPerDay - 1;
// INTERVAL DAY TO SECOND is 64 bits of microseconds (Redshift: "Interval data types").
constexpr int64_t kMostIntervalMillis = std::numeric_limits<int64_t>::max() / 1000;
// Of one text inside a SUPER (Redshift: "Limitations" of SUPER).
constexpr size_t kMaxSuperText = 65535;
constexpr int32_t kMillisPerDay = 86400000;

Int128 PowerOfTen(int exponent) {
  Int128 power = 1;
  for (int i = 0; i < exponent; ++i) power *= 10;
  return power;
}

/// Reports every value that is not NULL and that `is_bad` does not like.
template <typename T>
void ReportBad(const arrow::ArrayData& column, int64_t rows, const ReportBadValue& report,
               std::string_view reason, auto&& is_bad) {
  const T* values = column.GetValues<T>(1);
  // Without a branch per row first: hardly ever is anything found.
  bool any = false;
  for (int64_t row = 0; row < rows; ++row) any |= is_bad(values[row]);
  if (!any) return;
  for (int64_t row = 0; row < rows; ++row) {
    if (is_bad(values[row]) && !column.IsNull(row) && !report(row, std::string(reason))) return;
  }
}

std::string TooLongForSuper(size_t size) {
  return "text of " + std::to_string(size) + " bytes is longer than the 65535 bytes that a text in SUPER has";
}

/// How much of a text TRIMBLANKS leaves.
size_t TrimmedSize(const uint8_t* text, size_t size) {
  while (size > 0 && (text[size - 1] == ' ' || (text[size - 1] >= '\t' && text[size - 1] <= '\r'))) --size;
  return size;
}

/// What is wrong with one text; empty when nothing is.
std::string TextFault(const uint8_t* text, size_t size, const ValueRule& rule) {
  const bool trims = rule.trim_blanks && rule.target.kind == RedshiftKind::kVarchar;
  const size_t kept = trims ? TrimmedSize(text, size) : size;
  if (rule.target.kind == RedshiftKind::kSuper) {
    if (size > kMaxSuperText) return TooLongForSuper(size);
  } else if (kept > static_cast<size_t>(rule.target.length) && rule.text_length) {
    return "text of " + std::to_string(kept) + " bytes is longer than " + rule.target.ToSql() +
           ", which counts bytes";
  }
  switch (FindTextFlaw(text, size)) {
    case TextFlaw::kNul:
      return "text holds the character U+0000, which Redshift cannot store";
    case TextFlaw::kInvalidUtf8:
      // ACCEPTINVCHARS is about VARCHAR columns alone.
      if (rule.text_utf8 || rule.target.kind != RedshiftKind::kVarchar) return "text is not valid UTF-8";
      if (std::memchr(text, 0, size) != nullptr) {
        return "text holds the character U+0000, which Redshift cannot store";
      }
      break;
    case TextFlaw::kNone:
      break;
  }
  if (rule.target.kind == RedshiftKind::kChar && !IsPlainAscii(text, size)) {
    return "text holds a character outside ASCII, which " + rule.target.ToSql() + " cannot store";
  }
  if (!rule.null_marker.empty() && size == rule.null_marker.size() &&
      std::memcmp(text, rule.null_marker.data(), size) == 0) {
    return "the text is the marker that this job uses for NULL; submit the job again, which draws another "
           "one";
  }
  return "";
}

void CheckText(const arrow::ArrayData& column, int64_t rows, const ValueRule& rule,
               const ReportBadValue& report) {
  if (rows == 0) return;
  const int32_t* offsets = column.GetValues<int32_t>(1);
  const uint8_t* data = column.GetValues<uint8_t>(2, 0);
  const bool in_super = rule.target.kind == RedshiftKind::kSuper;
  const bool is_char = rule.target.kind == RedshiftKind::kChar;
  const int32_t limit = in_super           ? int32_t{kMaxSuperText}
                        : rule.text_length ? rule.target.length
                                           : std::numeric_limits<int32_t>::max();
  const int32_t marker_size = rule.null_marker.empty() ? -1 : static_cast<int32_t>(rule.null_marker.size());
  bool too_long = false;
  bool like_marker = false;
  for (int64_t row = 0; row < rows; ++row) {
    const int32_t size = offsets[row + 1] - offsets[row];
    too_long |= size > limit;
    like_marker |= size == marker_size;
  }
  const bool is_plain =
      !too_long && IsPlainAscii(data + offsets[0], static_cast<size_t>(offsets[rows] - offsets[0]));
  if (is_plain && !like_marker) return;
  for (int64_t row = 0; row < rows; ++row) {
    const int32_t size = offsets[row + 1] - offsets[row];
    if (size == 0 || (is_plain && size != marker_size) || column.IsNull(row)) continue;
    const uint8_t* text = data + offsets[row];
    // Hardly ever is there more to look at.
    if (!is_char && size <= limit && size != marker_size &&
        FindTextFlaw(text, static_cast<size_t>(size)) == TextFlaw::kNone) {
      continue;
    }
    std::string fault = TextFault(text, static_cast<size_t>(size), rule);
    if (!fault.empty() && !report(row, std::move(fault))) return;
  }
}

void CheckBytes(const arrow::ArrayData& column, int64_t rows, const ValueRule& rule,
                const ReportBadValue& report) {
  const int32_t* offsets = column.GetValues<int32_t>(1);
  const bool in_super = rule.target.kind == RedshiftKind::kSuper;
  const auto limit = in_super ? static_cast<int32_t>(kMaxSuperText / 2) : rule.target.length;
  const bool empty_is_null = !in_super && !rule.null_marker.empty();
  for (int64_t row = 0; row < rows; ++row) {
    const int32_t size = offsets[row + 1] - offsets[row];
    std::string fault;
    if (size > limit) {
      if (column.IsNull(row)) continue;
      fault = in_super ? TooLongForSuper(2 * static_cast<size_t>(size)) + " (bytes are written in hex)"
                       : std::to_string(size) + " bytes are more than " + rule.target.ToSql() + " has";
    } else if (size == 0 && empty_is_null && !column.IsNull(row)) {
      fault =
          "no bytes at all (not NULL) for a VARBYTE, which COPY reads as NULL from CSV; "
          "'sink.copy.format' = 'parquet' keeps them apart";
    } else {
      continue;
    }
    if (!report(row, std::move(fault))) return;
  }
}

/// JSON has no form for what is not a number.
template <typename Float>
void CheckFloats(const arrow::ArrayData& column, int64_t rows, const ReportBadValue& report) {
  ReportBad<Float>(column, rows, report, "NaN or an infinity inside SUPER, which JSON cannot hold",
                   [](Float v) { return !(v - v == 0); });
}

void CheckDecimal(const arrow::ArrayData& column, int64_t rows, const ValueRule& rule,
                  const ReportBadValue& report) {
  const FlinkType& declared = rule.declared;
  const RedshiftType& target = rule.target;
  const Int128 limit = PowerOfTen(declared.precision);
  ReportBad<Int128>(column, rows, report,
                    "the number has more digits than DECIMAL(" + std::to_string(declared.precision) + ", " +
                        std::to_string(declared.scale) + ")",
                    [&](Int128 v) { return v >= limit || v <= -limit; });
  if (target.kind != RedshiftKind::kDecimal) return;
  // Redshift: "Numeric types": up to 19 digits are stored as a 64-bit integer.
  const bool in_64_bits = target.precision == 19;
  if (const int surplus = declared.scale - target.scale; surplus > 0) {
    // No number has more than 38 digits.
    if (target.precision + surplus > 38) return;
    const Int128 first_too_large =
        in_64_bits ? Int128{std::numeric_limits<int64_t>::max()} + 1 : PowerOfTen(target.precision);
    const Int128 rounded_to_it = first_too_large * PowerOfTen(surplus) - 5 * PowerOfTen(surplus - 1);
    ReportBad<Int128>(column, rows, report, "the number, once rounded, is too large for " + target.ToSql(),
                      [&](Int128 v) { return v >= rounded_to_it || v <= -rounded_to_it; });
  } else if (in_64_bits) {
    const Int128 most = std::numeric_limits<int64_t>::max() / PowerOfTen(-surplus);
    ReportBad<Int128>(column, rows, report, "the number is too large for the 64 bits of " + target.ToSql(),
                      [&](Int128 v) { return v > most || v < -most; });
  }
}

}  // namespace

void CheckValues(const arrow::ArrayData& column, int64_t rows, const ValueRule& rule,
                 const ReportBadValue& report) {
  switch (rule.declared.kind) {
    case TypeKind::kChar:
    case TypeKind::kVarchar:
      CheckText(column, rows, rule, report);
      return;
    case TypeKind::kDecimal:
      CheckDecimal(column, rows, rule, report);
      return;
    case TypeKind::kBigInt:
      if (rule.target.kind != RedshiftKind::kDecimal || rule.target.precision != 19) return;
      ReportBad<int64_t>(column, rows, report, "the number is too large for the 64 bits of DECIMAL(19,0)",
                         [](int64_t v) { return v == std::numeric_limits<int64_t>::min(); });
      return;
    case TypeKind::kFloat:
      if (rule.target.kind == RedshiftKind::kSuper) CheckFloats<float>(column, rows, report);
      return;
    case TypeKind::kDouble:
      if (rule.target.kind == RedshiftKind::kSuper) CheckFloats<double>(column, rows, report);
      return;
    case TypeKind::kBinary:
    case TypeKind::kVarbinary:
      CheckBytes(column, rows, rule, report);
      return;
    case TypeKind::kIntervalDayTime:
      ReportBad<int64_t>(column, rows, report,
                         "the interval is too long for the 64 bits of microseconds that it has",
                         [](int64_t v) { return v < -kMostIntervalMillis || v > kMostIntervalMillis; });
      return;
    case TypeKind::kDate:
      if (!rule.date_range) return;
      ReportBad<int32_t>(column, rows, report, "the date is outside the years 1 to 9999",
                         [](int32_t v) { return v < text::kFirstDay || v > text::kLastDay; });
      return;
    case TypeKind::kTime:
      ReportBad<int32_t>(column, rows, report, "the time is outside a day",
                         [](int32_t v) { return v < 0 || v >= kMillisPerDay; });
      return;
    case TypeKind::kTimestamp:
    case TypeKind::kTimestampLtz:
      if (!rule.date_range) return;
      ReportBad<int64_t>(column, rows, report, "the timestamp is outside the years 1 to 9999",
                         [](int64_t v) { return v < kFirstMicro || v > kLastMicro; });
      return;
    default:
      return;
  }
}

}  // namespace redshift
