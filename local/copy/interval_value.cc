#include "local/copy/interval_value.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <iterator>
#include <limits>
#include <optional>

#include "local/copy/unverified.h"

namespace redshift_local {
namespace {

__extension__ typedef __int128 Wide;

constexpr Wide kSecond = 1'000'000;
constexpr Wide kMinute = 60 * kSecond;
constexpr Wide kHour = 60 * kMinute;
constexpr Wide kDay = 24 * kHour;

struct Unit {
  std::string_view name;
  char iso;
  /// ISO 8601 spells months and minutes alike; those of the time stand behind a T.
  bool iso_time;
  int months;
  Wide micros;
};
constexpr std::array kUnits = {
    Unit{"year", 'Y', false, 12, 0},       Unit{"month", 'M', false, 1, 0},
    Unit{"mon", '\0', false, 1, 0},        Unit{"week", 'W', false, 0, 7 * kDay},
    Unit{"day", 'D', false, 0, kDay},      Unit{"hour", 'H', true, 0, kHour},
    Unit{"minute", 'M', true, 0, kMinute}, Unit{"min", '\0', true, 0, kMinute},
    Unit{"second", 'S', true, 0, kSecond}, Unit{"sec", '\0', true, 0, kSecond},
};

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}
char Lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// Reads one text; every part is false when the text does not go on so.
class IntervalReader {
 public:
  explicit IntervalReader(std::string_view text) : text_(text) {}

  bool ReadMonths() {
    SkipBlanks();
    if (At() == 'P' || At() == 'p') return ReadIso();
    if (ReadYearMonth()) return AtEnd();
    return ReadWords();
  }

  bool ReadDayTime() {
    SkipBlanks();
    if (At() == 'P' || At() == 'p') return ReadIso();
    if (ReadDayAndClock()) return AtEnd();
    return ReadWords();
  }

  Wide months() const { return months_; }
  /// In millionths of a microsecond, so that rounding can look at what is behind.
  Wide picos() const { return picos_; }

 private:
  struct Number {
    Wide whole = 0;
    /// Millionths.
    int64_t fraction = 0;
    int64_t beyond = 0;
    bool negative = false;
  };

  char At() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  bool AtEnd() {
    SkipBlanks();
    return at_ == text_.size();
  }
  void SkipBlanks() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t')) ++at_;
  }
  bool Skip(char c) {
    if (At() != c) return false;
    ++at_;
    return true;
  }

  std::optional<bool> Sign() {
    if (Skip('-')) return true;
    if (Skip('+')) return false;
    return std::nullopt;
  }

  // Up to 18 digits: sums of products of these stay far from the end of 128 bits.
  bool Digits(Wide* out) {
    size_t count = 0;
    Wide value = 0;
    while (IsDigit(At()) && count < 18) {
      value = value * 10 + (At() - '0');
      ++at_;
      ++count;
    }
    *out = value;
    return count > 0 && !IsDigit(At());
  }

  // Twelve digits behind a point; the others change nothing.
  bool Fraction(Number* number) {
    if (!Skip('.')) return true;
    int64_t value = 0;
    int count = 0;
    for (; IsDigit(At()); ++at_, ++count) {
      if (count < 12) value = value * 10 + (At() - '0');
    }
    if (count == 0) return false;
    for (; count < 12; ++count) value *= 10;
    number->fraction = value / 1'000'000;
    number->beyond = value % 1'000'000;
    return true;
  }

  bool ReadNumber(Number* number) {
    number->negative = Sign().value_or(false);
    return Digits(&number->whole) && Fraction(number);
  }

  void Add(const Number& number, const Unit& unit) {
    const Wide sign = number.negative ? -1 : 1;
    months_ += sign * number.whole * unit.months;
    const Wide picos = number.whole * unit.micros * 1'000'000 +
                       (number.fraction * Wide{1'000'000} + number.beyond) * unit.micros / 1'000'000;
    picos_ += sign * picos;
    parted_month_ |= unit.months > 0 && (number.fraction != 0 || number.beyond != 0);
  }

  // Y-M, or months alone.
  bool ReadYearMonth() {
    const size_t start = at_;
    const bool negative = Sign().value_or(false);
    Wide years = 0;
    Wide months = 0;
    if (Digits(&years)) {
      const bool both = Skip('-');
      if (both ? Digits(&months) && months < 12 : AtEnd()) {
        months_ = both ? years * 12 + months : years;
        if (negative) months_ = -months_;
        return true;
      }
    }
    at_ = start;
    return false;
  }

  bool ReadClock(bool negative) {
    Number seconds;
    Wide hours = 0;
    Wide minutes = 0;
    if (!Digits(&hours) || !Skip(':') || !Digits(&minutes) || minutes > 59) return false;
    if (Skip(':') && (!Digits(&seconds.whole) || seconds.whole > 59 || !Fraction(&seconds))) return false;
    const Wide picos =
        (hours * kHour + minutes * kMinute + seconds.whole * kSecond + seconds.fraction) * 1'000'000 +
        seconds.beyond;
    picos_ += negative ? -picos : picos;
    return true;
  }

