// Staging against a real S3 API, and against one that fails.
#include "engine/file/staging.h"

#include <gmock/gmock.h>

#include <cstdlib>
#include <optional>
#include <random>
#include <thread>

#include "engine/aws/testing/copy_options.h"
#include "engine/aws/testing/moto_server.h"
#include "engine/file/manifest.h"
#include "engine/file/s3_address.h"
#include "engine/file/staged_output.h"
#include "engine/file/testing/s3_gate.h"

namespace redshift {
namespace {

using ::redshift::testing::CopyOptions;
using ::redshift::testing::Decompressed;
using ::redshift::testing::HttpMessage;
using ::redshift::testing::kSecretKey;
using ::redshift::testing::MotoServer;
using ::redshift::testing::OptionMap;
using ::redshift::testing::ParsedCopyOptions;
using ::redshift::testing::S3Gate;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

using Action = S3Gate::Action;

class StagingTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    if (moto_ == nullptr) moto_ = new MotoServer();
  }

  static void TearDownTestSuite() {
    delete moto_;
    moto_ = nullptr;
  }

  void SetUp() override {
    bucket_ = "bucket-" + std::to_string(++buckets_);
    moto_->CreateBucket(bucket_);
  }

  std::shared_ptr<Staging> OpenThrough(const std::string& endpoint, const OptionMap& more = {}) {
    return Staging::Open(ParsedCopyOptions(endpoint, "s3://" + bucket_ + "/staged/here", more)).ValueOrDie();
  }
  std::shared_ptr<Staging> Open(const OptionMap& more = {}) { return OpenThrough(moto_->endpoint(), more); }

  static MotoServer* moto_;
  static inline int buckets_ = 0;
  std::string bucket_;
};

MotoServer* StagingTest::moto_ = nullptr;

// Text that does not compress well.
std::string Noise(size_t bytes) {
  std::string text(bytes, '\n');
  std::minstd_rand random(7);
  std::uniform_int_distribution<int> letters(' ', '~');
  for (char& c : text) c = static_cast<char>(letters(random));
  return text;
}

bool IsPart(const HttpMessage& request) {
  return request.first_line.find("partNumber=") != std::string::npos;
}
bool DeletesMany(const HttpMessage& request) {
  return request.first_line.find("?delete=") != std::string::npos;
}

TEST_F(StagingTest, PutsKeysUnderThePrefix) {
  EXPECT_EQ(Open()->UrlFor("job/x.csv"), "s3://" + bucket_ + "/staged/here/job/x.csv");
  EXPECT_EQ(Staging::Open(ParsedCopyOptions(moto_->endpoint(), "s3://" + bucket_ + "/a/"))
                .ValueOrDie()
                ->UrlFor("x"),
            "s3://" + bucket_ + "/a/x");
  EXPECT_EQ(Staging::Open(ParsedCopyOptions(moto_->endpoint(), "s3://" + bucket_)).ValueOrDie()->UrlFor("x"),
            "s3://" + bucket_ + "/x");
}

TEST_F(StagingTest, WritesAndReadsObjects) {
  const auto staging = Open();
  for (const std::string& bytes : {std::string(), std::string("a\0b", 3), Noise(11 << 20)}) {
    const std::string url = staging->UrlFor("object-" + std::to_string(bytes.size()));
    ASSERT_EQ(staging->WriteObject(url, bytes).message(), "");
    EXPECT_EQ(moto_->Get(bucket_, ParseS3Url(url)->key), bytes);
    EXPECT_EQ(staging->ReadObject(url).ValueOrDie(), bytes);
  }
}

TEST_F(StagingTest, SaysWhichObjectIsMissing) {
  const auto staging = Open();
  const arrow::Status status = staging->ReadObject(staging->UrlFor("nothing")).status();
  EXPECT_THAT(status.message(), HasSubstr("cannot read s3://" + bucket_ + "/staged/here/nothing"));
}

