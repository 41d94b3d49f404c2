#include "local/copy/json_path.h"

#include <charconv>
#include <utility>

#include "local/copy/json_text.h"
#include "local/copy/sql_error.h"
#include "local/copy/unverified.h"

namespace redshift_local {
namespace {

arrow::Status BadPath(std::string_view path, const std::string& why) {
  return SqlError("XX000", "Invalid JSONPath format: " + why + ": " + std::string(path));
}

}  // namespace

arrow::Result<JsonPath> JsonPath::Make(std::string_view text) {
  JsonPath path;
  if (!text.starts_with('$')) return BadPath(text, "it does not begin with $");
  bool dots = false;
  bool brackets = false;
  for (size_t at = 1; at < text.size();) {
    Step step;
    if (text[at] == '.') {
      dots = true;
      const size_t end = std::min(text.find_first_of(".[", at + 1), text.size());
      step.key = text.substr(at + 1, end - at - 1);
      if (step.key.empty()) return BadPath(text, "a member has no name");
      at = end;
    } else if (text[at] == '[') {
      const bool quoted = at + 1 < text.size() && (text[at + 1] == '\'' || text[at + 1] == '"');
      if (quoted) {
        brackets = true;
        const size_t close = text.find(std::string{text[at + 1], ']'}, at + 2);
        if (close == std::string_view::npos) return BadPath(text, "a bracket is not closed");
        step.key = text.substr(at + 2, close - at - 2);
        at = close + 2;
      } else {
        const size_t close = text.find(']', at);
        if (close == std::string_view::npos) return BadPath(text, "a bracket is not closed");
        int64_t index = 0;
        const char* const end = text.data() + close;
        const auto [stop, error] = std::from_chars(text.data() + at + 1, end, index);
        if (error != std::errc() || stop != end || index < 0) {
          return BadPath(text, "neither a quoted name nor an index in brackets");
        }
        step.index = index;
        at = close + 1;
      }
    } else {
      return BadPath(text, "neither a point nor a bracket");
    }
    if (step.key.find('*') != std::string::npos) return BadPath(text, "wildcards are not supported");
    path.steps_.push_back(std::move(step));
  }
  if (dots && brackets) return BadPath(text, "points and brackets are mixed");
  return path;
}

bool JsonPath::Find(std::string_view object, std::optional<std::string_view>* value,
                    FieldError* error) const {
  std::string_view at = object;
  *value = std::nullopt;
  for (const auto& step : steps_) {
    if (at == "null") return true;
    if (step.index) {
      std::optional<std::string_view> element;
      if (at.front() == '[') {
        JsonWalk walk(at);
        for (int64_t i = 0; walk.Next(); ++i) {
          if (i == *step.index) element = walk.value();
        }
      }
      if (!element) {
        *error = {load_code::kInvalidLine, "Invalid JSONPath format: Not an array or index out of range."};
        return false;
      }
      at = *element;
      continue;
    }
    if (at.front() != '{') {
      *error = {load_code::kInvalidLine, "Invalid JSONPath format: Member is not an object."};
      return false;
    }
    const auto member = FindMember(at, step.key);
    if (!member) return true;
    at = *member;
  }
  *value = at;
  return true;
}

std::optional<std::string_view> FindMember(std::string_view object, std::string_view name) {
  std::optional<std::string_view> found;
  for (JsonWalk walk(object); walk.Next();) {
    if (DecodeJsonString(walk.key()) != name) continue;
    found = walk.value();
    if (!CopyChoices().json_last_duplicate_counts) break;
  }
  return found;
}

arrow::Result<std::optional<std::vector<JsonPath>>> ParseJsonPaths(std::string_view file) {
  const auto text = TrimJsonBlanks(file);
  if (!text.starts_with('{') || JsonValueLength(text) != text.size()) {
    return SqlError("XX000", "Invalid JSONPath format: the JSONPaths file is no JSON object");
  }
  const auto array = FindMember(text, "jsonpaths");
  if (!array) return std::nullopt;
  if (!array->starts_with('[')) {
    return SqlError("XX000", "Invalid JSONPath format: \"jsonpaths\" is no array");
  }
  std::vector<JsonPath> paths;
  for (JsonWalk walk(*array); walk.Next();) {
    if (!walk.value().starts_with('"')) {
      return SqlError("XX000", "Invalid JSONPath format: a path is no string");
    }
    ARROW_ASSIGN_OR_RAISE(auto path, JsonPath::Make(DecodeJsonString(walk.value())));
    paths.push_back(std::move(path));
  }
  return paths;
}

}  // namespace redshift_local
