// What TLS promises: nothing leaves in the clear, and every refusal says which check failed. The other side
// is OpenSSL's server with certificates of OpenSSL's making.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/ssl.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <thread>

#include "engine/sql/session_statements.h"
#include "engine/warehouse/session.h"
#include "engine/warehouse/testing/certificates.h"
#include "engine/warehouse/testing/listener.h"
#include "engine/warehouse/testing/tls_listener.h"
#include "engine/warehouse/testing/variable.h"

namespace redshift {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using namespace std::string_view_literals;  // NOLINT: the bytes hold NUL

const Certificate& Authority() {
  static const auto* authority = new Certificate(Certificate::Authority("authority of the tests"));
  return *authority;
}

ConnectionSettings At(int port, const std::string& mode) {
  ConnectionSettings settings;
  settings.host = "localhost";
  settings.port = port;
  settings.database = "dev";
  settings.user = "loader";
  settings.password = Secret("Hunter2hunter2");
  settings.ssl_mode = mode;
  settings.ssl_root_cert = Authority().certificate_file();
  return settings;
}

arrow::Status Refusal(const ConnectionSettings& settings) {
  arrow::Status status = Session::Open(settings).status();
  EXPECT_FALSE(status.ok());
  if (const WarehouseErrorDetail* error = WarehouseError(status)) {
    EXPECT_EQ(error->kind, ErrorKind::kLogin) << status;
    EXPECT_EQ(error->retry, Retry::kNever) << status;
  }
  return status;
}

TEST(SessionTls, EveryModeThatEncryptsTakesAGoodCertificate) {
  for (const char* mode : {"require", "verify-ca", "verify-full"}) {
    TlsListener server(Authority().Issue({"DNS:localhost"}));
    auto session = Session::Open(At(server.port(), mode));
    ASSERT_TRUE(session.ok()) << mode << ": " << session.status();
    session->reset();
    EXPECT_EQ(server.version(), "TLSv1.3");
    EXPECT_THAT(server.login(), HasSubstr("loader"));
  }
}

TEST(SessionTls, AnAddressIsANameOfACertificateToo) {
  TlsListener server(Authority().Issue({"IP:127.0.0.1"}));
  ConnectionSettings settings = At(server.port(), "verify-full");
  settings.host = "127.0.0.1";
  EXPECT_TRUE(Session::Open(settings).ok());
}

TEST(SessionTls, TheSystemsRootsAreUsedWhereNoFileIsNamed) {
  TlsListener server(Authority().Issue({"DNS:localhost"}));
  ConnectionSettings settings = At(server.port(), "verify-full");
  settings.ssl_root_cert.clear();
  EXPECT_THAT(Refusal(settings).message(), HasSubstr("its chain ends at no authority of '/etc/"));
  const Variable roots("SSL_CERT_FILE", Authority().certificate_file());
  EXPECT_TRUE(Session::Open(settings).ok());
}

TEST(SessionTls, CertificateOfAnotherAuthorityIsRefused) {
  const Certificate stranger = Certificate::Authority("a stranger");
  for (const char* mode : {"verify-ca", "verify-full"}) {
    TlsListener server(stranger.Issue({"DNS:localhost"}));
    EXPECT_THAT(Refusal(At(server.port(), mode)).message(),
                AllOf(HasSubstr("The TLS certificate of localhost:"), HasSubstr(mode),
                      HasSubstr("its chain ends at no authority of '" + Authority().certificate_file() + "'"),
                      HasSubstr("'ssl.root-cert'")));
    EXPECT_THAT(server.login(), IsEmpty());
  }
}

TEST(SessionTls, SelfSignedCertificateIsRefused) {
  TlsListener server(Certificate::Authority("localhost"));
  EXPECT_THAT(Refusal(At(server.port(), "verify-full")).message(),
              HasSubstr("its chain ends at no authority"));
}

TEST(SessionTls, ExpiredCertificateIsRefused) {
  TlsListener server(Authority().Issue({"DNS:localhost"}, {std::chrono::hours(-2), std::chrono::hours(-1)}));
  EXPECT_THAT(Refusal(At(server.port(), "verify-ca")).message(), HasSubstr("has expired"));
  EXPECT_THAT(server.login(), IsEmpty());
}

TEST(SessionTls, CertificateOfTheFutureIsRefused) {
  TlsListener server(Authority().Issue({"DNS:localhost"}, {std::chrono::hours(1), std::chrono::hours(2)}));
  EXPECT_THAT(Refusal(At(server.port(), "verify-full")).message(), HasSubstr("not valid yet"));
}

TEST(SessionTls, CertificateOfAnotherHostIsRefusedByVerifyFullAlone) {
  const Certificate other = Authority().Issue({"DNS:cluster.example.com", "DNS:other.example.com"});
  {
    TlsListener server(other);
    EXPECT_THAT(Refusal(At(server.port(), "verify-full")).message(),
                AllOf(HasSubstr("made out to another host"), HasSubstr("cluster.example.com"),
                      HasSubstr("'hostname'")));
    EXPECT_THAT(server.login(), IsEmpty());
  }
  TlsListener server(other);
  EXPECT_TRUE(Session::Open(At(server.port(), "verify-ca")).ok());
}

TEST(SessionTls, AServerThatKnowsOldVersionsOnlyIsRefused) {
  TlsListener server(Authority().Issue({"DNS:localhost"}),
                     {.oldest = TLS1_VERSION, .newest = TLS1_1_VERSION});
  EXPECT_THAT(Refusal(At(server.port(), "require")).message(),
              HasSubstr("offers no TLS version that is safe: 1.2 or newer is needed"));
  EXPECT_EQ(server.asked(), 1);
  EXPECT_THAT(server.login(), IsEmpty());
}

TEST(SessionTls, Version12IsEnough) {
  TlsListener server(Authority().Issue({"DNS:localhost"}),
                     {.oldest = TLS1_VERSION, .newest = TLS1_2_VERSION});
  EXPECT_TRUE(Session::Open(At(server.port(), "verify-full")).ok());
  EXPECT_EQ(server.version(), "TLSv1.2");
}

TEST(SessionTls, TheEnvironmentCannotWeakenIt) {
  const Variable version("PGSSLMINPROTOCOLVERSION", "TLSv1");
  const Variable mode("PGSSLMODE", "disable");
  TlsListener server(Authority().Issue({"DNS:localhost"}),
                     {.oldest = TLS1_VERSION, .newest = TLS1_1_VERSION});
  EXPECT_THAT(Refusal(At(server.port(), "require")).message(), HasSubstr("1.2 or newer is needed"));
}

TEST(SessionTls, RequireChecksNothingWhateverLiesInTheHomeDirectory) {
  const std::string home = std::filesystem::temp_directory_path() / ("home-" + std::to_string(getpid()));
  std::filesystem::create_directories(home + "/.postgresql");
  std::filesystem::copy_file(Authority().certificate_file(), home + "/.postgresql/root.crt",
                             std::filesystem::copy_options::overwrite_existing);
  const Variable directory("HOME", home);
  const Variable roots("PGSSLROOTCERT", Authority().certificate_file());
  TlsListener server(Certificate::Authority("a stranger").Issue({"DNS:elsewhere"}));
  ConnectionSettings settings = At(server.port(), "require");
  settings.ssl_root_cert.clear();
  const arrow::Status status = Session::Open(settings).status();
  std::filesystem::remove_all(home);
  EXPECT_TRUE(status.ok()) << status;
}

TEST(SessionTls, RootFileThatIsNotThere) {
  TlsListener server(Authority().Issue({"DNS:localhost"}));
  ConnectionSettings settings = At(server.port(), "verify-full");
  settings.ssl_root_cert = "/no/such/roots.pem";
  EXPECT_THAT(Refusal(settings).message(),
              AllOf(HasSubstr("'ssl.root-cert', '/no/such/roots.pem': No such file or directory"),
                    HasSubstr("every machine")));
  EXPECT_EQ(server.asked(), 0);
}

TEST(SessionTls, RootFileThatHoldsNoCertificate) {
  TlsListener server(Authority().Issue({"DNS:localhost"}));
  ConnectionSettings settings = At(server.port(), "verify-full");
  settings.ssl_root_cert = Authority().key_file();
  EXPECT_THAT(Refusal(settings).message(),
              AllOf(HasSubstr("holds no certificates"), HasSubstr(Authority().key_file())));
}

TEST(SessionTls, RootFileThatIsEmptyOrAFolder) {
  const std::string folder = (std::filesystem::temp_directory_path() / ("roots-" + std::to_string(getpid())));
  std::filesystem::create_directories(folder);
  std::ofstream(folder + "/empty.pem").flush();
  TlsListener server(Authority().Issue({"DNS:localhost"}));
  ConnectionSettings settings = At(server.port(), "verify-full");
  for (const std::string& file : {folder + "/empty.pem", folder}) {
    settings.ssl_root_cert = file;
    EXPECT_THAT(Refusal(settings).message(), AllOf(HasSubstr("holds no certificates"), HasSubstr(file)));
  }
  std::filesystem::remove_all(folder);
  EXPECT_THAT(server.login(), IsEmpty());
}

TEST(SessionTls, BytesInTheClearAfterTheAgreementAreNoSession) {
  // As somebody between the two would slip them in: AuthenticationOk, ReadyForQuery.
  const std::string slipped_in("R\0\0\0\x08\0\0\0\0Z\0\0\0\x05I", 15);
  TlsListener server(Authority().Issue({"DNS:localhost"}), {.in_the_clear = slipped_in});
  EXPECT_THAT(Refusal(At(server.port(), "verify-full")).message(),
              HasSubstr("sent something in the clear after it had agreed to TLS"));
  EXPECT_THAT(server.login(), IsEmpty());
}

std::string Message(char type, const std::string& body) {
  std::string message(1, type);
  for (int shift = 24; shift >= 0; shift -= 8) {
    message += static_cast<char>((body.size() + 4) >> static_cast<unsigned>(shift) & 0xff);
  }
  return message + body;
}

std::string Row(uint16_t size) {
  const std::string length = {0, 0, static_cast<char>(size >> 8), static_cast<char>(size & 0xff)};
  return Message('D', std::string("\0\x01", 2) + length + std::string(size, 'x'));
}

TEST(SessionTls, TheEndOfARecordThatLibpqHadNoRoomForIsNotWaitedFor) {
  // RowDescription of one column "a" of type text.
  const std::string columns = Message('T', std::string("\0\x01"
                                                       "a\0"
                                                       "\0\0\0\0\0\0\0\0\0\x19\xff\xff\xff\xff\xff\xff\0\0",
                                                       22));
  std::string all = columns + Row(5000);
  // 4,000 bytes of a row stay in libpq's buffer of 16 KB when the next record of 16 KB comes. Older ones of
  // libpq leave the end of that in OpenSSL's, of which the socket does not know.
  const size_t first = columns.size() + 4000;
  const std::string end = Message('C', std::string("SELECT 1", 9)) + Message('Z', "T");
  int rows = 1;
  while (all.size() + Row(1000).size() + end.size() <= first + 16'384) {
    all += Row(1000);
    ++rows;
  }
  all += end;
  TlsListener server(Authority().Issue({"DNS:localhost"}),
                     {.answer = {all.substr(0, first), all.substr(first)}});
  auto session = Session::Open(At(server.port(), "verify-full"));
  ASSERT_TRUE(session.ok()) << session.status();
  auto result = (*session)->Execute(LastCopyCountSql(), Clock::now() + std::chrono::seconds(20));
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->row_count(), rows);
}

