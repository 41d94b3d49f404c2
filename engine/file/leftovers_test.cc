// What is found and removed where an S3 API answers as Amazon's reference shows it, and on moto.
#include "engine/file/leftovers.h"

#include <gmock/gmock.h>

#include <atomic>

#include "engine/aws/testing/copy_options.h"
#include "engine/aws/testing/moto_server.h"
#include "engine/aws/testing/scripted_server.h"
#include "engine/file/staged_output.h"
#include "engine/file/staging.h"
#include "engine/file/testing/s3_gate.h"

namespace redshift {
namespace {

using ::redshift::testing::HttpMessage;
using ::redshift::testing::HttpText;
using ::redshift::testing::kSecretKey;
using ::redshift::testing::MotoServer;
using ::redshift::testing::ParsedCopyOptions;
using ::redshift::testing::S3Gate;
using ::redshift::testing::ScriptedServer;
using std::chrono::hours;
using std::chrono::milliseconds;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::UnorderedElementsAre;
using ::testing::UnorderedElementsAreArray;

const std::string kAttempt =
    "5d41402abc4b2a76b9719d911017c592/8d0b4fd7/11111111-2222-4333-8444-555555555555/";
const std::string kDate = "Date: Mon, 23 Nov 2026 12:00:00 GMT\r\n";

/// ListObjectsV2 and ListMultipartUploads in Amazon S3's API reference.
std::string Contents(const std::string& key, const std::string& modified, int64_t size) {
  return "<Contents><Key>" + key + "</Key><LastModified>" + modified +
         "</LastModified><ETag>&quot;fba9dede5f27731c9771645a39863328&quot;</ETag><Size>" +
         std::to_string(size) + "</Size><StorageClass>STANDARD</StorageClass></Contents>";
}
std::string Objects(const std::string& contents, const std::string& next = "") {
  return HttpText("200 OK",
                  "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ListBucketResult "
                  "xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Name>bkt</Name><Prefix/>"
                  "<KeyCount>2</KeyCount><MaxKeys>1000</MaxKeys><IsTruncated>" +
                      std::string(next.empty() ? "false" : "true") + "</IsTruncated>" + contents +
                      (next.empty() ? "" : "<NextContinuationToken>" + next + "</NextContinuationToken>") +
                      "</ListBucketResult>",
                  kDate);
}
std::string Upload(const std::string& key, const std::string& id, const std::string& begun) {
  return "<Upload><Key>" + key + "</Key><UploadId>" + id +
         "</UploadId><Initiator><ID>b1d16700c70b0b05597d7acd6a3f92be</ID><DisplayName>x</DisplayName>"
         "</Initiator><StorageClass>STANDARD</StorageClass><Initiated>" +
         begun + "</Initiated></Upload>";
}
std::string Uploads(const std::string& uploads, const std::string& next_key = "",
                    const std::string& next_id = "") {
  return HttpText(
      "200 OK",
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ListMultipartUploadsResult "
      "xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Bucket>bkt</Bucket><KeyMarker></KeyMarker>"
      "<UploadIdMarker></UploadIdMarker><NextKeyMarker>" +
          next_key + "</NextKeyMarker><NextUploadIdMarker>" + next_id +
          "</NextUploadIdMarker><MaxUploads>1000</MaxUploads><IsTruncated>" +
          std::string(next_key.empty() ? "false" : "true") + "</IsTruncated>" + uploads +
          "</ListMultipartUploadsResult>",
      kDate);
}
const std::string kDenied =
    HttpText("403 Forbidden",
             "<Error><Code>AccessDenied</Code><Message>Access Denied by planted rule</Message></Error>");

bool AsksForUploads(const HttpMessage& request) {
  return request.first_line.find("?uploads=") != std::string::npos;
}

std::unique_ptr<LeftoverSearch> Search(const std::string& endpoint, const std::string& s3_uri,
                                       milliseconds min_age) {
  return LeftoverSearch::Open(ParsedCopyOptions(endpoint, s3_uri, {{"aws.region", "us-east-1"}}), {}, min_age)
      .ValueOrDie();
}

arrow::Result<std::vector<Leftover>> All(LeftoverSearch* search) {
  std::vector<Leftover> all;
  while (true) {
    ARROW_ASSIGN_OR_RAISE(auto page, search->Next());
    if (!page) return all;
    all.insert(all.end(), page->leftovers.begin(), page->leftovers.end());
  }
}

std::vector<std::string> Addresses(const std::vector<Leftover>& leftovers) {
  std::vector<std::string> addresses;
  for (const Leftover& each : leftovers)
    addresses.push_back(each.url + (each.upload.empty() ? "" : "?" + each.upload));
  return addresses;
}

TEST(Leftovers, AreFoundOnEveryPage) {
  const ScriptedServer server([](const HttpMessage& request) {
    const auto asks = [&](const char* text) { return request.first_line.find(text) != std::string::npos; };
    if (AsksForUploads(request)) {
      return asks("key-marker=p%2Fmovie&upload-id-marker=YW55")
                 ? Uploads(Upload("p/" + kAttempt + "0-4.csv", "VXBsb2Fk", "2026-11-01T00:00:00.000Z"))
                 : Uploads(Upload("p/write-check", "XMgb", "2026-11-01T00:00:00.000Z"), "p/movie", "YW55");
    }
    return asks("continuation-token=1ueGcxLPRx1Tr%2FXYExHnhbYLgveDs2J%2Fwm36Hy4vbOwM%3D")
               ? Objects(Contents("p/" + kAttempt + "0-1.csv", "2026-11-22T12:00:00.000Z", 7))
               : Objects(Contents("p/" + kAttempt + "0-0.csv", "2026-11-21T12:00:00.000Z", 5),
                         "1ueGcxLPRx1Tr/XYExHnhbYLgveDs2J/wm36Hy4vbOwM=");
  });
  const auto search = Search(server.url(), "s3://bkt/p", milliseconds(0));
  const std::vector<Leftover> all = All(search.get()).ValueOrDie();
  EXPECT_THAT(Addresses(all),
              ElementsAre("s3://bkt/p/" + kAttempt + "0-0.csv", "s3://bkt/p/" + kAttempt + "0-1.csv",
                          "s3://bkt/p/write-check?XMgb", "s3://bkt/p/" + kAttempt + "0-4.csv?VXBsb2Fk"));
  EXPECT_EQ(all.at(0).bytes, 5);
  EXPECT_EQ(all.at(0).age, hours(48));
  const auto lines = server.first_lines();
  ASSERT_EQ(lines.size(), 4u);
  EXPECT_EQ(lines[0], "GET /bkt/?list-type=2&prefix=p%2F HTTP/1.1");
  EXPECT_EQ(lines[2], "GET /bkt/?uploads=&prefix=p%2F HTTP/1.1");
  EXPECT_FALSE(search->Next().ValueOrDie().has_value()) << "the end is the end";
}

// This machine's clock may be wrong; a wrong age would delete what is needed.
TEST(Leftovers, AreAsOldAsTheClockOfS3Says) {
  const ScriptedServer server([](const HttpMessage& request) {
    return AsksForUploads(request)
               ? Uploads(Upload(kAttempt + "0-8.csv", "old", "2026-11-23T10:00:00.000Z") +
                         Upload(kAttempt + "0-9.csv", "young", "2026-11-23T10:00:01.000Z"))
               : Objects(Contents(kAttempt + "0-0.csv", "2026-11-23T10:00:00.000Z", 5) +
                         Contents(kAttempt + "0-1.csv", "2026-11-23T10:00:01.000Z", 5) +
                         // Written after the clock was read.
                         Contents(kAttempt + "0-2.csv", "2026-11-23T12:00:01.000Z", 5));
  });
  EXPECT_THAT(Addresses(All(Search(server.url(), "s3://bkt", hours(2)).get()).ValueOrDie()),
              ElementsAre("s3://bkt/" + kAttempt + "0-0.csv", "s3://bkt/" + kAttempt + "0-8.csv?old"));
  const auto all = All(Search(server.url(), "s3://bkt", milliseconds(0)).get()).ValueOrDie();
  ASSERT_EQ(all.size(), 5u);
  EXPECT_EQ(all[2].age, hours(0));
}

TEST(Leftovers, AnswersThatAreNoListsAreErrors) {
  const std::string page = "<!DOCTYPE html><html><head><title>Sign in</title></head><body>...</body></html>";
  std::string cut = Objects(Contents(kAttempt + "0-0.csv", "2026-11-23T10:00:00.000Z", 5));
  cut = HttpText("200 OK", cut.substr(cut.find("<?xml"), cut.find("</Contents>") - cut.find("<?xml")));
  for (const std::string& answer :
       {HttpText("200 OK", page), HttpText("200 OK", ""), cut, Objects("<Contents><Key>a</Key></Contents>"),
        Objects(Contents("a", "yesterday", 5)), Objects(Contents("a", "2026-11-23T10:00:00.000Z", -5))}) {
    const ScriptedServer server([&](const HttpMessage&) { return answer; });
    const arrow::Status status = All(Search(server.url(), "s3://bkt/p", milliseconds(0)).get()).status();
    EXPECT_THAT(status.message(), AllOf(HasSubstr("cannot list the objects under s3://bkt/p/ (bucket 'bkt'"),
                                        HasSubstr("and is no list of objects")))
        << answer;
  }
}

TEST(Leftovers, AListThatNamesNoNextPageThoughThereIsOneIsAnError) {
  std::string body = Objects("", "token");
  body = body.substr(body.find("<?xml"));
  body.erase(body.find("<NextCont"), body.find("</ListBucket") - body.find("<NextCont"));
  const ScriptedServer server([&](const HttpMessage&) { return HttpText("200 OK", body); });
  EXPECT_FALSE(All(Search(server.url(), "s3://bkt/p", milliseconds(0)).get()).ok());
}

TEST(Leftovers, MissingRightsAreNamed) {
  for (const bool objects_denied : {true, false}) {
    const ScriptedServer server([&](const HttpMessage& request) {
      return AsksForUploads(request) || objects_denied ? kDenied : Objects("");
    });
    const arrow::Status status = All(Search(server.url(), "s3://bkt/p", milliseconds(0)).get()).status();
    EXPECT_THAT(status.message(),
                AllOf(HasSubstr(objects_denied ? "cannot list the objects under s3://bkt/p/"
                                               : "cannot list the unfinished uploads under s3://bkt/p/"),
                      HasSubstr(objects_denied ? "Allow s3:ListBucket on the bucket"
                                               : "Allow s3:ListBucketMultipartUploads on the bucket"),
                      HasSubstr("by planted rule"), Not(HasSubstr(kSecretKey)), Not(HasSubstr("PutObject"))));
  }
}

// DeleteObjects and AbortMultipartUpload in Amazon S3's API reference.
TEST(Leftovers, ThoseThatS3SaidAreGoneAreToldFromTheOthersAfterAnError) {
  const ScriptedServer server([](const HttpMessage& request) {
    if (request.first_line.starts_with("POST ")) {
      return HttpText("200 OK",
                      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<DeleteResult "
                      "xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Error><Key>" +
                          kAttempt +
                          "0-1.csv</Key><Code>AccessDenied</Code><Message>Access Denied</Message></Error>" +
                          "<Deleted><Key>" + kAttempt + "0-2.csv</Key></Deleted><Deleted><Key>" + kAttempt +
                          "0-0.csv</Key></Deleted></DeleteResult>");
    }
    return request.first_line.find("uploadId=locked") != std::string::npos ? kDenied
                                                                           : HttpText("204 No Content", "");
  });
  const auto search = Search(server.url(), "s3://bkt", milliseconds(0));
  const std::string url = "s3://bkt/" + kAttempt;
  std::vector<Leftover> removed;
  arrow::Status status =
      search->Remove({{url + "0-0.csv", ""}, {url + "0-1.csv", ""}, {url + "0-2.csv", ""}}, &removed);
  EXPECT_THAT(status.message(), HasSubstr("cannot delete " + url + "0-1.csv"));
  EXPECT_THAT(Addresses(removed), UnorderedElementsAre(url + "0-0.csv", url + "0-2.csv"));
  removed.clear();
  status =
      search->Remove({{url + "0-7.csv", "a"}, {url + "0-8.csv", "locked"}, {url + "0-9.csv", "b"}}, &removed);
  EXPECT_THAT(status.message(), HasSubstr("by planted rule"));
  EXPECT_THAT(Addresses(removed), ElementsAre(url + "0-7.csv?a", url + "0-9.csv?b"));
}

class LeftoversOnMoto : public ::testing::Test {
 protected:
  static MotoServer& moto() {
    static MotoServer server;
    return server;
  }
  void SetUp() override { moto().CreateBucket("bucket"); }

