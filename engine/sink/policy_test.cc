// The policies of docs/security.md, taken out of the document itself, against what the engine asks of S3.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <mutex>
#include <regex>
#include <set>

#include "engine/file/leftovers.h"
#include "engine/file/testing/s3_gate.h"
#include "engine/sink/committable.h"
#include "engine/sink/committer.h"
#include "engine/sink/copy_writer.h"
#include "engine/sink/insert_writer.h"
#include "engine/sink/sink_start.h"
#include "engine/sink/sink_test_support.h"
#include "engine/sink/testing/security_document.h"

namespace redshift {
namespace {

using ::redshift::testing::DocumentedPolicies;
using ::redshift::testing::DocumentedPolicy;
using ::redshift::testing::HttpMessage;
using ::redshift::testing::S3Gate;
using ::redshift::testing::TextsOf;
using Json = nlohmann::json;
using Names = std::set<std::string>;

constexpr char kBucketArn[] = "arn:aws:s3:::example-bucket";

const RedshiftLocal& Local() {
  return RedshiftLocal::Get();
}

/// What a policy allows on the objects of the bucket, and on the bucket itself.
struct Allowed {
  Names on_objects;
  Names on_bucket;
};

Allowed AllowedBy(const std::string& name) {
  Allowed allowed;
  const Json policy = DocumentedPolicy(name);
  for (const Json& statement : policy.at("Statement")) {
    const bool bucket = statement.at("Resource") == kBucketArn;
    (bucket ? allowed.on_bucket : allowed.on_objects).merge(TextsOf(statement.at("Action")));
  }
  return allowed;
}

/// The permission that S3 asks for, by the list "Actions, resources, and condition keys for Amazon S3".
std::string PermissionFor(const std::string& first_line) {
  static const std::regex form("([A-Z]+) /([^/? ]*)/?([^? ]*)[?]?([^ ]*) HTTP/1.1");
  std::smatch part;
  if (!std::regex_match(first_line, part, form)) return first_line;
  const std::string method = part[1];
  const std::string query = part[4];
  if (part[3].length() == 0) {
    if (method == "GET" && query.starts_with("list-type=2&prefix=staging%2F")) return "s3:ListBucket";
    if (method == "GET" && query.starts_with("uploads=&prefix=staging%2F")) {
      return "s3:ListBucketMultipartUploads";
    }
    if (method == "POST" && query == "delete=") return "s3:DeleteObject";  // of each object that is named
    return method + " of a bucket: " + query;
  }
  if (method == "DELETE") {
    return query.find("uploadId=") == std::string::npos ? "s3:DeleteObject" : "s3:AbortMultipartUpload";
  }
  if (method == "GET" || method == "HEAD") return "s3:GetObject";
  if (method == "PUT") return "s3:PutObject";
  return query.starts_with("upload") ? "s3:PutObject" : first_line;
}

/// Writes down which permissions are needed, on the way to the stand-in's S3.
class Recorder {
 public:
  std::string endpoint() const { return gate_.endpoint(); }
  Names seen() const {
    std::lock_guard lock(mutex_);
    return seen_;
  }
  /// From now on as S3 answers about objects that are gone to who may not list the bucket.
  void DenyReadsOfStagedFiles() { denies_ = true; }
  int denied() const { return gate_.faults(); }

 private:
  static uint16_t StandInPort() {
    const std::string endpoint = Local().Options().at("aws.endpoint");
    return static_cast<uint16_t>(std::stoi(endpoint.substr(endpoint.rfind(':') + 1)));
  }