TEST_F(StagingTest, CompressesAsAsked) {
  const std::string text = "1,\"Ä\"\n2,\n" + Noise(3 << 20) + "\nend\n";
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"zstd", ".csv.zst"}, {"gzip", ".csv.gz"}, {"none", ".csv"}};
  for (const auto& [compression, suffix] : cases) {
    const auto staging = Open({{"sink.copy.compression", compression}});
    EXPECT_EQ(staging->output_suffix(), suffix);
    auto output = staging->OpenOutput("x/0-0" + suffix).ValueOrDie();
    ASSERT_TRUE(output->Write(text).ok());
    ASSERT_TRUE(output->FinishAsync().status().ok());
    const std::string stored = moto_->Get(bucket_, "staged/here/x/0-0" + suffix);
    EXPECT_EQ(static_cast<int64_t>(stored.size()), output->bytes());
    EXPECT_TRUE(Decompressed(stored, suffix) == text) << compression;
  }
}

TEST_F(StagingTest, SendsLargeFilesInParts) {
  const std::string text = Noise(35 << 20);
  const auto staging = Open({{"sink.copy.compression", "none"}});
  auto output = staging->OpenOutput("large.csv").ValueOrDie();
  for (size_t at = 0; at < text.size(); at += 1'000'003) {
    ASSERT_TRUE(output->Write(std::string_view(text).substr(at, 1'000'003)).ok());
  }
  ASSERT_TRUE(output->FinishAsync().status().ok());
  EXPECT_TRUE(moto_->Get(bucket_, "staged/here/large.csv") == text);
  // S3's ETag of a multipart upload ends in the number of parts.
  EXPECT_THAT(moto_->Header(bucket_, "staged/here/large.csv", "ETag"), HasSubstr("-4"));
  EXPECT_EQ(moto_->OpenUploads(bucket_), 0U);
}

TEST_F(StagingTest, S3EncryptsWhatIsWrittenAsAsked) {
  const std::string own_key = "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab";
  struct Case {
    OptionMap options;
    std::string encryption;
    std::string key;
  };
  const std::vector<Case> cases = {
      {{{"s3.sse", "sse-s3"}}, "AES256", ""},
      {{{"s3.sse", "sse-kms"}}, "aws:kms", ""},
      {{{"s3.sse", "sse-kms"}, {"s3.sse.kms-key-id", own_key}}, "aws:kms", own_key},
  };
  for (const Case& one : cases) {
    OptionMap options = one.options;
    options["sink.copy.compression"] = "none";
    const auto staging = Open(options);
    ASSERT_EQ(staging->CheckWritable().message(), "");
    ASSERT_EQ(staging->WriteObject(staging->UrlFor("manifest"), "{}").message(), "");
    const std::string text = Noise(12 << 20);
    for (const auto& [name, size] : {std::pair{"small.csv", 100U}, std::pair{"large.csv", 12U << 20}}) {
      auto output = staging->OpenOutput(name).ValueOrDie();
      ASSERT_TRUE(output->Write(std::string_view(text).substr(0, size)).ok());
      ASSERT_EQ(output->FinishAsync().status().message(), "");
    }
    for (const std::string name : {"manifest", "small.csv", "large.csv"}) {
      const std::string key = "staged/here/" + name;
      EXPECT_EQ(moto_->Header(bucket_, key, "x-amz-server-side-encryption"), one.encryption) << name;
      EXPECT_EQ(moto_->Header(bucket_, key, "x-amz-server-side-encryption-aws-kms-key-id"), one.key) << name;
    }
    EXPECT_TRUE(moto_->Get(bucket_, "staged/here/large.csv") == text);
  }
}

TEST_F(StagingTest, AnAbortedFileLeavesNothing) {
  const auto staging = Open({{"sink.copy.compression", "none"}});
  auto output = staging->OpenOutput("large.csv").ValueOrDie();
  ASSERT_TRUE(output->Write(Noise(25 << 20)).ok());
  EXPECT_EQ(moto_->OpenUploads(bucket_), 1U);
  ASSERT_TRUE(output->Abort().ok());
  ASSERT_TRUE(output->Abort().ok());
  EXPECT_EQ(moto_->OpenUploads(bucket_), 0U);
  EXPECT_THAT(moto_->Keys(bucket_), IsEmpty());
  EXPECT_FALSE(output->Write("x").ok());
}

