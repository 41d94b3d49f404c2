// Parquet files as pyarrow, a reader that is not this engine's, finds them on S3.
#include "engine/file/parquet_format.h"

#include <arrow/json/from_string.h>
#include <gmock/gmock.h>

#include "engine/aws/testing/copy_options.h"
#include "engine/aws/testing/moto_server.h"
#include "engine/file/s3_address.h"
#include "engine/file/staged_output.h"
#include "engine/file/staging.h"
#include "engine/file/testing/parquet_text.h"

namespace redshift {
namespace {

using ::redshift::testing::MotoServer;
using ::redshift::testing::OptionMap;
using ::redshift::testing::ParquetText;
using ::redshift::testing::ParsedCopyOptions;
using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;

TableSchema Declared(const std::vector<std::pair<std::string, std::string>>& columns) {
  std::vector<Column> declared;
  for (const auto& [name, type] : columns) declared.push_back({name, ParseFlinkType(type).ValueOrDie()});
  return TableSchema(std::move(declared));
}

TargetTable Target(const std::vector<std::pair<std::string, RedshiftType>>& columns) {
  TargetTable target{.schema = "public", .name = "t", .columns = {}};
  for (const auto& [name, type] : columns) {
    TargetColumn column;
    column.name = name;
    column.type = type;
    target.columns.push_back(std::move(column));
  }
  return target;
}

RedshiftType Type(RedshiftKind kind) {
  return {.kind = kind};
}

// A batch of the schema's columns; each text is a JSON array of one column's values.
std::shared_ptr<arrow::RecordBatch> Batch(const TableSchema& declared, const std::vector<std::string>& json) {
  const auto schema = declared.arrow_schema();
  std::vector<std::shared_ptr<arrow::Array>> columns;
  for (int i = 0; i < schema->num_fields(); ++i) {
    columns.push_back(arrow::json::ArrayFromJSONString(schema->field(i)->type(), json[static_cast<size_t>(i)])
                          .ValueOrDie());
  }
  return arrow::RecordBatch::Make(schema, columns[0]->length(), columns);
}

class ParquetFormatTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    if (moto_ == nullptr) {
      moto_ = new MotoServer();
      moto_->CreateBucket("bucket");
    }
  }
  static void TearDownTestSuite() {
    delete moto_;
    moto_ = nullptr;
  }

  // Writes the batches into one file; what pyarrow says of it.
  std::string Written(const ParquetColumns& columns,
                      const std::vector<std::shared_ptr<arrow::RecordBatch>>& batches,
                      const OptionMap& more = {}, int64_t row_group_bytes = 1 << 20) {
    OptionMap all = {{"sink.copy.format", "parquet"}};
    all.insert(more.begin(), more.end());
    const Options options = ParsedCopyOptions(moto_->endpoint(), "s3://bucket/p", all);
    const auto staging = Staging::Open(options).ValueOrDie();
    const std::string key = std::to_string(++files_) + std::string(staging->output_suffix());
    EXPECT_THAT(key, EndsWith(".parquet"));
    const auto output = staging->OpenOutput(key).ValueOrDie();
    const auto format = MakeParquetFormat(columns, options, row_group_bytes).ValueOrDie();
    const auto file = format->Begin(output.get()).ValueOrDie();
    for (const auto& batch : batches) EXPECT_TRUE(file->Append(*batch).ok());
    EXPECT_TRUE(file->Finish().ok());
    EXPECT_TRUE(output->FinishAsync().status().ok());
    return ParquetText(moto_->Get("bucket", ParseS3Url(output->url())->key));
  }

  static MotoServer* moto_;
  static inline int files_ = 0;
};

MotoServer* ParquetFormatTest::moto_ = nullptr;

