// COPY ... JSON: objects in, rows out.
#pragma once

#include <arrow/result.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "local/copy/copy_statement.h"
#include "local/copy/field_converter.h"
#include "local/copy/json_path.h"
#include "local/copy/json_reader.h"
#include "local/copy/load.h"
#include "local/copy/load_output.h"
#include "local/copy/object_store.h"
#include "local/copy/stream_loader.h"

namespace redshift_local {

class JsonLoader : public StreamLoader {
 public:
  /// Reads the JSONPaths file, where there is one. All must outlive the loader, but the store.
  static arrow::Result<std::unique_ptr<JsonLoader>> Make(const CopyStatement& statement,
                                                         const std::vector<FieldTarget>& targets,
                                                         ObjectStore& store, LoadOutput& output);

  arrow::Result<int64_t> Load(const std::string& url,
                              std::shared_ptr<arrow::io::InputStream> stream) override;

 private:
  JsonLoader(const CopyStatement& statement, const std::vector<FieldTarget>& targets, LoadOutput& output);

  arrow::Status ReadPaths(ObjectStore& store);
  arrow::Status CheckNoshred() const;
  arrow::Status LoadPiece(const JsonPiece& piece);
  // False: *field is the bad column's index, or past the targets when the object as a whole is bad.
  bool AppendRow(std::string_view object, std::string* row, size_t* field, FieldError* error);
  // Fills values_ for every target.
  bool FindValues(std::string_view object, size_t* field, FieldError* error);
  bool AppendValue(size_t field, std::string* row, FieldError* error, bool* replaced);
  LoadError Describe(const JsonPiece& piece, size_t field) const;

  const CopyStatement& statement_;
  const std::vector<FieldTarget>& targets_;
  LoadOutput& output_;
  std::vector<FieldConverter> converters_;
  bool noshred_ = false;
  bool ignore_case_ = false;
  std::optional<std::vector<JsonPath>> paths_;
  std::unordered_map<std::string, size_t> target_of_key_;

  std::string file_;
  int64_t line_ = 0;
  // As they stand in the object; nothing: absent.
  std::vector<std::optional<std::string_view>> values_;
  std::string text_;
};

}  // namespace redshift_local
