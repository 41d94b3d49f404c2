#include "engine/option/quoted_name.h"

#include <algorithm>
#include <utility>

#include "engine/option/option_form.h"

namespace redshift {
namespace {

constexpr size_t kMaxNameBytes = 127;  // Redshift: "Names and identifiers"
constexpr std::string_view kBlanks = " \t\r\n";

std::string Fold(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

void SkipBlanks(std::string_view* rest) {
  rest->remove_prefix(std::min(rest->find_first_not_of(kBlanks), rest->size()));
}

}  // namespace

arrow::Result<std::string> TakeName(std::string_view* rest, char separator) {
  std::string name;
  if (!rest->empty() && rest->front() == '"') {
    size_t at = 1;
    for (;; ++at) {
      if (at >= rest->size()) return arrow::Status::Invalid("a quote is not closed");
      if ((*rest)[at] != '"') {
        name += (*rest)[at];
      } else if (at + 1 < rest->size() && (*rest)[at + 1] == '"') {
        name += '"';
        ++at;
      } else {
        break;
      }
    }
    rest->remove_prefix(at + 1);
  } else {
    const size_t end = rest->find(separator);
    name = rest->substr(0, end);
    rest->remove_prefix(end == std::string_view::npos ? rest->size() : end);
    if (name.find_first_of("\" \t\r\n") != std::string::npos) {
      return arrow::Status::Invalid("a name with a blank or a quote must stand in quotes");
    }
  }
  if (name.empty()) return arrow::Status::Invalid("a part of it is empty");
  if (name.size() > kMaxNameBytes) return arrow::Status::Invalid("a part of it is longer than 127 bytes");
  if (std::any_of(name.begin(), name.end(), IsControl)) {
    return arrow::Status::Invalid("it holds a control character");
  }
  return Fold(std::move(name));
}

arrow::Result<std::vector<std::string>> ParseColumnNames(std::string_view text) {
  std::vector<std::string> names;
  std::string_view rest = text;
  for (;;) {
    SkipBlanks(&rest);
    // An unquoted name ends before the blanks that follow it.
    if (rest.empty() || rest.front() != '"') {
      std::string_view name = rest.substr(0, rest.find(','));
      rest.remove_prefix(name.size());
      name = name.substr(0, name.find_last_not_of(kBlanks) + 1);
      ARROW_ASSIGN_OR_RAISE(std::string taken, TakeName(&name, ','));
      names.push_back(std::move(taken));
    } else {
      ARROW_ASSIGN_OR_RAISE(std::string taken, TakeName(&rest, ','));
      names.push_back(std::move(taken));
      SkipBlanks(&rest);
    }
    if (rest.empty()) return names;
    if (rest.front() != ',')
      return arrow::Status::Invalid("something other than a comma follows a quoted name");
    rest.remove_prefix(1);
  }
}

}  // namespace redshift
