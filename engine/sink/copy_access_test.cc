// Whose rights a COPY has, against a stand-in in which roles and keys count.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "engine/aws/http_client.h"
#include "engine/aws/signed_call.h"
#include "engine/sink/commit_session.h"
#include "engine/sink/commit_settings.h"
#include "engine/sink/committable.h"
#include "engine/sink/committer.h"
#include "engine/sink/load_files.h"
#include "engine/sink/sink_start.h"
#include "engine/sink/sink_test_support.h"
#include "engine/sink/staged_load.h"
#include "engine/sql/session_statements.h"

namespace redshift {
namespace {

using ::testing::AllOf;
using ::testing::AnyOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using Json = nlohmann::json;
using OptionMap = std::map<std::string, std::string>;

constexpr char kLoader[] = "arn:aws:iam::123456789012:role/loader";
constexpr char kGate[] = "arn:aws:iam::123456789012:role/gate";
constexpr char kStore[] = "arn:aws:iam::210987654321:role/store";
constexpr char kNarrow[] = "arn:aws:iam::123456789012:role/narrow";
constexpr char kUnknown[] = "arn:aws:iam::123456789012:role/unknown";

const bool kRoles = RedshiftLocal::AddArguments(
    {"--role", std::string(kLoader) + "=s3://local/", "--role", std::string(kLoader) + "=s3://far-away/",
     "--role", std::string(kGate) + "," + kStore + "=s3://local/engine-test/", "--role",
     std::string(kNarrow) + "=s3://local/elsewhere/"});

const RedshiftLocal& Local() {
  return RedshiftLocal::Get();
}

/// What boto3 answers.
Json Aws(const std::string& code) {
  const std::string command =
      std::string(PYTHON
                  " -c 'import boto3, json\n"
                  "def client(service): return boto3.client(service, endpoint_url=\"") +
      Local().s3() +
      "\", region_name=\"us-east-1\", aws_access_key_id=\"test\", aws_secret_access_key=\"testtest\", "
      "config=boto3.session.Config(parameter_validation=False))\n"
      "print(json.dumps(" +
      code + ", default=str))'";
  FILE* output = popen(command.c_str(), "r");
  std::string answer;
  std::array<char, 4096> buffer;
  while (const size_t got = fread(buffer.data(), 1, buffer.size(), output)) answer.append(buffer.data(), got);
  EXPECT_EQ(pclose(output), 0) << code;
  const Json json = Json::parse(answer, nullptr, false);
  EXPECT_TRUE(json.is_object()) << answer;
  return json;
}

/// Options with keys that STS gave out for a role.
OptionMap KeysOf(const std::string& role, int seconds) {
  const Json keys =
      Aws("client(\"sts\").assume_role(RoleArn=\"" + role +
          "\", RoleSessionName=\"test\", DurationSeconds=" + std::to_string(seconds) + ")")["Credentials"];
  return {{"aws.credentials.basic.accesskeyid", keys["AccessKeyId"]},
          {"aws.credentials.basic.secretkey", keys["SecretAccessKey"]},
          {"aws.credentials.basic.sessiontoken", keys["SessionToken"]}};
}

class CopyAccessTest : public ::testing::Test {
 protected:
  void SetUp() override {
    table_ = TestTableName();
    Local().Sql("CREATE TABLE " + table_ + " (id BIGINT, name VARCHAR(5))");
    const SinkPlan plan = Plan({});
    ASSERT_TRUE(OpenTarget(plan, Context()).ok());
  }

  WriterContext Context() const { return {"job-1", "attempt-1", 0, false}; }
  SinkPlan Plan(const OptionMap& more) const {
    return PlanFor(table_, "copy", {{"id", "BIGINT"}, {"name", "STRING"}}, more);
  }

