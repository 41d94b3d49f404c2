#include "local/copy/number_value.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>

#include "local/copy/unverified.h"

namespace redshift_local {
namespace {

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}

bool EqualsIgnoringCase(std::string_view text, std::string_view lower) {
  if (text.size() != lower.size()) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i] >= 'A' && text[i] <= 'Z' ? static_cast<char>(text[i] - 'A' + 'a') : text[i];
    if (c != lower[i]) return false;
  }
  return true;
}

FieldError InvalidDigit(int code, std::string_view text, size_t at, const char* type) {
  return {code, fmt::format("Invalid digit, Value '{}', Pos {}, Type: {}",
                            at < text.size() ? text.substr(at, 1) : "", at, type)};
}

FieldError Overflow(int code, std::string_view text, const char* type) {
  return {code, fmt::format("Overflow, Value '{}', Type: {}", text.substr(0, 48), type)};
}

__extension__ typedef unsigned __int128 Wide;

constexpr std::array<Wide, 39> MakePowersOfTen() {
  std::array<Wide, 39> powers{};
  powers[0] = 1;
  for (size_t i = 1; i < powers.size(); ++i) powers[i] = powers[i - 1] * 10;
  return powers;
}
constexpr auto kPowersOfTen = MakePowersOfTen();

void AppendWide(Wide value, std::string* out, int scale, bool negative) {
  std::array<char, 48> digits{};
  size_t at = digits.size();
  int written = 0;
  const auto write = [&](int digit) {
    if (written++ == scale && scale > 0) digits[--at] = '.';
    digits[--at] = static_cast<char>('0' + digit);
  };
  // Most values fit 64 bits, where division is cheap.
  for (; value > std::numeric_limits<uint64_t>::max(); value /= 10) write(static_cast<int>(value % 10));
  for (auto narrow = static_cast<uint64_t>(value); narrow != 0 || written <= scale; narrow /= 10) {
    write(static_cast<int>(narrow % 10));
  }
  if (negative) digits[--at] = '-';
  out->append(digits.data() + at, digits.size() - at);
}

template <typename T>
bool AppendFloating(std::string_view text, const char* type, std::string* row, FieldError* error) {
  std::string_view number = text;
  bool negative = false;
  if (!number.empty() && (number[0] == '+' || number[0] == '-')) {
    negative = number[0] == '-';
    number.remove_prefix(1);
  }
  if (!number.empty() && !IsDigit(number[0]) && number[0] != '.') {
    if (CopyChoices().nan_and_infinity) {
      if (EqualsIgnoringCase(number, "nan")) {
        row->append("NaN");
        return true;
      }
      if (EqualsIgnoringCase(number, "inf") || EqualsIgnoringCase(number, "infinity")) {
        row->append(negative ? "-Infinity" : "Infinity");
        return true;
      }
    }
    *error = InvalidDigit(load_code::kFloat, text, text.size() - number.size(), type);
    return false;
  }
  T value{};
  const char* const end = number.data() + number.size();
  const auto [stop, code] = std::from_chars(number.data(), end, value);
  if (number.empty() || stop != end || code == std::errc::invalid_argument) {
    *error = InvalidDigit(load_code::kFloat, text, static_cast<size_t>(stop - text.data()), type);
    return false;
  }
  if (code == std::errc::result_out_of_range) {
    // Too small becomes zero; too large is an error.
    const long double wide = std::strtold(std::string(number).c_str(), nullptr);
    if (std::fabs(wide) > 1.0L) {
      *error = Overflow(load_code::kOutOfRange, text, type);
      return false;
    }
    row->append(negative ? "-0" : "0");
    return true;
  }
  row->append(text);
  return true;
}

}  // namespace

bool AppendBoolean(std::string_view text, std::string* row, FieldError* error) {
  for (const auto* word : {"t", "true", "y", "yes", "1"}) {
    if (EqualsIgnoringCase(text, word)) {
      row->push_back('t');
      return true;
    }
  }
  for (const auto* word : {"f", "false", "n", "no", "0"}) {
    if (EqualsIgnoringCase(text, word)) {
      row->push_back('f');
      return true;
    }
  }
  *error = {load_code::kBoolean, fmt::format("Invalid boolean value '{}'", text.substr(0, 48))};
  return false;
}

bool AppendInteger(std::string_view text, int64_t least, int64_t most, const char* type, std::string* row,
                   FieldError* error) {
  size_t at = 0;
  if (at < text.size() && (text[at] == '-' || text[at] == '+')) ++at;
  if (at == text.size()) {
    *error = InvalidDigit(load_code::kDigit, text, at == 0 ? 0 : at - 1, type);
    return false;
  }
  for (size_t i = at; i < text.size(); ++i) {
    if (!IsDigit(text[i])) {
      *error = InvalidDigit(load_code::kDigit, text, i, type);
      return false;
    }
  }
  int64_t value = 0;
  const size_t start = text[0] == '+' ? 1 : 0;
  const auto parsed = std::from_chars(text.data() + start, text.data() + text.size(), value);
  if (parsed.ec != std::errc() || value < least || value > most) {
    *error = Overflow(load_code::kIntegerOverflow, text, type);
    return false;
  }
  row->append(text.substr(start));
  return true;
}

bool AppendDecimal(std::string_view text, int precision, int scale, bool round, std::string* row,
                   FieldError* error) {
  size_t at = 0;
  bool negative = false;
  if (at < text.size() && (text[at] == '-' || text[at] == '+')) negative = text[at++] == '-';
  Wide value = 0;
  int digits = 0;       // before the point
  int significant = 0;  // of them, without leading zeros
  int fraction = 0;     // behind the point, as many as count
  bool point = false;
  bool round_up = false;
  bool too_long = false;
  for (; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '.' && !point) {
      point = true;
      continue;
    }
    if (!IsDigit(c)) {
      *error = InvalidDigit(load_code::kDecimal, text, at, "Decimal");
      return false;
    }
    ++digits;
    if (!point) {
      if (significant > 0 || c != '0') ++significant;
      if (significant > precision - scale) {
        too_long = true;
        continue;
      }
    } else if (fraction == scale) {
      // Only the first surplus digit decides.
      ++fraction;
      round_up = round && c >= '5';
      continue;
    } else if (fraction > scale) {
      continue;
    } else {
      ++fraction;
    }
    value = value * 10 + static_cast<Wide>(c - '0');
  }
  if (digits == 0) {
    *error = InvalidDigit(load_code::kDecimal, text, 0, "Decimal");
    return false;
  }
  if (!too_long) {
    for (; fraction < scale; ++fraction) value *= 10;
    if (round_up) ++value;
    too_long = value >= kPowersOfTen[static_cast<size_t>(precision)];
    if (precision <= 19) {
      const Wide most = static_cast<Wide>(std::numeric_limits<int64_t>::max()) + (negative ? 1 : 0);
      too_long |= value > most;
    }
  }
  if (too_long) {
    *error = Overflow(load_code::kOutOfRange, text, "Decimal");
    return false;
  }
  AppendWide(value, row, scale, negative && value != 0);
  return true;
}

bool AppendReal(std::string_view text, std::string* row, FieldError* error) {
  return AppendFloating<float>(text, "Real", row, error);
}

bool AppendDouble(std::string_view text, std::string* row, FieldError* error) {
  return AppendFloating<double>(text, "Double", row, error);
}

}  // namespace redshift_local
