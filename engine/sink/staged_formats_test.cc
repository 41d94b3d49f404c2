// The same rows as CSV and as Parquet are the same rows once COPY has loaded them.
#include <arrow/json/from_string.h>
#include <arrow/record_batch.h>
#include <gmock/gmock.h>

#include "engine/aws/aws_credentials.h"
#include "engine/file/csv_encoder.h"
#include "engine/file/manifest.h"
#include "engine/file/parquet_format.h"
#include "engine/file/staged_output.h"
#include "engine/file/staging.h"
#include "engine/sink/sink_test_support.h"
#include "engine/warehouse/inspect.h"

namespace redshift {
namespace {

using Columns = std::vector<std::pair<std::string, std::string>>;

const RedshiftLocal& Local() {
  return RedshiftLocal::Get();
}

const Columns kColumns = {{"id", "INT"},           {"bo", "BOOLEAN"},
                          {"ti", "TINYINT"},       {"sm", "SMALLINT"},
                          {"bi", "BIGINT"},        {"fl", "FLOAT"},
                          {"dp", "DOUBLE"},        {"de", "DECIMAL(38, 37)"},
                          {"ds", "DECIMAL(5, 2)"}, {"ch", "CHAR(3)"},
                          {"vc", "STRING"},        {"da", "DATE"},
                          {"ts", "TIMESTAMP(6)"},  {"vb", "BYTES"},
                          {"ar", "ARRAY<INT>"},    {"ro", "ROW<`x` BIGINT, `y` ARRAY<STRING>, `z` DOUBLE>"}};

constexpr char kTable[] =
    " (id INTEGER, bo BOOLEAN, ti SMALLINT, sm SMALLINT, bi BIGINT, fl REAL, dp DOUBLE PRECISION,"
    " de DECIMAL(38,37), ds DECIMAL(10,4), ch CHAR(3), vc VARCHAR(100), da DATE, ts TIMESTAMP,"
    " vb VARBYTE(20), ar SUPER, ro SUPER)";

// A column's values by row.
const std::vector<std::string> kValues = {
    "[1, 2, 3, 4]",
    "[true, false, null, true]",
    "[-128, 127, null, 0]",
    "[-32768, 32767, null, 0]",
    "[-9223372036854775808, 9223372036854775807, null, 0]",
    "[1.17549435e-38, -3.4028235e38, null, -0.0]",
    "[2.2250738585072014e-308, -1.7976931348623157e308, null, -0.0]",
    R"(["9.9999999999999999999999999999999999999", "-0.0000000000000000000000000000000000001", null,
        "0.0000000000000000000000000000000000000"])",
    R"(["-999.99", "0.01", null, "0.00"])",
    R"(["abc", "a", null, ""])",
    R"(["grün 𝄞 \"quoted\", and\nmore\\N", "", null, " blanks "])",
    "[-719162, 2932896, null, 0]",
    "[-62135596800000000, 253402300799999999, null, -1]",
    R"(["\u0000\n,\"a", "y", null, "x"])",
    "[[1, null, 3], [], null, [-1]]",
    R"([{"x": 1, "y": ["a\"b", null], "z": 1.5}, {"x": null, "y": [], "z": null}, null,
        {"x": 0, "y": null, "z": -0.25}])"};

class StagedFormatsTest : public ::testing::Test {
 protected:
  // Creates the table and loads the rows into it in the given format.
  static void Load(const std::string& table, const std::string& format) {
    Local().Sql("CREATE TABLE " + table + kTable);
    const SinkPlan plan = PlanFor(table, "copy", kColumns, {{"sink.copy.format", format}});
    const auto schema = plan.schema().arrow_schema();
    std::vector<std::shared_ptr<arrow::Array>> arrays;
    for (int i = 0; i < schema->num_fields(); ++i) {
      arrays.push_back(
          arrow::json::ArrayFromJSONString(schema->field(i)->type(), kValues[static_cast<size_t>(i)])
              .ValueOrDie());
    }
    const auto batch = arrow::RecordBatch::Make(schema, arrays[0]->length(), arrays);

    auto session = Local().Connect();
    const TargetTable target =
        InspectTable(session.get(), plan.table(), Clock::now() + std::chrono::seconds(60)).ValueOrDie();
    const auto staging = Staging::Open(plan.options()).ValueOrDie();
    const auto output =
        staging->OpenOutput(table + "/file" + std::string(staging->output_suffix())).ValueOrDie();
    std::unique_ptr<RowFormat> rows;
    if (format == "parquet") {
      auto columns = ParquetColumns::ForTable(plan.schema(), target, table);
      ASSERT_TRUE(columns.ok()) << columns.status();
      rows = MakeParquetFormat(*std::move(columns), plan.options(), 1 << 20).ValueOrDie();
    } else {
      rows = MakeCsvFormat(CsvEncoder::Make(plan.schema(), plan.null_marker()).ValueOrDie());
    }
    const auto file = rows->Begin(output.get()).ValueOrDie();
    ASSERT_TRUE(file->Append(*batch).ok());
    ASSERT_TRUE(file->Finish().ok());
    ASSERT_TRUE(output->FinishAsync().status().ok());
    const auto manifest =
        WriteManifest(*staging, table + "/manifest", {{output->url(), output->bytes(), batch->num_rows()}})
            .ValueOrDie();
    const AwsKeys keys = AwsCredentials::Make(plan.options()).ValueOrDie()->Get().ValueOrDie();
    const std::string more = format == "parquet" ? " FORMAT AS PARQUET SERIALIZETOJSON"
                                                 : " CSV ZSTD NULL AS '" + plan.null_marker() + "'";
    Local().Sql("COPY " + table + " FROM '" + manifest.url + "' ACCESS_KEY_ID '" + keys.access_key_id +
                "' SECRET_ACCESS_KEY '" + keys.secret_access_key.Reveal() + "' MANIFEST" + more);
  }
};

TEST_F(StagedFormatsTest, CsvAndParquetLoadTheSameRows) {
  const std::string csv = TestTableName();
  const std::string parquet = TestTableName();
  ASSERT_NO_FATAL_FAILURE(Load(csv, "csv"));
  ASSERT_NO_FATAL_FAILURE(Load(parquet, "parquet"));
  for (const std::string& table : {csv, parquet}) {
    EXPECT_EQ(Local().Count("SELECT count(*) FROM " + table), 4);
  }
  for (const auto& [name, type] : kColumns) {
    std::string value = name;
    if (type.starts_with("ARRAY") || type.starts_with("ROW")) value = "json_serialize(" + name + ")";
    if (type == "BYTES") value = "to_hex(" + name + ")";
    for (const std::string id : {"1", "2", "4"}) {
      const std::string where = " WHERE " + name + " IS NOT NULL AND id = " + id;
      EXPECT_EQ(Local().Count("SELECT count(*) FROM " + csv + where), 1) << name << " " << id;
      EXPECT_EQ(Local().Count("SELECT count(*) FROM " + parquet + where), 1) << name << " " << id;
      EXPECT_EQ(Local().Sql("SELECT " + value + " FROM " + parquet + where),
                Local().Sql("SELECT " + value + " FROM " + csv + where))
          << name << " " << id;
    }
    if (name == "id") continue;
    for (const std::string& table : {csv, parquet}) {
      EXPECT_EQ(Local().Count("SELECT count(*) FROM " + table + " WHERE id = 3 AND " + name + " IS NULL"), 1)
          << name;
    }
  }
}

}  // namespace
}  // namespace redshift