  mutable std::mutex mutex_;
  Names seen_;
  std::atomic<bool> denies_ = false;
  S3Gate gate_{StandInPort(), [this](const HttpMessage& request) {
                 std::lock_guard lock(mutex_);
                 seen_.insert(PermissionFor(request.first_line));
                 const bool reads = request.first_line.starts_with("GET ");
                 const bool staged = request.first_line.find("/rejected/") == std::string::npos;
                 return denies_ && reads && staged ? S3Gate::Action::kDeny : S3Gate::Action::kForward;
               }};
};

const std::vector<std::pair<std::string, std::string>> kColumns = {{"id", "BIGINT"}, {"name", "STRING"}};
const WriterContext kContext{"job-1", "attempt-1", 0, false};

/// Two rows that fit and one that is rejected.
TestRows Rows() {
  TestRows rows;
  rows.Add(1, "a");
  rows.Add(2, "b");
  rows.Add(3, "longer than the column");
  return rows;
}

/// What a checkpoint of copy mode hands to its committer, for files of these rows and a reject file.
std::string StagedCommittable(const SinkPlan& plan) {
  const TargetTable target = OpenTarget(plan, kContext).ValueOrDie();
  auto writer = CopyWriter::Make(plan, kContext, target).ValueOrDie();
  const TestRows rows = Rows();
  EXPECT_TRUE(writer->Write(rows.frames, rows.count).ok());
  const StagedFiles files = writer->Finish().ValueOrDie();
  EXPECT_FALSE(files.rejects.empty());
  const auto staging = Staging::Open(plan.options()).ValueOrDie();
  return MakeCommittable(plan, staging.get(), "job-1", "attempt-2", 1, /*checkpointed=*/true, files)
      .ValueOrDie();
}

TEST(Policy, OfCopyModeIsWhatItAsksS3For) {
  Local().Sql("CREATE TABLE policy_copy (id BIGINT, name VARCHAR(5))");
  Recorder recorder;
  const SinkPlan plan = PlanFor("policy_copy", "copy", kColumns,
                                {{"aws.endpoint", recorder.endpoint()}, {"sink.bad-rows", "reject"}});
  const std::string committable = StagedCommittable(plan);
  // A repeat too: what it reads and deletes is gone.
  for (int i = 0; i < 2; ++i) {
    auto committer = Committer::Make(plan, kContext).ValueOrDie();
    const auto outcome = committer->Commit(committable);
    ASSERT_TRUE(outcome.ok()) << outcome.status();
  }
  EXPECT_EQ(Local().Count("SELECT count(*) FROM policy_copy"), 2);
  const Allowed allowed = AllowedBy("s3");
  EXPECT_EQ(recorder.seen(), allowed.on_objects);
  EXPECT_EQ(allowed.on_bucket, Names{"s3:ListBucket"});
}

TEST(Policy, WithoutListBucketACommitCanBeRepeatedAfterItsFilesAreGone) {
  Local().Sql("CREATE TABLE policy_list (id BIGINT, name VARCHAR(5))");
  Recorder recorder;
  const SinkPlan plan = PlanFor("policy_list", "copy", kColumns,
                                {{"aws.endpoint", recorder.endpoint()}, {"sink.bad-rows", "reject"}});
  const std::string committable = StagedCommittable(plan);
  ASSERT_TRUE(Committer::Make(plan, kContext).ValueOrDie()->Commit(committable).ok());
  recorder.DenyReadsOfStagedFiles();
  const auto repeated = Committer::Make(plan, kContext).ValueOrDie()->Commit(committable);
  ASSERT_TRUE(repeated.ok()) << repeated.status();
  EXPECT_EQ(repeated->kind, CommitOutcome::Kind::kAlreadyCommitted);
  EXPECT_GE(recorder.denied(), 1);
}

TEST(Policy, OfRejectedRowsInJdbcModeIsWhatItAsksS3For) {
  Local().Sql("CREATE TABLE policy_jdbc (id BIGINT, name VARCHAR(5))");
  Recorder recorder;
  const SinkPlan plan = PlanFor("policy_jdbc", "jdbc", kColumns,
                                {{"aws.endpoint", recorder.endpoint()}, {"sink.bad-rows", "reject"}});
  const TargetTable target = OpenTarget(plan, kContext).ValueOrDie();
  auto writer = InsertWriter::Make(plan, kContext, target).ValueOrDie();
  const TestRows rows = Rows();
  ASSERT_TRUE(writer->Write(rows.frames, rows.count).ok());
  ASSERT_TRUE(writer->Flush().ok());
  EXPECT_TRUE(writer->Close().ok());
  EXPECT_EQ(Local().Count("SELECT count(*) FROM policy_jdbc"), 2);
  EXPECT_EQ(recorder.seen(), AllowedBy("s3").on_objects);
}

TEST(Policy, OfCleaningIsWhatItAsksS3For) {
  Recorder recorder;
  auto options = Local().Options();
  options["aws.endpoint"] = recorder.endpoint();
  options["s3-uri"] = "s3://" + Local().bucket() + "/staging";
  const auto storage = Options::ParseForStorage(options).ValueOrDie();
  const auto staging = Staging::Open(Options::ParseForStorage([&] {
                                       auto direct = options;
                                       direct["aws.endpoint"] = Local().s3();
                                       return direct;
                                     }())
                                         .ValueOrDie())
                           .ValueOrDie();
  const std::string attempt =
      "5d41402abc4b2a76b9719d911017c592/8d0b4fd7/11111111-2222-4333-8444-555555555555/";
  for (const char* name : {"0-0.csv", "0-1.csv"}) {
    ASSERT_TRUE(staging->WriteObject(staging->UrlFor(attempt + name), "rows").ok());
  }
  const auto search = LeftoverSearch::Open(storage, {}, std::chrono::milliseconds(0)).ValueOrDie();
  size_t found = 0;
  std::vector<Leftover> removed;
  for (auto page = search->Next().ValueOrDie(); page; page = search->Next().ValueOrDie()) {
    found += page->leftovers.size();
    ASSERT_TRUE(search->Remove(page->leftovers, &removed).ok());
  }
  EXPECT_EQ(found, 2u);
  // The stand-in's S3 tells apart whether an upload is there; one is aborted either way.
  ASSERT_TRUE(search->Remove({{staging->UrlFor(attempt + "0-2.csv"), "no-such-upload"}}, &removed).ok());
  Names expected = AllowedBy("clean").on_objects;
  expected.merge(AllowedBy("clean").on_bucket);
  EXPECT_EQ(recorder.seen(), expected);
}

TEST(Policy, AllOfThemAreWholeAndNarrow) {
  const std::vector<Json> policies = DocumentedPolicies();
  EXPECT_GE(policies.size(), 8u);
  for (const Json& policy : policies) {
    EXPECT_EQ(policy.at("Version"), "2012-10-17");
    for (const Json& statement : policy.at("Statement")) {
      EXPECT_EQ(statement.at("Effect"), "Allow");
      EXPECT_NE(statement.contains("Resource"), statement.contains("Principal")) << statement;
      for (const std::string& action : TextsOf(statement.at("Action"))) {
        EXPECT_TRUE(std::regex_match(action, std::regex("[a-z0-9-]+:[A-Za-z]+"))) << action;
      }
      if (!statement.contains("Resource")) continue;
      for (const std::string& resource : TextsOf(statement.at("Resource"))) {
        EXPECT_TRUE(resource.starts_with("arn:aws:")) << resource;
      }
    }
  }
}

}  // namespace
}  // namespace redshift