TEST_F(StagingTest, AForgottenFileLeavesNothing) {
  const auto staging = Open({{"sink.copy.compression", "none"}});
  {
    auto output = staging->OpenOutput("large.csv").ValueOrDie();
    ASSERT_TRUE(output->Write(Noise(25 << 20)).ok());
  }
  EXPECT_EQ(moto_->OpenUploads(bucket_), 0U);
  EXPECT_THAT(moto_->Keys(bucket_), IsEmpty());
}

TEST_F(StagingTest, DeletesObjectsAndLeavesNothingInTheirPlace) {
  const auto staging = Open();
  std::vector<std::string> urls;
  for (int i = 0; i < 20; ++i) {
    urls.push_back(staging->UrlFor("job/sink/attempt-" + std::to_string(i % 3) + "/" + std::to_string(i)));
    ASSERT_TRUE(staging->WriteObject(urls.back(), "x").ok());
  }
  ASSERT_TRUE(staging->WriteObject(staging->UrlFor("job/sink/other"), "x").ok());
  ASSERT_TRUE(staging->DeleteObjects(urls).ok());
  EXPECT_THAT(moto_->Keys(bucket_), ElementsAre("staged/here/job/sink/other"));
}

TEST_F(StagingTest, DeletesObjectsDirectlyBelowABucket) {
  const auto staging = Staging::Open(ParsedCopyOptions(moto_->endpoint(), "s3://" + bucket_)).ValueOrDie();
  ASSERT_TRUE(staging->WriteObject(staging->UrlFor("x"), "x").ok());
  ASSERT_TRUE(staging->DeleteObjects({staging->UrlFor("x")}).ok());
  EXPECT_THAT(moto_->Keys(bucket_), IsEmpty());
}

TEST_F(StagingTest, DeletesObjectsWithUnusualKeys) {
  const auto staging = Open();
  const std::string url = staging->UrlFor("a b/ä+%41&=/x?y #1.csv");
  ASSERT_TRUE(staging->WriteObject(url, "x").ok());
  ASSERT_EQ(moto_->Keys(bucket_).size(), 1U);
  const arrow::Status status = staging->DeleteObjects({url});
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_THAT(moto_->Keys(bucket_), IsEmpty());
}

TEST_F(StagingTest, DeletingWhatIsGoneIsFine) {
  const auto staging = Open();
  const std::string url = staging->UrlFor("a/x");
  ASSERT_TRUE(staging->WriteObject(url, "x").ok());
  EXPECT_TRUE(staging->DeleteObjects({url}).ok());
  EXPECT_TRUE(staging->DeleteObjects({url, staging->UrlFor("a/never-there")}).ok());
  EXPECT_TRUE(staging->DeleteObjects({}).ok());
}

TEST_F(StagingTest, DeletesAThousandObjectsByARequest) {
  std::atomic<int> requests = 0;
  S3Gate gate(moto_->port(), [&](const HttpMessage& request) {
    if (DeletesMany(request)) ++requests;
    return Action::kForward;
  });
  const auto staging = OpenThrough(gate.endpoint());
  std::vector<std::string> urls;
  for (int i = 0; i < 2300; ++i) urls.push_back(staging->UrlFor("a/<&ä> " + std::to_string(i)));
  for (const size_t there : {0, 999, 1000, 1999, 2299}) {
    ASSERT_TRUE(staging->WriteObject(urls[there], "x").ok());
  }
  ASSERT_TRUE(staging->WriteObject(staging->UrlFor("a/other"), "x").ok());
  EXPECT_EQ(staging->DeleteObjects(urls).message(), "");
  EXPECT_THAT(moto_->Keys(bucket_), ElementsAre("staged/here/a/other"));
  EXPECT_EQ(requests, 3);
}

