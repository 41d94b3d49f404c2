#include "engine/file/csv_encoder.h"

#include <arrow/array.h>
#include <arrow/builder.h>
#include <arrow/json/from_string.h>
#include <arrow/record_batch.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace redshift {
namespace {

TableSchema SchemaOf(const std::vector<std::string>& types) {
  std::vector<Column> columns;
  columns.reserve(types.size());
  for (const std::string& type : types) {
    columns.push_back({"c" + std::to_string(columns.size()), ParseFlinkType(type).ValueOrDie()});
  }
  return TableSchema(std::move(columns));
}

std::shared_ptr<arrow::RecordBatch> BatchOf(const TableSchema& schema, arrow::ArrayVector arrays) {
  const int64_t rows = arrays[0]->length();
  return arrow::RecordBatch::Make(schema.arrow_schema(), rows, std::move(arrays));
}

arrow::Result<std::string> Encode(const TableSchema& schema, const arrow::RecordBatch& batch,
                                  std::string marker = "nul0") {
  ARROW_ASSIGN_OR_RAISE(CsvEncoder encoder, CsvEncoder::Make(schema, std::move(marker)));
  arrow::BufferBuilder out;
  ARROW_RETURN_NOT_OK(encoder.Encode(batch, &out));
  return std::string(reinterpret_cast<const char*>(out.data()), static_cast<size_t>(out.length()));
}

template <typename Builder, typename Value>
std::shared_ptr<arrow::Array> ArrayOf(const std::shared_ptr<arrow::DataType>& type,
                                      const std::vector<std::optional<Value>>& values) {
  Builder builder(type, arrow::default_memory_pool());
  for (const auto& value : values) {
    EXPECT_TRUE((value ? builder.Append(*value) : builder.AppendNull()).ok());
  }
  return builder.Finish().ValueOrDie();
}

using Texts = std::vector<std::optional<std::string>>;

std::shared_ptr<arrow::Array> TextArray(const Texts& values) {
  return ArrayOf<arrow::StringBuilder, std::string>(arrow::utf8(), values);
}

/// The CSV of one text beside a constant, so that a record is never an empty line.
std::string TextAsCsv(const std::optional<std::string>& text) {
  const TableSchema schema = SchemaOf({"STRING", "STRING"});
  return Encode(schema, *BatchOf(schema, {TextArray({text}), TextArray({"x"})})).ValueOrDie();
}

TEST(CsvEncoder, BytesIntervalsAndNestedValues) {
  const TableSchema schema = SchemaOf(
      {"BYTES", "INTERVAL YEAR TO MONTH", "INTERVAL DAY TO SECOND(3)", "ARRAY<STRING>", "ROW<`a` INT>"});
  const auto batch = arrow::json::ArrayFromJSONString(arrow::struct_(schema.arrow_schema()->fields()),
                                                      R"([[null, null, null, null, null],
                                                          ["ab", 14, 90061001, ["x", "y"], {"a": 1}],
                                                          ["", -14, -1, [], {"a": null}]])")
                         .ValueOrDie();
  EXPECT_EQ(Encode(schema, *arrow::RecordBatch::FromStructArray(batch).ValueOrDie()).ValueOrDie(),
            "nul0,,,nul0,nul0\n"
            "6162,1 years 2 months,1 days 1 hours 1 minutes 1.001 "
            "seconds,\"[\"\"x\"\",\"\"y\"\"]\",\"{\"\"a\"\":1}\"\n"
            ",-1 years -2 months,0 days 0 hours 0 minutes -0.001 seconds,\"[]\",\"{\"\"a\"\":null}\"\n");
}

TEST(CsvEncoder, TheColumnsOfAStageAreColumnsLikeAnyOther) {
  const TableSchema schema = SchemaOf({"STRING", "SMALLINT NOT NULL", "BIGINT NOT NULL", "INT NOT NULL"});
  const auto batch =
      arrow::json::ArrayFromJSONString(arrow::struct_(schema.arrow_schema()->fields()),
                                       R"([["a", 0, 9223372036854775807, 0], ["b", 1, 2, 2147483647]])")
          .ValueOrDie();
  EXPECT_EQ(Encode(schema, *arrow::RecordBatch::FromStructArray(batch).ValueOrDie()).ValueOrDie(),
            "a,0,9223372036854775807,0\nb,1,2,2147483647\n");
}

TEST(CsvEncoder, DatesThatAcceptAnyDateLetsThroughAreNull) {
  const TableSchema schema = SchemaOf({"DATE", "TIMESTAMP(6)", "TIMESTAMP_LTZ(6)"});
  const auto batch = arrow::json::ArrayFromJSONString(arrow::struct_(schema.arrow_schema()->fields()),
                                                      R"([[2932897, 253402300800000000, -62135596800000001],
                                                           [2932896, 253402300799999999, -62135596800000000]])")
                         .ValueOrDie();
  EXPECT_EQ(Encode(schema, *arrow::RecordBatch::FromStructArray(batch).ValueOrDie()).ValueOrDie(),
            ",,\n9999-12-31,9999-12-31 23:59:59.999999,0001-01-01 00:00:00+00\n");
  const TableSchema alone = SchemaOf({"DATE"});
  const auto days = ArrayOf<arrow::Date32Builder, int32_t>(arrow::date32(), {-719163, 0});
  EXPECT_EQ(Encode(alone, *BatchOf(alone, {days})).ValueOrDie(), "nul0\n1970-01-01\n");
}

