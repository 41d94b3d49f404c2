#include "local/copy/json_loader.h"

#include <fmt/format.h>

#include <cmath>
#include <cstdlib>
#include <utility>

#include "local/copy/json_text.h"
#include "local/copy/sql_error.h"
#include "local/copy/unverified.h"

namespace redshift_local {
namespace {

constexpr int64_t kMostOfPathsFile = int64_t{1} << 20;

std::string Lower(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

bool IsNumber(std::string_view json) {
  return json.front() == '-' || (json.front() >= '0' && json.front() <= '9');
}

bool IsInteger(ColumnKind kind) {
  return kind == ColumnKind::kSmallint || kind == ColumnKind::kInteger || kind == ColumnKind::kBigint;
}

// Redshift reads an unquoted number as floating point; what it writes then shows where that was not exact.
std::string ThroughFloatingPoint(std::string_view number, bool whole) {
  const double value = std::strtod(std::string(number).c_str(), nullptr);
  if (!std::isfinite(value)) return std::string(number);
  if (whole) {
    if (value != std::floor(value)) return std::string(number);
    return fmt::format("{:.0f}", value);
  }
  constexpr int kExactDigits = 60;
  return fmt::format("{:.{}f}", value, kExactDigits);
}

std::string WithoutBlanks(std::string_view json) {
  std::string text;
  bool quoted = false;
  for (size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (quoted && c == '\\') {
      text += c;
      text += json[++i];
      continue;
    }
    if (c == '"') quoted = !quoted;
    if (quoted || (c != ' ' && c != '\t' && c != '\n' && c != '\r')) text += c;
  }
  return text;
}

}  // namespace

JsonLoader::JsonLoader(const CopyStatement& statement, const std::vector<FieldTarget>& targets,
                       LoadOutput& output)
    : statement_(statement),
      targets_(targets),
      output_(output),
      noshred_(statement.json == "noshred"),
      ignore_case_(statement.json == "auto ignorecase") {}

arrow::Result<std::unique_ptr<JsonLoader>> JsonLoader::Make(const CopyStatement& statement,
                                                            const std::vector<FieldTarget>& targets,
                                                            ObjectStore& store, LoadOutput& output) {
  std::unique_ptr<JsonLoader> loader(new JsonLoader(statement, targets, output));
  for (size_t i = 0; i < targets.size(); ++i) {
    const auto& column = *targets[i].column;
    ARROW_ASSIGN_OR_RAISE(auto converter, FieldConverter::Make(statement, column));
    loader->converters_.push_back(std::move(converter));
    loader->target_of_key_[loader->ignore_case_ ? Lower(column.name) : column.name] = i;
  }
  if (statement.json.starts_with("s3://")) ARROW_RETURN_NOT_OK(loader->ReadPaths(store));
  if (loader->noshred_) ARROW_RETURN_NOT_OK(loader->CheckNoshred());
  return loader;
}

arrow::Status JsonLoader::ReadPaths(ObjectStore& store) {
  ARROW_ASSIGN_OR_RAISE(const auto path, ParseS3Url(statement_.json));
  ARROW_ASSIGN_OR_RAISE(const auto found, store.FindAll({path}));
  if (!found[0]) {
    return S3Exception("The specified key does not exist.", 404, "NoSuchKey",
                       "Reading JSONPaths file " + path.ToUrl());
  }
  if (found[0]->bytes > kMostOfPathsFile) {
    return SqlError("XX000", "Invalid JSONPath format: the JSONPaths file " + path.ToUrl() + " is too large");
  }
  ARROW_ASSIGN_OR_RAISE(const auto text, store.ReadWhole(*found[0]));
  ARROW_ASSIGN_OR_RAISE(paths_, ParseJsonPaths(text));
  if (paths_ && paths_->size() != targets_.size()) {
    return SqlError("XX000",
                    fmt::format("Number of jsonpaths and the number of columns should match. JSONPath "
                                "size: {}, Number of columns in table or column list: {}",
                                paths_->size(), targets_.size()));
  }
  return arrow::Status::OK();
}

arrow::Status JsonLoader::CheckNoshred() const {
  if (targets_.size() == 1 && targets_[0].column->kind == ColumnKind::kSuper) return arrow::Status::OK();
  SqlErrorFields fields;
  fields.sqlstate = "0A000";
  fields.message = "COPY JSON 'noshred' loads one SUPER column";
  fields.hint = "Load into a table, or give a column list, of a single SUPER column.";
  return SqlError(std::move(fields));
}

arrow::Result<int64_t> JsonLoader::Load(const std::string& url,
                                        std::shared_ptr<arrow::io::InputStream> stream) {
  file_ = url;
  JsonReader reader(std::move(stream));
  ARROW_RETURN_NOT_OK(reader.SkipLines(statement_.ignore_header));
  JsonPiece piece;
  for (;;) {
    ARROW_ASSIGN_OR_RAISE(const bool more, reader.Next(&piece));
    if (!more) return reader.lines();
    ARROW_RETURN_NOT_OK(LoadPiece(piece));
  }
}

arrow::Status JsonLoader::LoadPiece(const JsonPiece& piece) {
  FieldError field_error;
  size_t field = targets_.size();
  values_.assign(targets_.size(), std::nullopt);
  switch (piece.kind) {
    case JsonPiece::Kind::kObject: {
      line_ = piece.line;
      std::string* const row = output_.BeginRow();
      if (AppendRow(piece.bytes, row, &field, &field_error)) {
        return output_.EndRow();
      }
      break;
    }
    case JsonPiece::Kind::kJunk:
      field_error = {load_code::kInvalidLine, "Invalid JSON: text that is no object"};
      break;
    case JsonPiece::Kind::kTooLong:
      field_error = {load_code::kInvalidLine, "JSON object is longer than 4194304 bytes"};
      break;
  }
  auto error = Describe(piece, field);
  error.error = std::move(field_error);
  return output_.AddError(error);
}

bool JsonLoader::AppendRow(std::string_view object, std::string* row, size_t* field, FieldError* error) {
  if (JsonValueLength(object) != object.size()) {
    *error = {load_code::kInvalidLine, "Invalid JSON object"};
    return false;
  }
  if (!FindValues(object, field, error)) return false;
  bool first = true;
  for (size_t i = 0; i < targets_.size(); ++i) {
    if (targets_[i].skipped) continue;
    if (!first) row->push_back('\t');
    first = false;
    bool replaced = false;
    if (!AppendValue(i, row, error, &replaced)) {
      *field = i;
      return false;
    }
    if (replaced) output_.AddReplacement(Describe({JsonPiece::Kind::kObject, object, line_}, i));
  }
  return true;
}

bool JsonLoader::FindValues(std::string_view object, size_t* field, FieldError* error) {
  if (noshred_) {
    values_[0] = object;
    return true;
  }
  if (paths_) {
    for (size_t i = 0; i < targets_.size(); ++i) {
      if ((*paths_)[i].Find(object, &values_[i], error)) continue;
      *field = i;
      return false;
    }
    return true;
  }
  for (JsonWalk walk(object); walk.Next();) {
    auto key = DecodeJsonString(walk.key());
    const auto target = target_of_key_.find(ignore_case_ ? Lower(std::move(key)) : key);
    if (target == target_of_key_.end()) continue;
    auto& value = values_[target->second];
    if (!value || CopyChoices().json_last_duplicate_counts) value = walk.value();
  }
  return true;
}

bool JsonLoader::AppendValue(size_t field, std::string* row, FieldError* error, bool* replaced) {
  const auto& converter = converters_[field];
  const auto& column = *targets_[field].column;
  const auto& value = values_[field];
  if (!value || *value == "null") return converter.AppendNull(row, error);
  const bool is_string = value->front() == '"';
  if (is_string) {
    text_ = DecodeJsonString(*value);
    if (column.kind != ColumnKind::kSuper || text_.empty()) {
      return converter.AppendJson(text_, row, error, replaced);
    }
    return converter.AppendJson(*value, row, error, replaced);
  }
  if (IsNumber(*value)) {
    const bool whole = IsInteger(column.kind) && CopyChoices().json_integers_are_floating;
    if (whole || column.kind == ColumnKind::kDecimal) {
      text_ = ThroughFloatingPoint(*value, whole);
      return converter.AppendJson(text_, row, error, replaced);
    }
  }
  const bool nested = value->front() == '{' || value->front() == '[';
  if (nested && column.kind != ColumnKind::kSuper && !CopyChoices().json_nested_text_as_it_stands) {
    text_ = WithoutBlanks(*value);
    return converter.AppendJson(text_, row, error, replaced);
  }
  return converter.AppendJson(*value, row, error, replaced);
}

LoadError JsonLoader::Describe(const JsonPiece& piece, size_t field) const {
  if (field >= targets_.size()) return LoadErrorAt(file_, piece.line, piece.bytes, nullptr);
  LoadError error = LoadErrorAt(file_, piece.line, piece.bytes, targets_[field].column);
  if (values_[field]) {
    error.position = values_[field]->data() - piece.bytes.data();
    error.raw_value = values_[field]->substr(0, kKeptOfLine);
  }
  for (size_t i = 0; i < targets_.size(); ++i) {
    const auto& value = values_[i];
    error.fields.push_back(
        LoadErrorFieldOf(*targets_[i].column, value.value_or(""), !value || *value == "null"));
  }
  return error;
}

}  // namespace redshift_local
