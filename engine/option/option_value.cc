#include "engine/option/option_value.h"

#include <array>
#include <charconv>
#include <limits>
#include <optional>
#include <string>

namespace redshift {
namespace {

struct Unit {
  std::string_view labels;  // separated by blanks, the first is the one we write
  int64_t factor;           // of the unit, in nanoseconds or bytes
};

constexpr int64_t kNanosPerMilli = 1000000;

constexpr std::array<Unit, 7> kDurationUnits = {{
    {"d day days", 86400000 * kNanosPerMilli},
    {"h hour hours", 3600000 * kNanosPerMilli},
    {"min m minute minutes", 60000 * kNanosPerMilli},
    {"s sec secs second seconds", 1000 * kNanosPerMilli},
    {"ms milli millis millisecond milliseconds", kNanosPerMilli},
    {"\xC2\xB5s micro micros microsecond microseconds", 1000},
    {"ns nano nanos nanosecond nanoseconds", 1},
}};

constexpr std::array<Unit, 5> kSizeUnits = {{
    {"tb t tebibytes", int64_t{1} << 40},
    {"gb g gibibytes", int64_t{1} << 30},
    {"mb m mebibytes", int64_t{1} << 20},
    {"kb k kibibytes", int64_t{1} << 10},
    {"bytes b", 1},
}};

std::string_view Trim(std::string_view text) {
  // As Java's String.trim: everything up to the blank.
  while (!text.empty() && static_cast<unsigned char>(text.front()) <= ' ') text.remove_prefix(1);
  while (!text.empty() && static_cast<unsigned char>(text.back()) <= ' ') text.remove_suffix(1);
  return text;
}

std::string_view FirstLabel(const Unit& unit) {
  return unit.labels.substr(0, unit.labels.find(' '));
}

bool HasLabel(const Unit& unit, std::string_view label) {
  std::string_view rest = unit.labels;
  while (!rest.empty()) {
    const size_t end = rest.find(' ');
    if (rest.substr(0, end) == label) return true;
    if (end == std::string_view::npos) break;
    rest.remove_prefix(end + 1);
  }
  return false;
}

struct Quantity {
  int64_t number;
  const Unit* unit;  // nullptr when there is none
};

template <size_t N>
arrow::Result<Quantity> ParseQuantity(std::string_view text, const std::array<Unit, N>& units) {
  text = Trim(text);
  size_t digits = 0;
  while (digits < text.size() && text[digits] >= '0' && text[digits] <= '9') ++digits;
  Quantity quantity{0, nullptr};
  const auto [end, error] = std::from_chars(text.data(), text.data() + digits, quantity.number);
  if (error != std::errc()) return arrow::Status::Invalid("it does not start with a whole number");
  std::string label;
  for (char c : Trim(text.substr(digits)))
    label += static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  if (label.empty()) return quantity;
  for (const Unit& unit : units) {
    if (HasLabel(unit, label)) {
      quantity.unit = &unit;
      return quantity;
    }
  }
  std::string known;
  for (const Unit& unit : units) known += (known.empty() ? "" : ", ") + std::string(FirstLabel(unit));
  return arrow::Status::Invalid("its unit is none of ", known);
}

template <size_t N>
std::string Spell(int64_t value, int64_t scale, const std::array<Unit, N>& units) {
  for (const Unit& unit : units) {
    if (unit.factor < scale) continue;
    const int64_t factor = unit.factor / scale;
    if (value % factor == 0 && (value != 0 || factor == 1)) {
      return std::to_string(value / factor) + " " + std::string(FirstLabel(unit));
    }
  }
  return std::to_string(value);
}

/// Reads "P1DT2H30M1.5S" as java.time.Duration does, which Flink takes too; without signs.
std::optional<std::chrono::milliseconds> ParseIsoDuration(std::string_view text) {
  text = Trim(text);
  if (text.size() < 3 || (text[0] != 'P' && text[0] != 'p')) return std::nullopt;
  text.remove_prefix(1);
  constexpr std::string_view kOrder = "DTHMS";
  constexpr std::array<int64_t, 5> kMillis = {86400000, 0, 3600000, 60000, 1000};
  size_t next = 0;
  int64_t total = 0;
  bool any = false;
  while (!text.empty()) {
    if (text[0] == 'T' || text[0] == 't') {
      if (next > 1 || text.size() == 1) return std::nullopt;
      next = 2;
      text.remove_prefix(1);
      continue;
    }
    int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || text[0] == '-' || end == text.data() + text.size()) return std::nullopt;
    text.remove_prefix(static_cast<size_t>(end - text.data()));
    int64_t fraction = 0;
    if (text[0] == '.') {
      size_t digits = 0;
      while (digits + 1 < text.size() && text[digits + 1] >= '0' && text[digits + 1] <= '9') ++digits;
      if (digits > 3) return std::nullopt;
      for (size_t i = 0; i < 3; ++i) fraction = fraction * 10 + (i < digits ? text[i + 1] - '0' : 0);
      text.remove_prefix(digits + 1);
      if (text.empty()) return std::nullopt;
    }
    const char unit = static_cast<char>(text[0] >= 'a' && text[0] <= 'z' ? text[0] - 'a' + 'A' : text[0]);
    const size_t place = kOrder.find(unit);
    const bool in_order =
        place != std::string_view::npos && place != 1 && place >= next && (place == 0 || next >= 2);
    if (!in_order || (fraction != 0 && unit != 'S')) return std::nullopt;
    next = place + 1;
    if (number > (std::numeric_limits<int64_t>::max() - total - fraction) / kMillis[place])
      return std::nullopt;
    total += number * kMillis[place] + fraction;
    any = true;
    text.remove_prefix(1);
  }
  if (!any) return std::nullopt;
  return std::chrono::milliseconds(total);
}

}  // namespace

arrow::Result<std::chrono::milliseconds> ParseDuration(std::string_view text) {
  if (const auto iso = ParseIsoDuration(text)) return *iso;
  ARROW_ASSIGN_OR_RAISE(const Quantity quantity, ParseQuantity(text, kDurationUnits));
  const int64_t factor = quantity.unit == nullptr ? kNanosPerMilli : quantity.unit->factor;
  if (factor >= kNanosPerMilli) {
    const int64_t millis_per_unit = factor / kNanosPerMilli;
    if (quantity.number > std::numeric_limits<int64_t>::max() / millis_per_unit) {
      return arrow::Status::Invalid("it is too long");
    }
    return std::chrono::milliseconds(quantity.number * millis_per_unit);
  }
  const int64_t units_per_milli = kNanosPerMilli / factor;
  if (quantity.number % units_per_milli != 0) {
    return arrow::Status::Invalid("it is not a whole number of milliseconds");
  }
  return std::chrono::milliseconds(quantity.number / units_per_milli);
}

arrow::Result<option::ByteSize> ParseByteSize(std::string_view text) {
  ARROW_ASSIGN_OR_RAISE(const Quantity quantity, ParseQuantity(text, kSizeUnits));
  const int64_t factor = quantity.unit == nullptr ? 1 : quantity.unit->factor;
  if (quantity.number > std::numeric_limits<int64_t>::max() / factor)
    return arrow::Status::Invalid("it is too large");
  return option::ByteSize{quantity.number * factor};
}

std::string ToString(std::chrono::milliseconds duration) {
  return Spell(duration.count(), kNanosPerMilli, kDurationUnits);
}

std::string ToString(option::ByteSize size) {
  return Spell(size.bytes, 1, kSizeUnits);
}

}  // namespace redshift
