// TLS and who must speak it, against the running program.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "local/testing/local_process.h"
#include "local/testing/raw_client.h"
#include "local/wire/connection.h"

namespace redshift_local {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr char kWithoutTls[] =
    "no pg_hba.conf entry for host \"::ffff:127.0.0.1\", user \"awsuser\", database \"dev\", SSL off";

constexpr int32_t kSslRequest = 80877103;

void Send(Connection* socket, const std::string& bytes) {
  socket->AddRaw(bytes);
  socket->Flush();
}

LocalProcess& Demanding() {
  static LocalProcess local({"--port", "0", "--s3-port", "0", "--api-port", "0", "--tls", "require"});
  if (!local.is_ready()) throw std::runtime_error("redshift-local did not start: " + local.Log());
  return local;
}

std::string Verifying(const LocalProcess& local, const std::string& mode = "verify-full") {
  return fmt::format("sslmode={} sslrootcert={}", mode, local.Ready("ca"));
}

std::string Contents(const std::string& file) {
  std::ifstream stream(file);
  return {std::istreambuf_iterator<char>(stream), {}};
}

TEST(TlsTest, ClientsVerifyItByTheAuthorityOfTheReadyLine) {
  for (const char* host : {"127.0.0.1", "localhost"}) {
    Client client(SharedLocal(), Verifying(SharedLocal()) + " host=" + host);
    ASSERT_TRUE(client.is_connected()) << client.error();
    EXPECT_EQ(PQsslInUse(client.connection()), 1);
    EXPECT_STREQ(PQsslAttribute(client.connection(), "protocol"), "TLSv1.3");
    EXPECT_EQ(client.Run("select 1").Value(), "1");
  }
}

TEST(TlsTest, AnotherAuthorityAndAnotherHostAreNot) {
  Client stranger(SharedLocal(), Verifying(Demanding()));
  EXPECT_THAT(stranger.error(), HasSubstr("certificate verify failed"));
  const std::string host = " host=redshift.example hostaddr=127.0.0.1";
  Client misled(SharedLocal(), Verifying(SharedLocal()) + host);
  EXPECT_THAT(misled.error(), HasSubstr("does not match host name \"redshift.example\""));
  EXPECT_TRUE(Client(SharedLocal(), Verifying(SharedLocal(), "verify-ca") + host).is_connected());
  // The log says who did not like the certificate.
  EXPECT_TRUE(Eventually(
      [] { return SharedLocal().Log().find("was gone before it had logged in") != std::string::npos; }));
}

TEST(TlsTest, ClientsChooseUnlessItIsRequired) {
  EXPECT_EQ(PQsslInUse(Client(SharedLocal(), "sslmode=disable").connection()), 0);
  EXPECT_EQ(PQsslInUse(Client(SharedLocal(), "sslmode=require").connection()), 1);
  EXPECT_EQ(PQsslInUse(Client(Demanding(), "sslmode=require").connection()), 1);
}

TEST(TlsTest, RequireRefusesPlainTextBeforeThePassword) {
  Client plain(Demanding(), "sslmode=disable");
  EXPECT_FALSE(plain.is_connected());
  EXPECT_THAT(plain.error(), HasSubstr(kWithoutTls));
  EXPECT_THAT(Client(Demanding(), "sslmode=disable password=wrong").error(), HasSubstr(kWithoutTls));
  EXPECT_THAT(Client(Demanding(), "sslmode=require password=wrong").error(),
              HasSubstr("password authentication failed for user \"awsuser\""));
}

TEST(TlsTest, OffDeclinesAndHasNoAuthority) {
  LocalProcess local({"--port", "0", "--s3-port", "0", "--api-port", "0", "--tls", "off"});
  ASSERT_TRUE(local.is_ready()) << local.Log();
  EXPECT_EQ(local.Ready("ca"), "");
  Connection socket(ConnectTcp(local), "server");
  Send(&socket, StartupPacket(kSslRequest));
  EXPECT_EQ(socket.ReadByte(), 'N');
  Send(&socket, StartupPacket(196608, {{"user", "awsuser"}, {"database", "dev"}}));
  EXPECT_EQ(socket.Read().type, 'R');
  EXPECT_THAT(Client(local, "sslmode=require").error(), HasSubstr("server does not support SSL"));
}

TEST(TlsTest, LargeStatementsAndAnswersPass) {
  Client client(SharedLocal(), "sslmode=require");
  const std::string text(3'000'000, 'x');
  EXPECT_EQ(client.Run("select length('" + text + "')").Value(), "3000000");
  EXPECT_EQ(client.Run("select repeat('0123456789', 300000)").Value().size(), 3'000'000u);
  const Answer rows = client.Run("select g, repeat('y', 100) from generate_series(1, 50000) g");
  ASSERT_EQ(rows.rows.size(), 50'000u);
  EXPECT_EQ(rows.rows.back()[0], "50000");
}

TEST(TlsTest, CancelReachesATlsSession) {
  Client holder(Demanding(), "sslmode=require");
  ASSERT_TRUE(holder.Run("create table tls_cancel (a int)").ok());
  holder.Run("begin");
  holder.Run("lock tls_cancel");
  Client waiter(Demanding(), "sslmode=require");
  waiter.Send("insert into tls_cancel values (1)");
  ASSERT_FALSE(waiter.HasAnswerWithin(200));
  PGcancel* cancel = PQgetCancel(waiter.connection());
  char error[256];
  EXPECT_EQ(PQcancel(cancel, error, sizeof(error)), 1) << error;
  PQfreeCancel(cancel);
  EXPECT_EQ(waiter.Await().sqlstate, "57014");
  EXPECT_EQ(waiter.Run("select 1").Value(), "1");
}

TEST(TlsTest, ATerminatedSessionIsToldOverTls) {
  Client client(SharedLocal(), "sslmode=require");
  Client victim(SharedLocal(), "sslmode=require");
  EXPECT_EQ(client.Run("select pg_terminate_backend(" + std::to_string(victim.pid()) + ")").Value(), "t");
  std::vector<std::string> told;
  EXPECT_TRUE(Eventually([&] {
    PQconsumeInput(victim.connection());
    PQisBusy(victim.connection());
    told = victim.TakeNotices();
    return !told.empty();
  }));
  EXPECT_THAT(told, ElementsAre("FATAL: terminating connection due to administrator command"));
}

TEST(TlsTest, OlderThan12IsRefused) {
  for (const auto& [version, accepted] :
       {std::pair{TLS1_1_VERSION, false}, std::pair{TLS1_2_VERSION, true}}) {
    Connection socket(ConnectTcp(), "server");
    Send(&socket, StartupPacket(kSslRequest));
    ASSERT_EQ(socket.ReadByte(), 'S');
    const std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context(SSL_CTX_new(TLS_client_method()),
                                                                    SSL_CTX_free);
    // Otherwise the client itself would refuse.
    SSL_CTX_set_security_level(context.get(), 0);
    ASSERT_EQ(SSL_CTX_set_min_proto_version(context.get(), version), 1);
    ASSERT_EQ(SSL_CTX_set_max_proto_version(context.get(), version), 1);
    const std::unique_ptr<SSL, decltype(&SSL_free)> tls(SSL_new(context.get()), SSL_free);
    SSL_set_fd(tls.get(), socket.descriptor());
    EXPECT_EQ(SSL_connect(tls.get()) == 1, accepted) << version;
  }
}

TEST(TlsTest, WhatCameBeforeTheHandshakeIsNotTaken) {
  Connection socket(ConnectTcp(), "server");
  Send(&socket,
       StartupPacket(kSslRequest) + StartupPacket(196608, {{"user", "awsuser"}, {"database", "dev"}}));
  EXPECT_EQ(socket.ReadByte(), 'S');
  EXPECT_THROW(socket.Read(), ConnectionLost);
}

TEST(TlsTest, GarbageEndsItsOwnConnectionOnly) {
  Client client;
  const std::string sessions = "select count(*) from stv_sessions";
  const std::string before = client.Run(sessions).Value();
  for (const std::string& bytes : {std::string(), std::string("\x16\x03\x01\x02\x00\x01", 6),
                                   std::string(5000, '\xff'), std::string("GET / HTTP/1.1\r\n\r\n")}) {
    Connection socket(ConnectTcp(), "server");
    Send(&socket, StartupPacket(kSslRequest));
    ASSERT_EQ(socket.ReadByte(), 'S');
    Send(&socket, bytes);
  }
  {
    Client broken(SharedLocal(), "sslmode=require");
    ::send(PQsocket(broken.connection()), "no record of TLS", 16, MSG_NOSIGNAL);
    Client gone(SharedLocal(), "sslmode=require");
    gone.Vanish();
  }
  EXPECT_TRUE(Eventually([&] { return client.Run(sessions).Value() == before; }));
  EXPECT_TRUE(Client(SharedLocal(), "sslmode=require").is_connected());
}

TEST(TlsTest, TheAuthorityIsKeptBesideTheData) {
  char name[] = "/tmp/redshift-local-tls-XXXXXX";
  const std::string folder = ::mkdtemp(name);
  ::chmod(folder.c_str(), 0755);
  const std::vector<std::string> arguments = {"--port",     "0", "--s3-port", "0",
                                              "--api-port", "0", "--data",    folder + "/data"};
  std::string authority;
  std::string text;
  {
    LocalProcess local(arguments);
    ASSERT_TRUE(local.is_ready()) << local.Log();
    authority = local.Ready("ca");
    EXPECT_THAT(authority, StartsWith(folder));
    text = Contents(authority);
    EXPECT_THAT(text, StartsWith("-----BEGIN CERTIFICATE-----"));
    EXPECT_TRUE(Client(local, Verifying(local)).is_connected());
  }
  {
    LocalProcess local(arguments);
    ASSERT_TRUE(local.is_ready()) << local.Log();
    EXPECT_EQ(Contents(local.Ready("ca")), text);
    EXPECT_TRUE(Client(local, Verifying(local)).is_connected());
  }
  const std::string key = folder + "/data/tls/ca.key";
  struct stat file{};
  ASSERT_EQ(::stat(key.c_str(), &file), 0);
  EXPECT_EQ(file.st_mode & 0777, 0600u);
  std::ofstream(key) << "no key";
  LocalProcess local(arguments);
  EXPECT_FALSE(local.is_ready());
  EXPECT_EQ(local.Wait(), 1);
  EXPECT_THAT(local.Log(), HasSubstr("are not a valid authority. Remove the folder and start again"));
  std::filesystem::remove_all(folder);
}

TEST(TlsTest, TemporaryUsersNeedTls) {
  for (const char* user : {"IAM:alice", "IAMA:alice:loaders", "IAMR:etl"}) {
    const std::string as = fmt::format(" user={} password=x", user);
    EXPECT_THAT(
        Client(SharedLocal(), "sslmode=disable" + as).error(),
        HasSubstr(fmt::format("no pg_hba.conf entry for host \"::ffff:127.0.0.1\", user \"{}\"", user)));
    EXPECT_THAT(Client(SharedLocal(), "sslmode=require" + as).error(),
                HasSubstr(fmt::format("password authentication failed for user \"{}\"", user)));
    EXPECT_THAT(SharedLocal().Log(),
                HasSubstr(fmt::format("user \"{}\": it is no password that was issued for this name", user)));
  }
}

}  // namespace
}  // namespace redshift_local
