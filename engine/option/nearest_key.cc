#include "engine/option/nearest_key.h"

#include <algorithm>
#include <vector>

#include "engine/option/option_table.h"

namespace redshift {
namespace {

// More of an unknown key makes no better guess, only a slower one.
constexpr size_t kComparedBytes = 64;

std::string Normalize(std::string_view key) {
  std::string normalized;
  for (char c : key) {
    if (c == '_') c = '-';
    normalized += static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  }
  return normalized;
}

/// Lower is nearer. A key whose end is what was written ("batch-size") counts as one step away.
size_t Distance(std::string_view unknown, std::string_view key) {
  // Worked through from the back: by length, the edit distance from `unknown` to each end of `key`.
  std::vector<size_t> ends(key.size() + 1);
  for (size_t j = 0; j <= key.size(); ++j) ends[j] = j;
  for (size_t i = 1; i <= unknown.size(); ++i) {
    const char written = unknown[unknown.size() - i];
    size_t diagonal = ends[0];
    ends[0] = i;
    for (size_t j = 1; j <= key.size(); ++j) {
      const size_t replaced = diagonal + (written == key[key.size() - j] ? 0 : 1);
      diagonal = ends[j];
      ends[j] = std::min(std::min(ends[j], ends[j - 1]) + 1, replaced);
    }
  }
  size_t distance = ends.back();
  for (size_t dot = key.find('.'); dot != std::string_view::npos; dot = key.find('.', dot + 1)) {
    distance = std::min(distance, 1 + ends[key.size() - dot - 1]);
  }
  return distance;
}

}  // namespace

std::string NearestKey(std::string_view unknown) {
  const std::string wanted = Normalize(unknown.substr(0, kComparedBytes));
  std::string_view best;
  size_t best_distance = std::string_view::npos;
  const auto consider = [&](std::string_view key) {
    const size_t distance = Distance(wanted, Normalize(key));
    if (distance < best_distance) {
      best = key;
      best_distance = distance;
    }
  };
  for (const OptionSpec& spec : OptionTable()) {
    consider(spec.key);
    for (std::string_view alias : spec.aliases) consider(alias);
    for (std::string_view alias : spec.switch_aliases) consider(alias);
  }
  return std::string(best);
}

}  // namespace redshift
