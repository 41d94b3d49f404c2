// Files of any bytes are cut into records and fields, the same ones however they arrive.
//
// Input: a byte that chooses the dialect; delimiter, quote and header lines, if the dialect has them; the
// file.
#include <arrow/buffer.h>
#include <arrow/io/interfaces.h>

#include <algorithm>
#include <cstring>

#include "local/copy/json_reader.h"
#include "local/copy/record_reader.h"
#include "local/copy/record_splitter.h"
#include "tests/fuzz/fuzz.h"

namespace redshift_local {
namespace {

/// Gives at most `step` bytes at a time.
class SteppedStream : public arrow::io::InputStream {
 public:
  SteppedStream(std::string_view text, size_t step) : text_(text), step_(step) {}
  arrow::Status Close() override { return arrow::Status::OK(); }
  bool closed() const override { return false; }
  arrow::Result<int64_t> Tell() const override { return static_cast<int64_t>(at_); }
  arrow::Result<int64_t> Read(int64_t bytes, void* out) override {
    const size_t part = std::min({static_cast<size_t>(bytes), step_, text_.size() - at_});
    if (part > 0) std::memcpy(out, text_.data() + at_, part);
    at_ += part;
    return static_cast<int64_t>(part);
  }
  arrow::Result<std::shared_ptr<arrow::Buffer>> Read(int64_t) override {
    return arrow::Status::NotImplemented("this stream copies");
  }

 private:
  const std::string_view text_;
  const size_t step_;
  size_t at_ = 0;
};

/// Every record with its fields, as one text that tells apart what differs.
std::string Told(const CopyStatement& statement, std::string_view file, size_t step) {
  RecordReader reader(std::make_shared<SteppedStream>(file, step), statement);
  const auto splitter = MakeRecordSplitter(statement);
  std::string told;
  if (!reader.SkipLines(statement.ignore_header).ok()) return "the header cannot be skipped";
  Record record;
  std::vector<FieldView> fields;
  for (auto more = reader.Next(&record); more.ok() && *more; more = reader.Next(&record)) {
    told += "\n" + std::to_string(record.line) + (record.too_long ? " too long" : "");
    FieldError error;
    // Whatever it holds from before.
    const bool split = splitter->Split(record.bytes, &fields, &error);
    if (!split) told += " error " + std::to_string(error.code);
    for (const FieldView& field : fields) {
      told += field.quoted ? " q" : " b";
      told += std::to_string(field.text.size()) + ":" + std::string(field.text);
      fuzz::Check(field.raw.data() >= record.bytes.data() &&
                      field.raw.data() + field.raw.size() <= record.bytes.data() + record.bytes.size(),
                  "fields stand in their record", record.bytes);
    }
  }
  return told + "\n" + std::to_string(reader.lines()) + " lines";
}

std::string ToldJson(std::string_view file, size_t step) {
  JsonReader reader(std::make_shared<SteppedStream>(file, step));
  std::string told;
  JsonPiece piece;
  for (auto more = reader.Next(&piece); more.ok() && *more; more = reader.Next(&piece)) {
    told += "\n" + std::to_string(static_cast<int>(piece.kind)) + " " + std::to_string(piece.line) + " " +
            std::string(piece.bytes);
  }
  return told;
}

void TakeInput(fuzz::Input input) {
  CopyStatement statement;
  const uint8_t dialect = input.Byte();
  if (dialect % 8 == 7) {
    const std::string_view file = input.Rest();
    fuzz::Check(ToldJson(file, 1) == ToldJson(file, file.size() + 1),
                "objects are the same however they arrive");
    return;
  }
  const auto give = [&](CopyOption option) { statement.given.set(static_cast<size_t>(option)); };
  if ((dialect & 1) != 0) {
    statement.format = CopyFormat::kCsv;
    statement.delimiter = ',';
  } else {
    if ((dialect & 2) != 0) give(CopyOption::kEscape);
    if ((dialect & 4) != 0) give(CopyOption::kRemoveQuotes);
  }
  if ((dialect & 16) != 0) statement.delimiter = static_cast<char>(input.Byte());
  if ((dialect & 32) != 0) statement.quote = static_cast<char>(input.Byte());
  if ((dialect & 64) != 0) statement.ignore_header = input.Byte() % 4;
  const std::string_view file = input.Rest();
  const std::string whole = Told(statement, file, file.size() + 1);
  fuzz::Check(Told(statement, file, 1) == whole, "records are the same however they arrive", whole);
  fuzz::Check(Told(statement, file, 7) == whole, "records are the same however they arrive", whole);
}

}  // namespace
}  // namespace redshift_local

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  redshift_local::TakeInput({data, size});
  return 0;
}
