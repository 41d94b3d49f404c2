// Delimited text and CSV: records in, rows out.
#pragma once

#include <arrow/result.h>

#include <memory>
#include <string>
#include <vector>

#include "local/copy/copy_statement.h"
#include "local/copy/field_converter.h"
#include "local/copy/load.h"
#include "local/copy/load_output.h"
#include "local/copy/record_reader.h"
#include "local/copy/record_splitter.h"
#include "local/copy/stream_loader.h"

namespace redshift_local {

class RecordLoader : public StreamLoader {
 public:
  /// All must outlive the loader.
  static arrow::Result<std::unique_ptr<RecordLoader>> Make(const CopyStatement& statement,
                                                           const std::vector<FieldTarget>& targets,
                                                           LoadOutput& output);

  arrow::Result<int64_t> Load(const std::string& url,
                              std::shared_ptr<arrow::io::InputStream> stream) override;

 private:
  RecordLoader(const CopyStatement& statement, const std::vector<FieldTarget>& targets, LoadOutput& output);

  arrow::Status LoadRecord(const Record& record);
  // False: *field is the bad field's index, or past the targets when the record as a whole is bad.
  bool AppendRow(const Record& record, std::string* row, size_t* field, FieldError* error);
  bool CheckFieldCount(const Record& record, FieldError* error) const;
  LoadError Describe(const Record& record, size_t field) const;

  const CopyStatement& statement_;
  const std::vector<FieldTarget>& targets_;
  LoadOutput& output_;
  std::unique_ptr<RecordSplitter> splitter_;
  std::vector<FieldConverter> converters_;
  std::string file_;
  std::vector<FieldView> fields_;
};

}  // namespace redshift_local
