// The recogniser behind DATEFORMAT 'auto' and TIMEFORMAT 'auto' (Redshift guide, "Using automatic
// recognition").
#include <array>
#include <string>
#include <vector>

#include "local/copy/date_time_value.h"

namespace redshift_local {
namespace {

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}
bool IsLetter(char c) {
  return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}

struct Digits {
  std::string_view text;
  // The character that stood in front, NUL at the start.
  char before = '\0';
};

struct Zone {
  std::string_view name;
  int hours;
};

constexpr Zone kZones[] = {{"UTC", 0},  {"GMT", 0},  {"Z", 0},    {"EST", -5}, {"EDT", -4}, {"CST", -6},
                           {"CDT", -5}, {"MST", -7}, {"MDT", -6}, {"PST", -8}, {"PDT", -7}};

constexpr std::string_view kWeekdays[] = {"SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"};

std::string Upper(std::string_view text) {
  std::string upper;
  for (const char c : text) upper += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return upper;
}

int ToInt(std::string_view digits) {
  int value = 0;
  for (const char c : digits) value = value * 10 + (c - '0');
  return value;
}

// Collects what a text says, word by word, and makes a date of it at the end.
class AutoReader {
 public:
  AutoReader(std::string_view text, CivilTime* time) : text_(text), time_(time) {}

  bool Read() {
    while (!text_.empty() && text_.front() == ' ') text_.remove_prefix(1);
    while (!text_.empty() && text_.back() == ' ') text_.remove_suffix(1);
    if (text_.empty() || text_.size() > 64) return false;
    while (at_ < text_.size()) {
      if (!ReadOne()) return false;
    }
    return Finish();
  }

 private:
  bool ReadOne() {
    const char c = text_[at_];
    if (IsDigit(c)) return ReadNumber();
    if (IsLetter(c)) return ReadWord();
    if ((c == '+' || c == '-') && has_clock_ && !has_zone_) {
      CivilScanner scanner(text_.substr(at_));
      if (!scanner.NumericZone(time_)) return false;
      at_ = text_.size() - scanner.rest().size();
      has_zone_ = true;
      return true;
    }
    if (c != ' ' && c != '-' && c != '/' && c != '.' && c != ',') return false;
    ++at_;
    return true;
  }

  bool ReadNumber() {
    size_t end = at_;
    while (end < text_.size() && IsDigit(text_[end])) ++end;
    const auto digits = text_.substr(at_, end - at_);
    if (digits.size() > 8) return false;
    const char before = at_ == 0 ? '\0' : text_[at_ - 1];
    if (end < text_.size() && text_[end] == ':') return !has_clock_ && ReadClock();
    // A time without colons stands behind a date without separators.
    const bool compact_date = numbers_.size() == 1 && numbers_[0].text.size() >= 6;
    if (compact_date && !has_clock_ && digits.size() == 6 && (before == ' ' || before == 'T')) {
      time_->hour = ToInt(digits.substr(0, 2));
      time_->minute = ToInt(digits.substr(2, 2));
      time_->second = ToInt(digits.substr(4, 2));
      at_ = end;
      has_clock_ = true;
      return ReadFraction() && time_->second <= 59;
    }
    numbers_.push_back({digits, before});
    at_ = end;
    return true;
  }

  bool ReadClock() {
    CivilScanner scanner(text_.substr(at_));
    int second = 0;
    if (!scanner.Number(1, 2, &time_->hour) || !scanner.Skip(':') || !scanner.Number(2, 2, &time_->minute)) {
      return false;
    }
    if (scanner.Skip(':') && (!scanner.Number(2, 2, &second) || second > 59)) return false;
    time_->second = second;
    at_ = text_.size() - scanner.rest().size();
    has_clock_ = true;
    return ReadFraction();
  }

  bool ReadFraction() {
    if (at_ >= text_.size() || text_[at_] != '.') return true;
    CivilScanner scanner(text_.substr(at_ + 1));
    if (!scanner.Fraction(time_)) return false;
    at_ = text_.size() - scanner.rest().size();
    return true;
  }

