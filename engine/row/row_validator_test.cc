#include "engine/row/row_validator.h"

#include <arrow/builder.h>
#include <arrow/json/from_string.h>
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

/// Validates one value of the declared type, given as the JSON that Arrow's builders read.
std::string Fault(const std::string& declared, const RedshiftType& target, const std::string& json,
                  RowChecks checks = {}) {
  const FlinkType type = ParseFlinkType(declared).ValueOrDie();
  const auto array = arrow::json::ArrayFromJSONString(ArrowType(type), json).ValueOrDie();
  const TableSchema schema({{"c", type}});
  const TargetTable table{"public", "t", {{"c", target}}};
  const auto validator = RowValidator::Make(schema, table, "t", std::move(checks)).ValueOrDie();
  const auto batch = arrow::RecordBatch::Make(schema.arrow_schema(), array->length(), {array});
  const arrow::Status status = validator.Check({.rows = batch, .changes = {}}, 0);
  const BadRow* bad_row = FindBadRow(status);
  return bad_row == nullptr ? "" : std::to_string(bad_row->row) + ": " + bad_row->reason;
}

const RedshiftType kSuper{.kind = RedshiftKind::kSuper};

TEST(RowValidator, BytesAreNoMoreThanTheColumnHas) {
  const RedshiftType two{.kind = RedshiftKind::kVarbyte, .length = 2};
  EXPECT_EQ(Fault("BYTES", two, R"([null, "", "ab"])"), "");
  EXPECT_EQ(Fault("BYTES", two, R"([null, "", "abc"])"), "2: 3 bytes are more than VARBYTE(2) has");
}

TEST(RowValidator, NoBytesAtAllWouldBecomeNullInCsv) {
  const RedshiftType target{.kind = RedshiftKind::kVarbyte, .length = 2};
  EXPECT_THAT(Fault("BYTES", target, R"([null, "a", ""])", {.null_marker = "nul0"}),
              AllOf(HasSubstr("2: no bytes at all"), HasSubstr("'sink.copy.format' = 'parquet'")));
  EXPECT_EQ(Fault("ARRAY<BYTES>", kSuper, R"([[""]])", {.null_marker = "nul0"}), "");
}

TEST(RowValidator, IntervalsFit64BitsOfMicroseconds) {
  const RedshiftType target{.kind = RedshiftKind::kIntervalDayTime};
  EXPECT_EQ(Fault("INTERVAL DAY TO SECOND(3)", target, "[9223372036854775, -9223372036854775]"), "");
  EXPECT_THAT(Fault("INTERVAL DAY TO SECOND(3)", target, "[0, 9223372036854776]"),
              HasSubstr("1: the interval"));
  EXPECT_THAT(Fault("INTERVAL DAY TO SECOND(3)", target, "[-9223372036854776]"),
              HasSubstr("0: the interval"));
  const RedshiftType months{.kind = RedshiftKind::kIntervalYearMonth};
  EXPECT_EQ(Fault("INTERVAL YEAR TO MONTH", months, "[2147483647, -2147483648]"), "");
}

TEST(RowValidator, SuperHoldsNoNumberThatIsNone) {
  EXPECT_EQ(Fault("ARRAY<DOUBLE>", kSuper, "[[1.5, null, -0.0, 1e308], null, []]"), "");
  EXPECT_THAT(Fault("ARRAY<DOUBLE>", kSuper, "[[1.5], [], null, [2.5, NaN]]"), HasSubstr("3: NaN"));
  EXPECT_THAT(Fault("ARRAY<FLOAT>", kSuper, "[[], [Inf]]"), HasSubstr("1: NaN or an infinity"));
  EXPECT_THAT(Fault("ROW<`a` ROW<`b` ARRAY<FLOAT>>>", kSuper, R"([null, {"a": {"b": [-Inf]}}])"),
              HasSubstr("1: NaN or an infinity"));
  EXPECT_THAT(
      Fault("MAP<STRING, DOUBLE>", kSuper,
            R"([[{"key": "a", "value": 1}], [{"key": "a", "value": 1}, {"key": "b", "value": NaN}]])"),
      HasSubstr("1: NaN"));
  // A column of its own does hold them.
  EXPECT_EQ(Fault("DOUBLE", {.kind = RedshiftKind::kDouble}, "[NaN, Inf]"), "");
}

