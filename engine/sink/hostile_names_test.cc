// Names and values made to break out of statements, from the options to the warehouse and back, against the
// stand-in: each is carried exactly, or refused when planned.

#include "engine/sql/testing/hostile_names.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/sink/committer.h"
#include "engine/sink/copy_writer.h"
#include "engine/sink/insert_writer.h"
#include "engine/sink/sink_start.h"
#include "engine/sink/sink_test_support.h"

namespace redshift {
namespace {

using ::redshift::testing::HostileNames;
using ::redshift::testing::ImpossibleNames;
using ::testing::HasSubstr;
using OptionMap = std::map<std::string, std::string>;

const RedshiftLocal& Local() {
  return RedshiftLocal::Get();
}

std::string Quoted(const std::string& name) {
  std::string quoted = "\"";
  for (char c : name) quoted += c == '"' ? "\"\"" : std::string(1, c);
  return quoted + "\"";
}

arrow::Result<SinkPlan> Plan(const std::string& table, const std::string& key, const std::string& mode,
                             bool with_key, const OptionMap& more = {}) {
  nlohmann::json request;
  auto options = Local().Options();
  options["table-name"] = Quoted(table);
  options["sink.write.mode"] = mode;
  options["sink.create-table"] = "if-absent";
  options["sink.create-table.distkey"] = Quoted(key);
  for (const auto& [option, value] : more) options[option] = value;
  request["options"] = options;
  request["columns"] = {{{"name", key}, {"type", "BIGINT NOT NULL"}}, {{"name", "v"}, {"type", "STRING"}}};
  request["primary_key"] = with_key ? std::vector<std::string>{key} : std::vector<std::string>();
  return SinkPlan::Make(request.dump(-1, ' ', false, nlohmann::json::error_handler_t::ignore));
}

/// Writes the row (1, `value`) into the table of the plan, which is created.
arrow::Status WriteRow(const SinkPlan& plan, const std::string& value) {
  const WriterContext context{"job-1", "attempt-1", 0, false};
  TestRows rows;
  rows.Add(1, "an earlier value");
  if (!plan.key_names().empty()) rows.Add(1, value, /*kind: update after*/ 2);
  ARROW_ASSIGN_OR_RAISE(const TargetTable target, OpenTarget(plan, context));
  if (plan.mode() == option::WriteMode::kJdbc) {
    ARROW_ASSIGN_OR_RAISE(auto writer, InsertWriter::Make(plan, context, target));
    ARROW_RETURN_NOT_OK(writer->Write(rows.frames, rows.count));
    ARROW_RETURN_NOT_OK(writer->Flush());
    return writer->Close();
  }
  ARROW_ASSIGN_OR_RAISE(auto writer, CopyWriter::Make(plan, context, target));
  ARROW_RETURN_NOT_OK(writer->Write(rows.frames, rows.count));
  ARROW_ASSIGN_OR_RAISE(const StagedFiles files, writer->Finish());
  ARROW_RETURN_NOT_OK(writer->Close());
  ARROW_ASSIGN_OR_RAISE(auto committer, Committer::Make(plan, context));
  ARROW_ASSIGN_OR_RAISE(const std::string committable,
                        committer->MakeCommittable("job-1", "attempt-1", 1, std::nullopt, files));
  return committer->Commit(committable).status();
}

class HostileNamesTest : public ::testing::TestWithParam<std::string> {
 protected:
  static void SetUpTestSuite() { Local().Sql("CREATE TABLE IF NOT EXISTS victim (id INTEGER)"); }
  void TearDown() override { EXPECT_EQ(Local().Count("SELECT count(*) FROM victim"), 0); }
};

TEST_P(HostileNamesTest, AreCarriedFromTheOptionsToTheTableAndBack) {
  const std::string& name = GetParam();
  for (const auto& [mode, with_key] :
       {std::pair{"jdbc", false}, std::pair{"jdbc", true}, std::pair{"copy", true}}) {
    SCOPED_TRACE(mode);
    auto plan = Plan(name, name, mode, with_key);
    ASSERT_TRUE(plan.ok()) << plan.status();
    const arrow::Status written = WriteRow(*plan, name);
    ASSERT_TRUE(written.ok()) << written;
    EXPECT_EQ(Local().Sql("SELECT v FROM public." + Quoted(name) + " WHERE " + Quoted(name) + " = 1"),
              with_key ? name : "an earlier value");
    Local().Sql("DROP TABLE public." + Quoted(name));
    if (with_key) Local().Sql("DROP TABLE " + plan->ledger().Quoted());
  }
}

/// PostgreSQL, behind the stand-in, has users and databases with names of at most 63 bytes.
class HostileLoginTest : public HostileNamesTest {};

TEST_P(HostileLoginTest, UserIsTheOneThatIsNamed) {
  const std::string& name = GetParam();
  // Redshift folds a user's name in CREATE USER as any other; the one that logs in stands for itself.
  Local().Sql("CREATE USER " + Quoted(name) + " PASSWORD 'Abcdefg1'");
  Local().Sql("GRANT CREATE, USAGE ON SCHEMA public TO " + Quoted(name));
  const std::string table = TestTableName();
  auto plan = Plan(table, "id", "copy", true, {{"username", name}, {"password", "Abcdefg1"}});
  ASSERT_TRUE(plan.ok()) << plan.status();
  const arrow::Status written = WriteRow(*plan, name);
  ASSERT_TRUE(written.ok()) << written;
  EXPECT_EQ(Local().Sql("SELECT v FROM " + Quoted(table)), name);
  EXPECT_EQ(Local().Sql("SELECT tableowner FROM pg_tables WHERE tablename = '" + table + "'"), name);
}

TEST_P(HostileLoginTest, DatabaseIsTheOneThatIsNamed) {
  const std::string& name = GetParam();
  auto plan = Plan("t", "id", "jdbc", false, {{"database-name", name}});
  ASSERT_TRUE(plan.ok()) << plan.status();
  const arrow::Status status = OpenTarget(*plan, {"job-1", "attempt-1", 0, false}).status();
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(WarehouseError(status)->kind, ErrorKind::kLogin) << status;
  EXPECT_THAT(status.message(), HasSubstr("\"" + name + "\"")) << "the server was asked for another database";
}

TEST_P(HostileNamesTest, InPrefixesArnsBucketsAndRegionsAreCarriedOrRefused) {
  const std::string& name = GetParam();
  for (const auto& [option, value] : std::vector<std::pair<std::string, std::string>>{
           {"iam-role-arn", "arn:aws:iam::123456789012:role/" + name},
           {"iam-role-arn", name},
           {"s3-uri", "s3://" + name + "/p"},
           {"aws.region", name},
           {"sink.run-id", name},
           {"sink.copy.options", name},
           {"hostname", name}}) {
    const auto plan = Plan("t", "id", "copy", false, {{option, value}});
    // What is left is made of letters, digits and the marks that the form allows.
    if (plan.ok()) {
      EXPECT_EQ(value.find_first_not_of(
                    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_+=.@-/: '?,"),
                std::string::npos)
          << option << " = " << value;
    } else {
      EXPECT_THAT(plan.status().message(), HasSubstr("'" + option + "'"));
    }
  }
  const auto plan =
      Plan(TestTableName(), "id", "copy", true, {{"s3-uri", "s3://" + Local().bucket() + "/x/" + name}});
  if (!plan.ok()) {
    EXPECT_THAT(plan.status().message(), HasSubstr("'s3-uri'"));
    return;
  }
  const arrow::Status written = WriteRow(*plan, name);
  ASSERT_TRUE(written.ok()) << written;
  EXPECT_EQ(Local().Sql("SELECT v FROM " + plan->table().Quoted()), name);
}

std::vector<std::string> NamesForLogins() {
  std::vector<std::string> names = HostileNames();
  for (std::string& name : names) {
    if (name.size() > 63) name = name.substr(0, 62) + "x";
  }
  return names;
}

INSTANTIATE_TEST_SUITE_P(All, HostileNamesTest, ::testing::ValuesIn(HostileNames()));
INSTANTIATE_TEST_SUITE_P(All, HostileLoginTest, ::testing::ValuesIn(NamesForLogins()));

TEST(ImpossibleNames, AreRefusedWhenPlannedInOneLine) {
  for (const std::string& name : ImpossibleNames()) {
    SCOPED_TRACE(name);
    for (const auto& plan : {Plan(name, "id", "copy", true), Plan("t", name, "copy", true),
                             Plan("t", "id", "copy", true, {{"username", name}}),
                             Plan("t", "id", "copy", true, {{"database-name", name}}),
                             Plan("t", "id", "copy", true, {{"s3-uri", "s3://local/" + name + "/p"}}),
                             Plan("t", "id", "copy", true, {{"sink.ledger.table", Quoted(name)}})}) {
      if (name.size() > 127 && plan.ok() && plan->options().s3_prefix().size() > 127)
        continue;  // S3 has room
      if (name.empty() && plan.ok() && plan->options().s3_prefix() == "p") continue;
      ASSERT_FALSE(plan.ok());
      // Several errors are a list, each in its line.
      std::string message = plan.status().message();
      for (size_t at = message.find("\n  "); at != std::string::npos; at = message.find("\n  ")) {
        message.erase(at, 1);
      }
      for (const char c : message) {
        EXPECT_TRUE(static_cast<unsigned char>(c) >= 0x20 && c != 0x7F) << plan.status();
      }
    }
  }
}

}  // namespace
}  // namespace redshift
