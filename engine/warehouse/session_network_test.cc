// What a session does when the other side is not a healthy warehouse. The other sides here are plain sockets.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <string>
#include <thread>

#include "engine/sql/session_statements.h"
#include "engine/wait/testing/without_descriptor.h"
#include "engine/warehouse/session.h"
#include "engine/warehouse/testing/listener.h"

namespace redshift {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

ConnectionSettings At(int port) {
  ConnectionSettings settings;
  settings.host = "127.0.0.1";
  settings.port = port;
  settings.database = "dev";
  settings.user = "loader";
  settings.password = Secret("Hunter2hunter2");
  settings.ssl_mode = "disable";
  settings.connect_timeout = std::chrono::milliseconds(700);
  return settings;
}

TEST(SessionOpen, HostThatNeverAnswersEndsWithinTheConnectTimeout) {
  Listener silent;  // the kernel completes the connection; nobody reads
  const auto start = Clock::now();
  const arrow::Status status = Session::Open(At(silent.port())).status();
  EXPECT_LT(Clock::now() - start, std::chrono::seconds(10));
  EXPECT_THAT(status.message(),
              AllOf(HasSubstr("127.0.0.1:" + std::to_string(silent.port())),
                    HasSubstr("did not answer within 700 ms"), HasSubstr("'connect.timeout'")));
  EXPECT_EQ(WarehouseError(status)->retry, Retry::kConnection);
}

TEST(SessionOpen, HostThatNeverAnswersTheTlsRequestEndsWithinTheConnectTimeout) {
  Listener silent;
  ConnectionSettings settings = At(silent.port());
  settings.ssl_mode = "verify-full";
  EXPECT_THAT(Session::Open(settings).status().message(), HasSubstr("did not answer within 700 ms"));
}

/// A login to which the server says nothing, interrupted once the server has it.
arrow::Status OpenedAndInterrupted(Interrupt* interrupt) {
  Listener server;
  server.Serve([&](int client) {
    EXPECT_THAT(ReadSome(client), HasSubstr("loader"));
    interrupt->Set();
    ReadToEnd(client);
  });
  ConnectionSettings settings = At(server.port());
  settings.connect_timeout = std::chrono::minutes(10);
  return Session::Open(settings, interrupt).status();
}

TEST(SessionOpen, InterruptEndsTheWait) {
  Interrupt interrupt;
  const arrow::Status status = OpenedAndInterrupted(&interrupt);
  EXPECT_TRUE(status.IsCancelled()) << status;
}

TEST(SessionOpen, InterruptWithoutADescriptorEndsTheWaitToo) {
  const arrow::Status status = OpenedAndInterrupted(WithoutDescriptor().get());
  EXPECT_TRUE(status.IsCancelled()) << status;
}

TEST(Session, InterruptDuringCommitLeavesTheOutcomeUnknown) {
  Interrupt interrupt;
  Listener server;
  // As a server answers a login and BEGIN; COMMIT it does not answer.
  server.Serve([&](int client) {
    if (interrupt.is_set()) return;  // the request to cancel
    const auto answer = [client](std::string_view bytes) {
      EXPECT_EQ(send(client, bytes.data(), bytes.size(), MSG_NOSIGNAL), static_cast<ssize_t>(bytes.size()));
    };
    using namespace std::string_view_literals;  // NOLINT: the answers hold NUL
    char request[1024];
    recv(client, request, sizeof request, 0);
    answer("R\0\0\0\x08\0\0\0\0Z\0\0\0\x05I"sv);
    recv(client, request, sizeof request, 0);
    answer(
        "C\0\0\0\x0A"
        "BEGIN\0Z\0\0\0\x05T"sv);
    recv(client, request, sizeof request, 0);
    interrupt.Set();
    while (recv(client, request, sizeof request, 0) > 0) {
    }
  });
  ConnectionSettings settings = At(server.port());
  settings.connect_timeout = std::chrono::minutes(1);
  auto session = Session::Open(settings, &interrupt).ValueOrDie();
  const auto soon = Clock::now() + std::chrono::minutes(1);
  ASSERT_TRUE(session->Execute(BeginSql(), soon).ok());
  const arrow::Status status = session->Execute(CommitSql(), soon).status();
  EXPECT_TRUE(status.IsCancelled()) << status;
  ASSERT_NE(WarehouseError(status), nullptr);
  EXPECT_FALSE(WarehouseError(status)->outcome_known);
  EXPECT_FALSE(session->usable());
}

TEST(SessionOpen, NothingListens) {
  int port = 0;
  {
    Listener gone;
    port = gone.port();
  }
  EXPECT_THAT(Session::Open(At(port)).status().message(),
              AllOf(HasSubstr("Nothing listens at 127.0.0.1:" + std::to_string(port)), HasSubstr("'port'")));
}

TEST(SessionOpen, UnknownHost) {
  ConnectionSettings settings = At(5439);
  settings.host = "no-such-host.invalid";
  settings.connect_timeout = std::chrono::seconds(30);
  const arrow::Status status = Session::Open(settings).status();
  EXPECT_THAT(status.message(), AllOf(HasSubstr("no-such-host.invalid"), HasSubstr("'hostname'")));
}

TEST(SessionOpen, ServerThatSpeaksAnotherProtocol) {
  Listener web;
  web.Serve([](int client) {
    const std::string text = "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n";
    EXPECT_EQ(send(client, text.data(), text.size(), MSG_NOSIGNAL), static_cast<ssize_t>(text.size()));
    char rest[1024];
    while (recv(client, rest, sizeof rest, 0) > 0) {
    }
  });
  ConnectionSettings settings = At(web.port());
  settings.connect_timeout = std::chrono::seconds(30);
  EXPECT_THAT(Session::Open(settings).status().message(), HasSubstr("does not speak Redshift's protocol"));
}

TEST(SessionOpen, ServerWithoutTlsIsRefusedAndNothingIsSentInTheClear) {
  Listener plain;
  std::string got;
  plain.Serve([&](int client) {
    char bytes[1024];
    const ssize_t first = recv(client, bytes, sizeof bytes, 0);
    got.append(bytes, static_cast<size_t>(first));
    EXPECT_EQ(send(client, "N", 1, MSG_NOSIGNAL), 1);  // "no TLS here"
    ssize_t more = 0;
    while ((more = recv(client, bytes, sizeof bytes, 0)) > 0) got.append(bytes, static_cast<size_t>(more));
  });
  ConnectionSettings settings = At(plain.port());
  settings.ssl_mode = "require";
  settings.connect_timeout = std::chrono::seconds(30);
  EXPECT_THAT(Session::Open(settings).status().message(), HasSubstr("does not offer TLS"));
  plain.Stop();
  // An SSLRequest and nothing else.
  EXPECT_EQ(got, std::string("\0\0\0\x08\x04\xd2\x16\x2f", 8));
}

/// A message as the other side's first, whatever its length says.
arrow::Status OpenWith(std::string_view answer, const std::string& mode = "disable") {
  Listener server;
  server.Serve([&](int client) {
    ReadSome(client);
    SendAll(client, answer);
    ReadToEnd(client);
  });
  ConnectionSettings settings = At(server.port());
  settings.ssl_mode = mode;
  settings.connect_timeout = std::chrono::seconds(30);
  return Session::Open(settings).status();
}

TEST(SessionOpen, GarbageIsOneClearError) {
  using namespace std::string_view_literals;  // NOLINT: the answers hold NUL
  std::string noise;
  for (int i = 0; i < 4096; ++i) noise += static_cast<char>((i * 7919 + 13) % 251);
  for (const std::string_view answer :
       {std::string_view(noise), "R\xff\xff\xff\xff\0\0\0\0"sv, "R\x7f\xff\xff\xff\0\0\0\0"sv,
        "R\0\0\0\x04"sv, "\0\0\0\0\0\0\0\0"sv, "D\0\0\0\x08\0\0\0\0"sv}) {
    const arrow::Status status = OpenWith(answer);
    EXPECT_THAT(status.message(), AllOf(HasSubstr("What listens at 127.0.0.1:"),
                                        HasSubstr("does not speak Redshift's protocol. Check 'hostname'")));
    ASSERT_NE(WarehouseError(status), nullptr);
    EXPECT_EQ(WarehouseError(status)->retry, Retry::kNever);
  }
  // Read as an error message of the protocol's oldest version, without a length.
  EXPECT_THAT(OpenWith("E\xff\xff\xff\xffSFATAL\0"sv).message(), HasSubstr("No session with 127.0.0.1:"));
  EXPECT_THAT(OpenWith(noise, "verify-full").message(), HasSubstr("does not speak Redshift's protocol"));
}

TEST(SessionOpen, AServerThatNeverEndsIsHeardNoLongerThanItTakesToKnow) {
  using namespace std::string_view_literals;  // NOLINT: the bytes hold NUL
  // Noise; an error message that never ends, in the protocol's oldest form and with a length of 2 GB.
  for (const std::string_view begin : {"x"sv, "E"sv, "E\x7f\xff\xff\xff"sv}) {
    size_t sent = 0;
    Listener server;
    server.Serve([&](int client) {
      ReadSome(client);
      const std::string more(65536, 'x');
      for (bool open = SendAll(client, begin); open; open = SendAll(client, more)) sent += more.size();
    });
    ConnectionSettings settings = At(server.port());
    settings.connect_timeout = std::chrono::seconds(30);
    EXPECT_THAT(Session::Open(settings).status().message(), HasSubstr("127.0.0.1:"));
    server.Stop();
    // What the kernel holds of a connection, and a little.
    EXPECT_GT(sent, 0U);
    EXPECT_LT(sent, 32U << 20U);
  }
}

/// A session whose first statement gets `answer`.
arrow::Status SelectWith(std::string_view answer) {
  using namespace std::string_view_literals;  // NOLINT: the answers hold NUL
  Listener server;
  server.Serve([&](int client) {
    ReadSome(client);
    SendAll(client, "R\0\0\0\x08\0\0\0\0Z\0\0\0\x05I"sv);
    ReadSome(client);
    SendAll(client, answer);
    ReadToEnd(client);
  });
  ConnectionSettings settings = At(server.port());
  settings.connect_timeout = std::chrono::seconds(30);
  auto session = Session::Open(settings);
  if (!session.ok()) return session.status();
  const arrow::Status status =
      (*session)->Execute(LastCopyCountSql(), Clock::now() + std::chrono::seconds(30)).status();
  EXPECT_FALSE((*session)->usable());
  return status;
}

TEST(Session, LengthsThatCannotBeEndTheSessionWithOneClearError) {
  using namespace std::string_view_literals;  // NOLINT: the answers hold NUL
  // 4 GB, 2 GB in a message that is short by nature, less than its own length field, a row out of nowhere.
  for (const std::string_view answer :
       {"D\xff\xff\xff\xff\0\x01"sv, "Z\x7f\xff\xff\xffI"sv, "C\0\0\0\0SELECT"sv, "@\x20\0\0\0@@@@@@@@"sv}) {
    const arrow::Status status = SelectWith(answer);
    EXPECT_THAT(status.message(),
                AllOf(HasSubstr("The session with 127.0.0.1:"), HasSubstr("was lost during"),
                      HasSubstr("lost synchronization with server"), Not(HasSubstr("\n"))));
    ASSERT_NE(WarehouseError(status), nullptr);
    EXPECT_EQ(WarehouseError(status)->kind, ErrorKind::kConnection);
  }
}

TEST(SessionOpen, PasswordStoredAsSha256GetsAClearError) {
  Listener redshift;
  redshift.Serve([](int client) {
    char bytes[1024];
    EXPECT_GT(recv(client, bytes, sizeof bytes, 0), 0);
    // AuthenticationRequest 13: algorithm 0, salt and server nonce of 4 bytes each.
    const std::string request("R\0\0\0\x1c\0\0\0\x0d\0\0\0\0\0\0\0\x04salt\0\0\0\x04nonc", 29);
    EXPECT_EQ(send(client, request.data(), request.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(request.size()));
    while (recv(client, bytes, sizeof bytes, 0) > 0) {
    }
  });
  ConnectionSettings settings = At(redshift.port());
  settings.connect_timeout = std::chrono::seconds(30);
  EXPECT_THAT(Session::Open(settings).status().message(),
              AllOf(HasSubstr("'loader'"), HasSubstr("SHA-256"), HasSubstr("ALTER USER")));
}

}  // namespace
}  // namespace redshift