TEST(RowValidator, SuperHoldsNoNullKeyAndNoKeyTwice) {
  EXPECT_THAT(Fault("MAP<STRING, INT>", kSuper, R"([[], [{"key": null, "value": 1}]])"),
              HasSubstr("1: NULL as a key"));
  EXPECT_EQ(Fault("MAP<STRING, INT>", kSuper, R"([[{"key": "a", "value": 1}, {"key": "a ", "value": 1}]])"),
            "");
  EXPECT_THAT(
      Fault(
          "MAP<TIMESTAMP(6), INT>", kSuper,
          R"([[{"key": 1, "value": 1}], [{"key": 5, "value": 1}, {"key": 6, "value": 2}, {"key": 5, "value": 3}]])"),
      HasSubstr("1: two keys of a map have the same text"));
  // Keys of one row do not meet those of another.
  EXPECT_EQ(Fault("MULTISET<INT>", kSuper, R"([[{"key": 1, "value": 1}], [{"key": 1, "value": 1}]])"), "");
  EXPECT_THAT(Fault("ARRAY<MULTISET<INT>>", kSuper,
                    R"([[], [[], [{"key": 1, "value": 1}, {"key": 1, "value": 2}]]])"),
              HasSubstr("1: two keys"));
}

TEST(RowValidator, TextInSuperIsTextWithAtMost65535Bytes) {
  EXPECT_EQ(Fault("ARRAY<STRING>", kSuper, "[[\"" + std::string(65535, 'x') + "\"]]"), "");
  EXPECT_THAT(Fault("ARRAY<STRING>", kSuper, "[[], [\"\", \"" + std::string(65536, 'x') + "\"]]"),
              HasSubstr("1: text of 65536 bytes is longer than the 65535 bytes that a text in SUPER has"));
  EXPECT_THAT(Fault("ARRAY<STRING>", kSuper, "[[], [\"\", \"a\\u0000b\"]]"),
              HasSubstr("1: text holds the character"));
  EXPECT_EQ(Fault("ARRAY<BYTES>", kSuper, "[[\"" + std::string(32767, 'x') + "\"]]"), "");
  EXPECT_THAT(Fault("ARRAY<BYTES>", kSuper, "[[\"" + std::string(32768, 'x') + "\"]]"),
              HasSubstr("65536 bytes"));
  // The options of COPY are about columns of text, and the NULL marker is one of CSV's fields.
  EXPECT_THAT(
      Fault("ARRAY<STRING>", kSuper, "[[\"" + std::string(65536, 'x') + "\"]]", {.text_length = false}),
      HasSubstr("65536"));
  EXPECT_EQ(Fault("ARRAY<STRING>", kSuper, R"([["nul0"]])", {.null_marker = "nul0"}), "");
}

TEST(RowValidator, ValuesInSuperAreCheckedAsThoseOfColumns) {
  EXPECT_THAT(Fault("ARRAY<DATE>", kSuper, "[[0], [2932897]]"), HasSubstr("1: the date"));
  EXPECT_THAT(Fault("ROW<`a` TIMESTAMP(6)>", kSuper, R"([{"a": 253402300800000000}])"),
              HasSubstr("0: the timestamp"));
  EXPECT_THAT(Fault("ARRAY<DECIMAL(3, 1)>", kSuper, R"([["99.9"], ["1.0"]])"), "");
}

TEST(RowValidator, TextEqualToTheNullMarkerWouldBecomeNull) {
  EXPECT_EQ(Fault("STRING", Varchar(9), R"(["nul1", "nul", "nul00"])", {.null_marker = "nul0"}), "");
  EXPECT_THAT(Fault("STRING", Varchar(9), R"([null, "a", "nul0"])", {.null_marker = "nul0"}),
              HasSubstr("2: the text is the marker that this job uses for NULL"));
  EXPECT_EQ(Fault("STRING", Varchar(9), R"(["nul0"])"), "");
}

