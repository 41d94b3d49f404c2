#include "local/copy/load.h"

#include <arrow/io/compressed.h>
#include <arrow/util/compression.h>
#include <fmt/format.h>

#include <limits>
#include <optional>

#include "local/copy/copy_parser.h"
#include "local/copy/field_converter.h"
#include "local/copy/load_recorder.h"
#include "local/copy/manifest.h"
#include "local/copy/option_matrix.h"
#include "local/copy/record_reader.h"
#include "local/copy/record_splitter.h"
#include "local/copy/sql_error.h"

namespace redshift_local {
namespace {

constexpr size_t kFlushBytes = 256 * 1024;
constexpr size_t kKeptOfLine = 1024;

arrow::Result<std::vector<S3Object>> FilesOfManifest(ObjectStore& store, const S3Path& path) {
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
    if (objects[i]) {
      files.push_back(*objects[i]);
    } else if (entries[i].mandatory) {
      SqlErrorFields fields;
      fields.sqlstate = "XX000";
      fields.message = "Mandatory url is not present in manifest file";
      fields.detail = fmt::format("error:  Mandatory url is not present in manifest file\ncontext:  {} of {}",
                                  entries[i].url, path.ToUrl());
      return SqlError(std::move(fields));
    }
  }
  if (files.empty()) {
    return SqlError("XX000", "None of the files in the manifest " + path.ToUrl() + " exists");
  }
  return files;
}

arrow::Result<std::vector<S3Object>> FilesOf(ObjectStore& store, const CopyStatement& statement) {
  ARROW_ASSIGN_OR_RAISE(const auto path, ParseS3Url(statement.source));
  if (statement.Has(CopyOption::kManifest)) return FilesOfManifest(store, path);
  ARROW_ASSIGN_OR_RAISE(auto files, store.ListPrefix(path));
  if (files.empty()) {
    return SqlError("XX000", fmt::format("The specified S3 prefix '{}' does not exist", path.key));
  }
  return files;
}

arrow::Result<std::unique_ptr<arrow::util::Codec>> CodecOf(const CopyStatement& statement) {
  using arrow::Compression;
  if (statement.Has(CopyOption::kGzip)) return arrow::util::Codec::Create(Compression::GZIP);
  if (statement.Has(CopyOption::kZstd)) return arrow::util::Codec::Create(Compression::ZSTD);
  if (statement.Has(CopyOption::kBzip2)) return arrow::util::Codec::Create(Compression::BZ2);
  return nullptr;
}

const char* CodecName(const CopyStatement& statement) {
  if (statement.Has(CopyOption::kGzip)) return "GZIP";
  return statement.Has(CopyOption::kZstd) ? "ZSTD" : "BZIP2";
}

class Load {
 public:
  Load(const CopyStatement& statement, const CopyTarget& target, CopyHost& host)
      : statement_(statement),
        target_(target),
        host_(host),
        recorder_(host, target),
        splitter_(MakeRecordSplitter(statement)) {}

  // Everything before the first row: nothing has happened when it fails.
  arrow::Status Prepare(const OpenFileSystem& open) {
    ARROW_ASSIGN_OR_RAISE(targets_, MapFields(statement_, target_));
    for (const auto& target : targets_) {
      ARROW_ASSIGN_OR_RAISE(auto converter, FieldConverter::Make(statement_, *target.column));
      converters_.push_back(std::move(converter));
    }
    ARROW_ASSIGN_OR_RAISE(codec_, CodecOf(statement_));
    S3Keys keys;
    if (statement_.authorization.keys) {
      keys = *statement_.authorization.keys;
    } else {
      ARROW_ASSIGN_OR_RAISE(keys, host_.KeysOfRoles(statement_.authorization.roles));
    }
    ARROW_ASSIGN_OR_RAISE(auto file_system, open(host_.s3(), statement_.region, keys));
    store_.emplace(std::move(file_system), [this] { return host_.CheckInterrupt(); });
    ARROW_ASSIGN_OR_RAISE(files_, FilesOf(*store_, statement_));
    totals_.files = static_cast<int64_t>(files_.size());
    for (const auto& file : files_) totals_.file_bytes += file.bytes;
    if (!statement_.Has(CopyOption::kNoLoad)) {
      ARROW_RETURN_NOT_OK(host_.BeginRows(CopyFromStdin(target_, targets_)));
      rows_open_ = true;
    }
    return arrow::Status::OK();
  }