TEST_F(StagingTest, DeletesAllItCanAndReportsTheRest) {
  S3Gate gate(moto_->port(), [](const HttpMessage& request) {
    return DeletesMany(request) && request.body.find("protected") != std::string::npos ? Action::kDeny
                                                                                       : Action::kForward;
  });
  const auto staging = OpenThrough(gate.endpoint());
  std::vector<std::string> urls;
  for (int i = 0; i < 2300; ++i) urls.push_back(staging->UrlFor("a/" + std::to_string(i)));
  urls[1500] = staging->UrlFor("a/protected");
  for (const size_t there : {0, 1500, 2299}) {
    ASSERT_TRUE(staging->WriteObject(urls[there], "x").ok());
  }
  EXPECT_THAT(staging->DeleteObjects(urls).message(),
              AllOf(HasSubstr("cannot delete objects of s3://"), HasSubstr("Allow s3:PutObject")));
  EXPECT_THAT(moto_->Keys(bucket_), ElementsAre("staged/here/a/protected"));
  EXPECT_GE(gate.faults(), 1);
}

TEST_F(StagingTest, DeletionEndsSoonWhenS3DoesNotAnswer) {
  std::atomic<int> requests = 0;
  S3Gate gate(moto_->port(), [&](const HttpMessage&) {
    ++requests;
    return Action::kReset;
  });
  const auto staging = OpenThrough(gate.endpoint());
  std::vector<std::string> urls;
  for (int i = 0; i < 200; ++i) urls.push_back(staging->UrlFor("a/" + std::to_string(i)));
  EXPECT_THAT(staging->DeleteObjects(urls).message(), HasSubstr("The connection broke"));
  // A few objects were tried, each a few times.
  EXPECT_GE(requests, 1);
  EXPECT_LT(requests, 100);
}

TEST_F(StagingTest, CheckWritableLeavesNothing) {
  ASSERT_TRUE(Open()->CheckWritable().ok());
  EXPECT_THAT(moto_->Keys(bucket_), IsEmpty());
  EXPECT_EQ(moto_->OpenUploads(bucket_), 0U);
}

TEST_F(StagingTest, SaysThatTheBucketDoesNotExist) {
  const auto staging =
      Staging::Open(ParsedCopyOptions(moto_->endpoint(), "s3://no-such-bucket/x")).ValueOrDie();
  for (const arrow::Status& status :
       {staging->CheckWritable(), staging->WriteObject(staging->UrlFor("y"), "z")}) {
    EXPECT_THAT(status.message(), AllOf(HasSubstr("bucket 'no-such-bucket'"), HasSubstr(moto_->endpoint()),
                                        HasSubstr("The bucket does not exist"), Not(HasSubstr(kSecretKey))));
  }
}

TEST_F(StagingTest, SaysThatAccessIsDenied) {
  S3Gate gate(moto_->port(), [](const HttpMessage&) { return Action::kDeny; });
  EXPECT_THAT(OpenThrough(gate.endpoint())->CheckWritable().message(),
              AllOf(HasSubstr("Allow s3:PutObject"), HasSubstr(bucket_), Not(HasSubstr(kSecretKey))));
}

TEST_F(StagingTest, SaysThatTheKeyIsUnknown) {
  S3Gate gate(moto_->port(), [](const HttpMessage&) { return Action::kInvalidKeyId; });
  EXPECT_THAT(OpenThrough(gate.endpoint())->CheckWritable().message(),
              AllOf(HasSubstr("The access key is not known"), Not(HasSubstr(kSecretKey))));
}

TEST_F(StagingTest, SaysThatNobodyAnswers) {
  uint16_t port = 0;
  {
    const auto closed_again = ::redshift::testing::Listen(&port);
  }
  const std::string endpoint = "http://127.0.0.1:" + std::to_string(port);
  EXPECT_THAT(OpenThrough(endpoint)->CheckWritable().message(),
              AllOf(HasSubstr("no answer from this endpoint"), HasSubstr(endpoint)));
}

TEST_F(StagingTest, DoesNotWaitForEverForAnEndpointThatIsSilent) {
  S3Gate gate(moto_->port(), [](const HttpMessage&) { return Action::kHang; });
  EXPECT_THAT(OpenThrough(gate.endpoint())->CheckWritable().message(),
              AllOf(HasSubstr("no answer from this endpoint"), HasSubstr(gate.endpoint())));
  EXPECT_GE(gate.faults(), 1);
}

