#include "engine/row/key_encoder.h"

#include <arrow/api.h>
#include <arrow/util/decimal.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace redshift {
namespace {

using ::testing::ElementsAre;

TableSchema Schema(const std::vector<std::string>& types, std::vector<std::string> key) {
  std::vector<Column> columns;
  for (const std::string& type : types) {
    columns.push_back({"c" + std::to_string(columns.size()), ParseFlinkType(type).ValueOrDie()});
  }
  return TableSchema(std::move(columns), std::move(key));
}

template <typename Builder, typename Value>
std::shared_ptr<arrow::Array> ArrayOf(const std::string& type, const std::vector<Value>& values) {
  Builder builder(ArrowType(ParseFlinkType(type).ValueOrDie()), arrow::default_memory_pool());
  for (const Value& value : values) EXPECT_TRUE(builder.Append(value).ok());
  return builder.Finish().ValueOrDie();
}

std::shared_ptr<arrow::Array> Texts(const std::vector<std::string>& values) {
  return ArrayOf<arrow::StringBuilder>("STRING", values);
}

/// For each row the first row with the same key.
std::vector<int64_t> Classes(const TableSchema& schema, const arrow::ArrayVector& arrays) {
  const auto batch = arrow::RecordBatch::Make(schema.arrow_schema(), arrays[0]->length(), arrays);
  KeyBytes keys;
  EXPECT_TRUE(KeyEncoder::Make(schema).ValueOrDie().Encode(*batch, &keys).ok());
  EXPECT_EQ(keys.size(), batch->num_rows());
  std::vector<int64_t> classes;
  for (int64_t row = 0; row < keys.size(); ++row) {
    int64_t first = 0;
    while (keys[first] != keys[row]) ++first;
    classes.push_back(first);
  }
  return classes;
}

TEST(KeyEncoder, TrailingBlanksDoNotCount) {
  EXPECT_THAT(Classes(Schema({"STRING"}, {"c0"}), {Texts({"a", "a ", "a  ", " a", "", " ", "a\t", "A"})}),
              ElementsAre(0, 0, 0, 3, 4, 4, 6, 7));
  EXPECT_THAT(Classes(Schema({"CHAR(3)"}, {"c0"}), {Texts({"a  ", "a", "a\xC2\xA0"})}), ElementsAre(0, 0, 2));
}

TEST(KeyEncoder, ColumnsOfAKeyDoNotRunIntoEachOther) {
  const TableSchema schema = Schema({"STRING", "STRING"}, {"c0", "c1"});
  EXPECT_THAT(Classes(schema, {Texts({"a", "ab", "", "a ", "a"}), Texts({"b", "", "ab", "b", "b "})}),
              ElementsAre(0, 1, 2, 0, 0));
  // A text that looks like the length and the text that follow another.
  const std::string spoof("\x01\0\0\0b", 5);
  EXPECT_THAT(Classes(schema, {Texts({"a" + spoof, "a"}), Texts({"", "b"})}), ElementsAre(0, 1));
}

TEST(KeyEncoder, OnlyTheKeysColumnsCount) {
  EXPECT_THAT(Classes(Schema({"STRING", "STRING", "STRING"}, {"c2", "c0"}),
                      {Texts({"x", "x", "y"}), Texts({"1", "2", "3"}), Texts({"y", "y", "x"})}),
              ElementsAre(0, 0, 2));
}

TEST(KeyEncoder, TellsApartEveryValueOfEveryType) {
  const auto check = [](const std::string& type, const std::shared_ptr<arrow::Array>& array) {
    EXPECT_THAT(Classes(Schema({"STRING", type}, {"c1"}), {Texts({"", "", "", ""}), array}),
                ElementsAre(0, 1, 2, 0))
        << type;
  };
  EXPECT_THAT(Classes(Schema({"BOOLEAN"}, {"c0"}),
                      {ArrayOf<arrow::BooleanBuilder>("BOOLEAN", std::vector<bool>{true, false, true})}),
              ElementsAre(0, 1, 0));
  check("TINYINT", ArrayOf<arrow::Int8Builder>("TINYINT", std::vector<int8_t>{-128, 127, 0, -128}));
  check("SMALLINT", ArrayOf<arrow::Int16Builder>("SMALLINT", std::vector<int16_t>{1, 256, 0, 1}));
  check("INT", ArrayOf<arrow::Int32Builder>("INT", std::vector<int32_t>{1, 1 << 24, 0, 1}));
  check("BIGINT", ArrayOf<arrow::Int64Builder>("BIGINT", std::vector<int64_t>{1, int64_t{1} << 56, 0, 1}));
  check("DATE", ArrayOf<arrow::Date32Builder>("DATE", std::vector<int32_t>{1, -1, 0, 1}));
  check("TIME(3)", ArrayOf<arrow::Time32Builder>("TIME(3)", std::vector<int32_t>{1, 2, 0, 1}));
  check("TIMESTAMP(6)", ArrayOf<arrow::TimestampBuilder>("TIMESTAMP(6)", std::vector<int64_t>{1, -1, 0, 1}));
  check("TIMESTAMP_LTZ(6)",
        ArrayOf<arrow::TimestampBuilder>("TIMESTAMP_LTZ(6)", std::vector<int64_t>{1, -1, 0, 1}));
  const arrow::Decimal128 wide("18446744073709551617");  // its low 64 bits are those of 1
  check("DECIMAL(38, 2)",
        ArrayOf<arrow::Decimal128Builder>("DECIMAL(38, 2)", std::vector<arrow::Decimal128>{1, wide, -1, 1}));
}

TEST(KeyEncoder, ReadsSlicesOfBatches) {
  const TableSchema schema = Schema({"STRING", "INT", "BOOLEAN", "DECIMAL(20, 0)"}, {"c0", "c1", "c2", "c3"});
  const auto batch = arrow::RecordBatch::Make(
      schema.arrow_schema(), 4,
      {Texts({"first", "b ", "c", "b"}),
       ArrayOf<arrow::Int32Builder>("INT", std::vector<int32_t>{9, 1, 2, 1}),
       ArrayOf<arrow::BooleanBuilder>("BOOLEAN", std::vector<bool>{false, true, false, true}),
       ArrayOf<arrow::Decimal128Builder>("DECIMAL(20, 0)", std::vector<arrow::Decimal128>{9, 7, 8, 7})});
  KeyBytes keys;
  ASSERT_TRUE(KeyEncoder::Make(schema).ValueOrDie().Encode(*batch->Slice(1), &keys).ok());
  ASSERT_EQ(keys.size(), 3);
  EXPECT_EQ(keys[0], keys[2]);
  EXPECT_NE(keys[0], keys[1]);
}

TEST(KeyEncoder, RefusesNullAndTypesThatAreNoKeys) {
  const TableSchema schema = Schema({"STRING"}, {"c0"});
  arrow::StringBuilder builder;
  ASSERT_TRUE(builder.AppendNull().ok());
  const auto batch = arrow::RecordBatch::Make(schema.arrow_schema(), 1, {builder.Finish().ValueOrDie()});
  KeyBytes keys;
  EXPECT_FALSE(KeyEncoder::Make(schema).ValueOrDie().Encode(*batch, &keys).ok());
  EXPECT_FALSE(KeyEncoder::Make(Schema({"DOUBLE"}, {"c0"})).ok());
  EXPECT_FALSE(KeyEncoder::Make(Schema({"STRING"}, {})).ok());
  EXPECT_FALSE(KeyEncoder::Make(Schema({"STRING"}, {"other"})).ok());
}

TEST(LastPerKey, KeepsTheLastChangeOfEachKeyInStreamOrder) {
  const TableSchema schema = Schema({"STRING", "INT"}, {"c0"});
  const ChangeBatch batch{
      .rows = arrow::RecordBatch::Make(
          schema.arrow_schema(), 5,
          {Texts({"a", "b", "a ", "c", "b"}),
           ArrayOf<arrow::Int32Builder>("INT", std::vector<int32_t>{1, 2, 3, 4, 5})}),
      .changes = {Change::kUpsert, Change::kUpsert, Change::kDelete, Change::kUpsert, Change::kUpsert}};
  const auto encoder = KeyEncoder::Make(schema).ValueOrDie();
  const ChangeBatch last = LastPerKey(encoder, batch).ValueOrDie();
  ASSERT_EQ(last.rows->num_rows(), 3);
  EXPECT_TRUE(last.rows->column(0)->Equals(Texts({"a ", "c", "b"})));
  EXPECT_TRUE(
      last.rows->column(1)->Equals(ArrayOf<arrow::Int32Builder>("INT", std::vector<int32_t>{3, 4, 5})));
  EXPECT_THAT(last.changes, ElementsAre(Change::kDelete, Change::kUpsert, Change::kUpsert));
  // Nothing is copied where nothing is superseded.
  EXPECT_EQ(LastPerKey(encoder, last).ValueOrDie().rows, last.rows);
}

}  // namespace
}  // namespace redshift
