// Requests to an S3 that lies: answers that S3 would not give, or not unchanged.
#include "engine/file/s3_client.h"

#include <arrow/util/thread_pool.h>
#include <gmock/gmock.h>

#include <atomic>
#include <latch>
#include <set>

#include "engine/aws/testing/scripted_server.h"
#include "engine/file/object_deletion.h"
#include "engine/file/s3_address.h"
#include "engine/file/s3_upload.h"

namespace redshift {
namespace {

using ::redshift::testing::HttpMessage;
using ::redshift::testing::HttpText;
using ::redshift::testing::ScriptedServer;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;
using ::testing::UnorderedElementsAre;
using Kind = S3ErrorDetail::Kind;

const S3Url kObject{"bkt", "staged/0-0.csv"};
constexpr char kObjectName[] = "s3://bkt/staged/0-0.csv";

// What S3 answers when all is well, as its API reference shows it.
constexpr char kStored[] =
    "HTTP/1.1 200 OK\r\nETag: \"b54357faf0632cce46e942fa68356b38\"\r\nContent-Length: 0\r\n\r\n";
constexpr char kGone[] = "HTTP/1.1 204 No Content\r\n\r\n";
const std::string kBegun =
    HttpText("200 OK",
             "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<InitiateMultipartUploadResult "
             "xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Bucket>bkt</Bucket>"
             "<Key>staged/0-0.csv</Key><UploadId>VXBsb2Fk</UploadId>"
             "</InitiateMultipartUploadResult>");
const std::string kCompleted =
    HttpText("200 OK",
             "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n   \n<CompleteMultipartUploadResult "
             "xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Location>x</Location><Bucket>bkt</Bucket>"
             "<Key>staged/0-0.csv</Key><ETag>\"17fbc0a106abbb6f381aac6e331f2a19-1\"</ETag></"
             "CompleteMultipartUploadResult>");
// "The 200 OK response can contain an error": CompleteMultipartUpload in the API reference.
const std::string kNotCompleted = HttpText(
    "200 OK",
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>InternalError</Code><Message>We encountered an "
    "internal error. Please try "
    "again.</Message><RequestId>656c76696e6727732072657175657374</RequestId></Error>");
const std::string kNoUpload = HttpText(
    "404 Not Found",
    "<Error><Code>NoSuchUpload</Code><Message>The specified upload does not exist.</Message></Error>");

constexpr char kSlowDown[] =
    "<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>";

constexpr char kPage[] =
    "<!DOCTYPE html><html><head><title>Sign in to the network</title></head><body>...</body></html>";

std::string Page(const std::string& status) {
  return "HTTP/1.1 " + status +
         "\r\nContent-Type: text/html\r\nContent-Length: " + std::to_string(sizeof(kPage) - 1) + "\r\n\r\n" +
         kPage;
}

bool Begins(const HttpMessage& request) {
  return request.first_line.find("?uploads=") != std::string::npos;
}
bool IsPart(const HttpMessage& request) {
  return request.first_line.find("partNumber=") != std::string::npos;
}
bool Completes(const HttpMessage& request) {
  return request.first_line.starts_with("POST ") && !Begins(request);
}

/// Other keys at each question; of one kind until they are refused.
class NumberedKeys : public AwsCredentials {
 public:
  arrow::Result<AwsKeys> Get(std::chrono::milliseconds, const KeyWait&) override {
    return AwsKeys{.access_key_id = "AKID" + std::to_string(++given_),
                   .secret_access_key = Secret("planted-secret"),
                   .session_token = Secret("token-" + std::to_string(renewable ? refused.load() : 0)),
                   .expires = std::nullopt,
                   .source = "the AWS profile 'etl'"};
  }
  void Refuse(const AwsKeys&) override { ++refused; }
  const std::string& description() const override { return description_; }

  std::atomic<int> refused = 0;
  bool renewable = true;

