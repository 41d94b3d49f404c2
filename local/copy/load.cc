#include "local/copy/load.h"

#include <arrow/io/compressed.h>
#include <arrow/util/compression.h>
#include <fmt/format.h>

#include <optional>

#include "local/copy/copy_parser.h"
#include "local/copy/json_loader.h"
#include "local/copy/load_output.h"
#include "local/copy/option_matrix.h"
#include "local/copy/parquet_loader.h"
#include "local/copy/record_loader.h"
#include "local/copy/source_files.h"
#include "local/copy/sql_error.h"

namespace redshift_local {
namespace {

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
      : statement_(statement), target_(target), host_(host), output_(statement, target, host) {}

  // Everything before the first row: nothing has happened when it fails.
  arrow::Status Prepare(const OpenFileSystem& open) {
    ARROW_ASSIGN_OR_RAISE(targets_, MapFields(statement_, target_));
    ARROW_ASSIGN_OR_RAISE(codec_, CodecOf(statement_));
    ARROW_ASSIGN_OR_RAISE(auto access, host_.Authorize(statement_.authorization));
    S3Place place = host_.s3();
    if (statement_.Has(CopyOption::kRegion)) place.region = statement_.region;
    ARROW_ASSIGN_OR_RAISE(auto file_system, open(place, access.keys));
    store_.emplace(std::move(file_system), std::move(place), std::move(access),
                   [this] { return host_.CheckInterrupt(); });
    ARROW_RETURN_NOT_OK(MakeLoader());
    ARROW_ASSIGN_OR_RAISE(files_, FindSourceFiles(*store_, statement_));
    ARROW_RETURN_NOT_OK(host_.BeforeFiles(files_.front().path));
    return output_.Open(CopyFromStdin(target_, targets_));
  }

  // Loads all files; the rows are all there, or none is.
  arrow::Status Run() {
    int64_t bytes = 0;
    for (const auto& file : files_) bytes += file.bytes;
    output_.Begin(static_cast<int64_t>(files_.size()), bytes);
    return output_.End(LoadFiles());
  }

  int64_t rows() const { return output_.rows(); }

 private:
  arrow::Status MakeLoader() {
    if (statement_.format == CopyFormat::kParquet) {
      ARROW_ASSIGN_OR_RAISE(parquet_, ParquetLoader::Make(statement_, targets_, output_));
    } else if (statement_.format == CopyFormat::kJson) {
      ARROW_ASSIGN_OR_RAISE(stream_, JsonLoader::Make(statement_, targets_, *store_, output_));
    } else {
      ARROW_ASSIGN_OR_RAISE(stream_, RecordLoader::Make(statement_, targets_, output_));
    }
    return arrow::Status::OK();
  }

  arrow::Status LoadFiles() {
    for (const auto& file : files_) {
      ARROW_RETURN_NOT_OK(host_.CheckInterrupt());
      ARROW_ASSIGN_OR_RAISE(const int64_t lines, parquet_ ? LoadParquet(file) : LoadStream(file));
      output_.EndFile(file.path.ToUrl(), file.bytes, lines);
    }
    return arrow::Status::OK();
  }

  arrow::Result<int64_t> LoadParquet(const S3Object& file) {
    auto opened = store_->OpenFile(file);
    if (!opened.ok()) return FileGone(file, opened.status());
    return parquet_->Load(file, *opened);
  }

  arrow::Result<int64_t> LoadStream(const S3Object& file) {
    auto opened = store_->OpenStream(file);
    if (!opened.ok()) return FileGone(file, opened.status());
    std::shared_ptr<arrow::io::InputStream> stream = *opened;
    const auto url = file.path.ToUrl();
    if (codec_) {
      ARROW_ASSIGN_OR_RAISE(stream, arrow::io::CompressedInputStream::Make(codec_.get(), stream));
    }
    auto lines = stream_->Load(url, std::move(stream));
    if (lines.ok() || IsSqlError(lines.status())) return lines;
    SqlErrorFields fields;
    fields.sqlstate = "XX000";
    fields.message = codec_ ? fmt::format("Failed to decompress {} as {}: {}", url, CodecName(statement_),
                                          lines.status().message())
                            : fmt::format("Failed to read {}: {}", url, lines.status().message());
    if (codec_) fields.hint = "All files of a COPY must be compressed with the one method that it names.";
    return SqlError(std::move(fields));
  }

  // A file that was listed and is gone when its turn comes.
  arrow::Status FileGone(const S3Object& file, const arrow::Status& status) {
    if (SqlErrorOf(status).message.find("NoSuchKey") != std::string::npos) {
      LoadError error;
      error.file = file.path.ToUrl();
      error.error = {load_code::kFileNotFound, "File not found"};
      output_.RecordError(error);
    }
    return status;
  }

  const CopyStatement& statement_;
  const CopyTarget& target_;
  CopyHost& host_;
  LoadOutput output_;
  std::vector<FieldTarget> targets_;
  std::unique_ptr<StreamLoader> stream_;
  std::unique_ptr<ParquetLoader> parquet_;
  std::unique_ptr<arrow::util::Codec> codec_;
  std::optional<ObjectStore> store_;
  std::vector<S3Object> files_;
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