  /// Stages a file with keys that may do everything.
  std::string Stage(const OptionMap& more = {}, const std::string& csv = "1,\"a\"\n") {
    const SinkPlan plan = Plan(more);
    auto staging = Staging::Open(plan.options()).ValueOrDie();
    const StagedFile file = StageCsv(staging.get(), table_ + "/file", csv, 1);
    auto committable = MakeCommittable(plan, staging.get(), "job-1", "attempt-1", 1, /*checkpointed=*/true,
                                       {.data = {file}, .rejects = {}});
    EXPECT_TRUE(committable.ok()) << committable.status();
    manifest_ = Json::parse(*committable)["manifest_url"];
    return *committable;
  }

  arrow::Result<CommitOutcome> Commit(const std::string& committable, const OptionMap& more) {
    ARROW_ASSIGN_OR_RAISE(auto committer, Committer::Make(Plan(more), Context()));
    return committer->Commit(committable);
  }
  /// What a commit's transaction does with the files, with these keys.
  arrow::Status Load(std::shared_ptr<AwsCredentials> keys) {
    const SinkPlan plan = Plan({});
    auto settings = CommitSettings::From(plan).ValueOrDie();
    settings.keys = std::move(keys);
    const std::string committable = Stage();
    auto staging = Staging::Open(plan.options()).ValueOrDie();
    const StagedLoad load =
        ReadStagedLoad(committable, plan, settings.connection.database, staging.get()).ValueOrDie();
    auto session = Local().Connect();
    const CommitSession commit(session.get(), {}, Clock::now() + std::chrono::minutes(1));
    EXPECT_TRUE(commit.Run(BeginSql()).ok());
    return LoadFiles(commit, staging.get(), settings, load, PrepareLoad(commit, settings, load));
  }
  void ExpectCommitted(const OptionMap& more) {
    auto outcome = Commit(Stage(), more);
    ASSERT_TRUE(outcome.ok()) << outcome.status();
    EXPECT_EQ(Rows(), 1);
  }
  /// The error of a commit of what `staged` says, after looking for secrets in it.
  std::string Refusal(const OptionMap& more, const OptionMap& staged = {},
                      const std::string& csv = "1,\"a\"\n") {
    const auto outcome = Commit(Stage(staged, csv), more);
    EXPECT_FALSE(outcome.ok());
    std::string text = outcome.status().ToString();
    if (const WarehouseErrorDetail* error = WarehouseError(outcome.status())) {
      text += " " + error->message + " " + error->detail;
    }
    for (const auto& [key, value] : more) {
      if (key.ends_with("secretkey") || key.ends_with("sessiontoken")) {
        EXPECT_EQ(text.find(value), std::string::npos) << key << " in: " << text;
      }
    }
    EXPECT_THAT(text, AllOf(HasSubstr(table_), AnyOf(HasSubstr(manifest_), HasSubstr(table_ + "/file.csv"))));
    EXPECT_EQ(Rows(), 0);
    return text;
  }
  int64_t Rows() const { return Local().Count("SELECT count(*) FROM " + table_); }

  std::string table_;
  std::string manifest_;
};

TEST_F(CopyAccessTest, ARoleAChainAndTheDefaultRoleLoad) {
  for (const std::string& role :
       {std::string(kLoader), std::string(kGate) + ", " + kStore, std::string("default")}) {
    Local().Sql("DELETE FROM " + table_);
    Local().Sql("DELETE FROM " + table_ + "_flink_commits WHERE commit_identity <> 'head'");
    ExpectCommitted({{"iam-role-arn", role}});
  }
}

TEST_F(CopyAccessTest, WithARoleNoKeyIsInTheStatementAndNothingHasToBeSaid) {
  auto outcome = Commit(Stage(), {{"iam-role-arn", kLoader}});
  ASSERT_TRUE(outcome.ok()) << outcome.status();
  EXPECT_EQ(outcome->note, "");
}

TEST_F(CopyAccessTest, KeysThatAreHandedOverAreSaidOnce) {
  auto committer = Committer::Make(Plan({}), Context()).ValueOrDie();
  auto outcome = committer->Commit(Stage());
  ASSERT_TRUE(outcome.ok()) << outcome.status();
  EXPECT_THAT(outcome->note,
              AllOf(HasSubstr("'iam-role-arn' is not set"), HasSubstr("BASIC"),
                    HasSubstr("in plain text, since 'ssl.mode' = 'disable'"), Not(HasSubstr("testtest"))));
  Local().Sql("DELETE FROM " + table_ + "_flink_commits WHERE commit_identity <> 'head'");
  outcome = committer->Commit(Stage());
  ASSERT_TRUE(outcome.ok()) << outcome.status();
  EXPECT_EQ(outcome->note, "");
}

/// Keys that note for how long they were wanted.
class NotingKeys : public AwsCredentials {
 public:
  arrow::Result<AwsKeys> Get(std::chrono::milliseconds valid_for, const KeyWait&) override {
    wanted_for = valid_for;
    return AwsKeys{"test", Secret("testtest"), Secret(), std::nullopt, "a test"};
  }
  const std::string& description() const override { return description_; }