 private:
  std::atomic<int> given_ = 0;
  const std::string description_ = "a test";
};

class S3ClientTest : public ::testing::Test {
 protected:
  static constexpr int kAttempts = 2;

  void Start(ScriptedServer::Answer answer, option::S3Sse encryption = option::S3Sse::kNone) {
    server_ = std::make_unique<ScriptedServer>(std::move(answer));
    S3Target target;
    target.place = {.scheme = "http",
                    .authority = server_->url().substr(std::string("http://").size()),
                    .path_style = true,
                    .region = "us-east-1"};
    target.credentials = credentials_;
    target.encryption = encryption;
    target.error_context = {"bkt", server_->url(), "us-east-1", "aws.credentials.provider = BASIC"};
    client_ = std::make_shared<S3Client>(std::make_shared<const S3Target>(std::move(target)),
                                         std::make_shared<HttpClient>(), std::make_shared<S3Retry>(kAttempts),
                                         std::chrono::seconds(20));
  }
  void Start(const std::string& answer) {
    Start([answer](const HttpMessage&) { return answer; });
  }

  // A file of `parts` parts, of which the last is short.
  arrow::Status Upload(int parts) {
    S3Upload upload(client_, client_, kObject, UploadMemory::Make(2 * S3Upload::kPartBytes), threads_.get());
    const std::string bytes(static_cast<size_t>(S3Upload::kPartBytes * (parts - 1) + 10), 'x');
    arrow::Status status =
        upload.Write(reinterpret_cast<const uint8_t*>(bytes.data()), static_cast<int64_t>(bytes.size()));
    if (status.ok()) status = upload.Finish().status();
    if (!status.ok()) {
      EXPECT_EQ(upload.Abort().message(), "");
    }
    return status;
  }

  std::vector<std::string> Asked() const { return server_->first_lines(); }

