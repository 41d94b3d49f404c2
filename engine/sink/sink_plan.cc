#include "engine/sink/sink_plan.h"

#include <map>
#include <nlohmann/json.hpp>
#include <utility>

#include "engine/aws/region.h"
#include "engine/file/parquet_columns.h"
#include "engine/file/sha256.h"
#include "engine/sink/copy_memory.h"
#include "engine/sink/create_table.h"
#include "engine/sink/random_names.h"
#include "engine/type/check_supported.h"

namespace redshift {
namespace {

using Json = nlohmann::json;

constexpr int kPlanVersion = 1;
constexpr size_t kNullMarkerLength = 20;

arrow::Result<std::vector<CopyParameter>> CopyParametersOf(const Options& options, bool has_key) {
  const auto given = options.Find(option::kSinkCopyOptions);
  if (!given) return std::vector<CopyParameter>();
  auto parameters = ParseCopyParameters(*given);
  arrow::Status status = parameters.status();
  if (status.ok()) {
    const bool parquet = options.Get(option::kSinkCopyFormat) == option::CopyFormat::kParquet;
    status = CheckCopyParameters(*parameters, has_key, parquet);
  }
  if (!status.ok()) {
    return status.WithMessage("'sink.copy.options' = '", *given, "' is not valid: ", status.message(), ".");
  }
  return parameters;
}

arrow::Status CheckRejects(const Options& options) {
  if (options.Get(option::kSinkBadRows) == option::BadRows::kReject && !options.IsSet(option::kS3Uri)) {
    return arrow::Status::Invalid(
        "'s3-uri' is missing; 'sink.bad-rows' = 'reject' needs it: the rows go to s3-uri/rejected/.");
  }
  return arrow::Status::OK();
}

/// What names the warehouse for people: its host where that is given, else what it is looked up by.
std::string WarehouseName(const Options& options) {
  for (const auto& key :
       {option::kHostname, option::kIamClusterIdentifier, option::kIamWorkgroup, option::kSecretArn}) {
    if (auto name = options.Find(key)) return *std::move(name);
  }
  return "";
}

/// COPY of Parquet cannot name the region of a bucket.
arrow::Status CheckParquetRegion(const Options& options) {
  const std::string host = options.Find(option::kHostname).value_or("");
  const std::string cluster = RegionOfHost(host);
  const auto bucket = options.Find(option::kAwsRegion);
  if (!bucket || cluster.empty() || cluster == *bucket) return arrow::Status::OK();
  return arrow::Status::Invalid("'sink.copy.format' = 'parquet' needs a bucket in the cluster's region, ",
                                cluster, "; 'aws.region' is '", *bucket,
                                "'. Choose a bucket there, or 'csv'.");
}

}  // namespace

/// What a plan is built from; the drawn values are empty in a request.
struct SinkPlan::Request {
  std::map<std::string, std::string> options;
  std::vector<Column> columns;
  std::vector<std::string> primary_key;
  std::string null_marker;
  std::string run_id;
  bool overwrite = false;

