// What Flink was given, read by us, written as CSV by us, and read back by a reader that knows only RFC 4180.

#include <arrow/record_batch.h>
#include <gtest/gtest.h>

#include <bit>
#include <cstdlib>
#include <random>

#include "engine/file/csv_encoder.h"
#include "engine/row/binary_row_reader.h"
#include "engine/row/golden/golden_rows.h"
#include "engine/row/row_validator.h"

namespace redshift {
namespace {

struct Field {
  std::string text;
  bool quoted;
};

/// Splits RFC 4180 text with LF records.
std::vector<std::vector<Field>> ParseCsv(std::string_view csv) {
  std::vector<std::vector<Field>> records;
  size_t at = 0;
  while (at < csv.size()) {
    auto& record = records.emplace_back();
    for (;;) {
      Field field{"", at < csv.size() && csv[at] == '"'};
      if (field.quoted) {
        for (++at; csv.at(at) != '"' || (at + 1 < csv.size() && csv[at + 1] == '"'); ++at) {
          if (csv[at] == '"') ++at;
          field.text += csv[at];
        }
        ++at;
      } else {
        const size_t end = csv.find_first_of(",\n", at);
        field.text = csv.substr(at, end - at);
        at = end;
      }
      record.push_back(std::move(field));
      const char separator = csv.at(at++);
      if (separator == '\n') break;
      EXPECT_EQ(separator, ',');
    }
  }
  return records;
}

std::string Expected(const GoldenValue& value, TypeKind kind) {
  return IsText(kind) || IsNested(kind) ? FromHex(value.text) : value.text;
}

void ExpectField(const Field& field, const std::optional<GoldenValue>& value, const FlinkType& type,
                 bool alone) {
  const bool is_text = IsText(type.kind) || IsBinary(type.kind) || IsNested(type.kind);
  if (!value) {
    EXPECT_FALSE(field.quoted);
    EXPECT_EQ(field.text, is_text || alone ? "nul7f3a" : "");
  } else if (type.kind == TypeKind::kFloat) {
    const float expected = std::bit_cast<float>(std::stoi(value->raw));
    const float found = std::strtof(field.text.c_str(), nullptr);
    EXPECT_TRUE(std::bit_cast<int32_t>(expected) == std::bit_cast<int32_t>(found) ||
                (expected != expected && found != found))
        << field.text;
  } else if (type.kind == TypeKind::kDouble) {
    const double expected = std::bit_cast<double>(std::stoll(value->raw));
    const double found = std::strtod(field.text.c_str(), nullptr);
    EXPECT_TRUE(std::bit_cast<int64_t>(expected) == std::bit_cast<int64_t>(found) ||
                (expected != expected && found != found))
        << field.text;
  } else {
    EXPECT_EQ(field.text, Expected(*value, type.kind));
  }
}

TEST(CsvGolden, EveryValueOfFlinkReadsBackTheSame) {
  for (const GoldenCase& golden : ReadGoldenCases()) {
    auto reader = BinaryRowReader::Make(golden.schema, TimestampOverflow::kCut).ValueOrDie();
    auto encoder = CsvEncoder::Make(golden.schema, "nul7f3a").ValueOrDie();
    const auto batch = reader.Read(golden.frames, golden.row_count()).ValueOrDie().rows;
    arrow::BufferBuilder out;
    ASSERT_TRUE(encoder.Encode(*batch, &out).ok());
    const auto records =
        ParseCsv({reinterpret_cast<const char*>(out.data()), static_cast<size_t>(out.length())});
    ASSERT_EQ(records.size(), golden.rows.size()) << golden.name;
    for (size_t row = 0; row < records.size(); ++row) {
      ASSERT_EQ(records[row].size(), golden.schema.columns().size()) << golden.name;
      for (size_t column = 0; column < records[row].size(); ++column) {
        SCOPED_TRACE(golden.name + ", row " + std::to_string(row) + ", column " + std::to_string(column));
        ExpectField(records[row][column], golden.rows[row][column], golden.schema.columns()[column].type,
                    records[row].size() == 1);
      }
    }
  }
}

RedshiftType TargetFor(const FlinkType& type) {
  RedshiftType target;
  switch (type.kind) {
    case TypeKind::kChar:
    case TypeKind::kVarchar:
      target.kind = RedshiftKind::kVarchar;
      target.length = 65535;
      break;
    case TypeKind::kDecimal:
      target.kind = RedshiftKind::kDecimal;
      target.precision = type.precision;
      target.scale = type.scale;
      break;
    case TypeKind::kBinary:
    case TypeKind::kVarbinary:
      target.kind = RedshiftKind::kVarbyte;
      target.length = 1024000;
      break;
    case TypeKind::kArray:
    case TypeKind::kMap:
    case TypeKind::kMultiset:
    case TypeKind::kRow:
      target.kind = RedshiftKind::kSuper;
      break;
    default:
      break;  // the other rules depend on what is declared alone
  }
  return target;
}

// Under a sanitizer this shows that what RowValidator lets through is safe to encode, whatever the rows'
// bytes were.
TEST(CsvGolden, DamagedRowsThatPassTheValidatorCanBeEncoded) {
  std::mt19937 random(20260602);
  int64_t encoded = 0;
  for (const GoldenCase& golden : ReadGoldenCases()) {
    TargetTable target{"public", "t", {}};
    for (const Column& column : golden.schema.columns())
      target.columns.push_back({column.name, TargetFor(column.type)});
    auto reader = BinaryRowReader::Make(golden.schema, TimestampOverflow::kCut).ValueOrDie();
    auto validator = RowValidator::Make(golden.schema, target, "t").ValueOrDie();
    auto encoder = CsvEncoder::Make(golden.schema, "nul7f3a").ValueOrDie();
    for (int round = 0; round < 20; ++round) {
      std::vector<uint8_t> damaged = golden.frames;
      for (uint32_t hits = 1 + random() % 4; hits > 0; --hits) {
        damaged[random() % damaged.size()] = static_cast<uint8_t>(random());
      }
      const auto batch = reader.Read(damaged, golden.row_count());
      if (!batch.ok() || !validator.Check(*batch, 0).ok()) continue;
      arrow::BufferBuilder out;
      encoded += encoder.Encode(*batch->rows, &out).ok() ? 1 : 0;
    }
  }
  EXPECT_GT(encoded, 100);
}

}  // namespace
}  // namespace redshift