  // D HH:MM[:SS[.f]] or HH:MM[:SS[.f]]; the first sign is that of all.
  bool ReadDayAndClock() {
    const size_t start = at_;
    const bool negative = Sign().value_or(false);
    Wide days = 0;
    const size_t digits = at_;
    if (Digits(&days) && At() == ' ') {
      SkipBlanks();
      const bool own = Sign().value_or(negative);
      if (ReadClock(own)) {
        picos_ += (negative ? -days : days) * kDay * 1'000'000;
        return true;
      }
    }
    at_ = digits;
    if (ReadClock(negative)) return true;
    at_ = start;
    picos_ = 0;
    return false;
  }

  // 1 year -2 months, 3 days 04:05:06.
  bool ReadWords() {
    bool any = false;
    while (!AtEnd()) {
      if (AtClock()) {
        const bool negative = Sign().value_or(false);
        if (!ReadClock(negative)) return false;
        any = true;
        continue;
      }
      Number number;
      if (!ReadNumber(&number)) return false;
      SkipBlanks();
      const Unit* unit = ReadUnit();
      if (unit == nullptr) return false;
      Add(number, *unit);
      any = true;
    }
    return any && !parted_month_;
  }

  bool AtClock() const {
    size_t i = at_;
    while (i < text_.size() && (IsDigit(text_[i]) || ((text_[i] == '-' || text_[i] == '+') && i == at_))) ++i;
    return i > at_ && i < text_.size() && text_[i] == ':';
  }

  const Unit* ReadUnit() {
    std::string word;
    while (Lower(At()) >= 'a' && Lower(At()) <= 'z') word += Lower(text_[at_++]);
    if (word.size() > 1 && word.back() == 's') word.pop_back();
    for (const auto& unit : kUnits) {
      if (unit.name == word) return &unit;
    }
    return nullptr;
  }

  // P1Y2M3DT4H5M6.7S
  bool ReadIso() {
    ++at_;
    bool time = false;
    bool any = false;
    while (at_ < text_.size()) {
      if (!time && (At() == 'T' || At() == 't')) {
        time = true;
        ++at_;
        continue;
      }
      Number number;
      if (!ReadNumber(&number)) return false;
      const char letter = static_cast<char>(Lower(At()) - 'a' + 'A');
      const Unit* found = nullptr;
      for (const auto& unit : kUnits) {
        if (unit.iso != '\0' && unit.iso == letter && unit.iso_time == time) found = &unit;
      }
      if (found == nullptr) return false;
      ++at_;
      Add(number, *found);
      any = true;
    }
    return any && !parted_month_;
  }

  std::string_view text_;
  size_t at_ = 0;
  Wide months_ = 0;
  Wide picos_ = 0;
  bool parted_month_ = false;
};

FieldError BadInterval(std::string_view text, const char* type) {
  return {load_code::kUnknown, fmt::format("Invalid interval '{}' for {}", text.substr(0, 40), type)};
}

FieldError OutOfRange(std::string_view text, const char* type) {
  return {load_code::kOutOfRange, fmt::format("Overflow, Value '{}', Type: {}", text.substr(0, 40), type)};
}

}  // namespace

bool AppendMonths(std::string_view text, std::string* row, FieldError* error) {
  constexpr char kType[] = "Interval year to month";
  IntervalReader reader(text);
  if (!reader.ReadMonths() || reader.picos() != 0) {
    *error = BadInterval(text, kType);
    return false;
  }
  if (reader.months() < std::numeric_limits<int32_t>::min() ||
      reader.months() > std::numeric_limits<int32_t>::max()) {
    *error = OutOfRange(text, kType);
    return false;
  }
  fmt::format_to(std::back_inserter(*row), "{} months", static_cast<int32_t>(reader.months()));
  return true;
}

bool AppendDayTime(std::string_view text, int digits, std::string* row, FieldError* error) {
  constexpr char kType[] = "Interval day to second";
  IntervalReader reader(text);
  if (!reader.ReadDayTime() || reader.months() != 0) {
    *error = BadInterval(text, kType);
    return false;
  }
  Wide unit = 1'000'000;
  for (int i = digits; i < 6; ++i) unit *= 10;
  const bool negative = reader.picos() < 0;
  Wide size = negative ? -reader.picos() : reader.picos();
  if (CopyChoices().round_seconds) size += unit / 2;
  size = size / unit * (unit / 1'000'000);
  if (size > std::numeric_limits<int64_t>::max()) {
    *error = OutOfRange(text, kType);
    return false;
  }
  const auto micros = static_cast<int64_t>(size);
  const auto day = static_cast<int64_t>(kDay);
  const int64_t rest = micros % day;
  const char* sign = negative ? "-" : "";
  fmt::format_to(std::back_inserter(*row), "{0}{1} days {0}{2:02}:{3:02}:{4:02}.{5:06}", sign, micros / day,
                 rest / 3'600'000'000, rest / 60'000'000 % 60, rest / 1'000'000 % 60, rest % 1'000'000);
  return true;
}

}  // namespace redshift_local
