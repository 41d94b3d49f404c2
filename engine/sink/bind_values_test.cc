#include "engine/sink/bind_values.h"

#include <arrow/api.h>
#include <arrow/util/decimal.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace redshift {
namespace {

/// The bind texts of a column with these values.
template <typename Builder, typename Value>
std::vector<std::string> Texts(Builder builder, const std::vector<Value>& values) {
  for (const Value& value : values) EXPECT_TRUE(builder.Append(value).ok());
  const auto array = builder.Finish().ValueOrDie();
  std::vector<std::string> texts;
  for (int64_t row = 0; row < array->length(); ++row) {
    texts.emplace_back();
    AppendBindText(*array, row, &texts.back());
  }
  return texts;
}

using ::testing::ElementsAre;

TEST(BindText, Booleans) {
  EXPECT_THAT(Texts(arrow::BooleanBuilder(), std::vector<bool>{true, false}), ElementsAre("t", "f"));
}

TEST(BindText, IntegersToTheirEdges) {
  EXPECT_THAT(Texts(arrow::Int8Builder(), std::vector<int8_t>{-128, 127}), ElementsAre("-128", "127"));
  EXPECT_THAT(Texts(arrow::Int16Builder(), std::vector<int16_t>{-32768}), ElementsAre("-32768"));
  EXPECT_THAT(Texts(arrow::Int32Builder(), std::vector<int32_t>{std::numeric_limits<int32_t>::min()}),
              ElementsAre("-2147483648"));
  EXPECT_THAT(Texts(arrow::Int64Builder(), std::vector<int64_t>{std::numeric_limits<int64_t>::min(),
                                                                std::numeric_limits<int64_t>::max()}),
              ElementsAre("-9223372036854775808", "9223372036854775807"));
}

TEST(BindText, FloatsWithTheShortestDigitsThatReadBackTheSame) {
  EXPECT_THAT(
      Texts(arrow::FloatBuilder(), std::vector<float>{0.1f, 16777216.0f, 3.4028235e38f, 1e-45f, -0.0f}),
      ElementsAre("0.1", "16777216", "3.4028235e+38", "1e-45", "-0.0"));
  EXPECT_THAT(Texts(arrow::DoubleBuilder(), std::vector<double>{0.1, 1.7976931348623157e308, 5e-324}),
              ElementsAre("0.1", "1.7976931348623157e+308", "5e-324"));
  const double infinity = std::numeric_limits<double>::infinity();
  EXPECT_THAT(Texts(arrow::DoubleBuilder(), std::vector<double>{infinity, -infinity, std::nan("")}),
              ElementsAre("Infinity", "-Infinity", "NaN"));
}

TEST(BindText, DecimalsWithExactlyTheirScaleAndNeverAnExponent) {
  auto decimals = [](int precision, int scale, const std::vector<std::string>& unscaled) {
    std::vector<arrow::Decimal128> values;
    for (const std::string& text : unscaled) values.emplace_back(text);
    return Texts(arrow::Decimal128Builder(arrow::decimal128(precision, scale)), values);
  };
  EXPECT_THAT(decimals(10, 2, {"0", "5", "-5", "123456"}), ElementsAre("0.00", "0.05", "-0.05", "1234.56"));
  EXPECT_THAT(decimals(38, 37, {"1"}), ElementsAre("0.0000000000000000000000000000000000001"));
  EXPECT_THAT(decimals(38, 0, {"99999999999999999999999999999999999999"}),
              ElementsAre("99999999999999999999999999999999999999"));
}

TEST(BindText, DatesAndTimesInIsoForm) {
  EXPECT_THAT(Texts(arrow::Date32Builder(), std::vector<int32_t>{0, -1, -719162, 2932896}),
              ElementsAre("1970-01-01", "1969-12-31", "0001-01-01", "9999-12-31"));
  EXPECT_THAT(Texts(arrow::Time32Builder(arrow::time32(arrow::TimeUnit::MILLI), arrow::default_memory_pool()),
                    std::vector<int32_t>{0, 1, 86399999}),
              ElementsAre("00:00:00", "00:00:00.001", "23:59:59.999"));
}

TEST(BindText, TimestampsInMicroseconds) {
  auto timestamps = [](const char* zone, const std::vector<int64_t>& micros) {
    return Texts(
        arrow::TimestampBuilder(arrow::timestamp(arrow::TimeUnit::MICRO, zone), arrow::default_memory_pool()),
        micros);
  };
  EXPECT_THAT(timestamps("", {0, 1, -1, 253402300799999999}),
              ElementsAre("1970-01-01 00:00:00", "1970-01-01 00:00:00.000001", "1969-12-31 23:59:59.999999",
                          "9999-12-31 23:59:59.999999"));
  EXPECT_THAT(timestamps("UTC", {1500000}), ElementsAre("1970-01-01 00:00:01.500000+00"));
}

TEST(BindValues, KeepsNullAndEmptyTextApart) {
  arrow::StringBuilder builder;
  ASSERT_TRUE(builder.Append("").ok());
  ASSERT_TRUE(builder.AppendNull().ok());
  ASSERT_TRUE(builder.Append("a").ok());
  const auto batch = arrow::RecordBatch::Make(arrow::schema({arrow::field("t", arrow::utf8())}), 3,
                                              {builder.Finish().ValueOrDie()});
  BindValues values({1043});
  for (int64_t row = 0; row < 3; ++row) values.AppendRow(*batch, row);
  const Parameters& bound = values.Bind();
  EXPECT_STREQ(bound.values[0], "");
  EXPECT_EQ(bound.values[1], nullptr);
  EXPECT_STREQ(bound.values[2], "a");
  EXPECT_THAT(bound.types, ElementsAre(1043, 1043, 1043));

  values.DropLastRow();
  EXPECT_EQ(values.rows(), 2);
  EXPECT_EQ(values.Bind().values.size(), 2u);
}

TEST(BindType, IsDeclaredForEveryTypeWeWrite) {
  const auto type = [](RedshiftKind kind) {
    RedshiftType wanted;
    wanted.kind = kind;
    return BindType(wanted);
  };
  // OIDs of Redshift's drivers.
  EXPECT_EQ(*type(RedshiftKind::kVarchar), 1043u);
  EXPECT_EQ(*type(RedshiftKind::kDecimal), 1700u);
  EXPECT_EQ(*type(RedshiftKind::kTimestampTz), 1184u);
  EXPECT_EQ(*type(RedshiftKind::kSuper), 1043u);
  EXPECT_EQ(*type(RedshiftKind::kVarbyte), 1043u);
  EXPECT_EQ(*type(RedshiftKind::kIntervalYearMonth), 1188u);
  EXPECT_EQ(*type(RedshiftKind::kIntervalDayTime), 1190u);
  EXPECT_TRUE(type(RedshiftKind::kTimeTz).status().IsNotImplemented());
}

}  // namespace
}  // namespace redshift