TEST(SessionTls, LengthsThatCannotBeAreOneClearError) {
  for (const std::string_view welcome : {"R\xff\xff\xff\xff\0\0\0\0"sv, "R\0\0\0\0\0\0\0\0"sv}) {
    TlsListener server(Authority().Issue({"DNS:localhost"}), {.welcome = std::string(welcome)});
    EXPECT_THAT(Session::Open(At(server.port(), "verify-full")).status().message(),
                HasSubstr("does not speak Redshift's protocol"));
    EXPECT_THAT(server.login(), HasSubstr("loader"));
  }
}

/// The error of a client to which the server agrees to TLS, and answers the first message of the handshake as
/// `answer` does.
arrow::Status HandshakeWith(const std::function<void(int client)>& answer,
                            std::chrono::milliseconds timeout = std::chrono::seconds(30)) {
  std::string hello;
  Listener server;
  server.Serve([&](int client) {
    ReadSome(client);
    SendAll(client, "S");
    hello = ReadSome(client);
    answer(client);
  });
  ConnectionSettings settings = At(server.port(), "verify-full");
  settings.connect_timeout = timeout;
  arrow::Status status = Session::Open(settings).status();
  server.Stop();
  // The client's part of a handshake, and nothing of the login.
  EXPECT_TRUE(hello.starts_with("\x16\x03\x01"));
  EXPECT_THAT(hello, Not(HasSubstr("loader")));
  EXPECT_THAT(status.message(),
              AllOf(HasSubstr("localhost:"), HasSubstr("'hostname'"), Not(HasSubstr("\n"))));
  return status;
}

