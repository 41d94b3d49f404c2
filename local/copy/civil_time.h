// A point in the civil calendar, as read from a field and written for PostgreSQL.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace redshift_local {

struct CivilTime {
  /// Astronomical: 1 BC is 0.
  int year = 0;
  int month = 1;
  int day = 1;
  int hour = 0;
  int minute = 0;
  /// 60 only when a fraction was rounded up; PostgreSQL carries it over.
  int second = 0;
  int microsecond = 0;
  /// East of Greenwich. Not set: the session's zone.
  std::optional<int> offset_seconds;

  /// Within 4713 BC to 294276 AD, and a day that the month has.
  bool IsValidDate() const;
  bool IsValidTimeOfDay() const;
};

void AppendDate(const CivilTime& time, std::string* row);
void AppendTimeOfDay(const CivilTime& time, bool with_zone, std::string* row);
void AppendTimestamp(const CivilTime& time, bool with_zone, std::string* row);

/// The civil time, in UTC, of so many microseconds since 1970.
CivilTime FromEpoch(int64_t microseconds);
/// The date of a day number counted from 1970-01-01.
void SetDateFromDays(int64_t days, CivilTime* time);

/// Reads the parts of a date or time from the front of a text. Each returns false, and may have advanced,
/// when the text does not go on so.
class CivilScanner {
 public:
  explicit CivilScanner(std::string_view text) : text_(text) {}

  bool AtEnd() const { return at_ == text_.size(); }
  char Peek() const { return AtEnd() ? '\0' : text_[at_]; }
  bool Skip(char c);
  void SkipBlanks();
  std::string_view rest() const { return text_.substr(at_); }
  void Advance(size_t bytes) { at_ += bytes; }

  /// A number of `least` to `most` digits.
  bool Number(int least, int most, int* out);
  /// The digits behind a decimal point, as microseconds; rounds up into `second` (see CopyChoices).
  bool Fraction(CivilTime* time);
  /// HH:MI[:SS[.fraction]], two digits each.
  bool TimeOfDay(CivilTime* time, bool seconds_needed);
  /// Z, +HH, +HHMM, +HH:MM[:SS].
  bool NumericZone(CivilTime* time);
  bool AtNumericZone() const { return Peek() == '+' || Peek() == '-' || Peek() == 'Z' || Peek() == 'z'; }

 private:
  std::string_view text_;
  size_t at_ = 0;
};

/// 1 to 12 for an English month name, full or its first three letters, in any case; else 0.
int MonthOfName(std::string_view word);

/// Two-digit years: 70 to 99 are 19xx, 00 to 69 are 20xx.
int FullYear(int two_digits);

}  // namespace redshift_local