  // Loads all files; the rows are all there, or none is.
  arrow::Status Run() {
    recorder_.Begin(statement_, totals_);
    auto status = LoadFiles();
    if (status.ok() && rows_open_) {
      status = FlushRows();
      if (status.ok()) {
        rows_open_ = false;
        status = host_.FinishRows();
      }
    }
    if (rows_open_) host_.AbortRows();
    recorder_.End(status.ok(), totals_);
    if (status.ok()) SendInfos();
    return status;
  }

  int64_t rows() const { return totals_.rows; }

 private:
  arrow::Status LoadFiles() {
    for (const auto& file : files_) {
      const int64_t errors_before = totals_.errors;
      ARROW_RETURN_NOT_OK(LoadFile(file));
      ++totals_.files_scanned;
      totals_.bytes_scanned += file.bytes;
      recorder_.AddFile(file_, file.bytes, file_lines_, totals_.errors - errors_before);
    }
    return arrow::Status::OK();
  }

  arrow::Status LoadFile(const S3Object& file) {
    file_ = file.path.ToUrl();
    auto opened = store_->OpenStream(file);
    if (!opened.ok()) return FileGone(opened.status());
    std::shared_ptr<arrow::io::InputStream> stream = *opened;
    if (codec_) {
      ARROW_ASSIGN_OR_RAISE(stream, arrow::io::CompressedInputStream::Make(codec_.get(), stream));
    }
    auto status = LoadRecords(std::move(stream));
    if (status.ok() || IsSqlError(status)) return status;
    SqlErrorFields fields;
    fields.sqlstate = "XX000";
    fields.message = codec_ ? fmt::format("Failed to decompress {} as {}: {}", file_, CodecName(statement_),
                                          status.message())
                            : fmt::format("Failed to read {}: {}", file_, status.message());
    if (codec_) fields.hint = "All files of a COPY must be compressed with the one method that it names.";
    return SqlError(std::move(fields));
  }

  // A file that was listed and is gone when its turn comes.
  arrow::Status FileGone(const arrow::Status& status) {
    if (SqlErrorOf(status).message.find("NoSuchKey") != std::string::npos) {
      LoadError error;
      error.file = file_;
      error.error = {load_code::kFileNotFound, "File not found"};
      recorder_.AddError(error);
    }
    return status;
  }

  arrow::Status LoadRecords(std::shared_ptr<arrow::io::InputStream> stream) {
    RecordReader reader(std::move(stream), statement_);
    ARROW_RETURN_NOT_OK(reader.SkipLines(statement_.ignore_header));
    const bool skip_blank = statement_.Has(CopyOption::kIgnoreBlankLines);
    Record record;
    for (int64_t count = 0;; ++count) {
      ARROW_ASSIGN_OR_RAISE(const bool more, reader.Next(&record));
      if (!more) break;
      if (skip_blank && record.bytes.empty()) continue;
      ARROW_RETURN_NOT_OK(LoadRecord(record));
      if (rows_.size() >= kFlushBytes) ARROW_RETURN_NOT_OK(FlushRows());
      if (count % 1024 == 0) ARROW_RETURN_NOT_OK(host_.CheckInterrupt());
    }
    file_lines_ = reader.lines();
    return arrow::Status::OK();
  }

  arrow::Status LoadRecord(const Record& record) {
    const size_t start = rows_.size();
    FieldError error;
    size_t field = 0;
    if (AppendRow(record, &field, &error)) {
      rows_.push_back('\n');
      ++totals_.rows;
      return arrow::Status::OK();
    }
    rows_.resize(start);
    return CountError(record, field, std::move(error));
  }

  // False: *field is the bad field's index, or past the targets when the record as a whole is bad.
  bool AppendRow(const Record& record, size_t* field, FieldError* error) {
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
    bool replaced_any = false;
    for (size_t i = 0; i < targets_.size(); ++i) {
      if (targets_[i].skipped) continue;
      if (!first) rows_.push_back('\t');
      first = false;
      bool replaced = false;
      const bool good = i < fields_.size() ? converters_[i].Append(fields_[i], &rows_, error, &replaced)
                                           : converters_[i].AppendMissing(&rows_, error);
      if (!good) {
        *field = i;
        return false;
      }
      if (replaced) {
        replaced_any = true;
        recorder_.AddReplacement(Describe(record, i));
      }
    }
    records_with_replacements_ += replaced_any;
    return true;
  }