TEST(SessionTls, AServerThatTalksAnotherProtocolAfterTheAgreement) {
  const arrow::Status status = HandshakeWith([](int client) {
    SendAll(client, "HTTP/1.1 400 Bad Request\r\n\r\n");
    ReadToEnd(client);
  });
  EXPECT_THAT(status.message(), HasSubstr("does not speak Redshift's protocol"));
  EXPECT_EQ(WarehouseError(status)->retry, Retry::kNever);
}

TEST(SessionTls, AHandshakeThatIsCutIsALostConnection) {
  // At its start, and within the server's first message.
  for (const std::string_view begin : {""sv, "\x16\x03\x03\0\x7a\x02\0\0\x76"sv}) {
    const arrow::Status status = HandshakeWith([begin](int client) { SendAll(client, begin); });
    EXPECT_THAT(status.message(), HasSubstr("closed the connection before the session was open"));
    EXPECT_EQ(WarehouseError(status)->kind, ErrorKind::kConnection);
    EXPECT_EQ(WarehouseError(status)->retry, Retry::kConnection);
  }
}

TEST(SessionTls, AServerThatRefusesTheHandshakeIsQuoted) {
  // A fatal alert: handshake_failure.
  const arrow::Status status = HandshakeWith([](int client) {
    SendAll(client, "\x15\x03\x03\0\x02\x02\x28"sv);
    ReadToEnd(client);
  });
  EXPECT_THAT(status.message(), HasSubstr("alert handshake failure"));
}

