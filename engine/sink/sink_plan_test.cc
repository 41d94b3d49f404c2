#include "engine/sink/sink_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <regex>

namespace redshift {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;
using Json = nlohmann::json;

Json CopyRequest() {
  return {{"options",
           {{"connector", "redshift"},
            {"hostname", "cluster.example.com"},
            {"username", "loader"},
            {"password", "Hunter2hunter2"},
            {"database-name", "dev"},
            {"table-name", "Public.Flights"},
            {"sink.write.mode", "copy"},
            {"s3-uri", "s3://bucket/stage/"},
            {"iam-role-arn", "default"}}},
          {"columns",
           {{{"name", "Id"}, {"type", "BIGINT NOT NULL"}},
            {{"name", "name"}, {"type", "VARCHAR(2147483647)"}},
            {{"name", "price"}, {"type", "DECIMAL(10, 2)"}}}},
          {"primary_key", Json::array()}};
}

arrow::Result<SinkPlan> Make(const Json& request) {
  return SinkPlan::Make(request.dump());
}

std::string Refusal(const Json& request) {
  return Make(request).status().message();
}

TEST(SinkPlan, DrawsMarkerAndRunAndNamesTheLedger) {
  const SinkPlan plan = *Make(CopyRequest());
  EXPECT_EQ(plan.mode(), option::WriteMode::kCopy);
  EXPECT_EQ(plan.delivery_guarantee(), option::DeliveryGuarantee::kExactlyOnce);
  EXPECT_EQ(plan.table().ToString(), "public.flights");
  EXPECT_EQ(plan.ledger().ToString(), "public.flights_flink_commits");
  EXPECT_THAT(plan.null_marker(), MatchesRegex("[A-Za-z][A-Za-z0-9]{19}"));
  EXPECT_THAT(plan.run_id(),
              MatchesRegex("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"));
  EXPECT_EQ(plan.column_names()[0].name(), "id");
  const SinkPlan other = *Make(CopyRequest());
  EXPECT_NE(plan.null_marker(), other.null_marker());
  EXPECT_NE(plan.run_id(), other.run_id());
}

TEST(SinkPlan, SinkIdIsADigestOfHostDatabaseAndTable) {
  // printf 'cluster.example.com\ndev\npublic.flights' | sha256sum
  EXPECT_EQ(Make(CopyRequest())->sink_id(), "c9ecb7ec");
  Json request = CopyRequest();
  request["options"]["database-name"] = "prod";
  EXPECT_NE(Make(request)->sink_id(), "c9ecb7ec");
}

TEST(SinkPlan, JsonRoundTripKeepsWhatWasDrawn) {
  const SinkPlan plan = *Make(CopyRequest());
  const SinkPlan copy = *SinkPlan::FromJson(plan.ToJson());
  EXPECT_EQ(copy.null_marker(), plan.null_marker());
  EXPECT_EQ(copy.run_id(), plan.run_id());
  EXPECT_EQ(copy.sink_id(), plan.sink_id());
  EXPECT_EQ(copy.schema(), plan.schema());
  EXPECT_EQ(copy.options().given(), plan.options().given());
  EXPECT_EQ(copy.ToJson(), plan.ToJson());
}

TEST(SinkPlan, RunIdCanBeGiven) {
  Json request = CopyRequest();
  request["options"]["sink.run-id"] = "nightly-2026-11-23";
  EXPECT_EQ(Make(request)->run_id(), "nightly-2026-11-23");
}

TEST(SinkPlan, LedgerNameIsSettable) {
  Json request = CopyRequest();
  request["options"]["sink.ledger.table"] = "commits";
  EXPECT_EQ(Make(request)->ledger().ToString(), "public.commits");
  request["options"]["sink.ledger.table"] = "admin.commits";
  EXPECT_EQ(Make(request)->ledger().ToString(), "admin.commits");
  request["options"]["sink.ledger.table"] = "flights";
  EXPECT_THAT(Refusal(request), HasSubstr("'sink.ledger.table'"));
}

TEST(SinkPlan, LedgerNameOfALongTableIsShortenedWithADigest) {
  Json request = CopyRequest();
  const std::string long_name(120, 'x');
  request["options"]["table-name"] = long_name;
  const std::string ledger = Make(request)->ledger().table().name();
  EXPECT_EQ(ledger.size(), 127u);
  // printf '%s' "$(printf 'x%.0s' {1..120})" | sha256sum
  EXPECT_THAT(ledger, AllOf(testing::StartsWith("xxx"), testing::EndsWith("_13f05a0b_flink_commits")));

  // Another table with the same beginning gets another ledger.
  request["options"]["table-name"] = std::string(119, 'x') + "y";
  EXPECT_NE(Make(request)->ledger().table().name(), ledger);
}

TEST(SinkPlan, LedgerNameIsNeverCutInsideACharacter) {
  Json request = CopyRequest();
  std::string name = "x";
  for (int i = 0; i < 60; ++i) name += "ä";
  request["options"]["table-name"] = name;
  const std::string ledger = Make(request)->ledger().table().name();
  EXPECT_LE(ledger.size(), 127u);
  EXPECT_THAT(ledger, HasSubstr("ä_"));
}

TEST(SinkPlan, KeepsKeyAndOverwriteOnItsWayThroughTheJobGraph) {
  Json request = CopyRequest();
  request["primary_key"] = {"Id"};
  request["overwrite"] = true;
  const SinkPlan plan = *SinkPlan::FromJson(Make(request)->ToJson());
  ASSERT_EQ(plan.key_names().size(), 1);
  EXPECT_EQ(plan.key_names()[0].name(), "id");
  EXPECT_TRUE(plan.overwrite());
  EXPECT_TRUE(Make(CopyRequest())->key_names().empty());
  EXPECT_FALSE(Make(CopyRequest())->overwrite());
}

TEST(SinkPlan, KeyOfAColumnThatIsNotThereIsRefused) {
  Json request = CopyRequest();
  request["primary_key"] = {"number"};
  EXPECT_THAT(Refusal(request), AllOf(HasSubstr("\"number\""), HasSubstr("PRIMARY KEY")));
}

TEST(SinkPlan, OverwriteOutsideCopyModeIsRefused) {
  Json request = CopyRequest();
  request["overwrite"] = true;
  request["options"]["sink.write.mode"] = "jdbc";
  EXPECT_THAT(Refusal(request), HasSubstr("'sink.write.mode' = 'copy'"));
}

TEST(SinkPlan, CopyOptionsAreOutOfTheList) {
  Json request = CopyRequest();
  EXPECT_TRUE(Make(request)->copy_parameters().empty());
  request["options"]["sink.copy.options"] = "truncatecolumns STATUPDATE off";
  const SinkPlan plan = *SinkPlan::FromJson(Make(request)->ToJson());
  ASSERT_EQ(plan.copy_parameters().size(), 2);
  EXPECT_EQ(plan.copy_parameters()[1].sql, "STATUPDATE OFF");
  request["options"]["sink.copy.options"] = "MAXERROR 10";
  EXPECT_THAT(Refusal(request), AllOf(HasSubstr("'sink.copy.options'"), HasSubstr("'MAXERROR'")));
}

TEST(SinkPlan, CopyOptionsThatChangeValuesAreRefusedWithAKey) {
  Json request = CopyRequest();
  request["primary_key"] = {"Id"};
  request["options"]["sink.copy.options"] = "TRIMBLANKS";
  EXPECT_THAT(Refusal(request), AllOf(HasSubstr("TRIMBLANKS"), HasSubstr("PRIMARY KEY")));
}

TEST(SinkPlan, CopyOptionsInJdbcModeAreRefused) {
  Json request = CopyRequest();
  request["options"]["sink.write.mode"] = "jdbc";
  request["options"]["sink.copy.options"] = "TRIMBLANKS";
  EXPECT_THAT(Refusal(request), HasSubstr("'sink.copy.options' has no effect"));
}

TEST(SinkPlan, ColumnsOfAStageAreNeverTheUsers) {
  const StageColumns free = StageColumns::For({"id", "name"});
  EXPECT_EQ(free.op + free.seq + free.subtask, "_op_seq_subtask");
  const StageColumns taken = StageColumns::For({"_OP", "_op_1", "_seq"});
  EXPECT_EQ(taken.op, "_op_2");
  EXPECT_EQ(taken.seq, "_seq_1");
}

TEST(SinkPlan, RefusesOptionsThatCannotWork) {
  Json request = CopyRequest();
  request["options"].erase("s3-uri");
  EXPECT_THAT(Refusal(request), HasSubstr("s3-uri"));
  request = CopyRequest();
  request["options"]["hostnam"] = "x";
  EXPECT_THAT(Refusal(request), HasSubstr("hostname"));
}

TEST(SinkPlan, RefusesColumnsThatCannotBeWritten) {
  Json request = CopyRequest();
  request["columns"].push_back({{"name", "tags"}, {"type", "RAW('x', 'y')"}});
  EXPECT_THAT(Refusal(request), HasSubstr("tags"));
  request = CopyRequest();
  request["columns"].push_back({{"name", "ID"}, {"type", "INT"}});
  EXPECT_THAT(Refusal(request), HasSubstr("ID"));
  request = CopyRequest();
  request["columns"].push_back({{"name", std::string(128, 'c')}, {"type", "INT"}});
  EXPECT_FALSE(Make(request).ok());
  request["columns"] = Json::array();
  EXPECT_THAT(Refusal(request), HasSubstr("no column"));
  for (int i = 0; i < 1601; ++i) {
    request["columns"].push_back({{"name", "c" + std::to_string(i)}, {"type", "INT"}});
  }
  EXPECT_THAT(Refusal(request), HasSubstr("1600"));
  request["columns"] = {{{"name", "c"}, {"type", "NOT A TYPE("}}};
  EXPECT_THAT(Refusal(request), HasSubstr("'c'"));
}

TEST(SinkPlan, MessagesShowNoSecrets) {
  for (const std::string& text :
       {std::string("{\"options\": {\"password\": \"Hunter2hunter2\"}, \"columns\": 1}"),
        std::string("{\"password\": \"Hunter2hunter2\""), std::string("[]")}) {
    const arrow::Status status = SinkPlan::Make(text).status();
    EXPECT_FALSE(status.ok());
    EXPECT_THAT(status.message(), Not(HasSubstr("Hunter2")));
  }
  EXPECT_FALSE(SinkPlan::FromJson(CopyRequest().dump()).ok());
}

}  // namespace
}  // namespace redshift
