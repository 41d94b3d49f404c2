#include "engine/row/binary_row_reader.h"

#include <arrow/array.h>
#include <arrow/record_batch.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <bit>
#include <cstring>
#include <random>

#include "engine/row/golden/golden_rows.h"
#include "engine/row/json_text.h"

namespace redshift {
namespace {

using ::testing::HasSubstr;

/// The number that the Arrow column holds, spelled as GenerateGolden.java does.
std::string Raw(const arrow::Array& array, int64_t row) {
  switch (array.type_id()) {
    case arrow::Type::BOOL:
      return static_cast<const arrow::BooleanArray&>(array).Value(row) ? "1" : "0";
    case arrow::Type::INT8:
      return std::to_string(static_cast<const arrow::Int8Array&>(array).Value(row));
    case arrow::Type::INT16:
      return std::to_string(static_cast<const arrow::Int16Array&>(array).Value(row));
    case arrow::Type::INT32:
      return std::to_string(static_cast<const arrow::Int32Array&>(array).Value(row));
    case arrow::Type::INT64:
      return std::to_string(static_cast<const arrow::Int64Array&>(array).Value(row));
    case arrow::Type::FLOAT:
      return std::to_string(std::bit_cast<int32_t>(static_cast<const arrow::FloatArray&>(array).Value(row)));
    case arrow::Type::DOUBLE:
      return std::to_string(std::bit_cast<int64_t>(static_cast<const arrow::DoubleArray&>(array).Value(row)));
    case arrow::Type::DECIMAL128:
      return arrow::Decimal128(static_cast<const arrow::Decimal128Array&>(array).GetValue(row))
          .ToIntegerString();
    case arrow::Type::DATE32:
      return std::to_string(static_cast<const arrow::Date32Array&>(array).Value(row));
    case arrow::Type::TIME32:
      return std::to_string(static_cast<const arrow::Time32Array&>(array).Value(row));
    case arrow::Type::TIMESTAMP:
      return std::to_string(static_cast<const arrow::TimestampArray&>(array).Value(row));
    case arrow::Type::INTERVAL_MONTHS:
      return std::to_string(static_cast<const arrow::MonthIntervalArray&>(array).Value(row));
    case arrow::Type::DURATION:
      return std::to_string(static_cast<const arrow::DurationArray&>(array).Value(row));
    case arrow::Type::STRING:
    case arrow::Type::BINARY:
      return static_cast<const arrow::BinaryArray&>(array).GetString(row);
    default: {
      std::string json;
      AppendJson(array, row, &json);
      return json;
    }
  }
}

void ExpectSame(const GoldenCase& golden, const arrow::RecordBatch& batch) {
  ASSERT_EQ(batch.num_rows(), golden.row_count()) << golden.name;
  for (int column = 0; column < batch.num_columns(); ++column) {
    const arrow::Array& array = *batch.column(column);
    const TypeKind kind = golden.schema.columns()[static_cast<size_t>(column)].type.kind;
    const bool is_hex = IsText(kind) || IsBinary(kind) || IsNested(kind);
    int64_t nulls = 0;
    for (int64_t row = 0; row < batch.num_rows(); ++row) {
      const auto& expected = golden.rows[row][column];
      SCOPED_TRACE(golden.name + ", row " + std::to_string(row) + ", column " + std::to_string(column));
      ASSERT_EQ(array.IsNull(row), !expected.has_value());
      if (expected) {
        ASSERT_EQ(Raw(array, row), is_hex ? FromHex(expected->raw) : expected->raw);
      } else {
        ++nulls;
      }
    }
    EXPECT_EQ(array.null_count(), nulls);
  }
}

arrow::Result<std::shared_ptr<arrow::RecordBatch>> Read(const GoldenCase& golden,
                                                        std::span<const uint8_t> frames) {
  ARROW_ASSIGN_OR_RAISE(BinaryRowReader reader,
                        BinaryRowReader::Make(golden.schema, TimestampOverflow::kCut));
  ARROW_ASSIGN_OR_RAISE(ChangeBatch batch, reader.Read(frames, golden.row_count()));
  return batch.rows;
}

std::string ErrorOf(const GoldenCase& golden, std::span<const uint8_t> frames) {
  return Read(golden, frames).status().message();
}

int32_t FirstFrameSize(const GoldenCase& golden) {
  int32_t size;
  std::memcpy(&size, golden.frames.data(), sizeof(size));
  return size;
}

TEST(BinaryRowReader, ReadsWhatFlinkSerialized) {
  const std::vector<GoldenCase> cases = ReadGoldenCases();
  ASSERT_GT(cases.size(), 70u);
  for (const GoldenCase& golden : cases) {
    const auto batch = Read(golden, golden.frames);
    ASSERT_TRUE(batch.ok()) << golden.name << ": " << batch.status();
    ExpectSame(golden, **batch);
    if (golden.name != "text that Redshift refuses") {
      EXPECT_TRUE((*batch)->ValidateFull().ok()) << golden.name << ": " << (*batch)->ValidateFull();
    }
  }
}

TEST(BinaryRowReader, TellsUpsertsFromDeletesOfWhichOnlyTheKeyIsRead) {
  const GoldenCase golden = ReadGoldenCase("changes");
  const auto reader = BinaryRowReader::Make(golden.schema, TimestampOverflow::kFail).ValueOrDie();
  const ChangeBatch batch = reader.Read(golden.frames, golden.row_count()).ValueOrDie();
  std::vector<Change> expected;
  for (const std::string& kind : golden.kinds) {
    expected.push_back(kind == "+I" || kind == "+U" ? Change::kUpsert : Change::kDelete);
  }
  EXPECT_EQ(batch.changes, expected);
  ExpectSame(golden, *batch.rows);
}

TEST(BinaryRowReader, DoesNotLookAtWhatADeleteHoldsBesideItsKey) {
  GoldenCase golden = ReadGoldenCase("changes");
  // The fourth row: its text lies outside of it now. 4 fields have a header of 8 bytes.
  size_t row = 4;
  for (int i = 0; i < 3; ++i) {
    int32_t size;
    std::memcpy(&size, golden.frames.data() + row - 4, sizeof(size));
    row += static_cast<size_t>(size) + 4;
  }
  const uint64_t beyond = uint64_t{100000} << 32 | 23;
  std::memcpy(golden.frames.data() + row + 8 + 8 * 2, &beyond, sizeof(beyond));
  EXPECT_EQ(ErrorOf(golden, golden.frames), "");
  golden.frames[row] = 0;
  EXPECT_THAT(ErrorOf(golden, golden.frames), HasSubstr("its text lies outside the row"));
}

TEST(BinaryRowReader, ABatchOfUpsertsNeedsNoListOfChanges) {
  GoldenCase golden = ReadGoldenCase("arity 5");
  golden.schema = TableSchema(golden.schema.columns(), {"c0"});
  const auto reader = BinaryRowReader::Make(golden.schema, TimestampOverflow::kFail);
  // A key that may be NULL is refused.
  EXPECT_FALSE(reader.ok());
  std::vector<Column> columns = golden.schema.columns();
  columns[0].type.nullable = false;
  const auto keyed =
      BinaryRowReader::Make(TableSchema(columns, {"c0"}), TimestampOverflow::kFail).ValueOrDie();
  EXPECT_TRUE(keyed.Read(golden.frames, golden.row_count()).ValueOrDie().changes.empty());
}

// What lies in one array is no longer than the array, or reading it could take forever.
TEST(BinaryRowReader, RefusesNestedValuesThatOverlap) {
  const TableSchema schema({{"c", ParseFlinkType("ARRAY<ARRAY<INT>>").ValueOrDie()}});
  // 1 field: header 8, one slot; then an array of 3 arrays, which all lie in the same place.
  std::vector<uint8_t> frame(4 + 16 + 8 + 3 * 8 + 16);
  const auto put = [&](size_t at, auto value) { std::memcpy(frame.data() + at, &value, sizeof(value)); };
  put(0, static_cast<int32_t>(frame.size() - 4));
  put(4 + 8, uint64_t{16} << 32 | (8 + 3 * 8 + 16));
  put(4 + 16, int32_t{3});
  for (size_t i = 0; i < 3; ++i) put(4 + 16 + 8 + i * 8, uint64_t{8 + 3 * 8} << 32 | 16);
  put(4 + 16 + 8 + 3 * 8, int32_t{2});
  const auto reader = BinaryRowReader::Make(schema, TimestampOverflow::kFail).ValueOrDie();
  EXPECT_EQ(reader.Read(frame, 1).status().message(), "");
  for (size_t i = 0; i < 3; ++i) put(4 + 16 + 8 + i * 8, uint64_t{0} << 32 | (8 + 3 * 8 + 16));
  EXPECT_THAT(reader.Read(frame, 1).status().message(), HasSubstr("column \"c\": values in it overlap"));
}

TEST(BinaryRowReader, ReadsMoreRowsThanABlock) {
  GoldenCase golden = ReadGoldenCase("random rows");
  const std::vector<uint8_t> frames = golden.frames;
  const auto rows = golden.rows;
  for (int i = 0; i < 4; ++i) {
    golden.frames.insert(golden.frames.end(), frames.begin(), frames.end());
    golden.rows.insert(golden.rows.end(), rows.begin(), rows.end());
  }
  const auto batch = Read(golden, golden.frames);
  ASSERT_TRUE(batch.ok()) << batch.status();
  ExpectSame(golden, **batch);
}

TEST(BinaryRowReader, ReadsNoRows) {
  GoldenCase golden = ReadGoldenCase("every type");
  golden.rows.clear();
  const auto batch = Read(golden, {});
  ASSERT_TRUE(batch.ok()) << batch.status();
  EXPECT_EQ((*batch)->num_rows(), 0);
  EXPECT_TRUE((*batch)->ValidateFull().ok());
}

TEST(BinaryRowReader, TimestampsFinerThanMicrosecondsNeedPermission) {
  const GoldenCase golden = ReadGoldenCase("timestamps");
  const auto reader = BinaryRowReader::Make(golden.schema, TimestampOverflow::kFail);
  EXPECT_THAT(reader.status().message(), HasSubstr("sink.timestamp-overflow"));
}

TEST(BinaryRowReader, RefusesChangesOfRows) {
  GoldenCase golden = ReadGoldenCase("arity 3");
  golden.frames[4] = 3;
  EXPECT_THAT(ErrorOf(golden, golden.frames), HasSubstr("row 0 is a change of kind -D"));
  golden.frames[4] = 7;
  EXPECT_THAT(ErrorOf(golden, golden.frames), HasSubstr("its kind is unknown"));
}

TEST(BinaryRowReader, RefusesAnotherNumberOfRows) {
  GoldenCase golden = ReadGoldenCase("arity 3");
  golden.rows.pop_back();
  EXPECT_THAT(ErrorOf(golden, golden.frames), HasSubstr("bytes are left after row 1"));
  golden.rows.resize(golden.rows.size() + 2);
  EXPECT_THAT(ErrorOf(golden, golden.frames), HasSubstr("damaged"));
  golden.rows.resize(1000000);
  EXPECT_THAT(ErrorOf(golden, golden.frames), HasSubstr("cannot hold 1000000 rows"));
}

TEST(BinaryRowReader, RefusesTextOutsideItsRow) {
  GoldenCase golden = ReadGoldenCase("every type");
  // The fourth row, whose c10 is a text of more than seven bytes.
  size_t row = 4;
  for (int i = 0; i < 3; ++i) {
    int32_t size;
    std::memcpy(&size, golden.frames.data() + row - 4, sizeof(size));
    row += static_cast<size_t>(size) + 4;
  }
  // 17 fields have a header of 8 bytes.
  const size_t text_slot = row + 8 + 8 * 10;
  const uint64_t beyond = uint64_t{100000} << 32 | 23;
  std::memcpy(golden.frames.data() + text_slot, &beyond, sizeof(beyond));
  EXPECT_THAT(ErrorOf(golden, golden.frames),
              HasSubstr("row 3, column \"c10\": its text lies outside the row"));
  const uint64_t inline_too_long = uint64_t{0x80 | 9} << 56;
  std::memcpy(golden.frames.data() + text_slot, &inline_too_long, sizeof(inline_too_long));
  EXPECT_THAT(ErrorOf(golden, golden.frames), HasSubstr("its text has more bytes than a slot holds"));
}

TEST(BinaryRowReader, RefusesFramesThatAreCutShort) {
  const GoldenCase golden = ReadGoldenCase("every type");
  for (size_t size = 0; size < golden.frames.size(); ++size) {
    // A buffer of exactly this size, so that a sanitizer sees every byte read too much.
    const std::vector<uint8_t> cut(golden.frames.begin(), golden.frames.begin() + static_cast<int64_t>(size));
    EXPECT_FALSE(Read(golden, cut).ok()) << size;
  }
}

TEST(BinaryRowReader, RefusesRowsShorterThanTheirColumns) {
  GoldenCase golden = ReadGoldenCase("arity 5");
  const int32_t size = FirstFrameSize(golden) - 8 * 5;
  std::memcpy(golden.frames.data(), &size, sizeof(size));
  EXPECT_FALSE(Read(golden, golden.frames).ok());
  const int32_t negative = -1;
  std::memcpy(golden.frames.data(), &negative, sizeof(negative));
  EXPECT_THAT(ErrorOf(golden, golden.frames), HasSubstr("its length is beyond the buffer"));
}

// Under a sanitizer this shows that damage, wherever it is, makes an error or another value and never a read
// outside.
TEST(BinaryRowReader, SurvivesRandomDamage) {
  std::mt19937 random(20260601);
  for (const GoldenCase& golden : ReadGoldenCases()) {
    for (int round = 0; round < 40; ++round) {
      std::vector<uint8_t> damaged = golden.frames;
      if (random() % 4 == 0) damaged.resize(random() % (damaged.size() + 1));
      for (uint32_t hits = 1 + random() % 8; hits > 0 && !damaged.empty(); --hits) {
        const size_t at = random() % damaged.size();
        switch (random() % 3) {
          case 0:
            damaged[at] = static_cast<uint8_t>(random());
            break;
          case 1:
            damaged[at] ^= static_cast<uint8_t>(1u << random() % 8);
            break;
          default:
            for (size_t i = at; i < std::min(at + 8, damaged.size()); ++i)
              damaged[i] = random() % 2 == 0 ? 0xFF : 0;
        }
      }
      const auto batch = Read(golden, damaged);
      if (!batch.ok()) continue;
      EXPECT_TRUE((*batch)->Validate().ok()) << golden.name;
      // A reject file shows rows whatever they hold.
      std::string json;
      for (int64_t row = 0; row < (*batch)->num_rows(); ++row) AppendRowAsJson(**batch, row, &json);
    }
  }
}

}  // namespace
}  // namespace redshift
