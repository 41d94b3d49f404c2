// The start of a session, against the running program.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include "local/session/password.h"
#include "local/testing/local_process.h"
#include "local/testing/raw_client.h"
#include "local/wire/connection.h"

namespace redshift_local {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Key;
using ::testing::Not;

TEST(LoginTest, GssEncryptionIsDeclinedAndTheSameSocketGoesOn) {
  Connection socket(ConnectTcp(), "server");
  socket.AddRaw(StartupPacket(80877104, {}));
  socket.Flush();
  EXPECT_EQ(socket.ReadByte(), 'N');
  socket.AddRaw(StartupPacket(196608, {{"user", "awsuser"}, {"database", "dev"}}));
  socket.Flush();
  const Message message = socket.Read();
  EXPECT_EQ(message.type, 'R');
  EXPECT_EQ(BodyReader(message.body).Int32(), 5);  // MD5
}

TEST(LoginTest, ClearTextLogInAndWhatTheServerReports) {
  Client admin;
  ASSERT_TRUE(admin.Run("create user clear_text password 'Abcdefg1'").ok());
  ASSERT_TRUE(admin.Run("alter user clear_text set redshift.login to 'clear'").ok());
  Connection socket(ConnectTcp(), "server");
  // What the official drivers send; a server that does not know a key takes it.
  socket.AddRaw(StartupPacket(196608, {{"user", "clear_text"},
                                       {"database", "dev"},
                                       {"client_protocol_version", "3"},
                                       {"driver_version", "Redshift JDBC Driver 2.2.8"},
                                       {"os_version", "Linux"},
                                       {"plugin_name", "x"},
                                       {"application_name", "[main]example"}}));
  socket.Flush();
  Message message = socket.Read();
  ASSERT_EQ(message.type, 'R');
  EXPECT_EQ(BodyReader(message.body).Int32(), 3);
  socket.Add('p', BodyWriter().String("Abcdefg1").body());
  socket.Flush();
  std::map<std::string, std::string> reported;
  bool has_key = false;
  while ((message = socket.Read()).type != 'Z') {
    BodyReader reader(message.body);
    if (message.type == 'S') {
      const std::string name(reader.String());
      reported[name] = std::string(reader.String());
    }
    has_key = has_key || message.type == 'K';
  }
  EXPECT_TRUE(has_key);
  EXPECT_EQ(reported["server_version"], "8.0.2");
  EXPECT_EQ(reported["integer_datetimes"], "on");
  EXPECT_EQ(reported["client_encoding"], "UTF8");
  EXPECT_EQ(reported["DateStyle"], "ISO, MDY");
  EXPECT_EQ(reported["TimeZone"], "UTC");
  EXPECT_EQ(reported["application_name"], "[main]example");
  for (const char* absent : {"standard_conforming_strings", "server_protocol_version", "show_discovery"}) {
    EXPECT_THAT(reported, Not(Contains(Key(absent))));
  }
}

TEST(LoginTest, WrongPasswordIsRefusedWithRedshiftsWords) {
  Client client(SharedLocal(), "password=wrong");
  EXPECT_FALSE(client.is_connected());
  EXPECT_THAT(client.error(), HasSubstr("password authentication failed for user \"awsuser\""));
  Client nobody(SharedLocal(), "user=nobody_there");
  EXPECT_THAT(nobody.error(), HasSubstr("password authentication failed for user \"nobody_there\""));
}

TEST(LoginTest, MissingDatabaseIsNamed) {
  Client client(SharedLocal(), "dbname=nowhere");
  EXPECT_THAT(client.error(), HasSubstr("database \"nowhere\" does not exist"));
}

TEST(LoginTest, UsersAndTheirPasswords) {
  Client admin;
  ASSERT_TRUE(admin.Run("create user carol password 'Abcdefg1'").ok());
  EXPECT_TRUE(Client(SharedLocal(), "user=carol password=Abcdefg1").is_connected());
  ASSERT_TRUE(admin.Run("alter user carol password 'Hijklmn2'").ok());
  EXPECT_FALSE(Client(SharedLocal(), "user=carol password=Abcdefg1").is_connected());
  EXPECT_TRUE(Client(SharedLocal(), "user=carol password=Hijklmn2").is_connected());
  // md5 of "Opqrstu3carol"
  const std::string stored = admin.Run("select 'md5' || md5('Opqrstu3carol')").Value();
  ASSERT_TRUE(admin.Run("alter user carol password '" + stored + "'").ok());
  EXPECT_TRUE(Client(SharedLocal(), "user=carol password=Opqrstu3").is_connected());
  ASSERT_TRUE(admin.Run("alter user carol password disable").ok());
  EXPECT_FALSE(Client(SharedLocal(), "user=carol password=Opqrstu3").is_connected());
  EXPECT_TRUE(admin.Run("drop user carol").ok());
}

// Logs in by the digest method as the official drivers do (com.amazon.redshift.util.ExtensibleDigest): the
// first message of the answer's kind 'R' or 'E'.
Message LogInByDigest(const std::string& user, const std::string& password) {
  Connection socket(ConnectTcp(), "server");
  socket.AddRaw(StartupPacket(196608, {{"user", user}, {"database", "dev"}}));
  socket.Flush();
  const Message request = socket.Read();
  BodyReader reader(request.body);
  if (request.type != 'R' || reader.Int32() != 13) throw std::runtime_error("no request for a digest");
  EXPECT_EQ(reader.Int32(), 0);  // SHA-256
  const std::string salt(reader.Bytes(static_cast<size_t>(reader.Int32())));
  const std::string server_nonce(reader.Bytes(static_cast<size_t>(reader.Int32())));
  EXPECT_GE(server_nonce.size(), 8u);
  EXPECT_TRUE(reader.ok() && reader.rest().empty());
  const std::string client_nonce = "1763900000000";
  const std::string digest = Sha256(Sha256(password + salt) + server_nonce + client_nonce);
  socket.Add('d', BodyWriter()
                      .Int32(static_cast<int32_t>(digest.size()))
                      .Bytes(digest)
                      .Int32(static_cast<int32_t>(client_nonce.size()))
                      .Bytes(client_nonce)
                      .body());
  socket.Flush();
  return socket.Read();
}

TEST(LoginTest, PasswordsStoredAsSha256AreAskedForByDigest) {
  Client admin;
  ASSERT_TRUE(admin.Run("create user dora password 'sha256|Abcdefg1'").ok());
  const Message welcome = LogInByDigest("dora", "Abcdefg1");
  EXPECT_EQ(welcome.type, 'R');
  EXPECT_EQ(BodyReader(welcome.body).Int32(), 0);
  const Message refusal = LogInByDigest("dora", "Abcdefg2");
  EXPECT_EQ(refusal.type, 'E');
  EXPECT_EQ(FindField(ReadErrorFields(refusal.body), 'C'), "28000");
  // libpq does not know the method.
  EXPECT_THAT(Client(SharedLocal(), "user=dora password=Abcdefg1").error(),
              HasSubstr("authentication method 13 not supported"));
  // hashlib.sha256(b"Hijklmn2" + bytes.fromhex("00ff10")).hexdigest()
  ASSERT_TRUE(admin
                  .Run("alter user dora password "
                       "'sha256|dfe1596f0678b5019d8b6a0eb2ca5dd3592edea62c00409ff75279e09ee3913e|00FF10'")
                  .ok());
  EXPECT_EQ(LogInByDigest("dora", "Hijklmn2").type, 'R');
  EXPECT_EQ(LogInByDigest("dora", "Abcdefg1").type, 'E');
  ASSERT_TRUE(admin.Run("alter user dora set redshift.login to 'clear'").ok());
  EXPECT_TRUE(Client(SharedLocal(), "user=dora password=Hijklmn2").is_connected());
  EXPECT_FALSE(Client(SharedLocal(), "user=dora password=Abcdefg1").is_connected());
  ASSERT_TRUE(admin.Run("alter user dora reset redshift.login").ok());
  // Back to MD5; a user may do so for itself.
  ASSERT_TRUE(admin.Run("alter user dora password 'Opqrstu3'").ok());
  Client dora(SharedLocal(), "user=dora password=Opqrstu3");
  ASSERT_TRUE(dora.is_connected()) << dora.error();
  EXPECT_TRUE(dora.Run("alter user dora password 'sha256|Vwxyzab4'").ok());
  EXPECT_EQ(LogInByDigest("dora", "Vwxyzab4").type, 'R');
  EXPECT_EQ(dora.Run("select local.keep_digest('awsuser', 'x')").sqlstate, "42501");
  EXPECT_EQ(dora.Run("alter user awsuser password 'sha256|Vwxyzab4'").sqlstate, "42501");
  EXPECT_TRUE(Client().is_connected());
}

TEST(LoginTest, ADigestThatIsNoneIsRefused) {
  Client admin;
  ASSERT_TRUE(admin.Run("create user ernst password 'sha256|Abcdefg1'").ok());
  for (const std::string& answer :
       {std::string(), std::string("\0\0\0\x20", 4), std::string("\xff\xff\xff\xff\0\0\0\0", 8),
        std::string("\x7f\xff\xff\xff", 4), std::string(8, '\0')}) {
    Connection socket(ConnectTcp(), "server");
    socket.AddRaw(StartupPacket(196608, {{"user", "ernst"}, {"database", "dev"}}));
    socket.Flush();
    ASSERT_EQ(socket.Read().type, 'R');
    socket.Add('d', answer);
    socket.Flush();
    EXPECT_EQ(socket.Read().type, 'E');
  }
}

TEST(LoginTest, ADigestOfNoneOfOursIsNoPassword) {
  Client admin;
  ASSERT_TRUE(admin.Run("create user frieda password disable").ok());
  for (const char* setting : {"zz|00", "zz", ""}) {
    ASSERT_TRUE(admin.Run(std::string("alter user frieda set redshift.digest to '") + setting + "'").ok());
    EXPECT_THAT(Client(SharedLocal(), "user=frieda password=Abcdefg1").error(),
                HasSubstr("password authentication failed for user \"frieda\""));
  }
}

TEST(LoginTest, UsersNamedInQuotesKeepTheirCaseWhereverTheyAreNamed) {
  Client admin;
  for (const char* sql :
       {R"(create user "Zoe" password 'Abcdefg1')", R"(create group zoes with user "Zoe")",
        "create schema of_zoe", "create table of_zoe.t (a int)", R"(grant usage on schema of_zoe to "Zoe")",
        R"(grant select on of_zoe.t to "Zoe")"}) {
    const Answer answer = admin.Run(sql);
    EXPECT_TRUE(answer.ok()) << sql << ": " << answer.message;
  }
  {
    Client zoe(SharedLocal(), "user=Zoe password=Abcdefg1");
    ASSERT_TRUE(zoe.is_connected()) << zoe.error();
    EXPECT_EQ(zoe.Run("select count(*) from of_zoe.t").Value(), "0");
    EXPECT_TRUE(admin.Run(R"(revoke select on of_zoe.t from "Zoe")").ok());
    EXPECT_EQ(zoe.Run("select count(*) from of_zoe.t").sqlstate, "42501");
  }
  for (const char* sql :
       {R"(alter user "Zoe" password 'sha256|Abcdefg2')", R"(alter table of_zoe.t owner to "Zoe")",
        "drop table of_zoe.t", "drop schema of_zoe", R"(drop user "Zoe")", "drop group zoes"}) {
    const Answer answer = admin.Run(sql);
    EXPECT_TRUE(answer.ok()) << sql << ": " << answer.message;
  }
}

TEST(LoginTest, ConnectionsBeyondAUsersLimitAreRefused) {
  Client admin;
  ASSERT_TRUE(admin.Run("create user one_at_a_time password 'Abcdefg1' connection limit 1").ok());
  const std::string as = "user=one_at_a_time password=Abcdefg1";
  Client first(SharedLocal(), as);
  ASSERT_TRUE(first.is_connected()) << first.error();
  Client second(SharedLocal(), as);
  EXPECT_THAT(second.error(), HasSubstr("too many connections for role \"one_at_a_time\""));
}

TEST(LoginTest, SessionsBeyondTheLimitAreRefusedUntilOthersEnd) {
  LocalProcess local({"--port", "0", "--s3-port", "0", "--api-port", "0", "--max-connections", "2"});
  ASSERT_TRUE(local.is_ready()) << local.Log();
  Client first(local);
  ASSERT_TRUE(first.is_connected()) << first.error();
  {
    Client second(local);
    ASSERT_TRUE(second.is_connected()) << second.error();
    EXPECT_THAT(Client(local).error(), HasSubstr("connection limit \"2\" exceeded for non-bootstrap users"));
    Connection socket(ConnectTcp(local), "server");
    socket.AddRaw(StartupPacket(196608, {{"user", "awsuser"}, {"database", "dev"}}));
    socket.Flush();
    const Message request = socket.Read();
    socket.Add(
        'p',
        BodyWriter().String(Md5Answer(Md5Password("awsuser", "Awsuser1"), request.body.substr(4))).body());
    socket.Flush();
    const ErrorFields refusal = ReadErrorFields(socket.Read().body);
    EXPECT_EQ(FindField(refusal, 'C'), "53300");
    EXPECT_EQ(FindField(refusal, 'S'), "FATAL");
  }
  EXPECT_TRUE(Eventually([&] { return Client(local).is_connected(); }));
}

TEST(LoginTest, BackendPidIsTheClients) {
  Client client;
  EXPECT_EQ(client.Run("select pg_backend_pid()").Value(), std::to_string(client.pid()));
}

TEST(LoginTest, CancelRequestEndsAWaitingStatement) {
  Client holder;
  ASSERT_TRUE(holder.Run("create table cancel_me (a int)").ok());
  holder.Run("begin");
  holder.Run("lock cancel_me");
  Client waiter;
  waiter.Send("insert into cancel_me values (1)");
  ASSERT_FALSE(waiter.HasAnswerWithin(200));
  PGcancel* cancel = PQgetCancel(waiter.connection());
  char error[256];
  EXPECT_EQ(PQcancel(cancel, error, sizeof(error)), 1) << error;
  PQfreeCancel(cancel);
  const Answer answer = waiter.Await();
  EXPECT_EQ(answer.sqlstate, "57014");
  EXPECT_THAT(answer.message, HasSubstr("cancelled on user's request"));
  EXPECT_EQ(waiter.Run("select 1").Value(), "1");
}

TEST(LoginTest, TerminatedSessionsEnd) {
  Client client;
  Client victim;
  victim.Run("begin");
  EXPECT_EQ(client.Run("select pg_terminate_backend(" + std::to_string(victim.pid()) + ")").Value(), "t");
  EXPECT_TRUE(victim.HasAnswerWithin(5000));
  EXPECT_FALSE(victim.Run("select 1").ok());
  EXPECT_FALSE(victim.is_connected());
}

TEST(LoginTest, GarbageEndsItsOwnConnectionOnly) {
  Client client;
  const std::string sessions = "select count(*) from stv_sessions";
  const std::string before = client.Run(sessions).Value();
  const std::string half_startup = StartupPacket(196608, {{"user", "awsuser"}}).substr(0, 9);
  const std::string claims_a_gigabyte = BodyWriter().Int32(1024 * 1024 * 1024).body();
  for (const std::string& bytes : {std::string("GET / HTTP/1.1\r\n\r\n"), std::string(4, '\0'), half_startup,
                                   StartupPacket(196608, {{"user", "awsuser"}}) + "p" + claims_a_gigabyte,
                                   StartupPacket(196608, {{"user", "awsuser"}}) + "Q" + claims_a_gigabyte,
                                   StartupPacket(80877102, {})}) {
    Connection socket(ConnectTcp(), "server");
    socket.AddRaw(bytes);
    socket.Flush();
  }
  // After the log-in: half messages, impossible lengths, messages of no kind.
  for (const std::string& bytes : {"Q" + claims_a_gigabyte + "select", std::string("B\0\0\0\5x", 6),
                                   std::string("Q\0\0\0\3", 5), std::string("\xff\0\0\0\4", 5),
                                   std::string("P\0\0\0\6\0x", 7), std::string("E\0\0\0\4S\0\0\0\4", 10)}) {
    Client broken;
    const int socket = PQsocket(broken.connection());
    EXPECT_EQ(::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL), static_cast<ssize_t>(bytes.size()));
  }
  std::string after;
  for (int i = 0; i < 100 && after != before; ++i) {
    after = client.Run(sessions).Value();
    ::usleep(50'000);
  }
  EXPECT_EQ(after, before);
}

}  // namespace
}  // namespace redshift_local
