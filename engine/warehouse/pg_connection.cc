#include "engine/warehouse/pg_connection.h"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <thread>
#include <utility>

#include "engine/aws/system_roots.h"
#include "engine/warehouse/connect_error.h"
#include "engine/warehouse/tls_verdict.h"

namespace redshift {
namespace {

/// No file can be there, so libpq looks for none in the home directory instead.
constexpr const char* kNoFile = "/dev/null/none";

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

}  // namespace

PgConnection::PgConnection(PGconn* connection) : connection_(connection) {
  PQsetNoticeReceiver(connection, &PgConnection::OnNotice, this);
}

void PgConnection::OnNotice(void* self, const PGresult* result) {
  const char* severity = PQresultErrorField(result, PG_DIAG_SEVERITY);
  const char* message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
  auto& notices = static_cast<PgConnection*>(self)->notices_;
  // A session lives long: what nobody takes does not pile up.
  if (notices.size() >= 100) notices.erase(notices.begin());
  notices.push_back({severity == nullptr ? "" : severity, message == nullptr ? "" : message});
}

arrow::Result<std::unique_ptr<PgConnection>> PgConnection::Open(const ConnectionSettings& settings,
                                                                const std::string& address,
                                                                Clock::time_point deadline,
                                                                const Interrupt* interrupt) {
  const std::string port = std::to_string(settings.port);
  ARROW_ASSIGN_OR_RAISE(const std::string roots, RootsFor(settings));
  // What libpq would otherwise take from PG* variables or the home directory and what decides whom it talks
  // to, and how, is said here. A value must not be empty: an empty one counts as not said.
  const std::vector<std::pair<const char*, const char*>> given = {
      {"host", settings.host.c_str()},
      {"hostaddr", address.c_str()},
      {"port", port.c_str()},
      {"dbname", settings.database.c_str()},
      {"user", settings.user.c_str()},
      {"password", settings.password.Reveal().c_str()},
      {"sslmode", settings.ssl_mode.c_str()},
      {"sslrootcert", roots.c_str()},
      {"sslcrl", kNoFile},
      {"sslnegotiation", "postgres"},
      {"sslsni", "1"},
      {"ssl_min_protocol_version", "TLSv1.2"},
      {"ssl_max_protocol_version", "TLSv1.3"},
      {"passfile", kNoFile},
      {"sslcertmode", "disable"},
      {"gssencmode", "disable"},
      {"channel_binding", "disable"},
      {"client_encoding", "UTF8"},
      {"application_name", settings.application_name.c_str()},
      // Firewalls forget idle connections during a long COPY.
      {"keepalives", "1"},
      {"keepalives_idle", "60"},
      {"keepalives_interval", "20"},
      {"keepalives_count", "6"},
      // The same for one on which bytes wait for an answer.
      {"tcp_user_timeout", "120000"},
  };
  std::vector<const char*> keys;
  std::vector<const char*> values;
  for (const auto& [key, value] : given) {
    keys.push_back(key);
    values.push_back(value);
  }
  keys.push_back(nullptr);
  values.push_back(nullptr);
  PGconn* raw = PQconnectStartParams(keys.data(), values.data(), /*expand_dbname=*/0);
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
  while (true) {
    if (interrupt != nullptr && interrupt->is_set()) return Wake::kInterrupted;
    const int64_t left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now()).count();
    if (left <= 0) return Wake::kTimeout;
    const int events = (for_read ? POLLIN : 0) | (for_write ? POLLOUT : 0);
    pollfd waits[2] = {{PQsocket(get()), static_cast<int16_t>(events), 0},
                       {interrupt == nullptr ? -1 : interrupt->fd(), POLLIN, 0}};
    const int ready = poll(waits, 2, static_cast<int>(std::min<int64_t>(left, 60'000)));
    if (ready > 0 && waits[0].revents != 0) return Wake::kReady;
  }
}

void PgConnection::Cancel(Clock::time_point until) const {
  std::shared_ptr<PGcancel> cancel(PQgetCancel(get()), PQfreeCancel);
  if (!cancel) return;
  auto done = std::make_shared<Interrupt>();
  std::thread([cancel, done] {
    char error[256];
    PQcancel(cancel.get(), error, sizeof error);
    done->Set();
  }).detach();
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now()).count();
  pollfd wait{done->fd(), POLLIN, 0};
  poll(&wait, 1, static_cast<int>(std::clamp<int64_t>(left, 0, 60'000)));
}

}  // namespace redshift
