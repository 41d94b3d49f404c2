#include "engine/option/option_value.h"

#include <array>
#include <charconv>
#include <limits>
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

}  // namespace

arrow::Result<std::chrono::milliseconds> ParseDuration(std::string_view text) {
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
