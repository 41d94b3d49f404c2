#include "engine/row/row_validator.h"

#include <arrow/builder.h>
#include <arrow/record_batch.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/type/bad_row.h"

namespace redshift {
namespace {

using ::testing::HasSubstr;

template <typename Builder, typename Value>
std::shared_ptr<arrow::Array> ArrayOf(const std::shared_ptr<arrow::DataType>& type,
                                      const std::vector<std::optional<Value>>& values) {
  Builder builder(type, arrow::default_memory_pool());
  for (const auto& value : values) {
    EXPECT_TRUE((value ? builder.Append(*value) : builder.AppendNull()).ok());
  }
  return builder.Finish().ValueOrDie();
}

std::shared_ptr<arrow::Array> TextArray(const std::vector<std::optional<std::string>>& values) {
  return ArrayOf<arrow::StringBuilder, std::string>(arrow::utf8(), values);
}

arrow::Status Check(const std::string& declared, const RedshiftType& target,
                    const std::shared_ptr<arrow::Array>& array, bool not_null = false) {
  const TableSchema schema({{"Name", ParseFlinkType(declared).ValueOrDie()}});
  const TargetTable table{"public", "people", {{"name", target, not_null}}};
  const auto validator = RowValidator::Make(schema, table, "public.people").ValueOrDie();
  const auto batch = arrow::RecordBatch::Make(schema.arrow_schema(), array->length(), {array});
  return validator.Check({.rows = batch, .changes = {}}, 1000);
}

RedshiftType Varchar(int32_t bytes) {
  return {.kind = RedshiftKind::kVarchar, .length = bytes};
}
RedshiftType Char(int32_t bytes) {
  return {.kind = RedshiftKind::kChar, .length = bytes};
}
RedshiftType Decimal(int precision, int scale) {
  return {.kind = RedshiftKind::kDecimal, .precision = precision, .scale = scale};
}

arrow::Status CheckText(const std::string& text, const RedshiftType& target) {
  return Check("STRING", target, TextArray({"first", std::nullopt, text}));
}

TEST(RowValidator, TextIsMeasuredInBytes) {
  EXPECT_TRUE(CheckText("12345678", Varchar(8)).ok());
  EXPECT_FALSE(CheckText("123456789", Varchar(8)).ok());
  EXPECT_TRUE(CheckText("\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4", Varchar(8)).ok());
  EXPECT_FALSE(CheckText("\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4x", Varchar(8)).ok());
  // Redshift would cut blanks without a word.
  EXPECT_FALSE(CheckText("12345678 ", Varchar(8)).ok());
}

TEST(RowValidator, SaysWhichRowAndColumnAndWhy) {
  const arrow::Status status = CheckText("much too long", Varchar(5));
  const BadRow* bad_row = FindBadRow(status);
  ASSERT_NE(bad_row, nullptr);
  EXPECT_EQ(bad_row->table, "public.people");
  EXPECT_EQ(bad_row->column, "name");
  EXPECT_EQ(bad_row->row, 1002);
  EXPECT_EQ(
      status.message(),
      "row 1002 for table public.people, column \"name\" cannot be written: text of 13 bytes is longer than "
      "VARCHAR(5), which counts bytes");
  EXPECT_THAT(status.message(), ::testing::Not(HasSubstr("much too long")));
}

TEST(RowValidator, ReportsTheFirstBadRowOfAllColumns) {
  const TableSchema schema(
      {{"a", ParseFlinkType("STRING").ValueOrDie()}, {"b", ParseFlinkType("STRING").ValueOrDie()}});
  const TargetTable table{"public", "t", {{"b", Varchar(3)}, {"a", Varchar(3)}}};
  const auto validator = RowValidator::Make(schema, table, "t").ValueOrDie();
  const auto batch = arrow::RecordBatch::Make(
      schema.arrow_schema(), 3, {TextArray({"x", "y", "long"}), TextArray({"x", "long", "long"})});
  const arrow::Status status = validator.Check({.rows = batch, .changes = {}}, 0);
  ASSERT_NE(FindBadRow(status), nullptr);
  EXPECT_EQ(FindBadRow(status)->row, 1);
  EXPECT_EQ(FindBadRow(status)->column, "b");
}

TEST(RowValidator, FindsTheCharacterNul) {
  for (size_t at = 0; at < 40; ++at) {
    std::string text(40, 'x');
    text[at] = '\0';
    EXPECT_THAT(CheckText(text, Varchar(50)).message(), HasSubstr("U+0000")) << at;
    EXPECT_THAT(CheckText("\xC3\xA4" + text, Varchar(50)).message(), HasSubstr("U+0000")) << at;
  }
  EXPECT_TRUE(CheckText(std::string(40, '\x01'), Varchar(50)).ok());
}

TEST(RowValidator, TakesEveryCharacterThatUnicodeHas) {
  for (const char* text : {"\x7F", "\xC2\x80", "\xDF\xBF", "\xE0\xA0\x80", "\xED\x9F\xBF", "\xEE\x80\x80",
                           "\xEF\xBF\xBF", "\xF0\x90\x80\x80", "\xF4\x8F\xBF\xBF", "\xEF\xB7\x90"}) {
    EXPECT_TRUE(CheckText(text, Varchar(50)).ok());
    EXPECT_TRUE(CheckText("seven.." + std::string(text) + "and so on", Varchar(50)).ok());
  }
}

TEST(RowValidator, FindsInvalidUtf8) {
  for (const char* text : {"\x80", "\xBF", "\xC0\x80", "\xC1\xBF", "\xC2", "\xC2x", "\xE0\x80\x80",
                           "\xE0\x9F\xBF", "\xE0\xA0", "\xED\xA0\x80", "\xED\xBF\xBF", "\xF0\x80\x80\x80",
                           "\xF0\x8F\xBF\xBF", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFE", "\xFF"}) {
    for (const char* before : {"", "seven..", "eight..."}) {
      EXPECT_THAT(CheckText(std::string(before) + text, Varchar(50)).message(), HasSubstr("not valid UTF-8"));
      EXPECT_THAT(CheckText(std::string(before) + text + "xxxxxxxx", Varchar(50)).message(),
                  HasSubstr("UTF-8"));
    }
  }
  // Two values that are valid only together.
  EXPECT_FALSE(Check("STRING", Varchar(9), TextArray({"x\xC3", "\xA4x"})).ok());
}

TEST(RowValidator, CharTakesAsciiOnly) {
  EXPECT_TRUE(CheckText("plain", Char(5)).ok());
  EXPECT_THAT(CheckText("\xC3\xA4", Char(5)).message(),
              HasSubstr("outside ASCII, which CHAR(5) cannot store"));
}

TEST(RowValidator, NullNeedsAColumnThatTakesIt) {
  EXPECT_TRUE(Check("STRING", Varchar(5), TextArray({"a", std::nullopt}), false).ok());
  EXPECT_THAT(Check("STRING", Varchar(5), TextArray({"a", std::nullopt}), true).message(),
              HasSubstr("row 1001 for table public.people, column \"name\" cannot be written: NULL"));
}

TEST(RowValidator, DecimalsOfUpTo19DigitsFit64Bits) {
  const auto decimal = [](const char* text, int precision, int scale) {
    return ArrayOf<arrow::Decimal128Builder, arrow::Decimal128>(arrow::decimal128(precision, scale),
                                                                {std::nullopt, arrow::Decimal128(text)});
  };
  EXPECT_TRUE(Check("DECIMAL(19, 0)", Decimal(19, 0), decimal("9223372036854775807", 19, 0)).ok());
  EXPECT_TRUE(Check("DECIMAL(19, 0)", Decimal(19, 0), decimal("-9223372036854775807", 19, 0)).ok());
  EXPECT_THAT(Check("DECIMAL(19, 0)", Decimal(19, 0), decimal("9223372036854775808", 19, 0)).message(),
              HasSubstr("64 bits of DECIMAL(19,0)"));
  EXPECT_TRUE(Check("DECIMAL(19, 0)", Decimal(20, 0), decimal("9999999999999999999", 19, 0)).ok());
  // 18 digits become 19 at the target's scale.
  EXPECT_TRUE(Check("DECIMAL(18, 0)", Decimal(19, 1), decimal("922337203685477580", 18, 0)).ok());
  EXPECT_FALSE(Check("DECIMAL(18, 0)", Decimal(19, 1), decimal("922337203685477581", 18, 0)).ok());
}

TEST(RowValidator, DecimalsHaveNoMoreDigitsThanDeclared) {
  const auto numbers = ArrayOf<arrow::Decimal128Builder, arrow::Decimal128>(
      arrow::decimal128(5, 2), {arrow::Decimal128(99999), arrow::Decimal128(-100000)});
  EXPECT_THAT(Check("DECIMAL(5, 2)", Decimal(5, 2), numbers).message(), HasSubstr("row 1001"));
}

TEST(RowValidator, DatesAndTimestampsAreOfTheYears1To9999) {
  const RedshiftType date{.kind = RedshiftKind::kDate};
  const RedshiftType timestamp{.kind = RedshiftKind::kTimestamp};
  const auto days = [](int32_t day) {
    return ArrayOf<arrow::Date32Builder, int32_t>(arrow::date32(), {std::nullopt, day});
  };
  const auto micros = [](int64_t value) {
    return ArrayOf<arrow::TimestampBuilder, int64_t>(arrow::timestamp(arrow::TimeUnit::MICRO), {value});
  };
  EXPECT_TRUE(Check("DATE", date, days(-719162)).ok());
  EXPECT_FALSE(Check("DATE", date, days(-719163)).ok());
  EXPECT_TRUE(Check("DATE", date, days(2932896)).ok());
  EXPECT_FALSE(Check("DATE", date, days(2932897)).ok());
  EXPECT_TRUE(Check("TIMESTAMP(6)", timestamp, micros(-62135596800000000)).ok());
  EXPECT_FALSE(Check("TIMESTAMP(6)", timestamp, micros(-62135596800000001)).ok());
  EXPECT_TRUE(Check("TIMESTAMP(6)", timestamp, micros(253402300799999999)).ok());
  EXPECT_FALSE(Check("TIMESTAMP(6)", timestamp, micros(253402300800000000)).ok());
  EXPECT_FALSE(Check("TIMESTAMP(6)", timestamp, micros(INT64_MAX)).ok());
}

TEST(RowValidator, TimesAreWithinADay) {
  const RedshiftType time{.kind = RedshiftKind::kTime};
  const auto millis = [](int32_t value) {
    return ArrayOf<arrow::Time32Builder, int32_t>(arrow::time32(arrow::TimeUnit::MILLI), {value});
  };
  EXPECT_TRUE(Check("TIME(3)", time, millis(86399999)).ok());
  EXPECT_FALSE(Check("TIME(3)", time, millis(86400000)).ok());
  EXPECT_FALSE(Check("TIME(3)", time, millis(-1)).ok());
}

TEST(RowValidator, TakesEmptyBatches) {
  EXPECT_TRUE(Check("STRING", Varchar(5), TextArray({}), true).ok());
}

}  // namespace
}  // namespace redshift