  std::chrono::milliseconds wanted_for{0};

 private:
  std::string description_ = "a test";
};

/// Keys whose source fails as it is told.
class FailingKeys : public AwsCredentials {
 public:
  explicit FailingKeys(arrow::Status failure) : failure_(std::move(failure)) {}
  arrow::Result<AwsKeys> Get(std::chrono::milliseconds, const KeyWait&) override { return failure_; }
  const std::string& description() const override { return description_; }

 private:
  const arrow::Status failure_;
  std::string description_ = "a test";
};

TEST_F(CopyAccessTest, KeysThatCannotBeHadForAWhileAreWaitedFor) {
  HttpAnswer answer;
  answer.status = 503;
  const arrow::Status passing = Load(std::make_shared<FailingKeys>(ErrorFromAnswer(answer, "AssumeRole")));
  ASSERT_NE(WarehouseError(passing), nullptr) << passing;
  EXPECT_EQ(WarehouseError(passing)->retry, Retry::kConnection);
  EXPECT_THAT(passing.message(), AllOf(HasSubstr("No S3 keys for COPY from " + manifest_), HasSubstr("503")));
  const arrow::Status lasting = Load(std::make_shared<FailingKeys>(arrow::Status::Invalid("no such role")));
  ASSERT_NE(WarehouseError(lasting), nullptr) << lasting;
  EXPECT_EQ(WarehouseError(lasting)->retry, Retry::kNever);
}

TEST_F(CopyAccessTest, CopyWantsKeysThatLastForAWhile) {
  const auto keys = std::make_shared<NotingKeys>();
  const arrow::Status loaded = Load(keys);
  ASSERT_TRUE(loaded.ok()) << loaded;
  // The wait for the ledger comes first.
  EXPECT_GE(keys->wanted_for, std::chrono::minutes(10 + 15));
}

/// Keys that have expired, whatever their source says; others once they were refused.
class KeysThatExpire : public AwsCredentials {
 public:
  explicit KeysThatExpire(const OptionMap& expired) : expired_(expired) {}
  arrow::Result<AwsKeys> Get(std::chrono::milliseconds, const KeyWait&) override {
    if (refused) return AwsKeys{"test", Secret("testtest"), Secret(), std::nullopt, "a test"};
    return AwsKeys{expired_.at("aws.credentials.basic.accesskeyid"),
                   Secret(expired_.at("aws.credentials.basic.secretkey")),
                   Secret(expired_.at("aws.credentials.basic.sessiontoken")), std::nullopt, "a test"};
  }
  void Refuse(const AwsKeys& keys) override {
    refused = keys.access_key_id == expired_.at("aws.credentials.basic.accesskeyid");
  }
  const std::string& description() const override { return description_; }

  bool refused = false;