  static arrow::Result<Request> Parse(std::string_view json);
};

arrow::Result<SinkPlan::Request> SinkPlan::Request::Parse(std::string_view text) {
  const Json json = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  // The text holds secrets: messages say what is missing and nothing of what is there.
  if (!json.is_object()) return arrow::Status::Invalid("The plan of a sink is not a JSON object.");
  Request request;
  try {
    request.options = json.at("options").get<std::map<std::string, std::string>>();
    for (const Json& column : json.at("columns")) {
      const std::string name = column.at("name").get<std::string>();
      auto type = ParseFlinkType(column.at("type").get<std::string>());
      if (!type.ok()) {
        return arrow::Status::Invalid("The type of column '", name,
                                      "' cannot be read: ", type.status().message());
      }
      request.columns.push_back({name, *std::move(type)});
    }
    if (json.contains("primary_key")) {
      request.primary_key = json.at("primary_key").get<std::vector<std::string>>();
    }
    request.null_marker = json.value("null_marker", "");
    request.run_id = json.value("run_id", "");
    request.overwrite = json.value("overwrite", false);
  } catch (const Json::exception&) {
    return arrow::Status::Invalid(
        "The plan of a sink needs \"options\" (texts by key), \"columns\" (each with \"name\" and \"type\") "
        "and, "
        "where there is one, \"primary_key\" (names).");
  }
  return request;
}

arrow::Result<SinkPlan> SinkPlan::Make(std::string_view request_json) {
  ARROW_ASSIGN_OR_RAISE(Request request, Request::Parse(request_json));
  request.null_marker = RandomName(kNullMarkerLength);
  request.run_id = RandomUuid();
  return Build(std::move(request));
}

arrow::Result<SinkPlan> SinkPlan::FromJson(std::string_view json) {
  ARROW_ASSIGN_OR_RAISE(Request request, Request::Parse(json));
  if (request.null_marker.empty() || request.run_id.empty()) {
    return arrow::Status::Invalid("The serialised plan of a sink lacks its NULL marker or its run id.");
  }
  return Build(std::move(request));
}

arrow::Result<SinkPlan> SinkPlan::Build(Request request) {
  ARROW_ASSIGN_OR_RAISE(Options options, Options::Parse(request.options));
  ARROW_ASSIGN_OR_RAISE(QualifiedName table,
                        QualifiedName::Make(options.table().schema, options.table().table));
  if (request.overwrite && options.Get(option::kSinkWriteMode) != option::WriteMode::kCopy) {
    return arrow::Status::Invalid("INSERT OVERWRITE into ", table.ToString(),
                                  " needs 'sink.write.mode' = 'copy': rows sent one batch after the other "
                                  "cannot replace the table's in one transaction.");
  }
  TableSchema schema(std::move(request.columns), std::move(request.primary_key));
  ARROW_RETURN_NOT_OK(CheckSupported(schema, TimestampOverflowOf(options)));
  ARROW_RETURN_NOT_OK(CreateTargetSql(options, schema, table).status());
  std::vector<Identifier> column_names;
  for (const Column& column : schema.columns()) {
    ARROW_ASSIGN_OR_RAISE(Identifier name, Identifier::Make(column.name, "column"));
    column_names.push_back(std::move(name));
  }
  std::vector<Identifier> key_names;
  for (const std::string& column : schema.primary_key()) {
    ARROW_ASSIGN_OR_RAISE(Identifier name, Identifier::Make(column, "column"));
    key_names.push_back(std::move(name));
  }
  std::vector<std::string> declared;
  for (const Identifier& name : column_names) declared.push_back(name.name());

  ARROW_ASSIGN_OR_RAISE(std::string digest,
                        Sha256Hex(WarehouseName(options) + "\n" + options.Get(option::kDatabaseName) + "\n" +
                                  table.ToString()));
  ARROW_ASSIGN_OR_RAISE(QualifiedName ledger, LedgerName(options, table));
  if (ledger == table) {
    return arrow::Status::Invalid("'sink.ledger.table' names the table that is written, ", table.ToString(),
                                  ". Choose another name or leave it out.");
  }
  ARROW_RETURN_NOT_OK(CheckRejects(options));
  ARROW_ASSIGN_OR_RAISE(std::vector<CopyParameter> copy_parameters,
                        CopyParametersOf(options, !key_names.empty()));
  if (options.Get(option::kSinkWriteMode) == option::WriteMode::kCopy) {
    ARROW_RETURN_NOT_OK(CopyMemory::Make(options, !schema.primary_key().empty()));
    if (options.Get(option::kSinkCopyFormat) == option::CopyFormat::kParquet) {
      ARROW_RETURN_NOT_OK(CheckParquet(schema));
      ARROW_RETURN_NOT_OK(CheckParquetRegion(options));
    }
  }
  if (auto run_id = options.Find(option::kSinkRunId)) request.run_id = *std::move(run_id);
  return SinkPlan(std::make_shared<const State>(State{
      std::move(options), std::move(schema), std::move(request.null_marker), std::move(request.run_id),
      digest.substr(0, 8), std::move(table), std::move(ledger), std::move(column_names), std::move(key_names),
      StageColumns::For(declared), std::move(copy_parameters), request.overwrite}));
}

arrow::Result<QualifiedName> SinkPlan::LedgerName(const Options& options, const QualifiedName& table) {
  if (auto given = options.Find(option::kSinkLedgerTable)) {
    ARROW_ASSIGN_OR_RAISE(TableName name, ParseTableName(*given, table.schema().name()));
    return QualifiedName::Make(name.schema, name.table);
  }
  constexpr std::string_view kSuffix = "_flink_commits";
  std::string name = table.table().name() + std::string(kSuffix);
  if (name.size() > kMaxIdentifierBytes) {
    ARROW_ASSIGN_OR_RAISE(std::string digest, Sha256Hex(table.table().name()));
    const std::string tail = "_" + digest.substr(0, 8) + std::string(kSuffix);
    size_t kept = kMaxIdentifierBytes - tail.size();
    // Not inside a character of UTF-8.
    while (kept > 0 && (static_cast<unsigned char>(table.table().name()[kept]) & 0xC0) == 0x80) --kept;
    name = table.table().name().substr(0, kept) + tail;
  }
  return QualifiedName::Make(table.schema().name(), name);
}

SinkPlan SinkPlan::WithRunId(std::string run_id) const {
  if (options().IsSet(option::kSinkRunId)) return *this;
  State state = *state_;
  state.run_id = std::move(run_id);
  return SinkPlan(std::make_shared<const State>(std::move(state)));
}

std::string SinkPlan::ToJson() const {
  Json columns = Json::array();
  for (const Column& column : schema().columns()) {
    columns.push_back({{"name", column.name}, {"type", column.type.ToString()}});
  }
  return Json{{"version", kPlanVersion},       {"options", options().given()},
              {"columns", std::move(columns)}, {"primary_key", schema().primary_key()},
              {"null_marker", null_marker()},  {"run_id", run_id()},
              {"overwrite", overwrite()}}
      .dump();
}

}  // namespace redshift