TEST_F(ParquetFormatTest, EveryColumnHasThePhysicalTypeThatRedshiftReads) {
  const TableSchema declared = Declared({{"bo", "BOOLEAN"},
                                         {"ti", "TINYINT"},
                                         {"sm", "SMALLINT"},
                                         {"it", "INT"},
                                         {"bi", "BIGINT"},
                                         {"fl", "FLOAT"},
                                         {"dp", "DOUBLE"},
                                         {"de", "DECIMAL(9, 2)"},
                                         {"ch", "CHAR(3)"},
                                         {"vc", "VARCHAR(10)"},
                                         {"da", "DATE"},
                                         {"ts", "TIMESTAMP(6)"}});
  const TargetTable target = Target({{"bo", Type(RedshiftKind::kBoolean)},
                                     {"ti", Type(RedshiftKind::kSmallInt)},
                                     {"sm", Type(RedshiftKind::kSmallInt)},
                                     {"it", Type(RedshiftKind::kInteger)},
                                     {"bi", Type(RedshiftKind::kBigInt)},
                                     {"fl", Type(RedshiftKind::kReal)},
                                     {"dp", Type(RedshiftKind::kDouble)},
                                     {"de", {.kind = RedshiftKind::kDecimal, .precision = 9, .scale = 2}},
                                     {"ch", {.kind = RedshiftKind::kChar, .length = 12}},
                                     {"vc", {.kind = RedshiftKind::kVarchar, .length = 40}},
                                     {"da", Type(RedshiftKind::kDate)},
                                     {"ts", Type(RedshiftKind::kTimestamp)}});
  ASSERT_TRUE(CheckParquet(declared).ok());
  const auto columns = ParquetColumns::ForTable(declared, target, "public.t").ValueOrDie();
  const auto batch = Batch(
      declared, {"[true, null]", "[-128, null]", "[-32768, null]", "[-2147483648, null]",
                 "[-9223372036854775808, null]", "[1.5, null]", "[-0.0, null]", R"(["-1234567.89", null])",
                 R"(["abc", null])", R"(["", null])", R"([-719162, null])", "[-62135596800000000, null]"});
  EXPECT_EQ(
      Written(columns, {batch}),
      "bo BOOLEAN None ZSTD\n"
      "ti INT32 Int(bitWidth=16, isSigned=true) ZSTD\n"
      "sm INT32 Int(bitWidth=16, isSigned=true) ZSTD\n"
      "it INT32 None ZSTD\n"
      "bi INT64 None ZSTD\n"
      "fl FLOAT None ZSTD\n"
      "dp DOUBLE None ZSTD\n"
      "de FIXED_LEN_BYTE_ARRAY Decimal(precision=9, scale=2) ZSTD\n"
      "ch BYTE_ARRAY String ZSTD\n"
      "vc BYTE_ARRAY String ZSTD\n"
      "da INT32 Date ZSTD\n"
      "ts INT96 None ZSTD\n"
      "2 rows\n"
      "True | -128 | -32768 | -2147483648 | -9223372036854775808 | 1.5 | -0.0 | Decimal('-1234567.89') | "
      "'abc' | '' | datetime.date(1, 1, 1) | datetime.datetime(1, 1, 1, 0, 0)\n"
      "None | None | None | None | None | None | None | None | None | None | None | None\n");
}

TEST_F(ParquetFormatTest, TimestampsOfAllYearsKeepTheirMicroseconds) {
  const TableSchema declared = Declared({{"ts", "TIMESTAMP(6)"}});
  const auto columns =
      ParquetColumns::ForTable(declared, Target({{"ts", Type(RedshiftKind::kTimestamp)}}), "t").ValueOrDie();
  EXPECT_THAT(Written(columns, {Batch(declared, {"[-62135596799999999, -1, 0, 1, 951825600123456, "
                                                 "253402300799999999]"})}),
              EndsWith("datetime.datetime(1, 1, 1, 0, 0, 0, 1)\n"
                       "datetime.datetime(1969, 12, 31, 23, 59, 59, 999999)\n"
                       "datetime.datetime(1970, 1, 1, 0, 0)\n"
                       "datetime.datetime(1970, 1, 1, 0, 0, 0, 1)\n"
                       "datetime.datetime(2000, 2, 29, 12, 0, 0, 123456)\n"
                       "datetime.datetime(9999, 12, 31, 23, 59, 59, 999999)\n"));
}