TEST(SessionTls, AHandshakeThatClaimsToBeHugeIsRefusedAtOnce) {
  // A ServerHello of 16 MB, in a record of its largest size.
  std::string record("\x16\x03\x03\x40\0\x02\xff\xff\xff", 9);
  record.resize(5 + 16'384, 'x');
  const arrow::Status status = HandshakeWith([&](int client) {
    SendAll(client, record);
    ReadToEnd(client);
  });
  EXPECT_THAT(status.message(), HasSubstr("does not speak Redshift's protocol"));
}

TEST(SessionTls, AHandshakeThatDripsEndsWithinTheConnectTimeout) {
  size_t drops = 0;
  const arrow::Status status = HandshakeWith(
      [&](int client) {
        // A ServerHello of 16 KB, a byte at a time.
        std::string hello("\x16\x03\x03\x3f\xff\x02", 6);
        hello.resize(16'384, '\0');
        while (drops < hello.size() && SendAll(client, hello.substr(drops, 1))) {
          ++drops;
          std::this_thread::sleep_for(std::chrono::milliseconds(20));
        }
      },
      std::chrono::milliseconds(700));
  EXPECT_THAT(status.message(), HasSubstr("did not answer within 700 ms"));
  EXPECT_GT(drops, 6U);
}

}  // namespace
}  // namespace redshift