TEST_F(StagingTest, SurvivesThrottlingAndLostConnections) {
  std::atomic<int> requests = 0;
  S3Gate gate(moto_->port(), [&](const HttpMessage& request) {
    const int number = requests++;
    if (!IsPart(request)) return Action::kForward;
    return number % 3 == 0 ? Action::kForward : number % 3 == 1 ? Action::kSlowDown : Action::kReset;
  });
  const std::string text = Noise(25 << 20);
  const auto staging = OpenThrough(gate.endpoint(), {{"sink.copy.compression", "none"}});
  auto output = staging->OpenOutput("large.csv").ValueOrDie();
  ASSERT_TRUE(output->Write(text).ok());
  const arrow::Status status = output->FinishAsync().status();
  ASSERT_TRUE(status.ok()) << status;
  EXPECT_TRUE(moto_->Get(bucket_, "staged/here/large.csv") == text);
  EXPECT_GE(gate.faults(), 1);
}

TEST_F(StagingTest, AFailedPartFailsTheFileEarly) {
  S3Gate gate(moto_->port(),
              [](const HttpMessage& request) { return IsPart(request) ? Action::kDeny : Action::kForward; });
  const auto staging = OpenThrough(gate.endpoint(), {{"sink.copy.compression", "none"}});
  auto output = staging->OpenOutput("large.csv").ValueOrDie();
  const std::string text = Noise(8 << 20);
  // Two parts may be on their way before the first failure is known.
  arrow::Status status;
  int writes = 0;
  while (status.ok() && writes < 100) {
    status = output->Write(text);
    ++writes;
  }
  EXPECT_LT(writes, 10);
  EXPECT_THAT(status.message(), HasSubstr("cannot write s3://" + bucket_ + "/staged/here/large.csv"));
  EXPECT_TRUE(output->Abort().ok());
  EXPECT_EQ(moto_->OpenUploads(bucket_), 0U);
}

TEST_F(StagingTest, AFileWhoseLastReplyIsLostIsDoneOnce) {
  // The repeat replaces the object by itself.
  std::atomic<int> losses = 1;
  S3Gate gate(moto_->port(), [&](const HttpMessage& request) {
    return request.first_line.starts_with("PUT ") && losses-- > 0 ? Action::kLoseReply : Action::kForward;
  });
  const auto staging = OpenThrough(gate.endpoint());
  auto output = staging->OpenOutput("small.csv.zst").ValueOrDie();
  ASSERT_TRUE(output->Write("1\n").ok());
  ASSERT_TRUE(output->FinishAsync().status().ok());
  EXPECT_EQ(Decompressed(moto_->Get(bucket_, "staged/here/small.csv.zst"), ".csv.zst"), "1\n");
  EXPECT_EQ(gate.faults(), 1);
}

TEST_F(StagingTest, UploadsStayWithinTheirMemory) {
  S3Gate gate(moto_->port(),
              [](const HttpMessage& request) { return IsPart(request) ? Action::kHang : Action::kForward; });
  const auto staging = OpenThrough(gate.endpoint(), {{"sink.copy.compression", "none"}});
  auto output = staging->OpenOutput("large.csv").ValueOrDie();
  const std::string text = Noise(60 << 20);
  std::atomic<bool> written = false;
  std::thread writer([&] {
    const arrow::Status status = output->Write(text);
    EXPECT_TRUE(status.ok()) << status;
    written = true;
  });
  while (gate.hanging() < 2) std::this_thread::yield();
  // With 20 MiB of upload memory, no third part can be filled while two are on their way.
  EXPECT_EQ(gate.hanging(), 2);
  EXPECT_FALSE(written);
  gate.Release();
  writer.join();
  ASSERT_TRUE(output->FinishAsync().status().ok());
  EXPECT_TRUE(moto_->Get(bucket_, "staged/here/large.csv") == text);
}

