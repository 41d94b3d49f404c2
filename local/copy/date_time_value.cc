#include "local/copy/date_time_value.h"

#include <fmt/format.h>

#include "local/copy/sql_error.h"

namespace redshift_local {
namespace {

bool ReadIsoDate(CivilScanner* scanner, CivilTime* time) {
  return scanner->Number(4, 4, &time->year) && scanner->Skip('-') && scanner->Number(2, 2, &time->month) &&
         scanner->Skip('-') && scanner->Number(2, 2, &time->day) && time->year > 0;
}

// YYYY-MM-DD, alone or in front of a time of day that a DATE drops.
bool ReadDefaultDate(std::string_view text, CivilTime* time) {
  CivilScanner scanner(text);
  if (!ReadIsoDate(&scanner, time)) return false;
  if (scanner.AtEnd()) return true;
  return scanner.Skip(' ') && scanner.TimeOfDay(time, true) && scanner.AtEnd() && time->IsValidTimeOfDay();
}

// YYYY-MM-DD[ HH:MI:SS[.fraction][zone]]
bool ReadDefaultTimestamp(std::string_view text, CivilTime* time) {
  CivilScanner scanner(text);
  if (!ReadIsoDate(&scanner, time)) return false;
  if (scanner.AtEnd()) return true;
  if (!scanner.Skip(' ') || !scanner.TimeOfDay(time, true)) return false;
  if (scanner.AtEnd()) return true;
  scanner.SkipBlanks();
  return scanner.AtNumericZone() && scanner.NumericZone(time) && scanner.AtEnd();
}

bool ReadDefaultTime(std::string_view text, CivilTime* time) {
  CivilScanner scanner(text);
  if (!scanner.TimeOfDay(time, false)) return false;
  if (scanner.AtEnd()) return true;
  scanner.SkipBlanks();
  return scanner.AtNumericZone() && scanner.NumericZone(time) && scanner.AtEnd();
}

bool ReadEpoch(std::string_view text, bool millis, CivilTime* time) {
  bool negative = false;
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) {
    negative = text[0] == '-';
    text.remove_prefix(1);
  }
  if (text.empty()) return false;
  constexpr int64_t kMost = 9'300'000'000'000;  // seconds; beyond 294276 AD
  const int64_t unit = millis ? 1'000 : 1'000'000;
  int64_t whole = 0;
  size_t at = 0;
  for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at) {
    whole = whole * 10 + (text[at] - '0');
    if (whole > kMost * (millis ? 1000 : 1)) return false;
  }
  if (at == 0) return false;
  int64_t micros = whole * unit;
  if (at < text.size()) {
    if (text[at] != '.' || at + 1 == text.size()) return false;
    ++at;
    for (int64_t place = unit / 10; at < text.size(); ++at, place /= 10) {
      if (text[at] < '0' || text[at] > '9') return false;
      micros += place * (text[at] - '0');
    }
  }
  *time = FromEpoch(negative ? -micros : micros);
  return true;
}

bool IsTimestamp(ColumnKind kind) {
  return kind == ColumnKind::kTimestamp || kind == ColumnKind::kTimestampTz;
}

}  // namespace

arrow::Result<DateTimePattern> DateTimePattern::Make(std::string_view pattern) {
  struct Token {
    std::string_view name;
    Part part;
  };
  // Longer names first.
  constexpr Token kTokens[] = {
      {"YYYY", Part::kYear},     {"YY", Part::kShortYear}, {"MONTH", Part::kMonthName},
      {"MON", Part::kMonthName}, {"MM", Part::kMonth},     {"MI", Part::kMinute},
      {"DD", Part::kDay},        {"HH24", Part::kHour24},  {"HH12", Part::kHour12},
      {"HH", Part::kHour24},     {"SS", Part::kSecond},    {"AM", Part::kHalf},
      {"PM", Part::kHalf},
  };
  std::string upper;
  for (const char c : pattern) upper += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;

  DateTimePattern made;
  bool year = false;
  bool month = false;
  bool day = false;
  for (size_t at = 0; at < upper.size();) {
    Element element{Part::kLiteral, pattern[at], false};
    size_t length = 1;
    for (const auto& token : kTokens) {
      if (std::string_view(upper).substr(at).starts_with(token.name)) {
        element.part = token.part;
        length = token.name.size();
        break;
      }
    }
    if (std::string_view(upper).substr(at) == "OF" || std::string_view(upper).substr(at) == "TZ") {
      return SqlError("22007",
                      fmt::format("Format '{}' names a time zone, which COPY does not take", pattern));
    }
    year |= element.part == Part::kYear || element.part == Part::kShortYear;
    month |= element.part == Part::kMonth || element.part == Part::kMonthName;
    day |= element.part == Part::kDay;
    if (element.part != Part::kLiteral && !made.elements_.empty() &&
        made.elements_.back().part != Part::kLiteral) {
      made.elements_.back().exact = true;
    }
    made.elements_.push_back(element);
    at += length;
  }
  if (!year || !month || !day) {
    return SqlError("22007", fmt::format("Format '{}' must have a year, a month and a day", pattern));
  }
  return made;
}

