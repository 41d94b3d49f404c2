// DATE, TIME and TIMESTAMP fields: Redshift's default formats, DATEFORMAT and TIMEFORMAT with their patterns,
// 'auto', and epoch numbers.
#pragma once

#include <arrow/result.h>

#include <string>
#include <string_view>
#include <vector>

#include "local/copy/civil_time.h"
#include "local/copy/host.h"
#include "local/copy/load_error.h"

namespace redshift_local {

/// A pattern of DATEFORMAT or TIMEFORMAT, such as 'DD.MM.YYYY HH24:MI:SS'. HH means HH24 here.
class DateTimePattern {
 public:
  /// 22007 when the pattern lacks a year, month or day, or names a zone.
  static arrow::Result<DateTimePattern> Make(std::string_view pattern);

  bool Read(std::string_view text, CivilTime* time) const;

 private:
  enum class Part {
    kYear,
    kShortYear,
    kMonth,
    kMonthName,
    kDay,
    kHour24,
    kHour12,
    kMinute,
    kSecond,
    kHalf,
    kLiteral
  };
  struct Element {
    Part part;
    char literal;
    /// Another number follows without a separator: read exactly as many digits as the token has.
    bool exact;
  };
  std::vector<Element> elements_;
};

/// What 'auto' recognises: ISO 8601, names of months, compact forms, Julian days, BC, zones.
bool ReadAutoDateTime(std::string_view text, CivilTime* time);

/// How the fields of all columns of one date or time type are read.
class DateTimeReader {
 public:
  /// `format` is DATEFORMAT's or TIMEFORMAT's argument; empty: the default.
  static arrow::Result<DateTimeReader> Make(ColumnKind kind, const std::string& format);

  /// Appends the value for PostgreSQL; error 1205 for DATE, 1206 for the others.
  bool Append(std::string_view text, std::string* row, FieldError* error) const;

 private:
  enum class Mode { kDefault, kAuto, kPattern, kEpochSeconds, kEpochMillis };

  bool Read(std::string_view text, CivilTime* time) const;
  FieldError Error(std::string_view text) const;

  ColumnKind kind_ = ColumnKind::kDate;
  Mode mode_ = Mode::kDefault;
  std::string format_;
  DateTimePattern pattern_;
};

}  // namespace redshift_local
