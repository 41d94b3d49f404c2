#pragma once

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

/// Single values as text, the same in CSV, in JSON and in bind parameters. Every function writes at `out`,
/// where there must be room for the number of bytes its constant names, and returns the end. They are inline
/// because a row calls one per field.
namespace redshift::text {

__extension__ using Int128 = __int128;
__extension__ using UInt128 = unsigned __int128;

inline constexpr size_t kMaxFloatText = 32;
inline constexpr size_t kMaxDecimalText = 42;  // sign, 38 digits, point, leading zero
inline constexpr size_t kDateText = 10;
inline constexpr size_t kMaxTimeText = 12;
inline constexpr size_t kMaxTimestampText = 32;  // 26 in the years 1 to 9999
inline constexpr size_t kMaxIntervalText = 64;

// The years 1 to 9999, which is what four digits can write.
inline constexpr int32_t kFirstDay = -719162;
inline constexpr int32_t kLastDay = 2932896;

inline constexpr char kTwoDigits[] =
    "00010203040506070809101112131415161718192021222324252627282930313233343536373839404142434445464748495051"
    "525354"
    "55565758596061626364656667686970717273747576777879808182838485868788899091929394959697989900";

inline char* WriteTwoDigits(char* out, uint32_t value) {
  std::memcpy(out, kTwoDigits + 2 * value, 2);
  return out + 2;
}

/// How many decimal digits `value` has; 1 for 0.
inline size_t CountDigits(uint64_t value) {
  static constexpr uint64_t kPowers[] = {0,
                                         10,
                                         100,
                                         1000,
                                         10000,
                                         100000,
                                         1000000,
                                         10000000,
                                         100000000,
                                         1000000000,
                                         10000000000,
                                         100000000000,
                                         1000000000000,
                                         10000000000000,
                                         100000000000000,
                                         1000000000000000,
                                         10000000000000000,
                                         100000000000000000,
                                         1000000000000000000,
                                         10000000000000000000u};
  // log10(2) is a little less than 1233 / 4096.
  const size_t guess = static_cast<size_t>(std::bit_width(value | 1) * 1233) >> 12;
  return guess + (value >= kPowers[guess] ? 1 : 0);
}

/// Writes exactly `digits` digits of `value`, the last of them before `end`. Returns what is left of `value`.
inline uint64_t WriteDigitsBackwards(char* end, uint64_t value, size_t digits) {
  while (digits >= 2) {
    end -= 2;
    std::memcpy(end, kTwoDigits + 2 * (value % 100), 2);
    value /= 100;
    digits -= 2;
  }
  if (digits == 1) {
    *--end = static_cast<char>('0' + value % 10);
    value /= 10;
  }
  return value;
}

inline char* WriteInteger(char* out, int64_t value) {
  uint64_t magnitude = static_cast<uint64_t>(value);
  if (value < 0) {
    *out++ = '-';
    magnitude = 0 - magnitude;
  }
  char* const end = out + CountDigits(magnitude);
  WriteDigitsBackwards(end, magnitude, static_cast<size_t>(end - out));
  return end;
}

/// The shortest text that reads back as the same number. How COPY spells what is not a number is not
/// documented; NaN, Infinity and -Infinity are what Redshift's parser took over from PostgreSQL.
template <typename Float>
char* WriteFloat(char* out, Float value) {
  if (std::isfinite(value)) [[likely]] {
    return std::to_chars(out, out + kMaxFloatText, value).ptr;
  }
  const std::string_view text = std::isnan(value) ? "NaN" : value < 0 ? "-Infinity" : "Infinity";
  return std::copy(text.begin(), text.end(), out);
}

/// `digits` digits of `value` with a point before the last `scale` of them; `digits` is more than `scale`.
inline char* WritePointed(char* out, uint64_t value, size_t digits, size_t scale) {
  if (scale == 0) {
    WriteDigitsBackwards(out + digits, value, digits);
    return out + digits;
  }
  char* const end = out + digits + 1;
  const uint64_t whole = WriteDigitsBackwards(end, value, scale);
  end[-1 - static_cast<ptrdiff_t>(scale)] = '.';
  WriteDigitsBackwards(end - scale - 1, whole, digits - scale);
  return end;
}

/// Exactly `scale` digits after the point: COPY cuts what is too much and must not have to.
inline char* WriteDecimal(char* out, Int128 unscaled, int scale) {
  UInt128 magnitude = static_cast<UInt128>(unscaled);
  if (unscaled < 0) {
    *out++ = '-';
    magnitude = 0 - magnitude;
  }
  const size_t fraction = static_cast<size_t>(scale);
  if (magnitude >> 64 == 0) [[likely]] {
    const uint64_t value = static_cast<uint64_t>(magnitude);
    return WritePointed(out, value, std::max(CountDigits(value), fraction + 1), fraction);
  }
  constexpr uint64_t kTenTo19 = 10000000000000000000u;
  char digits[2 * 19 + 1];  // 10^38 - 1 is two parts of 19 digits; one digit more for what cannot be
  char* const end = digits + sizeof(digits);
  const uint64_t low = static_cast<uint64_t>(magnitude % kTenTo19);
  const uint64_t high = static_cast<uint64_t>(magnitude / kTenTo19);
  WriteDigitsBackwards(end, low, 19);
  WriteDigitsBackwards(end - 19, high, 20);
  const size_t count = std::max(19 + CountDigits(high), fraction + 1);
  const size_t whole = count - fraction;
  std::memcpy(out, end - count, whole);
  out += whole;
  if (fraction > 0) {
    *out++ = '.';
    std::memcpy(out, end - fraction, fraction);
    out += fraction;
  }
  return out;
}

/// The date of a day outside the years 1 to 9999, with as many digits as it takes: for people only.
char* WriteFarDate(char* out, int32_t day);

/// YYYY-MM-DD of a day counted from 1970-01-01, in the proleptic Gregorian calendar.
inline char* WriteDate(char* out, int32_t day) {
  if (day < kFirstDay || day > kLastDay) [[unlikely]] {
    return WriteFarDate(out, day);
  }
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

/// HH:MM:SS of a time within a day, and .mmm unless it is zero.
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

/// YYYY-MM-DD HH:MM:SS, and .uuuuuu unless it is zero.
inline char* WriteTimestamp(char* out, int64_t micros, LastDate* last) {
  constexpr int64_t kMicrosPerDay = 86400000000;
  int64_t day = micros / kMicrosPerDay;
  int64_t of_day = micros % kMicrosPerDay;
  if (of_day < 0) {
    of_day += kMicrosPerDay;
    --day;
  }
  if (day < kFirstDay || day > kLastDay) [[unlikely]] {
    out = WriteFarDate(out, static_cast<int32_t>(day));
  } else {
    if (last->day != day) {
      last->day = static_cast<int32_t>(day);
      WriteDate(last->text, last->day);
    }
    std::memcpy(out, last->text, kDateText);
    out += kDateText;
  }
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

/// "1 years 2 months", every number with its own sign.
char* WriteMonths(char* out, int32_t months);
/// "13 days 1 hours 1 minutes 1.123 seconds", every number with its own sign; of milliseconds.
char* WriteDaysToSeconds(char* out, int64_t millis);

inline constexpr char kHexDigits[] = "0123456789abcdef";

/// Two lower-case digits for each byte.
inline char* WriteHex(char* out, const uint8_t* bytes, size_t size) {
  for (size_t i = 0; i < size; ++i) {
    *out++ = kHexDigits[bytes[i] >> 4];
    *out++ = kHexDigits[bytes[i] & 15];
  }
  return out;
}

}  // namespace redshift::text