TEST(CsvEncoder, NullAndEmptyTextDiffer) {
  EXPECT_EQ(TextAsCsv(std::nullopt), "nul0,x\n");
  EXPECT_EQ(TextAsCsv(""), "\"\",x\n");
}

TEST(CsvEncoder, TextIsQuotedWhereItCouldBeTakenForSomethingElse) {
  EXPECT_EQ(TextAsCsv("plain"), "plain,x\n");
  EXPECT_EQ(TextAsCsv("two words"), "two words,x\n");
  EXPECT_EQ(TextAsCsv("a,b"), "\"a,b\",x\n");
  EXPECT_EQ(TextAsCsv("say \"hi\""), "\"say \"\"hi\"\"\",x\n");
  EXPECT_EQ(TextAsCsv("\""), "\"\"\"\",x\n");
  EXPECT_EQ(TextAsCsv("line\nbreak"), "\"line\nbreak\",x\n");
  EXPECT_EQ(TextAsCsv("carriage\rreturn"), "\"carriage\rreturn\",x\n");
  EXPECT_EQ(TextAsCsv(" leading"), "\" leading\",x\n");
  EXPECT_EQ(TextAsCsv("trailing "), "\"trailing \",x\n");
  EXPECT_EQ(TextAsCsv("\\N"), "\"\\N\",x\n");
  EXPECT_EQ(TextAsCsv("NULL"), "NULL,x\n");
  EXPECT_EQ(TextAsCsv("@NULL@"), "@NULL@,x\n");
  EXPECT_EQ(TextAsCsv("Z\xC3\xBCrich HB"), "Z\xC3\xBCrich HB,x\n");
  EXPECT_EQ(TextAsCsv("\xC2\xA0no-break space"), "\"\xC2\xA0no-break space\",x\n");
}

TEST(CsvEncoder, ASpecialCharacterIsSeenAtEveryPlace) {
  for (size_t size = 1; size <= 40; ++size) {
    for (size_t at = 0; at < size; ++at) {
      for (char special : {',', '"', '\n', '\r', '\\', '\t', '\x01'}) {
        std::string text(size, 'x');
        text[at] = special;
        EXPECT_TRUE(TextAsCsv(text).starts_with('"')) << size << " " << at << " " << int{special};
      }
    }
    EXPECT_EQ(TextAsCsv(std::string(size, 'x')), std::string(size, 'x') + ",x\n");
    EXPECT_EQ(TextAsCsv("a" + std::string(size, ' ') + "\xF0\x9F\x98\x80!"),
              "a" + std::string(size, ' ') + "\xF0\x9F\x98\x80!,x\n");
  }
}

TEST(CsvEncoder, NullOfOtherTypesIsAnEmptyField) {
  const TableSchema schema = SchemaOf({"INT", "DOUBLE", "STRING"});
  const auto csv = Encode(
      schema, *BatchOf(schema, {ArrayOf<arrow::Int32Builder, int32_t>(arrow::int32(), {std::nullopt, 7}),
                                ArrayOf<arrow::DoubleBuilder, double>(arrow::float64(), {1.5, std::nullopt}),
                                TextArray({"a", std::nullopt})}));
  EXPECT_EQ(csv.ValueOrDie(), ",1.5,a\n7,,nul0\n");
}

TEST(CsvEncoder, NoRecordIsAnEmptyLine) {
  const TableSchema numbers = SchemaOf({"INT"});
  EXPECT_EQ(
      Encode(numbers,
             *BatchOf(numbers, {ArrayOf<arrow::Int32Builder, int32_t>(arrow::int32(), {std::nullopt, 1})}))
          .ValueOrDie(),
      "nul0\n1\n");
  const TableSchema texts = SchemaOf({"STRING"});
  EXPECT_EQ(Encode(texts, *BatchOf(texts, {TextArray({"", std::nullopt})})).ValueOrDie(), "\"\"\nnul0\n");
}

TEST(CsvEncoder, FloatsAreTheShortestTextThatReadsBack) {
  const TableSchema schema = SchemaOf({"DOUBLE", "FLOAT"});
  const double infinity = std::numeric_limits<double>::infinity();
  const float infinity_f = std::numeric_limits<float>::infinity();
  const auto csv = Encode(
      schema,
      *BatchOf(
          schema,
          {ArrayOf<arrow::DoubleBuilder, double>(
               arrow::float64(), {0.1, 1.0 / 3, 1e300, -0.0, 123456789.0, std::nan(""), infinity, -infinity}),
           ArrayOf<arrow::FloatBuilder, float>(arrow::float32(), {0.1f, 1.0f / 3, 1e30f, -0.0f, 16777216.0f,
                                                                  std::nanf(""), infinity_f, -infinity_f})}));
  EXPECT_EQ(csv.ValueOrDie(),
            "0.1,0.1\n"
            "0.3333333333333333,0.33333334\n"
            "1e+300,1e+30\n"
            "-0,-0\n"
            "123456789,16777216\n"
            "NaN,NaN\n"
            "Infinity,Infinity\n"
            "-Infinity,-Infinity\n");
}

