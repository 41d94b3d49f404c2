#include "engine/row/json_text.h"

#include <arrow/api.h>
#include <arrow/json/from_string.h>
#include <gtest/gtest.h>

#include "engine/type/flink_type.h"

namespace redshift {
namespace {

std::shared_ptr<arrow::Array> ArrayOf(const std::string& type, const std::string& values) {
  return arrow::json::ArrayFromJSONString(ArrowType(ParseFlinkType(type).ValueOrDie()), values).ValueOrDie();
}

/// The JSON of the only value.
std::string Json(const std::string& type, const std::string& value) {
  std::string json;
  AppendJson(*ArrayOf(type, "[" + value + "]"), 0, &json);
  return json;
}

TEST(JsonText, NumbersAreNumbersWhileEveryReaderKeepsThem) {
  EXPECT_EQ(Json("BIGINT", "-9223372036854775808"), "-9223372036854775808");
  EXPECT_EQ(Json("DECIMAL(15, 5)", R"("1234567890.12345")"), "1234567890.12345");
  EXPECT_EQ(Json("DECIMAL(16, 5)", R"("12345678901.12345")"), "\"12345678901.12345\"");
  EXPECT_EQ(Json("DOUBLE", "0.1"), "0.1");
  EXPECT_EQ(Json("DOUBLE", "1e300"), "1e+300");
  EXPECT_EQ(Json("DOUBLE", "-0.0"), "-0.0");
  EXPECT_EQ(Json("FLOAT", "16777216"), "16777216");
}

TEST(JsonText, NestedValuesKeepTheirShape) {
  EXPECT_EQ(Json("ARRAY<INT>", "[1, null, 3]"), "[1,null,3]");
  EXPECT_EQ(Json("ARRAY<INT>", "null"), "null");
  EXPECT_EQ(Json("ROW<`b` INT, `a` ARRAY<STRING>>", R"({"b": 1, "a": ["x"]})"), R"({"b":1,"a":["x"]})");
  EXPECT_EQ(Json("MAP<INT, BOOLEAN>", R"([{"key": 7, "value": true}])"), R"({"7":true})");
  EXPECT_EQ(Json("MULTISET<DATE>", R"([{"key": 0, "value": 2}])"), R"({"1970-01-01":2})");
  EXPECT_EQ(Json("MAP<ROW<`x` INT>, INT>", R"([{"key": {"x": 1}, "value": null}])"),
            R"([{"key":{"x":1},"value":null}])");
}

TEST(JsonText, ReadsSlices) {
  const auto array = ArrayOf("ARRAY<ROW<`a` INT>>", R"([[{"a": 1}], [{"a": 2}, null], []])");
  std::string json;
  AppendJson(*array->Slice(1), 0, &json);
  AppendJson(*array->Slice(1), 1, &json);
  EXPECT_EQ(json, R"([{"a":2},null][])");
}

TEST(JsonText, RowsInMessagesAreJsonWhateverTheyHold) {
  arrow::StringBuilder texts;
  ASSERT_TRUE(texts.Append(std::string("a\xFF\n", 3)).ok());
  arrow::BinaryBuilder bytes;
  ASSERT_TRUE(bytes.Append("\x01\xFE").ok());
  const auto text = texts.Finish().ValueOrDie();
  const auto batch = arrow::RecordBatch::Make(
      arrow::schema({arrow::field("broken \"text\"", arrow::utf8()), arrow::field("number", arrow::float64()),
                     arrow::field("bytes", arrow::binary()), arrow::field("day", arrow::date32()),
                     arrow::field("at", arrow::timestamp(arrow::TimeUnit::MICRO)),
                     arrow::field("time", arrow::time32(arrow::TimeUnit::MILLI))}),
      1,
      {text, ArrayOf("DOUBLE", "[-Inf]"), bytes.Finish().ValueOrDie(), ArrayOf("DATE", "[-2147483648]"),
       ArrayOf("TIMESTAMP(6)", "[9223372036854775807]"), ArrayOf("TIME(3)", "[-1]")});
  std::string json;
  AppendRowAsJson(*batch, 0, &json);
  EXPECT_EQ(json,
            "{\"broken \\\"text\\\"\":{\"hex\":\"61ff0a\"},\"number\":\"-Infinity\",\"bytes\":\"01fe\","
            "\"day\":\"-5877641-06-23\",\"at\":\"294247-01-10 04:00:54.775807\",\"time\":\"-1\"}");
}

TEST(JsonText, DatesOfAnyYearHaveAText) {
  // Reference: java.time.LocalDate.ofEpochDay.
  EXPECT_EQ(Json("DATE", "2147483647"), "\"5881580-07-11\"");
  EXPECT_EQ(Json("DATE", "2932897"), "\"10000-01-01\"");
  EXPECT_EQ(Json("DATE", "-719163"), "\"0000-12-31\"");
  EXPECT_EQ(Json("DATE", "-719529"), "\"-0001-12-31\"");
  EXPECT_EQ(Json("TIMESTAMP(6)", "-9223372036854775808"), "\"-290308-12-21 19:59:05.224192\"");
}

}  // namespace
}  // namespace redshift
