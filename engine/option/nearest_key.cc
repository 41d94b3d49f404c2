#include "engine/option/nearest_key.h"

#include <algorithm>
#include <vector>

#include "engine/option/option_table.h"

namespace redshift {
namespace {

std::string Normalize(std::string_view key) {
  std::string normalized;
  for (char c : key) {
    if (c == '_') c = '-';
    normalized += static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  }
  return normalized;
}

size_t EditDistance(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t above = row[j];
      row[j] = std::min({above + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)});
      diagonal = above;
    }
  }
  return row[b.size()];
}

/// Lower is nearer. A key whose end is what was written ("batch-size") counts as one step away.
size_t Distance(std::string_view unknown, std::string_view key) {
  size_t distance = EditDistance(unknown, key);
  for (size_t dot = key.find('.'); dot != std::string_view::npos; dot = key.find('.', dot + 1)) {
    distance = std::min(distance, 1 + EditDistance(unknown, key.substr(dot + 1)));
  }
  return distance;
}

}  // namespace

std::string NearestKey(std::string_view unknown) {
  const std::string wanted = Normalize(unknown);
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