TEST_F(StagingTest, CancelEndsAWriteThatWaitsForS3) {
  S3Gate gate(moto_->port(),
              [](const HttpMessage& request) { return IsPart(request) ? Action::kHang : Action::kForward; });
  const auto staging = OpenThrough(gate.endpoint(), {{"sink.copy.compression", "none"}});
  auto output = staging->OpenOutput("large.csv").ValueOrDie();
  std::thread writer([&] { EXPECT_TRUE(output->Write(Noise(60 << 20)).IsCancelled()); });
  while (gate.hanging() == 0) std::this_thread::yield();
  staging->Cancel();
  writer.join();
  gate.Release();
  EXPECT_TRUE(output->Abort().ok());
  EXPECT_EQ(moto_->OpenUploads(bucket_), 0U);
}

TEST_F(StagingTest, CancelEndsTheWriteOfAnObjectThatS3DoesNotAnswer) {
  S3Gate gate(moto_->port(), [](const HttpMessage&) { return Action::kHang; });
  const auto staging = OpenThrough(gate.endpoint(), {{"aws.request-timeout", "10 min"}});
  const std::string url = staging->UrlFor("0-0.manifest");
  std::thread writer([&] { EXPECT_TRUE(staging->WriteObject(url, "x").IsCancelled()); });
  while (gate.hanging() == 0) std::this_thread::yield();
  staging->Cancel();
  writer.join();
  EXPECT_TRUE(staging->WriteObject(url, "x").IsCancelled());
  EXPECT_EQ(gate.faults(), 1) << "none is begun after it";
}

TEST_F(StagingTest, UploadsDoNotWaitForThoseOfAnotherTableWhoseS3Hangs) {
  auto gate = std::make_unique<S3Gate>(moto_->port(), [](const HttpMessage&) { return Action::kHang; });
  std::vector<std::unique_ptr<StagedOutput>> outputs;
  std::vector<arrow::Future<>> ends;
  // More than Arrow's own pool has threads.
  constexpr int kStuck = 10;
  std::vector<std::shared_ptr<Staging>> tables;
  for (int i = 0; i < kStuck; ++i) {
    tables.push_back(OpenThrough(gate->endpoint()));
    outputs.push_back(tables.back()->OpenOutput("stuck-" + std::to_string(i)).ValueOrDie());
    ASSERT_TRUE(outputs.back()->Write("x").ok());
    ends.push_back(outputs.back()->FinishAsync());
  }
  while (gate->hanging() < kStuck) std::this_thread::yield();
  const auto staging = Open();
  auto output = staging->OpenOutput("free").ValueOrDie();
  ASSERT_TRUE(output->Write("x").ok());
  EXPECT_EQ(output->FinishAsync().status().message(), "");
  for (const auto& table : tables) table->Cancel();
  // Nobody answers them any more.
  gate.reset();
  for (const auto& end : ends) EXPECT_FALSE(end.status().ok());
}

TEST_F(StagingTest, UsesTheKeysAndTheTokenOfTheOptions) {
  std::atomic<int> seen = 0;
  S3Gate gate(moto_->port(), [&](const HttpMessage& request) {
    if (request.Header("Authorization").find("Credential=AKIDEXAMPLE/") != std::string::npos &&
        request.Header("x-amz-security-token") == "token") {
      ++seen;
    }
    return Action::kForward;
  });
  const auto staging = OpenThrough(gate.endpoint(), {{"aws.credentials.basic.sessiontoken", "token"}});
  EXPECT_EQ(staging->CheckWritable().message(), "");
  EXPECT_EQ(seen, 2) << "begin and abort";
}

// Sets an environment variable for the life of this object; null takes it away.
class Environment {
 public:
  Environment(const char* name, const char* value) : name_(name) {
    if (const char* before = std::getenv(name)) before_ = before;
    Set(value);
  }
  ~Environment() { Set(before_ ? before_->c_str() : nullptr); }
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;

 private:
  void Set(const char* value) {
    if (value != nullptr) {
      setenv(name_, value, 1);
    } else {
      unsetenv(name_);
    }
  }

  const char* const name_;
  std::optional<std::string> before_;
};

