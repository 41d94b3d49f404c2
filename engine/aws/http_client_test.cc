#include "engine/aws/http_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <atomic>
#include <thread>

#include "engine/aws/testing/checking_server.h"
#include "engine/aws/testing/http.h"
#include "engine/wait/testing/without_descriptor.h"

namespace redshift {
namespace {

using std::chrono::milliseconds;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using Kind = HttpErrorDetail::Kind;

std::string Url(uint16_t port, const std::string& rest = "/") {
  return "http://127.0.0.1:" + std::to_string(port) + rest;
}

HttpRequest Get(const std::string& url) {
  HttpRequest request;
  request.url = url;
  return request;
}

Signing ExampleKeys(const std::string& service) {
  Signing signing;
  signing.keys.access_key_id = "AKIDEXAMPLE";
  signing.keys.secret_access_key = Secret("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");
  signing.region = "eu-central-1";
  signing.service = service;
  return signing;
}

Kind KindOf(const arrow::Status& status) {
  const HttpErrorDetail* error = HttpError(status);
  EXPECT_NE(error, nullptr) << status;
  return error == nullptr ? Kind::kRequest : error->kind;
}

/// A server that reads one request and answers with these bytes; without any it stays silent.
class ScriptedServer {
 public:
  explicit ScriptedServer(std::string answer)
      : listener_(testing::Listen(&port_)), thread_([this, answer = std::move(answer)] {
          testing::Socket socket(accept(listener_.fd(), nullptr, nullptr));
          if (!socket.open()) return;
          if (!testing::ReadRequest(socket, &request_)) return;
          received_.Set();
          socket.Send(answer);
          if (answer.empty()) socket.Receive();
        }) {}
  ~ScriptedServer() { Join(); }

  uint16_t port() const { return port_; }
  void Join() {
    if (!thread_.joinable()) return;
    listener_.ShutDown();
    thread_.join();
  }
  void WaitForRequest() const {
    while (received_.SleepFor(std::chrono::seconds(1))) {
    }
  }
  /// What was asked for. After Join.
  const testing::HttpMessage& request() const { return request_; }