TEST(RowValidator, RowsHaveALimit) {
  const RowChecks checks{.max_row_bytes = 1000};
  const auto text = [](size_t size) { return "\"" + std::string(size, 'x') + "\""; };
  EXPECT_EQ(Fault("STRING", Varchar(65535), "[" + text(900) + "," + text(900) + "]", checks), "");
  EXPECT_THAT(Fault("STRING", Varchar(65535), "[" + text(900) + "," + text(998) + "]", checks),
              HasSubstr("1: row of up to 1001 bytes; at most 1000 can be written"));
  // Quotes are doubled in CSV.
  std::string quotes;
  for (int i = 0; i < 600; ++i) quotes += "\\\"";
  EXPECT_THAT(Fault("STRING", Varchar(65535), "[\"" + quotes + "\"]", checks),
              HasSubstr("0: row of up to 1203"));
  EXPECT_THAT(Fault("BYTES", {.kind = RedshiftKind::kVarbyte, .length = 900},
                    "[" + text(10) + "," + text(500) + "]", checks),
              HasSubstr("1: row of up to 1003 bytes"));
  EXPECT_THAT(
      Fault("ARRAY<STRING>", kSuper, "[[" + text(10) + "], [" + text(500) + "," + text(500) + "]]", checks),
      HasSubstr("1: row of"));
}

TEST(RowValidator, WhatGoesThroughAFunctionOfTheServerFitsItsVarchar) {
  const RowChecks checks{.max_converted_text = kMaxBoundText};
  const RedshiftType bytes{.kind = RedshiftKind::kVarbyte, .length = 1024000};
  const auto text = [](size_t size) { return "\"" + std::string(size, 'x') + "\""; };
  EXPECT_EQ(Fault("BYTES", bytes, "[" + text(32767) + "]", checks), "");
  EXPECT_THAT(Fault("BYTES", bytes, "[" + text(32768) + "]", checks),
              HasSubstr("copy mode takes more: 'sink.write.mode' = 'copy'"));
  EXPECT_EQ(Fault("ARRAY<STRING>", kSuper, "[[" + text(65531) + "]]", checks), "");
  EXPECT_THAT(Fault("ARRAY<STRING>", kSuper, "[[" + text(65532) + "]]", checks), HasSubstr("JSON_PARSE"));
}

TEST(RowValidator, DecimalsThatRoundecRoundsFitAfterwards) {
  const auto fault = [](const std::string& declared, const RedshiftType& target, const std::string& number) {
    return Fault(declared, target, "[\"" + number + "\", \"-" + number + "\"]");
  };
  EXPECT_EQ(fault("DECIMAL(6, 3)", Decimal(5, 2), "999.994"), "");
  EXPECT_EQ(fault("DECIMAL(6, 3)", Decimal(5, 2), "999.995"),
            "0: the number, once rounded, is too large for DECIMAL(5,2)");
  EXPECT_EQ(fault("DECIMAL(20, 1)", Decimal(19, 0), "9223372036854775807.4"), "");
  EXPECT_THAT(fault("DECIMAL(20, 1)", Decimal(19, 0), "9223372036854775807.5"), HasSubstr("DECIMAL(19,0)"));
  EXPECT_EQ(fault("DECIMAL(38, 37)", Decimal(38, 0), "9.9999999999999999999999999999999999999"), "");
  EXPECT_EQ(fault("DECIMAL(38, 37)", Decimal(19, 18), "9.2233720368547758074999999999999999999"), "");
  EXPECT_THAT(fault("DECIMAL(38, 37)", Decimal(19, 18), "9.2233720368547758075000000000000000000"),
              HasSubstr("DECIMAL(19,18)"));
}

