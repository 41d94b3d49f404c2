#include "local/copy/civil_time.h"

#include <cstdlib>

#include "local/copy/unverified.h"

namespace redshift_local {
namespace {

constexpr int64_t kMicrosPerDay = int64_t{86'400} * 1'000'000;

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}

int DaysInMonth(int year, int month) {
  constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  return month == 2 && leap ? 29 : kDays[month - 1];
}

int64_t FloorDiv(int64_t a, int64_t b) {
  return a / b - (a % b < 0 ? 1 : 0);
}

// Written by hand: dates and times are a good part of what a load does.
void AppendPadded(int value, int width, std::string* row) {
  char digits[12];
  int at = sizeof digits;
  for (; value != 0 || width > 0; value /= 10, --width) digits[--at] = static_cast<char>('0' + value % 10);
  row->append(digits + at, sizeof digits - static_cast<size_t>(at));
}

void AppendClock(const CivilTime& time, std::string* row) {
  AppendPadded(time.hour, 2, row);
  row->push_back(':');
  AppendPadded(time.minute, 2, row);
  row->push_back(':');
  AppendPadded(time.second, 2, row);
  if (time.microsecond == 0) return;
  row->push_back('.');
  AppendPadded(time.microsecond, 6, row);
}

void AppendOffset(const CivilTime& time, std::string* row) {
  if (!time.offset_seconds) return;
  const int offset = std::abs(*time.offset_seconds);
  row->push_back(*time.offset_seconds < 0 ? '-' : '+');
  AppendPadded(offset / 3600, 2, row);
  row->push_back(':');
  AppendPadded(offset / 60 % 60, 2, row);
  if (offset % 60 == 0) return;
  row->push_back(':');
  AppendPadded(offset % 60, 2, row);
}

void AppendEra(const CivilTime& time, std::string* row) {
  if (time.year <= 0) row->append(" BC");
}

}  // namespace

bool CivilTime::IsValidDate() const {
  return year >= -4712 && year <= 294'276 && month >= 1 && month <= 12 && day >= 1 &&
         day <= DaysInMonth(year, month);
}

bool CivilTime::IsValidTimeOfDay() const {
  return hour >= 0 && hour <= 23 && minute >= 0 && minute <= 59 && second >= 0 && second <= 60;
}

void AppendDate(const CivilTime& time, std::string* row) {
  const int year = time.year <= 0 ? 1 - time.year : time.year;
  AppendPadded(year, 4, row);
  row->push_back('-');
  AppendPadded(time.month, 2, row);
  row->push_back('-');
  AppendPadded(time.day, 2, row);
}

void AppendTimeOfDay(const CivilTime& time, bool with_zone, std::string* row) {
  AppendClock(time, row);
  if (with_zone) AppendOffset(time, row);
}

void AppendTimestamp(const CivilTime& time, bool with_zone, std::string* row) {
  AppendDate(time, row);
  row->push_back(' ');
  AppendClock(time, row);
  if (with_zone) AppendOffset(time, row);
  AppendEra(time, row);
}

// Howard Hinnant's days_to_civil.
void SetDateFromDays(int64_t days, CivilTime* time) {
  const int64_t shifted = days + 719'468;
  const int64_t era = FloorDiv(shifted, 146'097);
  const int64_t day_of_era = shifted - era * 146'097;
  const int64_t year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const int64_t month = (5 * day_of_year + 2) / 153;
  time->day = static_cast<int>(day_of_year - (153 * month + 2) / 5 + 1);
  time->month = static_cast<int>(month < 10 ? month + 3 : month - 9);
  time->year = static_cast<int>(year_of_era + era * 400 + (time->month <= 2 ? 1 : 0));
}

CivilTime FromEpoch(int64_t microseconds) {
  CivilTime time;
  const int64_t days = FloorDiv(microseconds, kMicrosPerDay);
  const int64_t rest = microseconds - days * kMicrosPerDay;
  SetDateFromDays(days, &time);
  time.hour = static_cast<int>(rest / 3'600'000'000);
  time.minute = static_cast<int>(rest / 60'000'000 % 60);
  time.second = static_cast<int>(rest / 1'000'000 % 60);
  time.microsecond = static_cast<int>(rest % 1'000'000);
  time.offset_seconds = 0;
  return time;
}

bool CivilScanner::Skip(char c) {
  if (Peek() != c || AtEnd()) return false;
  ++at_;
  return true;
}

void CivilScanner::SkipBlanks() {
  while (Peek() == ' ') ++at_;
}

bool CivilScanner::Number(int least, int most, int* out) {
  int digits = 0;
  int value = 0;
  while (digits < most && IsDigit(Peek())) {
    value = value * 10 + (text_[at_++] - '0');
    ++digits;
  }
  if (digits < least) return false;
  *out = value;
  return true;
}

bool CivilScanner::Fraction(CivilTime* time) {
  if (!IsDigit(Peek())) return false;
  int value = 0;
  int digits = 0;
  bool up = false;
  for (; IsDigit(Peek()); ++at_, ++digits) {
    if (digits < 6) value = value * 10 + (text_[at_] - '0');
    if (digits == 6) up = CopyChoices().round_seconds && text_[at_] >= '5';
  }
  for (; digits < 6; ++digits) value *= 10;
  if (up && ++value == 1'000'000) {
    value = 0;
    ++time->second;
  }
  time->microsecond = value;
  return true;
}

bool CivilScanner::TimeOfDay(CivilTime* time, bool seconds_needed) {
  if (!Number(2, 2, &time->hour) || !Skip(':') || !Number(2, 2, &time->minute)) return false;
  if (!Skip(':')) return !seconds_needed;
  if (!Number(2, 2, &time->second) || time->second > 59) return false;
  return !Skip('.') || Fraction(time);
}

bool CivilScanner::NumericZone(CivilTime* time) {
  if (Skip('Z') || Skip('z')) {
    time->offset_seconds = 0;
    return true;
  }
  const bool negative = Peek() == '-';
  if (!Skip('-') && !Skip('+')) return false;
  int hours = 0;
  int minutes = 0;
  int seconds = 0;
  if (!Number(1, 2, &hours)) return false;
  if (Skip(':')) {
    if (!Number(2, 2, &minutes)) return false;
    if (Skip(':') && !Number(2, 2, &seconds)) return false;
  } else if (IsDigit(Peek()) && !Number(2, 2, &minutes)) {
    return false;
  }
  if (hours > 15 || minutes > 59 || seconds > 59) return false;
  const int offset = hours * 3600 + minutes * 60 + seconds;
  time->offset_seconds = negative ? -offset : offset;
  return true;
}

int MonthOfName(std::string_view word) {
  constexpr std::string_view kMonths[] = {"january",   "february", "march",    "april",
                                          "may",       "june",     "july",     "august",
                                          "september", "october",  "november", "december"};
  std::string lower;
  for (const char c : word) lower += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  for (int i = 0; i < 12; ++i) {
    const auto name = kMonths[i];
    if (lower == name || lower == name.substr(0, 3) || (i == 8 && lower == "sept")) return i + 1;
  }
  return 0;
}

int FullYear(int two_digits) {
  return two_digits + (two_digits < 70 ? 2000 : 1900);
}

}  // namespace redshift_local
