#include "engine/warehouse/pg_connection.h"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "engine/aws/system_roots.h"
#include "engine/warehouse/connect_error.h"
#include "engine/warehouse/connect_string.h"
#include "engine/warehouse/tls_verdict.h"

// Of libpq 17, which we carry; the headers may be older.
extern "C" {
using PGcancelConn = struct pg_cancel_conn;
PGcancelConn* PQcancelCreate(PGconn* connection);
int PQcancelStart(PGcancelConn* cancel);
PostgresPollingStatusType PQcancelPoll(PGcancelConn* cancel);
int PQcancelSocket(const PGcancelConn* cancel);
void PQcancelFinish(PGcancelConn* cancel);
}

namespace redshift {
namespace {

constexpr std::chrono::milliseconds kLongestPoll{60'000};

/// The file with the authorities that a server's certificate must come from. Where nothing is checked it is
/// one that does not exist: libpq would check against ~/.postgresql/root.crt.
arrow::Result<std::string> RootsFor(const ConnectionSettings& settings) {
  if (settings.ssl_mode != "verify-ca" && settings.ssl_mode != "verify-full") return kNoFile;
  if (settings.ssl_root_cert.empty()) {
    // libpq's own `system` looks where the OpenSSL it was built with expects the authorities, and ours was
    // built elsewhere.
    std::string roots = SystemRoots();
    if (!roots.empty()) return roots;
    return ConnectError(
        ErrorKind::kLogin, Retry::kNever,
        "This machine has no file with the certificate authorities the system trusts (package "
        "ca-certificates). Install it, or name a file as 'ssl.root-cert'.");
  }
  if (access(settings.ssl_root_cert.c_str(), R_OK) == 0) return settings.ssl_root_cert;
  return ConnectError(ErrorKind::kLogin, Retry::kNever, "Cannot read the file of 'ssl.root-cert', '",
                      settings.ssl_root_cert, "': ", std::strerror(errno),
                      ". It must be there on every machine that opens a session.");
}

PgConnection::Wake WaitForSocket(int socket, bool for_read, bool for_write, Clock::time_point until,
                                 const Interrupt* interrupt) {
  using Wake = PgConnection::Wake;
  while (true) {
    if (interrupt != nullptr && interrupt->is_set()) return Wake::kInterrupted;
    auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now());
    if (left.count() <= 0) return Wake::kTimeout;
    if (interrupt != nullptr) left = interrupt->PollTime(left);
    const int events = (for_read ? POLLIN : 0) | (for_write ? POLLOUT : 0);
    pollfd waits[2] = {{socket, static_cast<int16_t>(events), 0},
                       {interrupt == nullptr ? -1 : interrupt->fd(), POLLIN, 0}};
    const int ready = poll(waits, 2, static_cast<int>(std::min(left, kLongestPoll).count()));
    if (ready > 0 && waits[0].revents != 0) return Wake::kReady;
  }
}

}  // namespace

PgConnection::PgConnection(PGconn* connection) : connection_(connection) {
  PQsetNoticeReceiver(connection, [](void*, const PGresult*) {}, nullptr);
}

arrow::Result<std::unique_ptr<PgConnection>> PgConnection::Open(const ConnectionSettings& settings,
                                                                const std::string& address,
                                                                Clock::time_point deadline,
                                                                const Interrupt* interrupt) {
  ARROW_RETURN_NOT_OK(CheckEnvironment());
  ARROW_ASSIGN_OR_RAISE(const std::string roots, RootsFor(settings));
  PGconn* raw = PQconnectStart(ConnectString(settings, address, roots).Reveal().c_str());
  if (raw == nullptr) return arrow::Status::OutOfMemory("libpq could not allocate a connection");
  std::unique_ptr<PgConnection> connection(new PgConnection(raw));
  // So that a refused login shows its SQLSTATE: "FATAL:  28P01: ...".
  PQsetErrorVerbosity(raw, PQERRORS_VERBOSE);
  const TlsVerdict verdict;
  const auto failure = [&] {
    return DescribeConnectFailure(PQerrorMessage(raw), settings, verdict.WhatIsWrong(roots));
  };
  if (PQstatus(raw) == CONNECTION_BAD) return failure();

  PostgresPollingStatusType polling = PGRES_POLLING_WRITING;
  while (polling != PGRES_POLLING_OK) {
    if (polling == PGRES_POLLING_FAILED) return failure();
    switch (connection->Wait(polling == PGRES_POLLING_READING, polling == PGRES_POLLING_WRITING, deadline,
                             interrupt)) {
      case Wake::kTimeout:
        return DescribeConnectTimeout(settings);
      case Wake::kInterrupted:
        return InterruptedError("connecting");
      case Wake::kReady:
        break;
    }
    polling = PQconnectPoll(raw);
  }
  PQsetErrorVerbosity(raw, PQERRORS_DEFAULT);
  if (PQsetnonblocking(raw, 1) != 0) return failure();
  return connection;
}

PgConnection::Wake PgConnection::Wait(bool for_read, bool for_write, Clock::time_point until,
                                      const Interrupt* interrupt) const {
  return WaitForSocket(PQsocket(get()), for_read, for_write, until, interrupt);
}

void PgConnection::Cancel(Clock::time_point until) const {
  const std::unique_ptr<PGcancelConn, decltype(&PQcancelFinish)> cancel(PQcancelCreate(get()),
                                                                        &PQcancelFinish);
  if (!cancel || PQcancelStart(cancel.get()) != 1) return;
  PostgresPollingStatusType polling = PGRES_POLLING_WRITING;
  while (polling == PGRES_POLLING_READING || polling == PGRES_POLLING_WRITING) {
    if (WaitForSocket(PQcancelSocket(cancel.get()), polling == PGRES_POLLING_READING,
                      polling == PGRES_POLLING_WRITING, until, nullptr) != Wake::kReady) {
      return;
    }
    polling = PQcancelPoll(cancel.get());
  }
}

}  // namespace redshift
