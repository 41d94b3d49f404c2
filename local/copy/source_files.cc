#include "local/copy/source_files.h"

#include <fmt/format.h>

#include <utility>

#include "local/copy/manifest.h"
#include "local/copy/spectrum_error.h"
#include "local/copy/sql_error.h"

namespace redshift_local {
namespace {

// Columnar files are read from their end, at the length that the manifest claims.
arrow::Status CheckContentLength(const ManifestEntry& entry, const std::optional<S3Object>& object) {
  if (!entry.has_meta) return SpectrumError(15003, "File entry does not have 'meta' key.");
  if (!entry.content_length) {
    return SpectrumError(15003, "File entry does not have 'content_length' in its 'meta' key.");
  }
  if (!object || *entry.content_length == object->bytes) return arrow::Status::OK();
  if (*entry.content_length > object->bytes) {
    return S3Exception("The requested range is not satisfiable", 416, "InvalidRange",
                       fmt::format("Reading {} with content_length {}; it has {} bytes", entry.url,
                                   *entry.content_length, object->bytes));
  }
  return SpectrumError(15001, fmt::format("File '{}' has an invalid version number: it does not end as a "
                                          "Parquet file at the content_length {} of the manifest; it has {} "
                                          "bytes.",
                                          entry.url, *entry.content_length, object->bytes));
}

arrow::Result<std::vector<S3Object>> FilesOfManifest(ObjectStore& store, const S3Path& path, bool columnar) {
  ARROW_ASSIGN_OR_RAISE(const auto found, store.FindAll({path}));
  if (!found[0]) {
    const auto context = "Reading manifest " + path.ToUrl();
    ARROW_ASSIGN_OR_RAISE(const bool bucket_is_there, store.HasBucket(path.bucket));
    return bucket_is_there ? S3Exception("The specified key does not exist.", 404, "NoSuchKey", context)
                           : S3Exception("The specified bucket does not exist", 404, "NoSuchBucket", context);
  }
  ARROW_ASSIGN_OR_RAISE(const auto text, store.ReadWhole(*found[0]));
  ARROW_ASSIGN_OR_RAISE(const auto entries, ParseManifest(text));
  std::vector<S3Path> paths;
  for (const auto& entry : entries) {
    ARROW_ASSIGN_OR_RAISE(auto entry_path, ParseS3Url(entry.url));
    paths.push_back(std::move(entry_path));
  }
  ARROW_ASSIGN_OR_RAISE(const auto objects, store.FindAll(paths));
  std::vector<S3Object> files;
  for (size_t i = 0; i < entries.size(); ++i) {
    if (columnar) ARROW_RETURN_NOT_OK(CheckContentLength(entries[i], objects[i]));
    if (objects[i]) {
      files.push_back(*objects[i]);
    } else if (entries[i].mandatory) {
      return MissingMandatoryFile(entries[i].url);
    }
  }
  if (files.empty()) {
    return SqlError("XX000", "None of the files in the manifest " + path.ToUrl() + " exists");
  }
  return files;
}

}  // namespace

arrow::Status MissingMandatoryFile(const std::string& url) {
  SqlErrorFields fields;
  fields.sqlstate = "XX000";
  fields.message = "Mandatory url is not present in manifest file";
  fields.detail = "error:  Mandatory url is not present in manifest file\ncontext:  " + url;
  return SqlError(std::move(fields));
}

arrow::Result<std::vector<S3Object>> FindSourceFiles(ObjectStore& store, const CopyStatement& statement) {
  ARROW_ASSIGN_OR_RAISE(const auto path, ParseS3Url(statement.source));
  if (statement.Has(CopyOption::kManifest)) {
    return FilesOfManifest(store, path, statement.format == CopyFormat::kParquet);
  }
  ARROW_ASSIGN_OR_RAISE(auto files, store.ListPrefix(path));
  if (files.empty()) {
    return SqlError("XX000", fmt::format("The specified S3 prefix '{}' does not exist", path.key));
  }
  return files;
}

}  // namespace redshift_local