TEST(RowValidator, OptionsOfCopySwitchOffTheChecksTheyReplace) {
  EXPECT_EQ(Fault("STRING", Varchar(3), R"(["abcd"])", {.text_length = false}), "");
  EXPECT_EQ(Fault("DATE", {.kind = RedshiftKind::kDate}, "[2932897]", {.date_range = false}), "");
  EXPECT_EQ(Fault("TIMESTAMP(6)", {.kind = RedshiftKind::kTimestamp}, "[253402300800000000]",
                  {.date_range = false}),
            "");
  // Inside SUPER there is no date, only its text; and where NULL is not taken it can become nothing.
  EXPECT_THAT(Fault("ARRAY<DATE>", kSuper, "[[2932897]]", {.date_range = false}), HasSubstr("years 1 to"));
  const TableSchema dates({{"c", ParseFlinkType("DATE").ValueOrDie()}});
  const TargetTable not_null{"public", "t", {{"c", {.kind = RedshiftKind::kDate}, /*not_null=*/true}}};
  const auto far_date = arrow::RecordBatch::Make(
      dates.arrow_schema(), 1, {ArrayOf<arrow::Date32Builder, int32_t>(arrow::date32(), {2932897})});
  EXPECT_FALSE(RowValidator::Make(dates, not_null, "t", {.date_range = false})
                   .ValueOrDie()
                   .Check({.rows = far_date, .changes = {}}, 0)
                   .ok());
  EXPECT_EQ(Fault("STRING", Varchar(3), R"(["abc \t\n", "   ", "     "])", {.trim_blanks = true}), "");
  EXPECT_THAT(Fault("STRING", Varchar(3), R"([" abc  "])", {.trim_blanks = true}),
              HasSubstr("text of 4 bytes"));
  // CHAR columns are not trimmed.
  EXPECT_THAT(Fault("STRING", Char(3), R"(["abc "])", {.trim_blanks = true}), HasSubstr("text of 4 bytes"));
  const auto utf8 = [](const RedshiftType& target, const std::string& text) {
    const TableSchema schema({{"c", ParseFlinkType("STRING").ValueOrDie()}});
    const auto validator =
        RowValidator::Make(schema, {"public", "t", {{"c", target}}}, "t", {.text_utf8 = false}).ValueOrDie();
    const auto batch = arrow::RecordBatch::Make(schema.arrow_schema(), 1, {TextArray({text})});
    return validator.Check({.rows = batch, .changes = {}}, 0).ok();
  };
  EXPECT_TRUE(utf8(Varchar(9), "a\xFF"));
  // Neither do they replace anything else.
  EXPECT_FALSE(utf8(Char(9), "a\xFF"));
  EXPECT_FALSE(utf8(Varchar(9), std::string("a\xFF\0", 3)));
  EXPECT_FALSE(utf8(Varchar(9), "0123456789"));
}

/// A table with the key (id, name), and what each row is.
struct Keyed {
  TableSchema schema{{{"id", ParseFlinkType("INT NOT NULL").ValueOrDie()},
                      {"Name", ParseFlinkType("STRING NOT NULL").ValueOrDie()},
                      {"note", ParseFlinkType("STRING NOT NULL").ValueOrDie()}},
                     {"id", "Name"}};
  TargetTable target{
      "public",
      "t",
      {{"note", Varchar(3), true}, {"name", Varchar(4), true}, {"id", {.kind = RedshiftKind::kInteger}}}};

  ChangeBatch Batch(const std::vector<std::optional<std::string>>& names,
                    const std::vector<std::optional<std::string>>& notes, std::vector<Change> changes) const {
    std::vector<std::optional<int32_t>> ids;
    for (size_t i = 0; i < names.size(); ++i) ids.push_back(static_cast<int32_t>(i));
    return {.rows = arrow::RecordBatch::Make(schema.arrow_schema(), static_cast<int64_t>(names.size()),
                                             {ArrayOf<arrow::Int32Builder, int32_t>(arrow::int32(), ids),
                                              TextArray(names), TextArray(notes)}),
            .changes = std::move(changes)};
  }
  RowValidator Validator(RowChecks checks = {}) const {
    return RowValidator::Make(schema, target, "t", std::move(checks)).ValueOrDie();
  }
};

