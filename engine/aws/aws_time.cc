#include "engine/aws/aws_time.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace redshift {

namespace {

// Takes `digits` digits and, behind them, `end` (unless it is 0) off the text.
std::optional<int> TakeNumber(std::string_view* text, size_t digits, char end) {
  int value = 0;
  if (text->size() < digits) return std::nullopt;
  const auto [stop, error] = std::from_chars(text->data(), text->data() + digits, value);
  if (error != std::errc() || stop != text->data() + digits || value < 0) return std::nullopt;
  text->remove_prefix(digits);
  if (end == 0) return value;
  if (!text->starts_with(end)) return std::nullopt;
  text->remove_prefix(1);
  return value;
}

std::chrono::system_clock::time_point InRange(std::chrono::sys_seconds time) {
  // system_clock counts nanoseconds and ends in 2262; "9999-12-31" is how some say never.
  using std::chrono::system_clock;
  const auto first = std::chrono::ceil<std::chrono::seconds>(system_clock::time_point::min());
  const auto last = std::chrono::floor<std::chrono::seconds>(system_clock::time_point::max());
  return std::clamp<std::chrono::sys_seconds>(time, first, last);
}

}  // namespace

std::optional<std::chrono::system_clock::time_point> ParseAwsTime(std::string_view text) {
  using namespace std::chrono;  // NOLINT(google-build-using-namespace): calendar types
  const auto y = TakeNumber(&text, 4, '-');
  const auto m = TakeNumber(&text, 2, '-');
  const auto d = TakeNumber(&text, 2, 'T');
  const auto hour = TakeNumber(&text, 2, ':');
  const auto minute = TakeNumber(&text, 2, ':');
  const auto second = TakeNumber(&text, 2, 0);
  if (!y || !m || !d || !hour || !minute || !second) return std::nullopt;
  const year_month_day day{year(*y), month(static_cast<unsigned>(*m)),
                           std::chrono::day(static_cast<unsigned>(*d))};
  if (!day.ok() || *hour > 23 || *minute > 59 || *second > 60) return std::nullopt;
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    const size_t end = text.find_first_not_of("0123456789");
    text.remove_prefix(end == std::string_view::npos ? text.size() : end);
  }
  minutes offset{0};
  if (text.starts_with('+') || text.starts_with('-')) {
    const int sign = text.front() == '+' ? 1 : -1;
    text.remove_prefix(1);
    const auto hours_off = TakeNumber(&text, 2, text.size() == 5 ? ':' : '\0');
    const auto minutes_off = TakeNumber(&text, 2, 0);
    if (!hours_off || !minutes_off) return std::nullopt;
    offset = sign * (hours(*hours_off) + minutes(*minutes_off));
  } else if (text.starts_with('Z')) {
    text.remove_prefix(1);
  } else {
    return std::nullopt;
  }
  if (!text.empty()) return std::nullopt;
  const sys_seconds time = sys_days(day) + hours(*hour) + minutes(*minute) + seconds(*second) - offset;
  return InRange(time);
}

std::optional<std::chrono::system_clock::time_point> ParseHttpTime(std::string_view text) {
  using namespace std::chrono;  // NOLINT(google-build-using-namespace): calendar types
  constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  if (text.size() < 5 || text.substr(3, 2) != ", ") return std::nullopt;
  text.remove_prefix(5);
  const auto d = TakeNumber(&text, 2, ' ');
  const auto* const month_name = std::find(kMonths.begin(), kMonths.end(), text.substr(0, 3));
  if (!d || month_name == kMonths.end()) return std::nullopt;
  text.remove_prefix(3);
  if (!text.starts_with(' ')) return std::nullopt;
  text.remove_prefix(1);
  const auto y = TakeNumber(&text, 4, ' ');
  const auto hour = TakeNumber(&text, 2, ':');
  const auto minute = TakeNumber(&text, 2, ':');
  const auto second = TakeNumber(&text, 2, ' ');
  if (!y || !hour || !minute || !second || text != "GMT") return std::nullopt;
  const year_month_day day{year(*y), month(static_cast<unsigned>(month_name - kMonths.begin() + 1)),
                           std::chrono::day(static_cast<unsigned>(*d))};
  if (!day.ok() || *hour > 23 || *minute > 59 || *second > 60) return std::nullopt;
  return InRange(sys_days(day) + hours(*hour) + minutes(*minute) + seconds(*second));
}

}  // namespace redshift
