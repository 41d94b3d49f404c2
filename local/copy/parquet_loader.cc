#include "local/copy/parquet_loader.h"

#include <arrow/util/key_value_metadata.h>
#include <fmt/format.h>
#include <parquet/arrow/reader.h>
#include <parquet/file_reader.h>
#include <parquet/metadata.h>
#include <parquet/properties.h>

#include <array>
#include <string_view>
#include <utility>

#include "local/copy/parquet_schema.h"
#include "local/copy/record_reader.h"
#include "local/copy/spectrum_error.h"
#include "local/copy/sql_error.h"

namespace redshift_local {
namespace {

constexpr int64_t kBatchRows = 1024;
// One request to S3 reads so much of a column.
constexpr int64_t kReadBytes = int64_t{1} << 20;

// Redshift decompresses what is named so before it looks for Parquet in it.
arrow::Status CheckSuffix(const std::string& url) {
  constexpr std::array<std::string_view, 3> kSuffixes = {".gz", ".snappy", ".bz2"};
  for (const auto suffix : kSuffixes) {
    if (url.ends_with(suffix)) {
      return SpectrumError(
          15001, fmt::format("File '{}' could not be decompressed: a columnar file named {} is taken to be "
                             "compressed as a whole. Parquet compresses inside; give it another name.",
                             url, suffix));
    }
  }
  return arrow::Status::OK();
}

// Arrow keeps a schema of its own in files that it wrote, and reads them by it. Redshift does not know it.
void ForgetArrowSchema(const parquet::FileMetaData& metadata) {
  const auto& pairs = metadata.key_value_metadata();
  if (!pairs || !pairs->Contains("ARROW:schema")) return;
  const auto status = std::const_pointer_cast<arrow::KeyValueMetadata>(pairs)->Delete("ARROW:schema");
  static_cast<void>(status);  // it is there
}

arrow::Result<std::unique_ptr<parquet::arrow::FileReader>> OpenReader(
    std::shared_ptr<arrow::io::RandomAccessFile> file) {
  parquet::ReaderProperties properties = parquet::default_reader_properties();
  properties.enable_buffered_stream();
  properties.set_buffer_size(kReadBytes);
  parquet::arrow::FileReaderBuilder builder;
  ARROW_RETURN_NOT_OK(builder.Open(std::move(file), properties));
  ForgetArrowSchema(*builder.raw_reader()->metadata());
  parquet::ArrowReaderProperties arrow_properties(/*use_threads=*/false);
  arrow_properties.set_batch_size(kBatchRows);
  arrow_properties.set_pre_buffer(false);
  // Nanoseconds would not hold all of Redshift's years.
  arrow_properties.set_coerce_int96_timestamp_unit(arrow::TimeUnit::MICRO);
  return builder.properties(arrow_properties)->Build();
}

}  // namespace

ParquetLoader::ParquetLoader(const CopyStatement& statement, const std::vector<FieldTarget>& targets,
                             LoadOutput& output)
    : statement_(statement), targets_(targets), output_(output) {}

arrow::Result<std::unique_ptr<ParquetLoader>> ParquetLoader::Make(const CopyStatement& statement,
                                                                  const std::vector<FieldTarget>& targets,
                                                                  LoadOutput& output) {
  std::unique_ptr<ParquetLoader> loader(new ParquetLoader(statement, targets, output));
  for (const auto& target : targets) loader->writers_.emplace_back(statement, *target.column);
  return loader;
}

arrow::Result<int64_t> ParquetLoader::Load(const S3Object& object,
                                           std::shared_ptr<arrow::io::RandomAccessFile> file) {
  file_ = object.path.ToUrl();
  ARROW_RETURN_NOT_OK(CheckSuffix(file_));
  const auto unreadable = [&](const arrow::Status& status) {
    if (IsSqlError(status)) return status;
    return SpectrumError(15001,
                         fmt::format("File '{}' cannot be read as Parquet: {}", file_, status.message()));
  };
  auto opened = OpenReader(std::move(file));
  if (!opened.ok()) return unreadable(opened.status());
  const auto reader = std::move(*opened);
  ARROW_RETURN_NOT_OK(
      CheckParquetSchema(*reader->parquet_reader()->metadata()->schema(), targets_, statement_, object.path));
  int64_t rows = 0;
  for (int group = 0; group < reader->num_row_groups(); ++group) {
    auto batches = reader->GetRecordBatchReader({group});
    if (!batches.ok()) return unreadable(batches.status());
    for (;;) {
      std::shared_ptr<arrow::RecordBatch> batch;
      if (const auto status = (*batches)->ReadNext(&batch); !status.ok()) return unreadable(status);
      if (!batch) break;
      ARROW_RETURN_NOT_OK(LoadBatch(*batch, rows));
      rows += batch->num_rows();
    }
  }
  return rows;
}

arrow::Status ParquetLoader::LoadBatch(const arrow::RecordBatch& batch, int64_t first_row) {
  const auto& columns = batch.columns();
  for (int64_t row = 0; row < batch.num_rows(); ++row) {
    std::string* const out = output_.BeginRow();
    bool first = true;
    int64_t plain_bytes = 0;
    for (size_t i = 0; i < targets_.size(); ++i) {
      if (targets_[i].skipped) continue;
      if (!first) out->push_back('\t');
      first = false;
      const size_t start = out->size();
      bool replaced = false;
      const auto status = i < columns.size() ? writers_[i].Append(*columns[i], row, out, &replaced)
                                             : writers_[i].AppendNull(out);
      const auto& column = writers_[i].column();
      if (!status.ok()) return BadValue(status, column, first_row + row);
      if (column.kind != ColumnKind::kSuper) plain_bytes += static_cast<int64_t>(out->size() - start);
      if (replaced) {
        LoadError where;
        where.file = file_;
        where.line = first_row + row + 1;
        where.column = column.name;
        output_.AddReplacement(where);
      }
    }
    if (plain_bytes > kMaxRecordBytes) {
      return SpectrumError(15001, fmt::format("Row {} of file '{}' is longer than {} bytes",
                                              first_row + row + 1, file_, kMaxRecordBytes));
    }
    ARROW_RETURN_NOT_OK(output_.EndRow());
  }
  return arrow::Status::OK();
}

arrow::Status ParquetLoader::BadValue(const arrow::Status& status, const CopyColumn& column,
                                      int64_t row) const {
  return SpectrumError(15001, fmt::format("{}, File name: {}, Column: {}, Row: {}", status.message(), file_,
                                          column.name, row + 1));
}

}  // namespace redshift_local
