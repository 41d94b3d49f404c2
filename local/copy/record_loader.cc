#include "local/copy/record_loader.h"

#include <utility>

namespace redshift_local {

RecordLoader::RecordLoader(const CopyStatement& statement, const std::vector<FieldTarget>& targets,
                           LoadOutput& output)
    : statement_(statement), targets_(targets), output_(output), splitter_(MakeRecordSplitter(statement)) {}

arrow::Result<std::unique_ptr<RecordLoader>> RecordLoader::Make(const CopyStatement& statement,
                                                                const std::vector<FieldTarget>& targets,
                                                                LoadOutput& output) {
  std::unique_ptr<RecordLoader> loader(new RecordLoader(statement, targets, output));
  for (const auto& target : targets) {
    ARROW_ASSIGN_OR_RAISE(auto converter, FieldConverter::Make(statement, *target.column));
    loader->converters_.push_back(std::move(converter));
  }
  return loader;
}

arrow::Result<int64_t> RecordLoader::Load(const std::string& url,
                                          std::shared_ptr<arrow::io::InputStream> stream) {
  file_ = url;
  RecordReader reader(std::move(stream), statement_);
  ARROW_RETURN_NOT_OK(reader.SkipLines(statement_.ignore_header));
  const bool skip_blank = statement_.Has(CopyOption::kIgnoreBlankLines);
  Record record;
  for (;;) {
    ARROW_ASSIGN_OR_RAISE(const bool more, reader.Next(&record));
    if (!more) return reader.lines();
    if (skip_blank && record.bytes.empty()) continue;
    ARROW_RETURN_NOT_OK(LoadRecord(record));
  }
}

arrow::Status RecordLoader::LoadRecord(const Record& record) {
  FieldError field_error;
  size_t field = 0;
  if (AppendRow(record, output_.BeginRow(), &field, &field_error)) return output_.EndRow();
  auto error = Describe(record, field);
  error.error = std::move(field_error);
  for (size_t i = 0; i < fields_.size() && i < targets_.size(); ++i) {
    error.fields.push_back(
        LoadErrorFieldOf(*targets_[i].column, fields_[i].text, converters_[i].IsNull(fields_[i])));
  }
  return output_.AddError(error);
}

bool RecordLoader::AppendRow(const Record& record, std::string* row, size_t* field, FieldError* error) {
  *field = targets_.size();
  if (record.too_long) {
    fields_.clear();
    *error = {load_code::kInvalidLine, "Input line is longer than 4194304 bytes"};
    return false;
  }
  if (!splitter_->Split(record.bytes, &fields_, error)) return false;
  // One delimiter at the end of the line is tolerated.
  if (fields_.size() == targets_.size() + 1 && fields_.back().raw.empty() && !targets_.empty()) {
    fields_.pop_back();
  }
  if (!CheckFieldCount(record, error)) return false;
  bool first = true;
  for (size_t i = 0; i < targets_.size(); ++i) {
    if (targets_[i].skipped) continue;
    if (!first) row->push_back('\t');
    first = false;
    bool replaced = false;
    const bool good = i < fields_.size() ? converters_[i].Append(fields_[i], row, error, &replaced)
                                         : converters_[i].AppendMissing(row, error);
    if (!good) {
      *field = i;
      return false;
    }
    if (replaced) output_.AddReplacement(Describe(record, i));
  }
  return true;
}

bool RecordLoader::CheckFieldCount(const Record& record, FieldError* error) const {
  if (fields_.size() > targets_.size()) {
    *error = {load_code::kExtraColumns, "Extra column(s) found"};
    return false;
  }
  if (fields_.size() == targets_.size() || statement_.Has(CopyOption::kFillRecord)) return true;
  if (record.bytes.empty()) {
    *error = {load_code::kEmptyLine, "Line without data"};
  } else if (statement_.format == CopyFormat::kCsv && fields_.size() > 1) {
    *error = {load_code::kFewerColumns, "Fewer columns in the line than in the table or column list"};
  } else {
    *error = {load_code::kDelimiterNotFound, "Delimiter not found"};
  }
  return false;
}

LoadError RecordLoader::Describe(const Record& record, size_t field) const {
  const bool has_column = field < targets_.size();
  LoadError error =
      LoadErrorAt(file_, record.line, record.bytes, has_column ? targets_[field].column : nullptr);
  if (has_column && field < fields_.size()) {
    error.position = fields_[field].raw.data() - record.bytes.data();
    error.raw_value = fields_[field].text.substr(0, kKeptOfLine);
  }
  return error;
}

}  // namespace redshift_local
