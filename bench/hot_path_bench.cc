// The way of a row from the buffer that Flink fills to the compressed bytes that are uploaded, step by step
// and as a whole, beside Arrow's own CSV writer and beside compression alone. Figures are CPU time per row.

#include <arrow/buffer_builder.h>
#include <arrow/csv/writer.h>
#include <arrow/io/memory.h>
#include <arrow/record_batch.h>
#include <arrow/util/compression.h>
#include <benchmark/benchmark.h>

#include "bench/tables.h"
#include "engine/file/csv_encoder.h"
#include "engine/row/binary_row_reader.h"
#include "engine/row/row_validator.h"

namespace redshift {
namespace {

constexpr int64_t kPieceBytes = 256 * 1024;

void CheckOk(const arrow::Status& status) {
  if (!status.ok()) status.Abort();
}

/// Everything that is made once, with the results of each step for the steps after it.
struct Fixture {
  explicit Fixture(BenchTable made)
      : table(std::move(made)),
        reader(BinaryRowReader::Make(table.schema, TimestampOverflow::kFail).ValueOrDie()),
        validator(RowValidator::Make(table.schema, table.target, "bench").ValueOrDie()),
        encoder(CsvEncoder::Make(table.schema, "nul7f3a").ValueOrDie()) {
    for (const Frames& frames : table.buffers) {
      batches.push_back(reader.Read(frames.bytes, frames.row_count).ValueOrDie());
      arrow::BufferBuilder out;
      CheckOk(encoder.Encode(*batches.back().rows, &out));
      csv.push_back(out.Finish().ValueOrDie());
    }
  }

  BenchTable table;
  BinaryRowReader reader;
  RowValidator validator;
  CsvEncoder encoder;
  std::vector<ChangeBatch> batches;
  std::vector<std::shared_ptr<arrow::Buffer>> csv;
};

const Fixture& LineItemFixture() {
  static const Fixture fixture(LineItems());
  return fixture;
}

const Fixture& EventFixture() {
  static const Fixture fixture(Events());
  return fixture;
}

/// zstd at level 1 as one stream, as for a staged file.
class Compression {
 public:
  Compression()
      : codec_(arrow::util::Codec::Create(arrow::Compression::ZSTD, 1).ValueOrDie()),
        compressor_(codec_->MakeCompressor().ValueOrDie()),
        out_(static_cast<size_t>(kPieceBytes)) {}

  /// Returns how many bytes came out.
  int64_t Add(const uint8_t* data, int64_t size) {
    int64_t written = 0;
    while (size > 0) {
      const auto step = compressor_->Compress(size, data, kPieceBytes, out_.data()).ValueOrDie();
      data += step.bytes_read;
      size -= step.bytes_read;
      written += step.bytes_written;
    }
    benchmark::DoNotOptimize(out_.data());
    return written;
  }

