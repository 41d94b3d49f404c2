#pragma once

#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>

/// Single values as text, for CSV. Every function writes at `out`, where there must be room for the number of
/// bytes its constant names, and returns the end. They are inline because a row calls one per field.
namespace redshift::csv {

__extension__ using Int128 = __int128;
__extension__ using UInt128 = unsigned __int128;

inline constexpr size_t kMaxIntegerText = 20;
inline constexpr size_t kMaxFloatText = 32;
inline constexpr size_t kMaxDecimalText = 42;  // sign, 38 digits, point, leading zero
inline constexpr size_t kDateText = 10;
inline constexpr size_t kMaxTimeText = 12;
inline constexpr size_t kMaxTimestampText = 26;

inline constexpr char kTwoDigits[] =
    "00010203040506070809101112131415161718192021222324252627282930313233343536373839404142434445464748495051"
    "525354"
    "55565758596061626364656667686970717273747576777879808182838485868788899091929394959697989900";

inline char* WriteTwoDigits(char* out, uint32_t value) {
  std::memcpy(out, kTwoDigits + 2 * value, 2);
  return out + 2;
}

template <typename Integer>
char* WriteInteger(char* out, Integer value) {
  return std::to_chars(out, out + kMaxIntegerText, value).ptr;
}

/// The shortest text that reads back as the same number. How COPY spells what is not a number is not
/// documented; NaN, Infinity and -Infinity are what Redshift's parser took over from PostgreSQL.
template <typename Float>
char* WriteFloat(char* out, Float value) {
  if (std::isfinite(value)) [[likely]] {
    return std::to_chars(out, out + kMaxFloatText, value).ptr;
  }
  const char* text = std::isnan(value) ? "NaN" : value < 0 ? "-Infinity" : "Infinity";
  const size_t size = std::strlen(text);
  std::memcpy(out, text, size);
  return out + size;
}

/// Exactly `scale` digits after the point: COPY cuts what is too much and must not have to.
inline char* WriteDecimal(char* out, Int128 unscaled, int scale) {
  UInt128 rest = static_cast<UInt128>(unscaled);
  if (unscaled < 0) {
    *out++ = '-';
    rest = 0 - rest;
  }
  char digits[40];
  char* const end = digits + sizeof(digits);
  char* begin = end;
  constexpr uint64_t kChunk = 10000000000000000;  // 16 digits
  while (rest >= kChunk) {
    uint64_t chunk = static_cast<uint64_t>(rest % kChunk);
    rest /= kChunk;
    for (int i = 0; i < 8; ++i) {
      begin -= 2;
      std::memcpy(begin, kTwoDigits + 2 * (chunk % 100), 2);
      chunk /= 100;
    }
  }
  uint64_t head = static_cast<uint64_t>(rest);
  while (head >= 100) {
    begin -= 2;
    std::memcpy(begin, kTwoDigits + 2 * (head % 100), 2);
    head /= 100;
  }
  if (head >= 10) {
    begin -= 2;
    std::memcpy(begin, kTwoDigits + 2 * head, 2);
  } else {
    *--begin = static_cast<char>('0' + head);
  }
  while (end - begin <= scale) *--begin = '0';
  const size_t whole = static_cast<size_t>(end - begin - scale);
  std::memcpy(out, begin, whole);
  out += whole;
  if (scale > 0) {
    *out++ = '.';
    std::memcpy(out, begin + whole, static_cast<size_t>(scale));
    out += scale;
  }
  return out;
}

/// YYYY-MM-DD of a day counted from 1970-01-01, in the years 1 to 9999 of the proleptic Gregorian calendar.
inline char* WriteDate(char* out, int32_t day) {
  // Years are counted from 1 March, so that the leap day is the last: Howard Hinnant, "chrono-compatible
  // low-level date algorithms".
  const uint32_t since_era = static_cast<uint32_t>(day + 719468);
  const uint32_t era = since_era / 146097;
  const uint32_t day_of_era = since_era % 146097;
  const uint32_t year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  const uint32_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const uint32_t shifted_month = (5 * day_of_year + 2) / 153;
  const uint32_t day_of_month = day_of_year - (153 * shifted_month + 2) / 5 + 1;
  const uint32_t month = shifted_month < 10 ? shifted_month + 3 : shifted_month - 9;
  const uint32_t year = year_of_era + era * 400 + (month <= 2 ? 1 : 0);
  out = WriteTwoDigits(out, year / 100);
  out = WriteTwoDigits(out, year % 100);
  *out++ = '-';
  out = WriteTwoDigits(out, month);
  *out++ = '-';
  return WriteTwoDigits(out, day_of_month);
}

/// HH:MM:SS of a second of a day.
inline char* WriteSecondOfDay(char* out, uint32_t second) {
  out = WriteTwoDigits(out, second / 3600);
  *out++ = ':';
  out = WriteTwoDigits(out, second / 60 % 60);
  *out++ = ':';
  return WriteTwoDigits(out, second % 60);
}

/// HH:MM:SS, and .mmm unless it is zero.
inline char* WriteTime(char* out, int32_t millis) {
  const uint32_t value = static_cast<uint32_t>(millis);
  out = WriteSecondOfDay(out, value / 1000);
  const uint32_t fraction = value % 1000;
  if (fraction != 0) {
    *out++ = '.';
    *out++ = static_cast<char>('0' + fraction / 100);
    out = WriteTwoDigits(out, fraction % 100);
  }
  return out;
}

/// The date that was written last: rows often come with the same one.
struct LastDate {
  int32_t day = INT32_MIN;
  char text[kDateText];
};

/// YYYY-MM-DD HH:MM:SS, and .uuuuuu unless it is zero, in the years 1 to 9999.
inline char* WriteTimestamp(char* out, int64_t micros, LastDate* last) {
  constexpr int64_t kMicrosPerDay = 86400000000;
  int64_t day = micros / kMicrosPerDay;
  int64_t of_day = micros % kMicrosPerDay;
  if (of_day < 0) {
    of_day += kMicrosPerDay;
    --day;
  }
  if (last->day != day) {
    last->day = static_cast<int32_t>(day);
    WriteDate(last->text, last->day);
  }
  std::memcpy(out, last->text, kDateText);
  out += kDateText;
  *out++ = ' ';
  out = WriteSecondOfDay(out, static_cast<uint32_t>(of_day / 1000000));
  const uint32_t fraction = static_cast<uint32_t>(of_day % 1000000);
  if (fraction != 0) {
    *out++ = '.';
    out = WriteTwoDigits(out, fraction / 10000);
    out = WriteTwoDigits(out, fraction / 100 % 100);
    out = WriteTwoDigits(out, fraction % 100);
  }
  return out;
}

}  // namespace redshift::csv
