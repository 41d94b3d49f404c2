#include "engine/file/parquet_format.h"

#include <arrow/io/interfaces.h>
#include <arrow/memory_pool.h>
#include <arrow/record_batch.h>
#include <arrow/table.h>
#include <arrow/util/byte_size.h>
#include <parquet/arrow/writer.h>
#include <parquet/properties.h>

#include <string_view>
#include <utility>
#include <vector>

namespace redshift {

namespace {

// What Parquet's writer writes to.
class OutputStream : public arrow::io::OutputStream {
 public:
  explicit OutputStream(ByteOutput* output) : output_(output) {}

  /// Nothing goes to the output from here on: Parquet's writer ends a file even when it is only destroyed.
  void Detach() { output_ = nullptr; }

  arrow::Status Close() override { return arrow::Status::OK(); }
  bool closed() const override { return output_ == nullptr; }
  arrow::Result<int64_t> Tell() const override { return position_; }

  using arrow::io::Writable::Write;
  arrow::Status Write(const void* data, int64_t size) override {
    if (output_ == nullptr) return arrow::Status::Cancelled("the file has been given up");
    ARROW_RETURN_NOT_OK(output_->Write({static_cast<const char*>(data), static_cast<size_t>(size)}));
    position_ += size;
    return arrow::Status::OK();
  }

 private:
  ByteOutput* output_;
  int64_t position_ = 0;
};

class ParquetFile : public RowFile {
 public:
  ParquetFile(const ParquetColumns& columns, int64_t row_group_bytes, std::shared_ptr<OutputStream> stream,
              std::unique_ptr<parquet::arrow::FileWriter> writer)
      : columns_(columns),
        row_group_bytes_(row_group_bytes),
        stream_(std::move(stream)),
        writer_(std::move(writer)) {}

  ~ParquetFile() override { stream_->Detach(); }

  arrow::Status Append(const arrow::RecordBatch& rows) override {
    ARROW_ASSIGN_OR_RAISE(auto arranged, columns_.Arrange(rows));
    held_bytes_ += arrow::util::TotalBufferSize(*arranged);
    held_.push_back(std::move(arranged));
    return held_bytes_ < row_group_bytes_ ? arrow::Status::OK() : WriteRowGroup();
  }

  arrow::Status Finish() override {
    if (!held_.empty()) ARROW_RETURN_NOT_OK(WriteRowGroup());
    return writer_->Close();
  }

 private:
  arrow::Status WriteRowGroup() {
    ARROW_ASSIGN_OR_RAISE(const auto table, arrow::Table::FromRecordBatches(columns_.schema(), held_));
    held_.clear();
    held_bytes_ = 0;
    return writer_->WriteTable(*table, table->num_rows());
  }

  const ParquetColumns& columns_;
  const int64_t row_group_bytes_;
  const std::shared_ptr<OutputStream> stream_;
  const std::unique_ptr<parquet::arrow::FileWriter> writer_;
  std::vector<std::shared_ptr<arrow::RecordBatch>> held_;
  int64_t held_bytes_ = 0;
};

class ParquetFormat : public RowFormat {
 public:
  ParquetFormat(ParquetColumns columns, int64_t row_group_bytes,
                std::shared_ptr<parquet::WriterProperties> properties)
      : columns_(std::move(columns)),
        row_group_bytes_(row_group_bytes),
        properties_(std::move(properties)),
        arrow_properties_(
            parquet::ArrowWriterProperties::Builder().enable_deprecated_int96_timestamps()->build()) {}

  arrow::Result<std::unique_ptr<RowFile>> Begin(ByteOutput* output) override {
    auto stream = std::make_shared<OutputStream>(output);
    ARROW_ASSIGN_OR_RAISE(auto writer,
                          parquet::arrow::FileWriter::Open(*columns_.schema(), arrow::default_memory_pool(),
                                                           stream, properties_, arrow_properties_));
    return std::make_unique<ParquetFile>(columns_, row_group_bytes_, std::move(stream), std::move(writer));
  }

 private:
  const ParquetColumns columns_;
  const int64_t row_group_bytes_;
  const std::shared_ptr<parquet::WriterProperties> properties_;
  const std::shared_ptr<parquet::ArrowWriterProperties> arrow_properties_;
};

}  // namespace

arrow::Result<std::unique_ptr<RowFormat>> MakeParquetFormat(ParquetColumns columns, const Options& options,
                                                            int64_t row_group_bytes) {
  parquet::WriterProperties::Builder properties;
  // The oldest form, which every reader knows; COPY has no use for statistics.
  properties.version(parquet::ParquetVersion::PARQUET_1_0)->disable_statistics();
  const auto level = static_cast<int>(options.Get(option::kSinkCopyCompressionLevel));
  switch (options.Get(option::kSinkCopyCompression)) {
    case option::CopyCompression::kZstd:
      properties.compression(arrow::Compression::ZSTD)->compression_level(level);
      break;
    case option::CopyCompression::kGzip:
      properties.compression(arrow::Compression::GZIP)->compression_level(level);
      break;
    case option::CopyCompression::kNone:
      properties.compression(arrow::Compression::UNCOMPRESSED);
      break;
  }
  return std::make_unique<ParquetFormat>(std::move(columns), row_group_bytes, properties.build());
}

}  // namespace redshift