TEST_F(ParquetFormatTest, ColumnsComeInTheTargetsOrderAndTypes) {
  const TableSchema declared =
      Declared({{"Amount", "DECIMAL(5, 1)"}, {"name", "STRING"}, {"id", "INT"}, {"count", "INT"}});
  const auto columns = ParquetColumns::ForTable(
                           declared,
                           Target({{"id", Type(RedshiftKind::kBigInt)},
                                   {"count", {.kind = RedshiftKind::kDecimal, .precision = 12, .scale = 0}},
                                   {"amount", {.kind = RedshiftKind::kDecimal, .precision = 20, .scale = 4}},
                                   {"name", {.kind = RedshiftKind::kVarchar, .length = 9}}}),
                           "t")
                           .ValueOrDie();
  const auto batch = Batch(declared, {R"(["-9999.9"])", R"(["é"])", "[7]", "[-2147483648]"});
  EXPECT_EQ(Written(columns, {batch}),
            "id INT64 None ZSTD\n"
            "count FIXED_LEN_BYTE_ARRAY Decimal(precision=12, scale=0) ZSTD\n"
            "amount FIXED_LEN_BYTE_ARRAY Decimal(precision=20, scale=4) ZSTD\n"
            "name BYTE_ARRAY String ZSTD\n"
            "1 rows\n"
            "7 | Decimal('-2147483648') | Decimal('-9999.9000') | 'é'\n");
}

TEST_F(ParquetFormatTest, AStageKeepsItsOrderAndHasTheTargetsTypes) {
  const TableSchema staged = Declared({{"v", "TINYINT"}, {"id", "INT"}, {"_op", "SMALLINT"}});
  const auto columns = ParquetColumns::ForStage(staged, Target({{"more", Type(RedshiftKind::kDate)},
                                                                {"id", Type(RedshiftKind::kBigInt)},
                                                                {"v", Type(RedshiftKind::kInteger)}}))
                           .ValueOrDie();
  EXPECT_EQ(Written(columns, {Batch(staged, {"[1]", "[2]", "[0]"})}),
            "v INT32 None ZSTD\n"
            "id INT64 None ZSTD\n"
            "_op INT32 Int(bitWidth=16, isSigned=true) ZSTD\n"
            "1 rows\n"
            "1 | 2 | 0\n");
}

TEST_F(ParquetFormatTest, NestedTypesAndBytesAreCarriedForSuperAndVarbyte) {
  const TableSchema declared = Declared(
      {{"a", "ARRAY<SMALLINT>"}, {"r", "ROW<`x` INT NOT NULL, `y` ARRAY<ROW<`z` STRING>>>"}, {"b", "BYTES"}});
  ASSERT_TRUE(CheckParquet(declared).ok());
  const auto columns =
      ParquetColumns::ForTable(declared,
                               Target({{"a", Type(RedshiftKind::kSuper)},
                                       {"r", Type(RedshiftKind::kSuper)},
                                       {"b", {.kind = RedshiftKind::kVarbyte, .length = 100}}}),
                               "t")
          .ValueOrDie();
  EXPECT_EQ(Written(columns, {Batch(declared, {"[[1, null, -32768], [], null]",
                                               R"([{"x": 1, "y": [{"z": "p"}, {"z": null}, null]},
                                                   {"x": 2, "y": null}, null])",
                                               R"(["\u0000a", "", null])"})}),
            "a.list.element INT32 None ZSTD\n"
            "r.x INT32 None ZSTD\n"
            "r.y.list.element.z BYTE_ARRAY String ZSTD\n"
            "b BYTE_ARRAY None ZSTD\n"
            "3 rows\n"
            "[1, None, -32768] | {'x': 1, 'y': [{'z': 'p'}, {'z': None}, None]} | b'\\x00a'\n"
            "[] | {'x': 2, 'y': None} | b''\n"
            "None | None | None\n");
}

TEST_F(ParquetFormatTest, CompressesInsideAsAsked) {
  const TableSchema declared = Declared({{"id", "BIGINT"}});
  const auto columns =
      ParquetColumns::ForTable(declared, Target({{"id", Type(RedshiftKind::kBigInt)}}), "t").ValueOrDie();
  const auto batch = Batch(declared, {"[1]"});
  EXPECT_THAT(Written(columns, {batch}, {{"sink.copy.compression", "gzip"}}),
              HasSubstr("id INT64 None GZIP"));
  EXPECT_THAT(Written(columns, {batch}, {{"sink.copy.compression", "none"}}),
              HasSubstr("id INT64 None UNCOMPRESSED"));
}