  const std::shared_ptr<NumberedKeys> credentials_ = std::make_shared<NumberedKeys>();
  std::unique_ptr<ScriptedServer> server_;
  std::shared_ptr<S3Client> client_;
  const std::shared_ptr<arrow::internal::ThreadPool> threads_ =
      arrow::internal::ThreadPool::Make(2).ValueOrDie();
};

void ExpectClear(const arrow::Status& status, Kind kind, const std::string& says) {
  EXPECT_TRUE(status.IsIOError()) << status;
  EXPECT_THAT(status.message(), AllOf(HasSubstr(kObjectName), HasSubstr("bucket 'bkt'"),
                                      HasSubstr("endpoint http://127.0.0.1:"), HasSubstr(says),
                                      Not(HasSubstr("\n")), Not(HasSubstr("planted-secret"))));
  ASSERT_NE(S3ErrorOf(status), nullptr);
  EXPECT_EQ(S3ErrorOf(status)->kind(), kind) << status;
}

TEST_F(S3ClientTest, EachAttemptIsSignedWithTheKeysOfItsMoment) {
  std::atomic<int> parts = 0;
  Start([&](const HttpMessage& request) -> std::string {
    if (Begins(request)) return kBegun;
    if (IsPart(request)) return ++parts == 1 ? HttpText("503 Slow Down", kSlowDown) : kStored;
    return kCompleted;
  });
  EXPECT_EQ(Upload(2).message(), "");
  std::set<std::string> keys;
  for (const HttpMessage& request : server_->requests()) {
    const std::string signature = request.Header("Authorization");
    const size_t key = signature.find("Credential=AKID");
    ASSERT_NE(key, std::string::npos) << request.first_line;
    keys.insert(signature.substr(key, signature.find('/') - key));
  }
  EXPECT_THAT(keys, SizeIs(5)) << "begin, two parts, one of them twice, complete";
}

TEST_F(S3ClientTest, ARefusalSaysWhoseKeysAreRefused) {
  Start(HttpText("403 Forbidden",
                 "<Error><Code>InvalidAccessKeyId</Code><Message>The AWS Access Key Id you provided does not "
                 "exist in our records.</Message></Error>"));
  ExpectClear(client_->Put(kObject, "x"), Kind::kRefused,
              "aws.credentials.provider = BASIC: the AWS profile 'etl'). The access key is not known there");
}

TEST_F(S3ClientTest, APageInThePlaceOfS3IsNoSuccess) {
  Start(Page("200 OK"));
  const std::string says = "'aws.endpoint' names something else";
  ExpectClear(client_->Put(kObject, "x"), Kind::kNotS3, says);
  ExpectClear(client_->BeginUpload(kObject).status(), Kind::kNotS3, says);
  ExpectClear(client_->UploadPart(kObject, "u", 1, "x").status(), Kind::kNotS3, says);
  ExpectClear(client_->CompleteUpload(kObject, "u", {"e"}, 1), Kind::kNotS3, says);
  ExpectClear(client_->AbortUpload(kObject, "u"), Kind::kNotS3, says);
  ExpectClear(client_->Get(kObject, 1000).status(), Kind::kNotS3, says);
  ExpectClear(client_->Delete(kObject), Kind::kNotS3, "<title>Sign in to the network</title>");
  EXPECT_THAT(Asked(), SizeIs(7)) << "asking a login page again is of no use";
}

constexpr char kExpired[] =
    "<Error><Code>ExpiredToken</Code><Message>The provided token has expired.</Message></Error>";

TEST_F(S3ClientTest, ARequestWhoseKeysHaveExpiredIsRepeatedWithNewerOnes) {
  Start([](const HttpMessage& request) {
    return request.Header("x-amz-security-token") == "token-0" ? HttpText("400 Bad Request", kExpired)
                                                               : std::string(kStored);
  });
  EXPECT_EQ(client_->Put(kObject, "x").message(), "");
  EXPECT_THAT(Asked(), SizeIs(2));
}

TEST_F(S3ClientTest, KeysThatHaveExpiredForGoodAreAskedForOnce) {
  Start([](const HttpMessage&) { return HttpText("400 Bad Request", kExpired); });
  ExpectClear(client_->Put(kObject, "x"), Kind::kRefused, "The credentials have expired. Provide new ones.");
  EXPECT_THAT(Asked(), SizeIs(2)) << "newer ones, which S3 does not take either";
  credentials_->renewable = false;
  ExpectClear(client_->Put(kObject, "x"), Kind::kRefused, "The credentials have expired. Provide new ones.");
  EXPECT_THAT(Asked(), SizeIs(3)) << "there are no others";
}

// From the API reference of DeleteObjects.
std::string Deletion(const std::string& results) {
  return HttpText("200 OK",
                  "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<DeleteResult "
                  "xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">" +
                      results + "</DeleteResult>");
}
constexpr char kDeletedOne[] = "<Deleted><Key>sample1.txt</Key></Deleted>";

TEST_F(S3ClientTest, ABatchNamesWhatCouldNotBeDeleted) {
  Start(Deletion(std::string(kDeletedOne) +
                 "<Error><Key>sample2.txt</Key><Code>AccessDenied</Code><Message>Access Denied</Message>"
                 "</Error>"));
  const arrow::Status status = client_->DeleteBatch("bkt", {"sample1.txt", "sample2.txt"});
  EXPECT_THAT(status.message(), AllOf(HasSubstr("cannot delete s3://bkt/sample2.txt"),
                                      HasSubstr("Access is denied. Allow s3:PutObject")));
  ASSERT_THAT(Asked(), ElementsAre("POST /bkt/?delete= HTTP/1.1"));
  const HttpMessage request = server_->requests()[0];
  EXPECT_EQ(request.body,
            "<Delete xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Object><Key>sample1.txt</Key>"
            "</Object><Object><Key>sample2.txt</Key></Object></Delete>");
  // openssl md5 -binary | base64
  EXPECT_EQ(request.Header("content-md5"), "wVcuI0seqFQ+gROJls080g==");
  EXPECT_THAT(request.Header("Authorization"), HasSubstr("content-md5"));
}

TEST_F(S3ClientTest, WhatPassesInABatchIsAskedForAgain) {
  std::atomic<int> asked = 0;
  Start([&](const HttpMessage&) {
    return ++asked == 1 ? Deletion(std::string(kDeletedOne) +
                                   "<Error><Key>a&amp;b</Key><Code>InternalError</Code></Error>"
                                   "<Error><Key>gone</Key><Code>NoSuchKey</Code></Error>")
                        : Deletion("<Deleted><Key>a&amp;b</Key></Deleted>");
  });
  EXPECT_EQ(client_->DeleteBatch("bkt", {"sample1.txt", "a&b", "gone"}).message(), "");
  ASSERT_THAT(Asked(), SizeIs(2));
  EXPECT_THAT(server_->requests()[1].body, HasSubstr("<Delete xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/"
                                                     "\"><Object><Key>a&amp;b</Key></Object></Delete>"));
}

TEST_F(S3ClientTest, ABatchThatGoesOnFailingEnds) {
  Start([](const HttpMessage& request) {
    const std::string busy = "<Error><Key>x</Key><Code>SlowDown</Code></Error>";
    return Deletion(request.body.find("<Key>y<") == std::string::npos
                        ? busy
                        : busy + "<Error><Key>y</Key><Code>AccessDenied</Code></Error>");
  });
  EXPECT_THAT(client_->DeleteBatch("bkt", {"x", "y"}).message(), HasSubstr("s3://bkt/y"));
  EXPECT_THAT(client_->DeleteBatch("bkt", {"x"}).message(), HasSubstr("S3 asks to slow down"));
  EXPECT_THAT(Asked(), SizeIs(2 * kAttempts));
}

TEST_F(S3ClientTest, AnAnswerThatLeavesOutObjectsIsNoSuccess) {
  Start(Deletion(kDeletedOne));
  EXPECT_THAT(client_->DeleteBatch("bkt", {"sample1.txt", "sample2.txt"}).message(),
              HasSubstr("asked to delete 2 objects and told what became of 1"));
  Start(Page("200 OK"));
  EXPECT_THAT(client_->DeleteBatch("bkt", {"x", "y"}).message(),
              HasSubstr("and does not tell what was deleted"));
}

TEST_F(S3ClientTest, AnS3ThatKnowsNoBatchesIsAskedForEachObject) {
  Start([](const HttpMessage& request) {
    return request.first_line.starts_with("POST ")
               ? HttpText("501 Not Implemented",
                          "<Error><Code>NotImplemented</Code><Message>A header you provided implies "
                          "functionality that is not implemented.</Message></Error>")
               : kGone;
  });
  EXPECT_EQ(DeleteObjects(*client_, {{"bkt", "x"}, {"bkt", "y"}}).message(), "");
  EXPECT_THAT(Asked(), Contains("DELETE /bkt/x HTTP/1.1"));
  EXPECT_THAT(Asked(), Contains("DELETE /bkt/y HTTP/1.1"));
}

TEST_F(S3ClientTest, ObjectsThatXmlCannotNameAndThoseOfOtherBucketsHaveRequestsOfTheirOwn) {
  Start(kGone);
  EXPECT_EQ(DeleteObjects(*client_, {{"bkt", "x\x01"}, {"bkt", "y"}, {"other", "z"}}).message(), "");
  EXPECT_THAT(Asked(), UnorderedElementsAre("DELETE /bkt/x%01 HTTP/1.1", "DELETE /bkt/y HTTP/1.1",
                                            "DELETE /other/z HTTP/1.1"));
}

TEST_F(S3ClientTest, APageThatRefusesIsNotS3sRefusal) {
  Start(Page("403 Forbidden"));
  ExpectClear(client_->Put(kObject, "x"), Kind::kNotS3, "HTTP status 403 and the type text/html");
  EXPECT_THAT(Asked(), SizeIs(1));
}

TEST_F(S3ClientTest, APageThatSaysLaterIsTriedAgain) {
  Start(Page("503 Service Unavailable"));
  ExpectClear(client_->Put(kObject, "x"), Kind::kNotS3, "HTTP status 503 and the type text/html");
  EXPECT_THAT(Asked(), SizeIs(kAttempts));
}

TEST_F(S3ClientTest, ARedirectionIsNotFollowed) {
  ScriptedServer elsewhere([](const HttpMessage&) { return kStored; });
  const std::string head = "HTTP/1.1 301 Moved Permanently\r\nLocation: " + elsewhere.url() +
                           "/bkt/staged/0-0.csv\r\nx-amz-bucket-region: eu-west-1\r\nContent-Length: ";
  Start(head + "0\r\n\r\n");
  ExpectClear(client_->Put(kObject, "x"), Kind::kRefused,
              "The bucket is in the region eu-west-1. Set 'aws.region'");
  Start(Page("302 Found"));
  ExpectClear(client_->Get(kObject, 1000).status(), Kind::kNotS3, "a proxy, a gateway or a login page");
  Start("HTTP/1.1 302 Found\r\nLocation: " + elsewhere.url() + "\r\nContent-Length: 0\r\n\r\n");
  ExpectClear(client_->Put(kObject, "x"), Kind::kNotS3, "a proxy, a gateway or a login page");
  EXPECT_THAT(elsewhere.requests(), SizeIs(0)) << "keys and rows must not go where a server points";
}

TEST_F(S3ClientTest, ACutObjectIsNotRead) {
  Start("HTTP/1.1 200 OK\r\nETag: \"e\"\r\nContent-Length: 10\r\nConnection: close\r\n\r\nhalf");
  ExpectClear(client_->Get(kObject, 1000).status(), Kind::kNoAnswer, "The connection broke before");
  EXPECT_THAT(Asked(), SizeIs(kAttempts));
}

TEST_F(S3ClientTest, AnObjectWithoutLengthIsNotRead) {
  // It could end anywhere.
  Start("HTTP/1.1 200 OK\r\nETag: \"e\"\r\nConnection: close\r\n\r\nhalf");
  const arrow::Status status = client_->Get(kObject, 1000).status();
  ExpectClear(status, Kind::kNotS3, "not of the length that it announces");
  EXPECT_THAT(status.message(), Not(HasSubstr("half"))) << "rows do not belong into messages";
}

TEST_F(S3ClientTest, AnObjectThatIsTooLongIsNotRead) {
  Start("HTTP/1.1 200 OK\r\nETag: \"e\"\r\nContent-Length: 4000000000\r\n\r\nx");
  ExpectClear(client_->Get(kObject, 1000).status(), Kind::kNotS3, "more than the 1000 bytes");
}

TEST_F(S3ClientTest, WhatIsNoHttpIsSaidToBe) {
  Start("SSH-2.0-OpenSSH_9.2\r\n");
  ExpectClear(client_->Put(kObject, "x"), Kind::kNotS3, "does not speak as S3 does");
}

TEST_F(S3ClientTest, AConnectionThatIsResetIsTriedAgain) {
  std::atomic<int> requests = 0;
  Start([&](const HttpMessage&) { return ++requests == 1 ? "" : kStored; });
  EXPECT_EQ(client_->Put(kObject, "x").message(), "");
  Start("");
  ExpectClear(client_->Put(kObject, "x"), Kind::kNoAnswer, "The connection broke before");
  EXPECT_THAT(Asked(), SizeIs(kAttempts));
}

TEST_F(S3ClientTest, AnUploadThatSomebodyElseGaveUpSaysSo) {
  Start([](const HttpMessage& request) { return Begins(request) ? kBegun : kNoUpload; });
  ExpectClear(Upload(2), Kind::kRefused, "A rule of the bucket that aborts incomplete uploads");
}

TEST_F(S3ClientTest, AnUploadThatWasNotBegunSendsNothing) {
  Start(HttpText("200 OK",
                 "<InitiateMultipartUploadResult><Bucket>bkt</Bucket></InitiateMultipartUploadResult>"));
  ExpectClear(Upload(2), Kind::kNotS3, "does not name the upload that was begun");
  EXPECT_THAT(Asked(), SizeIs(1));
}

TEST_F(S3ClientTest, APartThatS3DidNotConfirmIsNotPartOfAFile) {
  Start([](const HttpMessage& request) -> std::string {
    if (Begins(request)) return kBegun;
    if (IsPart(request)) return HttpText("200 OK", "");
    return kGone;
  });
  ExpectClear(Upload(2), Kind::kNotS3, "lacks the ETag");
  EXPECT_THAT(Asked(), Not(Contains(StartsWith("POST /bkt/staged/0-0.csv?uploadId="))));
  EXPECT_THAT(Asked(), Contains(StartsWith("DELETE /bkt/staged/0-0.csv?uploadId=VXBsb2Fk ")));
}

/// A pool of which the system starts no thread.
class NoThreads : public arrow::internal::Executor {
 public:
  int GetCapacity() override { return 1; }