 private:
  std::unique_ptr<arrow::util::Codec> codec_;
  std::shared_ptr<arrow::util::Compressor> compressor_;
  std::vector<uint8_t> out_;
};

/// Runs `step` for one buffer after the other; it takes the buffer's number and returns how many bytes it
/// made.
void PerRow(benchmark::State& state, const Fixture& fixture, auto&& step) {
  size_t next = 0;
  int64_t rows = 0;
  int64_t bytes = 0;
  for (auto _ : state) {
    bytes += step(next);
    rows += fixture.table.buffers[next].row_count;
    next = (next + 1) % fixture.table.buffers.size();
  }
  // kIsRate | kInvert is seconds per row, printed with its unit: 95n is 95 nanoseconds.
  state.counters["time/row"] = benchmark::Counter(static_cast<double>(rows),
                                                  benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
  state.counters["bytes/row"] = rows == 0 ? 0 : static_cast<double>(bytes) / static_cast<double>(rows);
}

ChangeBatch Read(const Fixture& fixture, size_t i) {
  const Frames& frames = fixture.table.buffers[i];
  return fixture.reader.Read(frames.bytes, frames.row_count).ValueOrDie();
}

void ReadRows(benchmark::State& state, const Fixture& fixture) {
  PerRow(state, fixture, [&](size_t i) {
    benchmark::DoNotOptimize(Read(fixture, i));
    return static_cast<int64_t>(fixture.table.buffers[i].bytes.size());
  });
}

void Validate(benchmark::State& state, const Fixture& fixture) {
  PerRow(state, fixture, [&](size_t i) {
    CheckOk(fixture.validator.Check(fixture.batches[i], 0));
    return int64_t{0};
  });
}

void EncodeCsv(benchmark::State& state, const Fixture& fixture) {
  arrow::BufferBuilder out;
  PerRow(state, fixture, [&](size_t i) {
    out.Rewind(0);
    CheckOk(fixture.encoder.Encode(*fixture.batches[i].rows, &out));
    return out.length();
  });
}

void Zstd(benchmark::State& state, const Fixture& fixture) {
  Compression compression;
  PerRow(state, fixture,
         [&](size_t i) { return compression.Add(fixture.csv[i]->data(), fixture.csv[i]->size()); });
}

void RowsToCsv(benchmark::State& state, const Fixture& fixture) {
  arrow::BufferBuilder out;
  PerRow(state, fixture, [&](size_t i) {
    out.Rewind(0);
    const auto batch = Read(fixture, i);
    CheckOk(fixture.validator.Check(batch, 0));
    CheckOk(fixture.encoder.Encode(*batch.rows, &out));
    return out.length();
  });
}

void RowsToCsvZstd(benchmark::State& state, const Fixture& fixture) {
  arrow::BufferBuilder out;
  Compression compression;
  PerRow(state, fixture, [&](size_t i) {
    out.Rewind(0);
    const auto batch = Read(fixture, i);
    CheckOk(fixture.validator.Check(batch, 0));
    CheckOk(fixture.encoder.Encode(*batch.rows, &out));
    return compression.Add(out.data(), out.length());
  });
}

arrow::csv::WriteOptions ArrowOptions() {
  auto options = arrow::csv::WriteOptions::Defaults();
  options.include_header = false;
  options.null_string = "nul7f3a";
  options.quoting_style = arrow::csv::QuotingStyle::Needed;
  return options;
}

void ArrowWriteCsv(benchmark::State& state, const Fixture& fixture) {
  const auto options = ArrowOptions();
  auto out = arrow::io::BufferOutputStream::Create(4 << 20).ValueOrDie();
  PerRow(state, fixture, [&](size_t i) {
    CheckOk(out->Reset(4 << 20));
    CheckOk(arrow::csv::WriteCSV(*fixture.batches[i].rows, options, out.get()));
    return out->Tell().ValueOrDie();
  });
}

void RowsToArrowCsvZstd(benchmark::State& state, const Fixture& fixture) {
  const auto options = ArrowOptions();
  Compression compression;
  auto out = arrow::io::BufferOutputStream::Create(4 << 20).ValueOrDie();
  PerRow(state, fixture, [&](size_t i) {
    const auto batch = Read(fixture, i);
    CheckOk(out->Reset(4 << 20));
    CheckOk(arrow::csv::WriteCSV(*batch.rows, options, out.get()));
    const auto csv = out->Finish().ValueOrDie();
    return compression.Add(csv->data(), csv->size());
  });
}

using Run = void (*)(benchmark::State&, const Fixture&);

void Register(const std::string& table, const Fixture& (*fixture)()) {
  const std::pair<const char*, Run> runs[] = {
      {"1 rows to batch", ReadRows},          {"2 validate", Validate},
      {"3 batch to CSV", EncodeCsv},          {"4 zstd -1 of that CSV", Zstd},
      {"rows to CSV (1 to 3)", RowsToCsv},    {"rows to CSV and zstd (1 to 4)", RowsToCsvZstd},
      {"Arrow: batch to CSV", ArrowWriteCsv}, {"Arrow: rows to CSV and zstd", RowsToArrowCsvZstd},
  };
  for (const auto& [name, run] : runs) {
    benchmark::RegisterBenchmark((table + "/" + name).c_str(),
                                 [step = run, fixture](benchmark::State& state) { step(state, fixture()); });
  }
}

}  // namespace
}  // namespace redshift

int main(int argc, char** argv) {
  redshift::Register("lineitem", redshift::LineItemFixture);
  redshift::Register("events", redshift::EventFixture);
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