  bool ReadWord() {
    size_t end = at_;
    while (end < text_.size() && IsLetter(text_[end])) ++end;
    const auto word = text_.substr(at_, end - at_);
    const auto upper = Upper(word);
    at_ = end;
    if (upper == "J" && numbers_.empty() && !julian_) {
      julian_ = true;
      return true;
    }
    if (upper == "T") return !numbers_.empty() && end < text_.size() && IsDigit(text_[end]);
    if (upper == "AM" || upper == "PM") {
      if (!has_clock_ || half_ != 0) return false;
      half_ = upper == "AM" ? 1 : 2;
      return true;
    }
    if (upper == "BC" || upper == "AD") {
      before_christ_ = upper == "BC";
      return true;
    }
    // MON is also a weekday, but never one that a month follows.
    const int month = MonthOfName(word);
    if (month != 0) {
      if (month_ != 0) return false;
      month_ = month;
      numbers_before_month_ = numbers_.size();
      return true;
    }
    for (const auto& zone : kZones) {
      if (upper == zone.name) {
        if (!has_clock_ || has_zone_) return false;
        has_zone_ = true;
        time_->offset_seconds = zone.hours * 3600;
        return true;
      }
    }
    for (const auto& day : kWeekdays) {
      if (upper.starts_with(day)) return true;
    }
    return false;
  }

  bool Finish() {
    if (half_ != 0) {
      if (time_->hour < 1 || time_->hour > 12) return false;
      time_->hour = time_->hour % 12 + (half_ == 2 ? 12 : 0);
    }
    if (!ReadDate()) return false;
    if (before_christ_) time_->year = 1 - time_->year;
    return true;
  }

  bool SetYear(std::string_view digits) {
    time_->year = ToInt(digits);
    if (digits.size() <= 2 && !before_christ_) time_->year = FullYear(time_->year);
    return time_->year != 0;
  }

  bool SetDayOfYear(int day_of_year) {
    time_->month = 1;
    time_->day = 1;
    CivilTime probe = *time_;
    for (int month = 1; month <= 12; ++month) {
      probe.month = month;
      probe.day = 28;
      while (probe.day < 31) {
        ++probe.day;
        if (!probe.IsValidDate()) {
          --probe.day;
          break;
        }
      }
      if (day_of_year <= probe.day) {
        time_->month = month;
        time_->day = day_of_year;
        return day_of_year > 0;
      }
      day_of_year -= probe.day;
    }
    return false;
  }

  bool ReadDate() {
    if (julian_) {
      constexpr int64_t kJulianDayOf1970 = 2'440'588;
      if (numbers_.size() != 1) return false;
      SetDateFromDays(ToInt(numbers_[0].text) - kJulianDayOf1970, time_);
      return true;
    }
    if (month_ != 0) return ReadDateWithMonthName();
    if (numbers_.size() == 1) return ReadCompactDate(numbers_[0].text);
    if (numbers_.size() == 2 && numbers_[0].text.size() == 4 && numbers_[1].text.size() == 3 &&
        numbers_[1].before == '.') {
      return SetYear(numbers_[0].text) && SetDayOfYear(ToInt(numbers_[1].text));
    }
    if (numbers_.size() != 3) return false;
    const auto& [a, b, c] = std::array{numbers_[0].text, numbers_[1].text, numbers_[2].text};
    if (a.size() >= 3) {
      time_->month = ToInt(b);
      time_->day = ToInt(c);
      return SetYear(a);
    }
    const bool day_first = numbers_[1].before == '.';
    time_->month = ToInt(day_first ? b : a);
    time_->day = ToInt(day_first ? a : b);
    return SetYear(c);
  }

  bool ReadDateWithMonthName() {
    if (numbers_.size() != 2) return false;
    time_->month = month_;
    // The year is the number that cannot be a day; otherwise it stands last.
    const bool year_first = numbers_[0].text.size() > 2 && numbers_before_month_ > 0;
    time_->day = ToInt(numbers_[year_first ? 1 : 0].text);
    return SetYear(numbers_[year_first ? 0 : 1].text);
  }

  bool ReadCompactDate(std::string_view digits) {
    if (digits.size() != 8 && digits.size() != 6) return false;
    const size_t year_digits = digits.size() - 4;
    time_->month = ToInt(digits.substr(year_digits, 2));
    time_->day = ToInt(digits.substr(year_digits + 2, 2));
    return SetYear(digits.substr(0, year_digits));
  }

  std::string_view text_;
  CivilTime* time_;
  size_t at_ = 0;
  std::vector<Digits> numbers_;
  size_t numbers_before_month_ = 0;
  int month_ = 0;
  bool has_clock_ = false;
  bool has_zone_ = false;
  bool julian_ = false;
  bool before_christ_ = false;
  int half_ = 0;
};

}  // namespace

bool ReadAutoDateTime(std::string_view text, CivilTime* time) {
  return AutoReader(text, time).Read();
}

}  // namespace redshift_local