 private:
  arrow::Status SpawnReal(arrow::internal::TaskHints, arrow::internal::FnOnce<void()>, arrow::StopToken,
                          StopCallback&&) override {
    return arrow::Status::UnknownError("Failed to launch worker thread: Resource temporarily unavailable");
  }
};

TEST_F(S3ClientTest, AnUploadThatGetsNoThreadSaysWhichLimitToRaise) {
  Start([](const HttpMessage& request) { return Begins(request) ? kBegun : kGone; });
  NoThreads threads;
  for (const int64_t bytes : {int64_t{1}, S3Upload::kPartBytes + 1}) {
    S3Upload upload(client_, client_, kObject, UploadMemory::Make(2 * S3Upload::kPartBytes), &threads);
    const std::string text(static_cast<size_t>(bytes), 'x');
    arrow::Status status = upload.Write(reinterpret_cast<const uint8_t*>(text.data()), bytes);
    if (status.ok()) status = upload.Finish().status();
    EXPECT_THAT(status.message(), AllOf(HasSubstr("starts no more threads"), HasSubstr("pids.max")));
    EXPECT_EQ(upload.Abort().message(), "");
  }
}

TEST_F(S3ClientTest, AnAbortDoesNotWaitForUploadsThatHaveNotBegun) {
  Start([](const HttpMessage& request) { return Begins(request) ? kBegun : kGone; });
  // As other uploads to an S3 that hangs.
  const auto over = std::make_shared<std::latch>(1);
  for (int i = 0; i < threads_->GetCapacity(); ++i) {
    ASSERT_TRUE(threads_->Spawn([over] { over->wait(); }).ok());
  }
  S3Upload upload(client_, client_, kObject, UploadMemory::Make(2 * S3Upload::kPartBytes), threads_.get());
  const std::string bytes(static_cast<size_t>(S3Upload::kPartBytes + 1), 'x');
  EXPECT_EQ(upload.Write(reinterpret_cast<const uint8_t*>(bytes.data()), static_cast<int64_t>(bytes.size()))
                .message(),
            "");
  EXPECT_EQ(upload.Abort().message(), "");
  over->count_down();
  EXPECT_THAT(Asked(), ElementsAre(StartsWith("POST /bkt/staged/0-0.csv?uploads= "),
                                   StartsWith("DELETE /bkt/staged/0-0.csv?uploadId=VXBsb2Fk ")));
}

TEST_F(S3ClientTest, AFileThatS3CouldNotCompleteIsTriedAgain) {
  std::atomic<int> completions = 0;
  Start([&](const HttpMessage& request) -> std::string {
    if (Begins(request)) return kBegun;
    if (IsPart(request)) return kStored;
    return ++completions == 1 ? kNotCompleted : kCompleted;
  });
  EXPECT_EQ(Upload(2).message(), "");
  EXPECT_EQ(completions, 2);
}

TEST_F(S3ClientTest, AnErrorWithStatus200IsAnError) {
  Start([](const HttpMessage& request) -> std::string {
    if (Begins(request)) return kBegun;
    if (IsPart(request)) return kStored;
    return Completes(request) ? kNotCompleted : kGone;
  });
  ExpectClear(Upload(2), Kind::kRefused, "S3 failed internally. Try again later.");
  EXPECT_THAT(Asked(), Contains(StartsWith("DELETE /bkt/staged/0-0.csv?uploadId=VXBsb2Fk ")));
}

TEST_F(S3ClientTest, ACompletionWithoutTheNameOfTheObjectIsNone) {
  for (const std::string& answer : {HttpText("200 OK", ""), Page("200 OK"), HttpText("200 OK", "<a><b>")}) {
    Start([&](const HttpMessage& request) -> std::string {
      if (Begins(request)) return kBegun;
      if (IsPart(request)) return kStored;
      return Completes(request) ? answer : kGone;
    });
    ExpectClear(Upload(2), Kind::kNotS3, "does not name the object that was completed");
    EXPECT_THAT(Asked(), Contains(StartsWith("DELETE /bkt/staged/0-0.csv?uploadId=VXBsb2Fk ")));
  }
}

// The answer to the completion is lost, and S3 knows the upload no more when asked again; `head` is what it
// then says about the object.
class S3ClientLostCompletion : public S3ClientTest {
 protected:
  void StartLosing(const std::string& head) {
    Start([this, head](const HttpMessage& request) -> std::string {
      if (Begins(request)) return kBegun;
      if (IsPart(request)) return kStored;
      if (request.first_line.starts_with("HEAD ")) return head;
      return Completes(request) && ++completions_ == 1 ? "" : kNoUpload;
    });
  }
  std::atomic<int> completions_ = 0;
};

TEST_F(S3ClientLostCompletion, IsFoundByTheObjectThatIsThere) {
  StartLosing("HTTP/1.1 200 OK\r\nETag: \"e-2\"\r\nContent-Length: " +
              std::to_string(S3Upload::kPartBytes + 10) + "\r\n\r\n");
  EXPECT_EQ(Upload(2).message(), "");
  EXPECT_EQ(completions_, 2);
}

TEST_F(S3ClientLostCompletion, IsNotFoundInAnObjectOfAnotherSize) {
  StartLosing("HTTP/1.1 200 OK\r\nETag: \"e-1\"\r\nContent-Length: 10\r\n\r\n");
  ExpectClear(Upload(2), Kind::kRefused, "The specified upload does not exist");
}

TEST_F(S3ClientLostCompletion, IsNotFoundWhereNothingIs) {
  StartLosing("HTTP/1.1 404 Not Found\r\n\r\n");
  ExpectClear(Upload(2), Kind::kRefused, "The specified upload does not exist");
}

TEST_F(S3ClientTest, AnEncryptionThatIsNotConfirmedLeavesNothing) {
  const auto answer = [](const HttpMessage& request) -> std::string {
    if (Begins(request)) return kBegun;
    return request.first_line.starts_with("DELETE ") ? kGone : kStored;
  };
  for (const auto encryption : {option::S3Sse::kSseS3, option::S3Sse::kSseKms}) {
    Start(answer, encryption);
    ExpectClear(client_->Put(kObject, "rows"), Kind::kNotS3,
                "does not confirm the encryption that 's3.sse' asks for");
    EXPECT_THAT(Asked(), Contains(StartsWith("DELETE /bkt/staged/0-0.csv ")));
    ExpectClear(Upload(2), Kind::kNotS3, "does not confirm the encryption");
    EXPECT_THAT(Asked(), Not(Contains(HasSubstr("partNumber"))));
    EXPECT_THAT(Asked(), Contains(StartsWith("DELETE /bkt/staged/0-0.csv?uploadId=")));
  }
}

}  // namespace
}  // namespace redshift