bool DateTimePattern::Read(std::string_view text, CivilTime* time) const {
  CivilScanner scanner(text);
  bool half_given = false;
  bool afternoon = false;
  for (const auto& element : elements_) {
    const auto number = [&](int width, int* out) {
      return scanner.Number(element.exact ? width : 1, width, out);
    };
    switch (element.part) {
      case Part::kYear:
        if (!number(4, &time->year) || time->year == 0) return false;
        break;
      case Part::kShortYear:
        if (!number(2, &time->year)) return false;
        time->year = FullYear(time->year);
        break;
      case Part::kMonth:
        if (!number(2, &time->month)) return false;
        break;
      case Part::kMonthName: {
        size_t length = 0;
        const auto rest = scanner.rest();
        while (length < rest.size() && ((rest[length] | 0x20) >= 'a' && (rest[length] | 0x20) <= 'z'))
          ++length;
        time->month = MonthOfName(rest.substr(0, length));
        if (time->month == 0) return false;
        scanner.Advance(length);
        break;
      }
      case Part::kDay:
        if (!number(2, &time->day)) return false;
        break;
      case Part::kHour24:
      case Part::kHour12:
        if (!number(2, &time->hour)) return false;
        if (element.part == Part::kHour12 && (time->hour < 1 || time->hour > 12)) return false;
        break;
      case Part::kMinute:
        if (!number(2, &time->minute)) return false;
        break;
      case Part::kSecond:
        if (!number(2, &time->second) || time->second > 59) return false;
        if (scanner.Skip('.') && !scanner.Fraction(time)) return false;
        break;
      case Part::kHalf: {
        const auto rest = scanner.rest();
        if (rest.size() < 2 || (rest[1] | 0x20) != 'm') return false;
        if ((rest[0] | 0x20) != 'a' && (rest[0] | 0x20) != 'p') return false;
        afternoon = (rest[0] | 0x20) == 'p';
        half_given = true;
        scanner.Advance(2);
        break;
      }
      case Part::kLiteral:
        if (!scanner.Skip(element.literal)) return false;
        break;
    }
  }
  if (!scanner.AtEnd()) return false;
  if (half_given) {
    if (time->hour < 1 || time->hour > 12) return false;
    time->hour = time->hour % 12 + (afternoon ? 12 : 0);
  }
  return true;
}

arrow::Result<DateTimeReader> DateTimeReader::Make(ColumnKind kind, const std::string& format) {
  DateTimeReader reader;
  reader.kind_ = kind;
  const bool takes_format = kind == ColumnKind::kDate || IsTimestamp(kind);
  if (!takes_format || format.empty()) return reader;
  if (format == "auto") {
    reader.mode_ = Mode::kAuto;
  } else if (IsTimestamp(kind) && format == "epochsecs") {
    reader.mode_ = Mode::kEpochSeconds;
  } else if (IsTimestamp(kind) && format == "epochmillisecs") {
    reader.mode_ = Mode::kEpochMillis;
  } else {
    reader.mode_ = Mode::kPattern;
    reader.format_ = format;
    ARROW_ASSIGN_OR_RAISE(reader.pattern_, DateTimePattern::Make(format));
  }
  return reader;
}

bool DateTimeReader::Read(std::string_view text, CivilTime* time) const {
  switch (mode_) {
    case Mode::kAuto:
      return ReadAutoDateTime(text, time);
    case Mode::kPattern:
      return pattern_.Read(text, time);
    case Mode::kEpochSeconds:
      return ReadEpoch(text, false, time);
    case Mode::kEpochMillis:
      return ReadEpoch(text, true, time);
    case Mode::kDefault:
      break;
  }
  if (kind_ == ColumnKind::kDate) return ReadDefaultDate(text, time);
  return IsTimestamp(kind_) ? ReadDefaultTimestamp(text, time) : ReadDefaultTime(text, time);
}

FieldError DateTimeReader::Error(std::string_view text) const {
  if (kind_ == ColumnKind::kDate) {
    if (mode_ == Mode::kDefault && text.size() < 10) {
      return {load_code::kDate, "Invalid Date Format - length must be 10 or more"};
    }
    return {load_code::kDate,
            fmt::format("Invalid date format or value [{}]", mode_ == Mode::kDefault ? "YYYY-MM-DD"
                                                             : mode_ == Mode::kAuto  ? "auto"
                                                                                     : format_)};
  }
  const char* fallback = "YYYY-MM-DD HH24:MI:SS";
  if (kind_ == ColumnKind::kTime || kind_ == ColumnKind::kTimeTz) fallback = "HH24:MI:SS";
  if (mode_ == Mode::kAuto) fallback = "auto";
  if (mode_ == Mode::kEpochSeconds) fallback = "epochsecs";
  if (mode_ == Mode::kEpochMillis) fallback = "epochmillisecs";
  return {load_code::kTimestamp,
          fmt::format("Invalid timestamp format or value [{}]", format_.empty() ? fallback : format_)};
}

bool DateTimeReader::Append(std::string_view text, std::string* row, FieldError* error) const {
  CivilTime time;
  bool good = Read(text, &time);
  switch (kind_) {
    case ColumnKind::kTime:
    case ColumnKind::kTimeTz: {
      const bool midnight = time.hour == 24 && time.minute == 0 && time.second == 0 && time.microsecond == 0;
      good = good && (time.IsValidTimeOfDay() || midnight);
      if (good) AppendTimeOfDay(time, kind_ == ColumnKind::kTimeTz, row);
      break;
    }
    case ColumnKind::kDate:
      good = good && time.IsValidDate();
      if (good) AppendDate(time, row);
      if (good && time.year <= 0) row->append(" BC");
      break;
    default:
      good = good && time.IsValidDate() && time.IsValidTimeOfDay();
      if (good) AppendTimestamp(time, kind_ == ColumnKind::kTimestampTz, row);
  }
  if (!good) *error = Error(text);
  return good;
}

}  // namespace redshift_local
