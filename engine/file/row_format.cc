#include "engine/file/row_format.h"

#include <arrow/buffer_builder.h>
#include <arrow/record_batch.h>

#include <string_view>
#include <utility>

namespace redshift {

namespace {

// After an exceptionally large row the memory for its CSV is given back.
constexpr int64_t kKeptCsvBytes = 4 * 1024 * 1024;

class CsvFormat : public RowFormat {
 public:
  explicit CsvFormat(CsvEncoder encoder) : encoder_(std::move(encoder)) {}

  arrow::Result<std::unique_ptr<RowFile>> Begin(ByteOutput* output) override;

  arrow::Status Write(const arrow::RecordBatch& rows, ByteOutput& output) {
    csv_.Rewind(0);
    ARROW_RETURN_NOT_OK(encoder_.Encode(rows, &csv_));
    ARROW_RETURN_NOT_OK(
        output.Write({reinterpret_cast<const char*>(csv_.data()), static_cast<size_t>(csv_.length())}));
    if (csv_.capacity() > kKeptCsvBytes) csv_.Reset();
    return arrow::Status::OK();
  }

 private:
  const CsvEncoder encoder_;
  arrow::BufferBuilder csv_;
};

class CsvFile : public RowFile {
 public:
  CsvFile(CsvFormat& format, ByteOutput& output) : format_(format), output_(output) {}

  arrow::Status Append(const arrow::RecordBatch& rows) override { return format_.Write(rows, output_); }
  arrow::Status Finish() override { return arrow::Status::OK(); }

 private:
  CsvFormat& format_;
  ByteOutput& output_;
};

arrow::Result<std::unique_ptr<RowFile>> CsvFormat::Begin(ByteOutput* output) {
  return std::make_unique<CsvFile>(*this, *output);
}

}  // namespace

std::unique_ptr<RowFormat> MakeCsvFormat(CsvEncoder encoder) {
  return std::make_unique<CsvFormat>(std::move(encoder));
}

}  // namespace redshift
