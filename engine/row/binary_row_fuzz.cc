// Bytes that claim to be rows of Flink: whatever they say, they are read or refused, and what was read is
// taken by all that looks at rows.
//
// Input: a byte of flags; a column's type per line; an empty line; frames.
#include <arrow/api.h>

#include <cstring>

#include "engine/row/binary_row_reader.h"
#include "engine/row/json_text.h"
#include "engine/row/key_encoder.h"
#include "engine/row/row_validator.h"
#include "engine/row/testing/drawn_rows.h"
#include "engine/type/check_target.h"
#include "tests/fuzz/fuzz.h"

namespace redshift {
namespace {

constexpr uint8_t kCut = 1;       // TimestampOverflow::kCut
constexpr uint8_t kKeyed = 2;     // the first column is the key
constexpr uint8_t kOneFrame = 4;  // the bytes are one row, without its length
constexpr uint8_t kOneMore = 8;   // one more row is announced than is there

int64_t CountFrames(std::string_view frames) {
  int64_t count = 0;
  int32_t size = 0;
  while (frames.size() >= sizeof(size)) {
    std::memcpy(&size, frames.data(), sizeof(size));
    frames.remove_prefix(sizeof(size));
    if (size < 0 || static_cast<size_t>(size) > frames.size()) break;
    frames.remove_prefix(static_cast<size_t>(size));
    ++count;
  }
  return count;
}

void TakeBatch(const TableSchema& schema, const ChangeBatch& batch) {
  fuzz::Check(batch.rows->Validate().ok(), "batches are well-formed", batch.rows->Validate().ToString());
  std::string text;
  for (int64_t row = 0; row < batch.rows->num_rows(); ++row) AppendRowAsJson(*batch.rows, row, &text);
  if (!schema.primary_key().empty()) {
    KeyBytes keys;
    (void)KeyEncoder::Make(schema).ValueOrDie().Encode(*batch.rows, &keys);
  }

  const TargetTable target = testing::CreatedTarget(schema);
  // CHAR beyond what a VARCHAR holds, say.
  if (!CheckTarget(schema, target).ok()) return;
  const auto validator =
      RowValidator::Make(schema, target, "t", {.max_row_bytes = kMaxCopyRowBytes, .show_values = true})
          .ValueOrDie();
  const auto taken = testing::GoodRows(validator, batch);
  const arrow::Status valid = taken->ValidateFull();
  fuzz::Check(valid.ok(), "what passes the validator is valid", valid.ToString());
}

void TakeInput(fuzz::Input input) {
  const uint8_t flags = input.Byte();
  std::vector<Column> columns = testing::DrawnColumns(&input);
  if (columns.empty()) return;
  std::vector<std::string> key;
  if ((flags & kKeyed) != 0) key.push_back(columns[0].name);
  const TableSchema schema(std::move(columns), std::move(key));
  const auto reader =
      BinaryRowReader::Make(schema, (flags & kCut) != 0 ? TimestampOverflow::kCut : TimestampOverflow::kFail);
  if (!reader.ok()) return;

  // A copy of exactly their size, so that reads before and behind it are seen.
  std::vector<uint8_t> frames;
  const std::string_view bytes = input.Rest();
  if ((flags & kOneFrame) != 0) {
    const auto size = static_cast<int32_t>(bytes.size());
    frames.resize(sizeof(size));
    std::memcpy(frames.data(), &size, sizeof(size));
  }
  frames.insert(frames.end(), bytes.begin(), bytes.end());
  frames.shrink_to_fit();
  const int64_t rows = CountFrames({reinterpret_cast<const char*>(frames.data()), frames.size()});
  const auto batch = reader->Read(frames, rows + ((flags & kOneMore) != 0 ? 1 : 0));
  if (!batch.ok()) return;
  fuzz::Check(batch->rows->num_rows() == rows, "every frame is a row");
  TakeBatch(schema, *batch);
}

}  // namespace
}  // namespace redshift

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  redshift::TakeInput({data, size});
  return 0;
}