  bool CheckFieldCount(const Record& record, FieldError* error) const {
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

  LoadError Describe(const Record& record, size_t field) const {
    LoadError error;
    error.file = file_;
    error.line = record.line;
    error.raw_line = record.bytes.substr(0, kKeptOfLine);
    if (field >= targets_.size()) return error;
    const auto& column = *targets_[field].column;
    error.column = column.name;
    error.type = LoadTypeName(column.kind);
    error.length = LoadTypeLength(column);
    if (field < fields_.size()) {
      error.position = fields_[field].raw.data() - record.bytes.data();
      error.raw_value = fields_[field].text.substr(0, kKeptOfLine);
    }
    return error;
  }

  arrow::Status CountError(const Record& record, size_t field, FieldError field_error) {
    auto error = Describe(record, field);
    error.error = std::move(field_error);
    for (size_t i = 0; i < fields_.size() && i < targets_.size(); ++i) {
      const auto& column = *targets_[i].column;
      error.fields.push_back({column.name, LoadTypeName(column.kind), LoadTypeLength(column),
                              std::string(fields_[i].text.substr(0, kKeptOfLine)),
                              converters_[i].IsNull(fields_[i])});
    }
    recorder_.AddError(error);
    ++totals_.errors;
    if (statement_.Has(CopyOption::kIgnoreAllErrors)) return arrow::Status::OK();
    if (totals_.errors < statement_.max_error) return arrow::Status::OK();
    return SqlError("XX000",
                    fmt::format("Load into table '{}' failed.  Check 'stl_load_errors' system table for "
                                "details.",
                                target_.name));
  }

  arrow::Status FlushRows() {
    if (rows_open_ && !rows_.empty()) ARROW_RETURN_NOT_OK(host_.WriteRows(rows_));
    rows_.clear();
    return arrow::Status::OK();
  }

  void SendInfos() {
    if (statement_.Has(CopyOption::kNoLoad)) {
      host_.SendInfo(fmt::format("Load into table '{}' completed, {} record(s) would be loaded (NOLOAD).",
                                 target_.name, totals_.rows));
      totals_.rows = 0;
    } else {
      host_.SendInfo(fmt::format("Load into table '{}' completed, {} record(s) loaded successfully.",
                                 target_.name, totals_.rows));
    }
    if (totals_.errors > 0) {
      host_.SendInfo(
          fmt::format("Load into table '{}' completed, {} record(s) could not be loaded.  Check "
                      "'stl_load_errors' system table for details.",
                      target_.name, totals_.errors));
    }
    if (records_with_replacements_ > 0) {
      host_.SendInfo(
          fmt::format("Load into table '{}' completed, {} record(s) were loaded with replacements made "
                      "for ACCEPTINVCHARS.  Check 'stl_replacements' system table for details.",
                      target_.name, records_with_replacements_));
    }
  }

  const CopyStatement& statement_;
  const CopyTarget& target_;
  CopyHost& host_;
  LoadRecorder recorder_;
  std::unique_ptr<RecordSplitter> splitter_;
  std::vector<FieldTarget> targets_;
  std::vector<FieldConverter> converters_;
  std::unique_ptr<arrow::util::Codec> codec_;
  std::optional<ObjectStore> store_;
  std::vector<S3Object> files_;
  bool rows_open_ = false;

  std::string file_;
  int64_t file_lines_ = 0;
  std::vector<FieldView> fields_;
  std::string rows_;
  LoadTotals totals_;
  int64_t records_with_replacements_ = 0;
};

}  // namespace

CopyResult RunCopyFrom(const OpenFileSystem& open, std::string_view text, CopyHost& host) {
  CopyResult result;
  const auto run = [&]() -> arrow::Status {
    ARROW_ASSIGN_OR_RAISE(const auto statement, ParseCopy(text, host.case_sensitive_identifiers()));
    ARROW_RETURN_NOT_OK(CheckCopyOptions(statement));
    ARROW_ASSIGN_OR_RAISE(const auto target, host.DescribeTarget(statement.table));
    Load load(statement, target, host);
    ARROW_RETURN_NOT_OK(load.Prepare(open));
    result.last_copy_id = host.query_id();
    const auto status = load.Run();
    if (status.ok()) result.last_copy_count = load.rows();
    return status;
  };
  result.status = run();
  return result;
}

}  // namespace redshift_local