TEST(CsvEncoder, DecimalsHaveExactlyTheColumnsScale) {
  const TableSchema schema = SchemaOf({"DECIMAL(38, 2)", "DECIMAL(5, 5)"});
  const auto csv = Encode(
      schema, *BatchOf(schema, {ArrayOf<arrow::Decimal128Builder, arrow::Decimal128>(
                                    arrow::decimal128(38, 2),
                                    {arrow::Decimal128(0), arrow::Decimal128(-5), arrow::Decimal128(1050),
                                     arrow::Decimal128("-99999999999999999999999999999999999999")}),
                                ArrayOf<arrow::Decimal128Builder, arrow::Decimal128>(
                                    arrow::decimal128(5, 5), {arrow::Decimal128(1), arrow::Decimal128(-12345),
                                                              std::nullopt, arrow::Decimal128(10000)})}));
  EXPECT_EQ(csv.ValueOrDie(),
            "0.00,0.00001\n-0.05,-0.12345\n10.50,\n-999999999999999999999999999999999999.99,0.10000\n");
}

TEST(CsvEncoder, WritesOtherTypesAsRedshiftReadsThem) {
  const TableSchema schema = SchemaOf({"BOOLEAN", "DATE", "TIME(3)", "TIMESTAMP(6)", "TIMESTAMP_LTZ(6)"});
  const auto csv = Encode(
      schema,
      *BatchOf(schema,
               {ArrayOf<arrow::BooleanBuilder, bool>(arrow::boolean(), {true, false, true}),
                ArrayOf<arrow::Date32Builder, int32_t>(arrow::date32(), {-719162, 0, 2932896}),
                ArrayOf<arrow::Time32Builder, int32_t>(arrow::time32(arrow::TimeUnit::MILLI),
                                                       {0, 3723004, 86399999}),
                ArrayOf<arrow::TimestampBuilder, int64_t>(arrow::timestamp(arrow::TimeUnit::MICRO),
                                                          {-62135596800000000, -1, 253402300799999999}),
                ArrayOf<arrow::TimestampBuilder, int64_t>(arrow::timestamp(arrow::TimeUnit::MICRO, "UTC"),
                                                          {0, 951782400000000, 1})}));
  EXPECT_EQ(csv.ValueOrDie(),
            "t,0001-01-01,00:00:00,0001-01-01 00:00:00,1970-01-01 00:00:00+00\n"
            "f,1970-01-01,01:02:03.004,1969-12-31 23:59:59.999999,2000-02-29 00:00:00+00\n"
            "t,9999-12-31,23:59:59.999,9999-12-31 23:59:59.999999,1970-01-01 00:00:00.000001+00\n");
}

TEST(CsvEncoder, TakesSlicesOfBatches) {
  const TableSchema schema = SchemaOf({"BOOLEAN", "INT", "STRING", "DECIMAL(20, 1)"});
  const auto batch = BatchOf(
      schema, {ArrayOf<arrow::BooleanBuilder, bool>(arrow::boolean(), {true, false, std::nullopt, true}),
               ArrayOf<arrow::Int32Builder, int32_t>(arrow::int32(), {1, 2, 3, std::nullopt}),
               TextArray({"a", std::nullopt, "cc", "d"}),
               ArrayOf<arrow::Decimal128Builder, arrow::Decimal128>(
                   arrow::decimal128(20, 1),
                   {arrow::Decimal128(1), arrow::Decimal128(2), arrow::Decimal128(3), std::nullopt})});
  EXPECT_EQ(Encode(schema, *batch->Slice(1)).ValueOrDie(), "f,2,nul0,0.2\n,3,cc,0.3\nt,,d,\n");
}

TEST(CsvEncoder, AppendsToWhatIsThere) {
  const TableSchema schema = SchemaOf({"INT", "INT"});
  const auto one = ArrayOf<arrow::Int32Builder, int32_t>(arrow::int32(), {1});
  auto encoder = CsvEncoder::Make(schema, "n").ValueOrDie();
  arrow::BufferBuilder out;
  for (int i = 0; i < 1000; ++i) ASSERT_TRUE(encoder.Encode(*BatchOf(schema, {one, one}), &out).ok());
  EXPECT_EQ(out.length(), 4000);
}

TEST(CsvEncoder, RefusesAMarkerThatCouldBeMisread) {
  const TableSchema schema = SchemaOf({"INT"});
  for (const char* marker : {"", "\\N", "a b", "a,b", "\"", "@N@"}) {
    EXPECT_FALSE(CsvEncoder::Make(schema, marker).ok()) << marker;
  }
}

}  // namespace
}  // namespace redshift