 private:
  const OptionMap expired_;
  std::string description_ = "a test";
};

TEST_F(CopyAccessTest, KeysThatCopyCallsExpiredAreNotUsedAgain) {
  const auto keys = std::make_shared<KeysThatExpire>(KeysOf(kLoader, -60));
  const arrow::Status expired = Load(keys);
  EXPECT_THAT(expired.message(), HasSubstr("ExpiredToken"));
  ASSERT_NE(WarehouseError(expired), nullptr);
  EXPECT_EQ(WarehouseError(expired)->retry, Retry::kStatement);
  EXPECT_TRUE(keys->refused);
  const arrow::Status repeated = Load(keys);
  EXPECT_TRUE(repeated.ok()) << repeated;
}

TEST_F(CopyAccessTest, RefusedRowsShowNoKey) {
  OptionMap more = KeysOf(kLoader, 900);
  const std::string text = Refusal(more, {}, "1,\"too long\"\n");
  EXPECT_THAT(text, AllOf(HasSubstr("line 1"), HasSubstr("column name")));
}

TEST_F(CopyAccessTest, TemporaryKeysLoadWithTheirToken) {
  ExpectCommitted(KeysOf(kLoader, 900));
}

TEST_F(CopyAccessTest, KeysOfAnAssumedRoleLoad) {
  ExpectCommitted({{"aws.credentials.provider", "ASSUME_ROLE"},
                   {"aws.credentials.role.arn", kLoader},
                   {"aws.credentials.role.stsEndpoint", Local().s3()}});
}

TEST_F(CopyAccessTest, ARoleThatIsNotAttachedIsNamed) {
  EXPECT_THAT(
      Refusal({{"iam-role-arn", kUnknown}}),
      AllOf(HasSubstr("'iam-role-arn' = '" + std::string(kUnknown) + "'"),
            HasSubstr("is not authorized to assume IAM Role"), HasSubstr("Attach the role to the cluster")));
}

TEST_F(CopyAccessTest, AChainInTheWrongOrderIsNamed) {
  EXPECT_THAT(Refusal({{"iam-role-arn", std::string(kLoader) + "," + kStore}}),
              AllOf(HasSubstr("Not authorized to get credentials of role " + std::string(kStore)),
                    HasSubstr("sts:AssumeRole")));
}

TEST_F(CopyAccessTest, ARoleThatMayNotReadThePrefixIsNamed) {
  EXPECT_THAT(Refusal({{"iam-role-arn", kNarrow}}),
              AllOf(HasSubstr(kNarrow), HasSubstr("AccessDenied"), HasSubstr("Allow the role s3:GetObject"),
                    Not(HasSubstr("at attempt"))));
}

TEST_F(CopyAccessTest, KeysThatMayNotReadThePrefixAreRefusedWithoutBeingShown) {
  EXPECT_THAT(Refusal(KeysOf(kNarrow, 900)), HasSubstr("BASIC"));
}

TEST_F(CopyAccessTest, UnknownKeysAreRefusedWithoutBeingShown) {
  EXPECT_THAT(Refusal({{"aws.credentials.basic.accesskeyid", "AKIAIOSFODNN7EXAMPLE"},
                       {"aws.credentials.basic.secretkey", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"}}),
              HasSubstr("BASIC"));
}

TEST_F(CopyAccessTest, ExpiredKeysAreRefusedWithoutBeingShown) {
  OptionMap more = KeysOf(kLoader, -60);
  more["sink.max-retries"] = "0";
  EXPECT_THAT(Refusal(more), AllOf(HasSubstr("BASIC"), HasSubstr("xpired")));
}

TEST_F(CopyAccessTest, ABucketInAnotherRegionIsLoadedWithRegionAndRefusedWithAWrongOne) {
  Aws("client(\"s3\").create_bucket(Bucket=\"far-away\", CreateBucketConfiguration={\"LocationConstraint\": "
      "\"eu-west-1\"})");
  const OptionMap far = {
      {"s3-uri", "s3://far-away/p"}, {"aws.region", "eu-west-1"}, {"iam-role-arn", kLoader}};
  const std::string refusal =
      Refusal({{"s3-uri", "s3://far-away/p"}, {"aws.region", "us-west-2"}, {"iam-role-arn", kLoader}}, far);
  EXPECT_THAT(refusal, AllOf(HasSubstr("bucket 'far-away'"), HasSubstr("is in the region eu-west-1"),
                             HasSubstr("Set 'aws.region'")));
  auto outcome = Commit(Stage(far), far);
  ASSERT_TRUE(outcome.ok()) << outcome.status();
  EXPECT_EQ(Rows(), 1);
}

}  // namespace
}  // namespace redshift
