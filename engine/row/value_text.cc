#include "engine/row/value_text.h"

#include <chrono>

namespace redshift::text {
namespace {

char* WriteWord(char* out, std::string_view word) {
  return std::copy(word.begin(), word.end(), out);
}

/// At least two digits.
char* WriteAtLeastTwo(char* out, int64_t value) {
  if (value < 10) *out++ = '0';
  return WriteInteger(out, value);
}

}  // namespace

char* WriteFarDate(char* out, int32_t day) {
  // std::chrono ends with the year 32767: whole eras of 400 years are set aside.
  constexpr int32_t kDaysOfEra = 146097;
  const int64_t eras = day / kDaysOfEra;
  const std::chrono::year_month_day rest{std::chrono::sys_days(std::chrono::days(day % kDaysOfEra))};
  int64_t year = static_cast<int>(rest.year()) + eras * 400;
  if (year < 0) {
    *out++ = '-';
    year = -year;
  }
  for (int64_t limit = 1000; year < limit && limit > 1; limit /= 10) *out++ = '0';
  out = WriteInteger(out, year);
  *out++ = '-';
  out = WriteAtLeastTwo(out, static_cast<unsigned>(rest.month()));
  *out++ = '-';
  return WriteAtLeastTwo(out, static_cast<unsigned>(rest.day()));
}

char* WriteMonths(char* out, int32_t months) {
  out = WriteInteger(out, months / 12);
  out = WriteWord(out, " years ");
  out = WriteInteger(out, months % 12);
  return WriteWord(out, " months");
}

char* WriteDaysToSeconds(char* out, int64_t millis) {
  constexpr int64_t kMillisPerDay = 86400000;
  const int64_t of_day = millis % kMillisPerDay;
  out = WriteInteger(out, millis / kMillisPerDay);
  out = WriteWord(out, " days ");
  out = WriteInteger(out, of_day / 3600000);
  out = WriteWord(out, " hours ");
  out = WriteInteger(out, of_day / 60000 % 60);
  out = WriteWord(out, " minutes ");
  int64_t of_minute = of_day % 60000;
  if (of_minute < 0) {
    *out++ = '-';
    of_minute = -of_minute;
  }
  out = WriteInteger(out, of_minute / 1000);
  if (const auto fraction = static_cast<uint32_t>(of_minute % 1000); fraction != 0) {
    *out++ = '.';
    *out++ = static_cast<char>('0' + fraction / 100);
    out = WriteTwoDigits(out, fraction % 100);
  }
  return WriteWord(out, " seconds");
}

}  // namespace redshift::text
