#include "engine/sink/committable.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <nlohmann/json.hpp>

namespace redshift {
namespace {

using ::testing::HasSubstr;
using Json = nlohmann::json;

/// What version 1 wrote: read by every later release.
constexpr char kVersion1[] = R"({
  "format_version": 1, "job_id": "a1", "sink_id": "8d0b4fd7", "attempt_id": "u-1", "checkpoint_id": 7,
  "checkpointed": true, "run_id": "r-1", "staged_at_millis": 1795000000000, "database": "dev",
  "target_schema": "public", "target_table": "flights", "ledger_schema": "public",
  "ledger_table": "flights_flink_commits", "manifest_url": "s3://b/m", "manifest_sha256": "ab",
  "file_count": 2, "row_count": 10, "byte_count": 99, "file_format": "csv", "compression": "zstd",
  "null_marker": "Nx", "columns": ["id", "name"], "key_columns": [], "copy_options": [],
  "operation": "append", "reject_files": []})";

TEST(Committable, ReadsWhatVersion1Wrote) {
  const Committable committable = *Committable::FromJson(kVersion1);
  EXPECT_EQ(committable.job_id, "a1");
  EXPECT_EQ(committable.checkpoint_id, 7);
  EXPECT_EQ(committable.staged_at.time_since_epoch(), std::chrono::milliseconds(1795000000000));
  EXPECT_EQ(committable.target_table, "flights");
  EXPECT_EQ(committable.manifest_url, "s3://b/m");
  EXPECT_EQ(committable.row_count, 10);
  EXPECT_THAT(committable.columns, ::testing::ElementsAre("id", "name"));
  EXPECT_EQ(Json::parse(committable.ToJson()), Json::parse(kVersion1));
}

TEST(Committable, IdentityIsTheManifestsDigestOrTheRun) {
  Committable committable = *Committable::FromJson(kVersion1);
  EXPECT_EQ(committable.identity(), "ab");
  committable.checkpointed = false;
  EXPECT_EQ(committable.identity(), "run:r-1");
}

TEST(Committable, OtherVersionsAreRefusedWithWhatToDo) {
  Json json = Json::parse(kVersion1);
  json["format_version"] = 2;
  EXPECT_THAT(Committable::FromJson(json.dump()).status().message(), HasSubstr("version 2"));
}

TEST(Committable, MissingAndWrongFieldsAreNamed) {
  Json json = Json::parse(kVersion1);
  json.erase("null_marker");
  EXPECT_THAT(Committable::FromJson(json.dump()).status().message(), HasSubstr("null_marker"));
  json = Json::parse(kVersion1);
  json["row_count"] = "many";
  EXPECT_THAT(Committable::FromJson(json.dump()).status().message(), HasSubstr("row_count"));
  EXPECT_FALSE(Committable::FromJson("x").ok());
}

// A committable that was damaged must not become one of another checkpoint or count.
TEST(Committable, NumbersAreWholeAndInRange) {
  const auto error = [](const char* field, const char* number) {
    std::string json = kVersion1;
    const size_t at = json.find(std::string("\"") + field + "\":") + std::strlen(field) + 4;
    json.replace(at, json.find_first_of(",}", at) - at, number);
    return Committable::FromJson(json).status().message();
  };
  EXPECT_THAT(error("checkpoint_id", "7.5"), HasSubstr("\"checkpoint_id\" of a committable is not a whole"));
  EXPECT_THAT(error("checkpoint_id", "1e300"), HasSubstr("not a whole number"));
  EXPECT_THAT(error("row_count", "18446744073709551615"), HasSubstr("not a whole number"));
  EXPECT_THAT(error("row_count", "-1"), HasSubstr("negative"));
  EXPECT_THAT(error("format_version", "4294967297"), HasSubstr("format version 4294967297"));
  EXPECT_THAT(error("staged_at_millis", "9223372036854775807"), HasSubstr("no time"));
  EXPECT_EQ(error("checkpoint_id", "9223372036854775807"), "");
}

TEST(Committable, HoldsKeyOptionsAndRejectFiles) {
  Json json = Json::parse(kVersion1);
  json["operation"] = "upsert";
  json["key_columns"] = {"id"};
  json["file_format"] = "parquet";
  json["copy_options"] = {"STATUPDATE OFF"};
  json["reject_files"] = {{{"url", "s3://b/r"}, {"bytes", 5}, {"rows", 2}}};
  const Committable committable = *Committable::FromJson(json.dump());
  EXPECT_THAT(committable.key_columns, ::testing::ElementsAre("id"));
  EXPECT_EQ(committable.file_format, "parquet");
  EXPECT_THAT(committable.copy_options, ::testing::ElementsAre("STATUPDATE OFF"));
  EXPECT_THAT(committable.reject_files, ::testing::ElementsAre(StagedFile{"s3://b/r", 5, 2}));
  EXPECT_EQ(Json::parse(committable.ToJson()), json);
}

TEST(Committable, FieldsOfLaterReleasesAreIgnored) {
  Json json = Json::parse(kVersion1);
  json["colour"] = "blue";
  EXPECT_TRUE(Committable::FromJson(json.dump()).ok());
}

TEST(Committable, WhatThisConnectorCannotDoIsRefusedRatherThanHalfDone) {
  const auto refused = [](const char* field, Json value) {
    Json json = Json::parse(kVersion1);
    json[field] = std::move(value);
    return Committable::FromJson(json.dump()).status().IsNotImplemented();
  };
  EXPECT_TRUE(refused("operation", "merge"));
  EXPECT_TRUE(refused("operation", "upsert")) << "without a key";
  EXPECT_TRUE(refused("key_columns", {"id"})) << "an append by key";
  EXPECT_TRUE(refused("file_format", "orc"));
}

}  // namespace
}  // namespace redshift