TEST_F(ParquetFormatTest, RowGroupsEndWhenTheirRowsHaveTheGivenSize) {
  const TableSchema declared = Declared({{"id", "BIGINT"}});
  const auto columns =
      ParquetColumns::ForTable(declared, Target({{"id", Type(RedshiftKind::kBigInt)}}), "t").ValueOrDie();
  std::string values = "[0";
  for (int i = 1; i < 1000; ++i) values += "," + std::to_string(i);
  const auto batch = Batch(declared, {values + "]"});
  // A batch has 8,000 bytes, and 128 when its NULLs are counted too.
  EXPECT_THAT(Written(columns, {batch, batch, batch, batch, batch}, {}, 15'000),
              HasSubstr("ZSTD\n2000 rows\n2000 rows\n1000 rows\n0\n1\n"));
}

TEST_F(ParquetFormatTest, AFileThatIsGivenUpWritesNothingMore) {
  const TableSchema declared = Declared({{"id", "BIGINT"}});
  const auto columns =
      ParquetColumns::ForTable(declared, Target({{"id", Type(RedshiftKind::kBigInt)}}), "t").ValueOrDie();
  const Options options =
      ParsedCopyOptions(moto_->endpoint(), "s3://bucket/given-up", {{"sink.copy.format", "parquet"}});
  const auto staging = Staging::Open(options).ValueOrDie();
  auto output = staging->OpenOutput("file.parquet").ValueOrDie();
  const auto format = MakeParquetFormat(columns, options, 1).ValueOrDie();
  auto file = format->Begin(output.get()).ValueOrDie();
  ASSERT_TRUE(file->Append(*Batch(declared, {"[1]"})).ok());
  const int64_t bytes = output->bytes();
  EXPECT_GT(bytes, 0);
  file.reset();
  EXPECT_EQ(output->bytes(), bytes);
  EXPECT_TRUE(output->Abort().ok());
  EXPECT_THAT(moto_->Keys("bucket", "given-up"), ::testing::IsEmpty());
}

TEST(CheckParquet, NamesEveryColumnThatNeedsCsv) {
  const arrow::Status status = CheckParquet(Declared({{"id", "BIGINT"},
                                                      {"at", "TIME(0)"},
                                                      {"made", "TIMESTAMP_LTZ(6)"},
                                                      {"text", "STRING"},
                                                      {"i", "INTERVAL DAY(9) TO SECOND(3)"},
                                                      {"m", "MAP<STRING, INT>"},
                                                      {"d", "ARRAY<DATE>"},
                                                      {"ok", "ARRAY<STRING>"}}));
  EXPECT_THAT(status.message(), AllOf(HasSubstr("'at' TIME(0), 'made' TIMESTAMP_LTZ(6), 'i' INTERVAL"),
                                      HasSubstr("'m' MAP<"), HasSubstr("'d' ARRAY<DATE>"),
                                      Not(HasSubstr("'ok'")), HasSubstr("'sink.copy.format' to 'csv'"),
                                      Not(HasSubstr("'id'")), Not(HasSubstr("'text'"))));
}

TEST(CheckParquet, RefusesMapsWhereverTheyAreAsSuperWouldHoldListsOfPairs) {
  for (const char* type :
       {"MAP<STRING, INT>", "MULTISET<STRING>", "ARRAY<MAP<STRING, INT>>", "ROW<`m` MULTISET<INT>>"}) {
    EXPECT_FALSE(CheckParquet(Declared({{"c", type}})).ok()) << type;
  }
  EXPECT_TRUE(CheckParquet(Declared({{"c", "ARRAY<ROW<`i` INT, `t` ARRAY<STRING>>>"}})).ok());
}

TEST(ParquetColumns, ATargetWithMoreColumnsIsRefusedWithAWayOut) {
  TargetTable target = Target({{"row_id", Type(RedshiftKind::kBigInt)},
                               {"id", Type(RedshiftKind::kBigInt)},
                               {"loaded_at", Type(RedshiftKind::kTimestamp)}});
  target.columns[0].is_identity = true;
  const arrow::Status status =
      ParquetColumns::ForTable(Declared({{"id", "BIGINT"}}), target, "public.t").status();
  EXPECT_THAT(status.message(), AllOf(HasSubstr("of public.t"), HasSubstr("'row_id' (IDENTITY), 'loaded_at'"),
                                      HasSubstr("'sink.copy.format' to 'csv'")));
}

}  // namespace
}  // namespace redshift