 private:
  uint16_t port_ = 0;
  testing::Socket listener_;
  testing::HttpMessage request_;
  Interrupt received_;
  std::thread thread_;
};

TEST(HttpClientTest, AnAnswerHasStatusHeadersAndBody) {
  ScriptedServer server("HTTP/1.1 404 Not Found\r\nContent-Length: 5\r\nX-Amz-Id:  a b \r\n\r\nnope!");
  HttpClient client;
  auto answer = client.Send(Get(Url(server.port(), "/a?b=c")));
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(answer->status, 404);
  EXPECT_EQ(answer->Header("x-amz-id"), "a b");
  EXPECT_EQ(answer->Header("etag"), "");
  EXPECT_EQ(answer->body, "nope!");
  server.Join();
  EXPECT_EQ(server.request().first_line, "GET /a?b=c HTTP/1.1");
}

TEST(HttpClientTest, ABodyIsSentAsItIs) {
  const std::string body("a\0b\xFF", 4);
  ScriptedServer server("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  HttpClient client;
  HttpRequest request = Get(Url(server.port()));
  request.method = "PUT";
  request.borrowed_body = body;
  ASSERT_TRUE(client.Send(request).ok());
  server.Join();
  EXPECT_EQ(server.request().first_line, "PUT / HTTP/1.1");
  EXPECT_EQ(server.request().body, body);
  EXPECT_EQ(server.request().Header("Content-Length"), "4");
  EXPECT_EQ(server.request().Header("Content-Type"), "");
  EXPECT_EQ(server.request().Header("Expect"), "");
}

TEST(HttpClientTest, APutWithoutBodySaysThatItIsEmpty) {
  ScriptedServer server("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  HttpClient client;
  HttpRequest request = Get(Url(server.port()));
  request.method = "PUT";
  ASSERT_TRUE(client.Send(request).ok());
  server.Join();
  EXPECT_EQ(server.request().Header("Content-Length"), "0");
}

TEST(HttpClientTest, RedirectionsAreNotFollowed) {
  ScriptedServer server(
      "HTTP/1.1 307 Temporary Redirect\r\nLocation: http://127.0.0.1:1/elsewhere\r\nContent-Length: "
      "0\r\n\r\n");
  HttpClient client;
  EXPECT_EQ(client.Send(Get(Url(server.port())))->status, 307);
}

TEST(HttpClientTest, AnAnswerLongerThanAllowedIsRefused) {
  ScriptedServer server("HTTP/1.1 200 OK\r\nContent-Length: 1000000000000\r\n\r\n" + std::string(2000, 'x'));
  HttpClient client;
  HttpRequest request = Get(Url(server.port()));
  request.max_answer_bytes = 1000;
  const arrow::Status status = client.Send(request).status();
  EXPECT_EQ(KindOf(status), Kind::kAnswer);
  EXPECT_THAT(status.message(), HasSubstr("more than the 1000 bytes"));
}

TEST(HttpClientTest, AnAnswerThatBreaksOffIsNoAnswer) {
  ScriptedServer server("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort");
  HttpClient client;
  const arrow::Status status = client.Send(Get(Url(server.port()))).status();
  EXPECT_EQ(KindOf(status), Kind::kLost);
  EXPECT_TRUE(HttpError(status)->retryable());
}

TEST(HttpClientTest, GarbageIsNoAnswer) {
  ScriptedServer server("E\x7F\x01garbage that is not HTTP\n\n");
  HttpClient client;
  const arrow::Status status = client.Send(Get(Url(server.port()))).status();
  EXPECT_EQ(KindOf(status), Kind::kAnswer);
  EXPECT_THAT(status.message(), HasSubstr("not HTTP"));
}

TEST(HttpClientTest, NobodyListeningSaysWhoWasAsked) {
  uint16_t port = 0;
  {
    const testing::Socket socket = testing::Listen(&port);
  }
  HttpClient client;
  const arrow::Status status = client.Send(Get(Url(port, "/path?token=Hunter2"))).status();
  EXPECT_EQ(KindOf(status), Kind::kConnect);
  EXPECT_THAT(status.message(), HasSubstr("GET " + Url(port, "/path") + " reached nobody"));
  EXPECT_THAT(status.ToString(), Not(HasSubstr("Hunter2")));
}

TEST(HttpClientTest, ASilentServerEndsAtTheDeadline) {
  ScriptedServer server("");
  HttpClient client;
  HttpRequest request = Get(Url(server.port()));
  request.timeout = milliseconds(200);
  const arrow::Status status = client.Send(request).status();
  EXPECT_EQ(KindOf(status), Kind::kTimeout);
  EXPECT_THAT(status.message(), HasSubstr("no complete answer in time: Operation timed out after "));
}

/// A request to a server that never answers, interrupted once it has arrived.
arrow::Status SentAndInterrupted(Interrupt* interrupt) {
  ScriptedServer server("");
  HttpClient client;
  HttpRequest request = Get(Url(server.port()));
  request.timeout = std::chrono::minutes(10);
  std::thread stopper([&] {
    server.WaitForRequest();
    interrupt->Set();
  });
  const arrow::Status status = client.Send(request, interrupt).status();
  stopper.join();
  return status;
}

TEST(HttpClientTest, AnInterruptEndsTheWait) {
  Interrupt interrupt;
  const arrow::Status status = SentAndInterrupted(&interrupt);
  EXPECT_EQ(KindOf(status), Kind::kInterrupted);
  EXPECT_TRUE(status.IsCancelled());
}

TEST(HttpClientTest, AnInterruptWithoutADescriptorEndsTheWaitToo) {
  EXPECT_EQ(KindOf(SentAndInterrupted(WithoutDescriptor().get())), Kind::kInterrupted);
}

TEST(HttpClientTest, TheTimeAfterAnInterruptEnds) {
  ScriptedServer server("");
  HttpClient client;
  HttpRequest request = Get(Url(server.port()));
  request.timeout = std::chrono::minutes(10);
  request.time_after_interrupt = milliseconds(50);
  Interrupt interrupt;
  std::thread stopper([&] {
    server.WaitForRequest();
    interrupt.Set();
  });
  EXPECT_EQ(KindOf(client.Send(request, &interrupt).status()), Kind::kInterrupted);
  stopper.join();
}

TEST(HttpClientTest, NothingIsSentAfterAnInterrupt) {
  HttpClient client;
  // Nobody listens there.
  HttpRequest request = Get(Url(1));
  request.time_after_interrupt = std::chrono::minutes(10);
  Interrupt interrupt;
  interrupt.Set();
  EXPECT_EQ(KindOf(client.Send(request, &interrupt).status()), Kind::kInterrupted);
}

TEST(HttpClientTest, AHeaderCannotBeginAnother) {
  HttpClient client;
  HttpRequest request = Get(Url(1));
  request.headers = {{"X-Name", "a\r\nX-Other: b"}};
  EXPECT_EQ(KindOf(client.Send(request).status()), Kind::kRequest);
}

TEST(HttpClientTest, OtherProtocolsAreRefused) {
  HttpClient client;
  for (const char* url : {"file:///etc/passwd", "ftp://127.0.0.1/", "no url at all", ""}) {
    EXPECT_EQ(KindOf(client.Send(Get(url)).status()), Kind::kRequest) << url;
  }
}

TEST(HttpClientTest, APathIsNeverChanged) {
  HttpClient client;
  for (const char* path : {"/a/../b", "/a/.", "/%2e%2E/b", "/a/.%2e?x"}) {
    EXPECT_EQ(KindOf(client.Send(Get(Url(1, path))).status()), Kind::kRequest) << path;
  }
  ScriptedServer server("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  ASSERT_TRUE(client.Send(Get(Url(server.port(), "//a/..b/%41/c.?d=../e"))).ok());
  server.Join();
  EXPECT_EQ(server.request().first_line, "GET //a/..b/%41/c.?d=../e HTTP/1.1");
}

class SignatureTest : public ::testing::Test {
 protected:
  /// Whether botocore signs the request as we did.
  void ExpectSigned(HttpRequest request, const std::string& rest) {
    request.url = Url(server_.port(), rest);
    auto answer = client_.Send(request);
    ASSERT_TRUE(answer.ok()) << answer.status();
    EXPECT_EQ(answer->status, 200) << request.method << " " << rest << "\n" << answer->body;
    EXPECT_EQ(answer->Header("x-seen-method"), request.method);
  }

  testing::CheckingServer server_;
  HttpClient client_;
};

TEST_F(SignatureTest, FormsAreSignedAsBotocoreSigns) {
  HttpRequest request;
  request.method = "POST";
  request.headers = {{"Content-Type", "application/x-www-form-urlencoded; charset=utf-8"}};
  request.body = "Action=GetClusterCredentials&DbUser=a%20b";
  request.signing = ExampleKeys("redshift");
  ExpectSigned(request, "/");
  request.signing->keys.session_token = Secret("IQoJb3JpZ2luX2VjE+/==");
  ExpectSigned(request, "/");
}

TEST_F(SignatureTest, JsonIsSignedAsBotocoreSigns) {
  HttpRequest request;
  request.method = "POST";
  request.headers = {{"Content-Type", "application/x-amz-json-1.1"},
                     {"X-Amz-Target", "secretsmanager.GetSecretValue"}};
  request.body = R"({"SecretId":"a"})";
  request.signing = ExampleKeys("secretsmanager");
  ExpectSigned(request, "/");
}

TEST_F(SignatureTest, ObjectsAreSignedAsBotocoreSigns) {
  const std::string body(300'000, '\xFE');
  for (const char* method : {"PUT", "POST", "GET", "DELETE", "HEAD"}) {
    HttpRequest request;
    request.method = method;
    request.signing = ExampleKeys("s3");
    request.signing->keys.session_token = Secret("token");
    if (request.method == "PUT") {
      request.borrowed_body = body;
      request.headers = {{"x-amz-server-side-encryption", "aws:kms"},
                         {"x-amz-server-side-encryption-aws-kms-key-id",
                          "arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"}};
    }
    ExpectSigned(request, "/bucket/prefix/0-1.csv.zst");
    ExpectSigned(request, "/bucket/" + UrlEscape("a b/c+d=e%/\xC3\xA4~'()*", /*keep_slash=*/true));
    ExpectSigned(request, "/bucket//a/..b/c./...");
    ExpectSigned(request, "/bucket/key?uploads=");
    ExpectSigned(request, "/bucket/key?partNumber=2&uploadId=" + UrlEscape("2~a+b/c=="));
    ExpectSigned(request, "/bucket?list-type=2&prefix=" + UrlEscape("a b/") +
                              "&continuation-token=" + UrlEscape("1/2=") + "&a=&A=x");
  }
}

TEST_F(SignatureTest, ABodyThatIsNotSignedIsSaidToBeSo) {
  HttpRequest request;
  request.method = "PUT";
  request.signing = ExampleKeys("s3");
  request.borrowed_body = "rows";
  request.headers = {{"x-amz-content-sha256", "UNSIGNED-PAYLOAD"}};
  ExpectSigned(request, "/bucket/key?partNumber=2&uploadId=a");
}

TEST_F(SignatureTest, LongKeysAndTokensAreSignedWhole) {
  HttpRequest request;
  request.method = "PUT";
  request.signing = ExampleKeys("s3");
  // S3's longest key, of characters that are escaped; a token as long as those of large session policies.
  request.signing->keys.session_token = Secret(std::string(8192, 't'));
  ExpectSigned(request, "/bucket/" + UrlEscape(std::string(1024, '+'), /*keep_slash=*/true));
}

TEST_F(SignatureTest, AnotherSecretIsSeen) {
  HttpRequest request = Get(Url(server_.port()));
  request.signing = ExampleKeys("s3");
  request.signing->keys.secret_access_key = Secret("another");
  EXPECT_EQ(client_.Send(request)->status, 403);
}

TEST_F(SignatureTest, KeysOfOneRequestAreGoneInTheNext) {
  HttpRequest request = Get(Url(server_.port()));
  request.signing = ExampleKeys("s3");
  ASSERT_EQ(client_.Send(request)->status, 200);
  request.signing.reset();
  EXPECT_EQ(client_.Send(request)->body, "not signed: None");
}

TEST_F(SignatureTest, AConnectionServesManyRequests) {
  HttpRequest request = Get(Url(server_.port()));
  request.signing = ExampleKeys("s3");
  const std::string first(client_.Send(request)->Header("x-seen-connection"));
  EXPECT_EQ(client_.Send(request)->Header("x-seen-connection"), first);
}

TEST_F(SignatureTest, ThreadsShareAClient) {
  std::vector<std::thread> threads;
  std::atomic<int> signed_count = 0;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      HttpRequest request = Get(Url(server_.port()));
      request.signing = ExampleKeys("s3");
      for (int n = 0; n < 5; ++n) {
        auto answer = client_.Send(request);
        if (answer.ok() && answer->status == 200) ++signed_count;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(signed_count, 20);
}

class TlsTest : public ::testing::Test {
 protected:
  static arrow::Result<HttpAnswer> Ask(const testing::CheckingServer& server, const std::string& ca_file,
                                       const std::string& host = "localhost") {
    HttpClient client(ca_file);
    HttpRequest request = Get("https://" + host + ":" + std::to_string(server.port()) + "/");
    request.signing = ExampleKeys("s3");
    return client.Send(request);
  }
};

TEST_F(TlsTest, ACertificateOfATrustedAuthorityIsAccepted) {
  testing::CheckingServer server("good");
  for (const char* host : {"localhost", "127.0.0.1"}) {
    auto answer = Ask(server, server.ca_file(), host);
    ASSERT_TRUE(answer.ok()) << answer.status();
    EXPECT_EQ(answer->status, 200);
  }
}

TEST_F(TlsTest, ACertificateOfAnotherAuthorityIsRefused) {
  testing::CheckingServer server("good");
  testing::CheckingServer other("good");
  const arrow::Status status = Ask(server, other.ca_file()).status();
  EXPECT_EQ(KindOf(status), Kind::kTls);
  EXPECT_THAT(status.message(), HasSubstr("certificate was not accepted"));
  EXPECT_EQ(KindOf(Ask(server, "").status()), Kind::kTls) << "the system does not know this authority";
}

TEST_F(TlsTest, ACertificateOfAnotherHostIsRefused) {
  testing::CheckingServer server("wrong-host");
  const arrow::Status status = Ask(server, server.ca_file()).status();
  EXPECT_EQ(KindOf(status), Kind::kTls);
  EXPECT_THAT(status.message(), HasSubstr("localhost"));
}

TEST_F(TlsTest, AnExpiredCertificateIsRefused) {
  testing::CheckingServer server("expired");
  const arrow::Status status = Ask(server, server.ca_file()).status();
  EXPECT_EQ(KindOf(status), Kind::kTls);
  EXPECT_THAT(status.message(), HasSubstr("expired"));
}

TEST_F(TlsTest, AServerOfBeforeTls12IsRefused) {
  testing::CheckingServer server("old-protocol");
  EXPECT_THAT(Ask(server, server.ca_file()).status().message(),
              AllOf(HasSubstr("no TLS connection"), HasSubstr("protocol version")));
}

TEST_F(TlsTest, AnAuthorityFileThatIsNotThereIsNamed) {
  testing::CheckingServer server("good");
  const arrow::Status status = Ask(server, "/nowhere/ca.pem").status();
  EXPECT_EQ(KindOf(status), Kind::kRequest);
  EXPECT_THAT(status.message(), HasSubstr("'/nowhere/ca.pem' cannot be read"));
}

}  // namespace
}  // namespace redshift