TEST_F(StagingTest, FindsKeysWhereAmazonsToolsFindThem) {
  const Environment id("AWS_ACCESS_KEY_ID", "AKIDENVIRONMENT");
  const Environment key("AWS_SECRET_ACCESS_KEY", "secret-of-environment");
  S3Gate gate(moto_->port(), [&](const HttpMessage& request) {
    return request.Header("Authorization").find("Credential=AKIDENVIRONMENT/") != std::string::npos
               ? Action::kForward
               : Action::kDeny;
  });
  auto options = CopyOptions(gate.endpoint(), "s3://" + bucket_, {{"aws.credentials.provider", "AUTO"}});
  options.erase("aws.credentials.basic.accesskeyid");
  options.erase("aws.credentials.basic.secretkey");
  const auto staging = Staging::Open(Options::Parse(options).ValueOrDie()).ValueOrDie();
  EXPECT_EQ(staging->CheckWritable().message(), "");
}

TEST_F(StagingTest, SaysThatThereAreNoKeys) {
  const Environment id("AWS_ACCESS_KEY_ID", nullptr);
  const Environment key("AWS_SECRET_ACCESS_KEY", nullptr);
  const Environment profile("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent/credentials");
  const Environment config("AWS_CONFIG_FILE", "/nonexistent/config");
  const Environment instance("AWS_EC2_METADATA_DISABLED", "true");
  auto options = CopyOptions(moto_->endpoint(), "s3://" + bucket_, {{"aws.credentials.provider", "AUTO"}});
  options.erase("aws.credentials.basic.accesskeyid");
  options.erase("aws.credentials.basic.secretkey");
  EXPECT_THAT(Staging::Open(Options::Parse(options).ValueOrDie()).status().message(),
              AllOf(HasSubstr("no AWS credentials were found"), HasSubstr("AWS_ACCESS_KEY_ID"),
                    HasSubstr("'aws.credentials.provider' = 'BASIC'")));
}

TEST_F(StagingTest, RegionOfAnEndpointIsTheUsualOneUnlessGiven) {
  EXPECT_EQ(Open()->region(), "us-east-1");
  EXPECT_EQ(Open({{"aws.region", "eu-west-1"}})->region(), "eu-west-1");
}

TEST_F(StagingTest, AManifestIsReadBackByItsDigest) {
  const auto staging = Open();
  const std::vector<StagedFile> files = {{staging->UrlFor("a/0-0.csv.zst"), 17, 3},
                                         {staging->UrlFor("a/1-0.csv.zst"), 4, 1}};
  const WrittenManifest manifest = WriteManifest(*staging, "agg/manifest-1.json", files).ValueOrDie();
  EXPECT_THAT(manifest.url, EndsWith("/staged/here/agg/manifest-1.json"));
  EXPECT_EQ(ReadManifest(*staging, manifest).ValueOrDie(),
            (std::vector<ManifestEntry>{{files[0].url, 17}, {files[1].url, 4}}));
}

TEST_F(StagingTest, AManifestThatWasChangedIsRefused) {
  const auto staging = Open();
  const WrittenManifest manifest =
      WriteManifest(*staging, "agg/manifest-1.json", {{staging->UrlFor("a/0-0.csv"), 17, 3}}).ValueOrDie();
  ASSERT_TRUE(staging->WriteObject(manifest.url, "{\"entries\":[]}").ok());
  EXPECT_THAT(ReadManifest(*staging, manifest).status().message(),
              AllOf(HasSubstr(manifest.url), HasSubstr("changed after it was written")));
}

TEST_F(StagingTest, AManifestMayHoldAHundredThousandFiles) {
  const auto staging = Open();
  std::vector<StagedFile> files;
  for (int i = 0; i < 100'000; ++i) {
    files.push_back(
        {staging->UrlFor("0123456789abcdef0123456789abcdef/attempt/" + std::to_string(i) + ".csv.zst"), i,
         1});
  }
  const WrittenManifest manifest = WriteManifest(*staging, "agg/manifest-1.json", files).ValueOrDie();
  const auto entries = ReadManifest(*staging, manifest).ValueOrDie();
  ASSERT_EQ(entries.size(), files.size());
  EXPECT_EQ(entries[77'777].url, files[77'777].url);
  EXPECT_EQ(entries[77'777].bytes, 77'777);
}

}  // namespace
}  // namespace redshift
