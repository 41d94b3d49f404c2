// Values of all types as Parquet: what the validator lets pass is written, and Arrow's own reader finds the
// same values.
//
// Input: a byte that says where row groups end; a column's type per line; an empty line; values.
#include <arrow/api.h>
#include <arrow/io/memory.h>
#include <parquet/arrow/reader.h>

#include <bit>
#include <cmath>

#include "engine/file/parquet_format.h"
#include "engine/row/row_validator.h"
#include "engine/row/testing/drawn_rows.h"
#include "engine/type/check_supported.h"
#include "engine/type/check_target.h"
#include "tests/fuzz/fuzz.h"

namespace redshift {
namespace {

/// The file, in memory.
class Memory : public ByteOutput {
 public:
  arrow::Status Write(std::string_view data) override {
    bytes_ += data;
    return arrow::Status::OK();
  }
  std::string Take() { return std::move(bytes_); }

 private:
  std::string bytes_;
};

/// Codecs are others' affair, and slow.
const Options& WithoutCodec() {
  static const Options options = Options::Parse({{"connector", "redshift"},
                                                 {"hostname", "localhost"},
                                                 {"username", "u"},
                                                 {"password", "p"},
                                                 {"table-name", "t"},
                                                 {"s3-uri", "s3://bucket/p"},
                                                 {"sink.write.mode", "copy"},
                                                 {"sink.copy.format", "parquet"},
                                                 {"sink.copy.compression", "none"}})
                                     .ValueOrDie();
  return options;
}

template <typename Array>
auto ValueAt(const arrow::Array& array, int64_t row) {
  return static_cast<const Array&>(array).GetView(row);
}

int64_t IntegerAt(const arrow::Array& array, int64_t row) {
  switch (array.type_id()) {
    case arrow::Type::INT8:
      return ValueAt<arrow::Int8Array>(array, row);
    case arrow::Type::INT16:
      return ValueAt<arrow::Int16Array>(array, row);
    case arrow::Type::INT32:
      return ValueAt<arrow::Int32Array>(array, row);
    default:
      fuzz::Check(array.type_id() == arrow::Type::INT64, "integers are read as such",
                  array.type()->ToString());
      return ValueAt<arrow::Int64Array>(array, row);
  }
}

template <typename Array>
bool IsFloat(const arrow::Array& written, int64_t row, const arrow::Array& read, int64_t read_row) {
  const auto a = ValueAt<Array>(written, row);
  const auto b = ValueAt<Array>(read, read_row);
  return std::isnan(a) ? std::isnan(b) : a == b && std::signbit(a) == std::signbit(b);
}

/// Whether what was read at one place is what was written at another; only integers may have become wider.
bool IsSame(const arrow::Array& written, int64_t row, const arrow::Array& read, int64_t read_row) {
  if (written.IsNull(row) || read.IsNull(read_row)) return written.IsNull(row) && read.IsNull(read_row);
  if (arrow::is_integer(written.type_id())) return IntegerAt(written, row) == IntegerAt(read, read_row);
  if (written.type_id() != read.type_id()) return false;
  switch (written.type_id()) {
    case arrow::Type::BOOL:
      return ValueAt<arrow::BooleanArray>(written, row) == ValueAt<arrow::BooleanArray>(read, read_row);
    case arrow::Type::FLOAT:
      return IsFloat<arrow::FloatArray>(written, row, read, read_row);
    case arrow::Type::DOUBLE:
      return IsFloat<arrow::DoubleArray>(written, row, read, read_row);
    case arrow::Type::DECIMAL128:
      return written.type()->Equals(*read.type()) &&
             ValueAt<arrow::Decimal128Array>(written, row) == ValueAt<arrow::Decimal128Array>(read, read_row);
    case arrow::Type::DATE32:
      return ValueAt<arrow::Date32Array>(written, row) == ValueAt<arrow::Date32Array>(read, read_row);
    case arrow::Type::TIMESTAMP:
      return written.type()->Equals(*read.type()) &&
             ValueAt<arrow::TimestampArray>(written, row) == ValueAt<arrow::TimestampArray>(read, read_row);
    case arrow::Type::STRING:
    case arrow::Type::BINARY:
      return ValueAt<arrow::BinaryArray>(written, row) == ValueAt<arrow::BinaryArray>(read, read_row);
    case arrow::Type::LIST: {
      const auto& a = static_cast<const arrow::ListArray&>(written);
      const auto& b = static_cast<const arrow::ListArray&>(read);
      if (a.value_length(row) != b.value_length(read_row)) return false;
      for (int32_t i = 0; i < a.value_length(row); ++i) {
        if (!IsSame(*a.values(), a.value_offset(row) + i, *b.values(), b.value_offset(read_row) + i)) {
          return false;
        }
      }
      return true;
    }
    case arrow::Type::STRUCT: {
      const auto& a = static_cast<const arrow::StructArray&>(written);
      const auto& b = static_cast<const arrow::StructArray&>(read);
      if (a.num_fields() != b.num_fields()) return false;
      for (int i = 0; i < a.num_fields(); ++i) {
        if (a.struct_type()->field(i)->name() != b.struct_type()->field(i)->name()) return false;
        if (!IsSame(*a.field(i), row, *b.field(i), read_row)) return false;
      }
      return true;
    }
    default:
      return false;
  }
}

std::string Encoded(const TableSchema& schema, const TargetTable& target, const arrow::RecordBatch& rows,
                    int64_t row_group_bytes) {
  auto columns = ParquetColumns::ForTable(schema, target, "t").ValueOrDie();
  const auto format = MakeParquetFormat(std::move(columns), WithoutCodec(), row_group_bytes).ValueOrDie();
  Memory memory;
  const auto file = format->Begin(&memory).ValueOrDie();
  const int64_t half = rows.num_rows() / 2;
  for (const auto& part : {rows.Slice(0, half), rows.Slice(half)}) {
    const arrow::Status appended = file->Append(*part);
    fuzz::Check(appended.ok(), "good rows are encoded", appended.ToString());
  }
  const arrow::Status finished = file->Finish();
  fuzz::Check(finished.ok(), "a file of good rows is finished", finished.ToString());
  return memory.Take();
}

std::shared_ptr<arrow::RecordBatch> Read(std::string file) {
  parquet::arrow::FileReaderBuilder builder;
  fuzz::Check(builder.Open(std::make_shared<arrow::io::BufferReader>(arrow::Buffer::FromString(file))).ok(),
              "a file of ours is one for Arrow");
  parquet::ArrowReaderProperties properties(/*use_threads=*/false);
  // Nanoseconds do not reach from year 1 to 9999.
  properties.set_coerce_int96_timestamp_unit(arrow::TimeUnit::MICRO);
  const auto reader = builder.properties(properties)->Build().ValueOrDie();
  const auto table = reader->ReadTable();
  fuzz::Check(table.ok(), "a file of ours can be read", table.status().ToString());
  return (*table)->CombineChunksToBatch().ValueOrDie();
}

void TakeInput(fuzz::Input input) {
  const int64_t row_group_bytes = int64_t{input.Byte()} << 4;
  const TableSchema schema(testing::DrawnColumns(&input));
  if (schema.columns().empty() || !CheckSupported(schema, TimestampOverflow::kCut).ok()) return;
  const TargetTable target = testing::CreatedTarget(schema);
  if (!CheckParquet(schema).ok() || !CheckTarget(schema, target).ok()) return;
  ChangeBatch batch;
  batch.rows = testing::DrawnRows(schema, &input);
  const auto validator =
      RowValidator::Make(schema, target, "t", {.max_row_bytes = kMaxCopyRowBytes}).ValueOrDie();
  const auto rows = testing::GoodRows(validator, batch);

  const auto read = Read(Encoded(schema, target, *rows, row_group_bytes));
  fuzz::Check(read->num_columns() == rows->num_columns() && read->num_rows() == rows->num_rows(),
              "as many rows and columns are read as were written", read->ToString());
  for (int column = 0; column < rows->num_columns(); ++column) {
    for (int64_t row = 0; row < rows->num_rows(); ++row) {
      fuzz::Check(IsSame(*rows->column(column), row, *read->column(column), row),
                  "a value reads back as it was",
                  rows->column(column)->Slice(row, 1)->ToString() + " as " +
                      read->column(column)->Slice(row, 1)->ToString());
    }
  }
}

}  // namespace
}  // namespace redshift

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  redshift::TakeInput({data, size});
  return 0;
}