TEST(RowValidator, OfADeleteOnlyTheKeyIsLookedAt) {
  const Keyed keyed;
  using enum Change;
  EXPECT_TRUE(
      keyed.Validator().Check(keyed.Batch({"a", "b"}, {"x", std::nullopt}, {kUpsert, kDelete}), 0).ok());
  EXPECT_FALSE(
      keyed.Validator().Check(keyed.Batch({"a", "b"}, {std::nullopt, "x"}, {kUpsert, kDelete}), 0).ok());
  EXPECT_FALSE(keyed.Validator()
                   .Check(keyed.Batch({"a", "too long"}, {"x", std::nullopt}, {kUpsert, kDelete}), 0)
                   .ok());
  EXPECT_THAT(keyed.Validator()
                  .Check(keyed.Batch({"a", std::nullopt}, {"x", std::nullopt}, {kUpsert, kDelete}), 0)
                  .message(),
              HasSubstr("NULL in the key"));
}

TEST(RowValidator, AStagedChangeHasRoomForItsNumbers) {
  const Keyed keyed;
  const ChangeBatch batch = keyed.Batch({"a"}, {"x"}, {});
  // The columns take at most 66 + 4 + 4 bytes, the numbers at most 198.
  EXPECT_TRUE(keyed.Validator({.max_row_bytes = 600}).Check(batch, 0).ok());
  EXPECT_THAT(keyed.Validator({.max_row_bytes = 271}).Check(batch, 0).message(),
              HasSubstr("row of up to 272 bytes"));
}

TEST(RowValidator, FindsEveryBadRowOnceInOrder) {
  const Keyed keyed;
  const ChangeBatch batch = keyed.Batch({"a", "too long", "c", "also long", "e", "f"},
                                        {"long", "x", "x", "long", std::nullopt, "x"}, {});
  const auto rows = [&](int64_t limit) {
    std::vector<std::string> found;
    for (const BadRow& bad : keyed.Validator().FindBadRows(batch, 100, limit).ValueOrDie()) {
      found.push_back(std::to_string(bad.row) + " " + bad.column);
    }
    return found;
  };
  EXPECT_THAT(rows(100), ::testing::ElementsAre("100 note", "101 name", "103 name", "104 note"));
  EXPECT_THAT(rows(2), ::testing::ElementsAre("100 note", "101 name"));
  EXPECT_THAT(rows(1), ::testing::ElementsAre("100 note"));
  EXPECT_THAT(rows(0), ::testing::IsEmpty());
}

TEST(RowValidator, MessagesNameTheKeyAndShowTheValueOnlyWhenAsked) {
  const Keyed keyed;
  const ChangeBatch batch = keyed.Batch({"it\"s"}, {"secret"}, {});
  const std::string without = keyed.Validator().Check(batch, 7).message();
  EXPECT_EQ(without,
            "row 7 for table t, column \"note\" (key id=0, name='it\\\"s') cannot be written: text of 6 "
            "bytes is longer "
            "than VARCHAR(3), which counts bytes");
  const std::string with = keyed.Validator({.show_values = true}).Check(batch, 7).message();
  EXPECT_EQ(with, without + "; the value is \"secret\"");
  const std::string cut = keyed.Validator({.show_values = true})
                              .Check(keyed.Batch({"b"}, {std::string(5000, 'x')}, {}), 7)
                              .message();
  EXPECT_LT(cut.size(), 500u);
}

TEST(RowValidator, TakesEmptyBatches) {
  EXPECT_EQ(Fault("ARRAY<MAP<STRING, DOUBLE>>", kSuper, "[]"), "");
  EXPECT_TRUE(Check("STRING", Varchar(5), TextArray({}), true).ok());
}

}  // namespace
}  // namespace redshift