  const Options options_ = ParsedCopyOptions(moto().endpoint(), "s3://bucket/p");
};

TEST_F(LeftoversOnMoto, AreRemovedAndNothingElse) {
  const auto staging = Staging::Open(options_).ValueOrDie();
  const std::vector<std::string> ours = {kAttempt + "0-0.csv.zst", kAttempt + "0-0.rejected.ndjson",
                                         kAttempt + "1-0123456789ab.manifest"};
  const std::vector<std::string> others = {kAttempt + "notes.txt", "orders.csv",
                                           "rejected/5d41402abc4b2a76b9719d911017c592/8d0b4fd7/17/"
                                           "11111111-2222-4333-8444-555555555555-0-0.ndjson"};
  for (const auto& keys : {ours, others}) {
    for (const std::string& key : keys) {
      ASSERT_TRUE(staging->WriteObject(staging->UrlFor(key), "rows").ok());
    }
  }
  // Under another prefix that begins with the same letters.
  ASSERT_TRUE(staging->WriteObject("s3://bucket/prefix/" + kAttempt + "0-0.csv", "rows").ok());
  // Begun and not ended: as a writer that is killed leaves it.
  const auto output = staging->OpenOutput(kAttempt + "0-7.csv.zst").ValueOrDie();
  std::string noise(static_cast<size_t>(2 * Staging::kPartBytes), 'x');
  uint32_t seed = 1;
  for (char& c : noise) c = static_cast<char>('!' + ((seed = seed * 1664525 + 1013904223) >> 24) % 90);
  ASSERT_TRUE(output->Write(noise).ok());
  ASSERT_EQ(moto().OpenUploads("bucket"), 1u);

  const auto search = Search(moto().endpoint(), "s3://bucket/p", milliseconds(0));
  const auto all = All(search.get()).ValueOrDie();
  ASSERT_EQ(all.size(), 4u);
  for (size_t i = 0; i < ours.size(); ++i) EXPECT_EQ(all[i].url, "s3://bucket/p/" + ours[i]);
  EXPECT_EQ(all[3].url, "s3://bucket/p/" + kAttempt + "0-7.csv.zst");
  EXPECT_FALSE(all[3].upload.empty());
  // A repeat after a lost answer finds nothing and is no error.
  for (int i = 0; i < 2; ++i) {
    std::vector<Leftover> removed;
    ASSERT_TRUE(search->Remove(all, &removed).ok());
    EXPECT_THAT(Addresses(removed), UnorderedElementsAreArray(Addresses(all)));
  }
  EXPECT_EQ(moto().OpenUploads("bucket"), 0u);
  EXPECT_THAT(moto().Keys("bucket"), ElementsAre("p/" + others[0], "p/" + others[1], "p/" + others[2],
                                                 "prefix/" + kAttempt + "0-0.csv"));
  EXPECT_THAT(All(Search(moto().endpoint(), "s3://bucket/p", milliseconds(0)).get()).ValueOrDie(), IsEmpty());
}

TEST_F(LeftoversOnMoto, ARequestThatPassesIsRepeated) {
  std::atomic<int> requests = 0;
  S3Gate gate(moto().port(), [&](const HttpMessage&) {
    return ++requests % 2 == 1 ? S3Gate::Action::kSlowDown : S3Gate::Action::kForward;
  });
  EXPECT_TRUE(All(Search(gate.endpoint(), "s3://bucket/other", milliseconds(0)).get()).ok());
  EXPECT_EQ(gate.faults(), 2);
}

}  // namespace
}  // namespace redshift
