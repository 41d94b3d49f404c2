#include "engine/option/table_name.h"

#include <vector>

namespace redshift {
namespace {

constexpr size_t kMaxNameBytes = 127;  // Redshift: "Names and identifiers"

std::string Fold(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

/// Takes one part off the front of `rest`.
arrow::Result<std::string> TakePart(std::string_view* rest) {
  std::string part;
  if (!rest->empty() && rest->front() == '"') {
    size_t at = 1;
    for (;; ++at) {
      if (at >= rest->size()) return arrow::Status::Invalid("a quote is not closed");
      if ((*rest)[at] != '"') {
        part += (*rest)[at];
      } else if (at + 1 < rest->size() && (*rest)[at + 1] == '"') {
        part += '"';
        ++at;
      } else {
        break;
      }
    }
    rest->remove_prefix(at + 1);
  } else {
    const size_t end = rest->find('.');
    part = rest->substr(0, end);
    rest->remove_prefix(end == std::string_view::npos ? rest->size() : end);
    if (part.find_first_of("\" \t\r\n") != std::string::npos) {
      return arrow::Status::Invalid("a name with a blank or a quote must stand in quotes");
    }
    if (part.starts_with('#')) return arrow::Status::Invalid("a temporary table cannot be written to");
  }
  if (part.empty()) return arrow::Status::Invalid("a part of it is empty");
  if (part.size() > kMaxNameBytes) return arrow::Status::Invalid("a part of it is longer than 127 bytes");
  if (part.find('\0') != std::string::npos) return arrow::Status::Invalid("it holds the character U+0000");
  return Fold(std::move(part));
}

}  // namespace

arrow::Result<TableName> ParseTableName(std::string_view text, std::string_view default_schema) {
  std::vector<std::string> parts;
  std::string_view rest = text;
  for (;;) {
    ARROW_ASSIGN_OR_RAISE(std::string part, TakePart(&rest));
    parts.push_back(std::move(part));
    if (rest.empty()) break;
    if (rest.front() != '.')
      return arrow::Status::Invalid("something other than a point follows a quoted part");
    rest.remove_prefix(1);
  }
  if (parts.size() > 2) {
    return arrow::Status::Invalid(
        "it has more parts than schema and table; the database is named by 'database-name'");
  }
  if (parts.size() == 1) return TableName{std::string(default_schema), parts[0]};
  return TableName{parts[0], parts[1]};
}

}  // namespace redshift
