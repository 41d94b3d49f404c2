// The one owner of libpq's connection.
#pragma once

#include <arrow/result.h>
#include <libpq-fe.h>

#include <memory>
#include <string>
#include <vector>

#include "engine/wait/interrupt.h"
#include "engine/warehouse/connection_settings.h"
#include "engine/warehouse/session.h"

namespace redshift {

/// Wraps PGconn: opening without blocking, waiting for its socket, cancelling. Notices are dropped: libpq
/// would print them, and they may quote a statement with its secrets.
class PgConnection {
 public:
  /// PQconnectStart and PQconnectPoll to one numeric address.
  static arrow::Result<std::unique_ptr<PgConnection>> Open(const ConnectionSettings& settings,
                                                           const std::string& address,
                                                           Clock::time_point deadline,
                                                           const Interrupt* interrupt);
  PgConnection(const PgConnection&) = delete;
  PgConnection& operator=(const PgConnection&) = delete;

  PGconn* get() const { return connection_.get(); }

  enum class Wake { kReady, kTimeout, kInterrupted };
  /// Waits until the socket can be read (or written, if asked for). `interrupt` may be null.
  Wake Wait(bool for_read, bool for_write, Clock::time_point until, const Interrupt* interrupt) const;

  /// Asks the server to end the running statement, by a connection that is encrypted and checked as this one
  /// is; waits for it up to `until`. Whether it helped shows in the answer to the statement.
  void Cancel(Clock::time_point until) const;

  /// The session cannot go on, whatever libpq says.
  void GiveUp() { given_up_ = true; }
  bool alive() const { return !given_up_ && PQstatus(get()) == CONNECTION_OK; }

 private:
  explicit PgConnection(PGconn* connection);
  struct Finish {
    void operator()(PGconn* connection) const { PQfinish(connection); }
  };
  std::unique_ptr<PGconn, Finish> connection_;
  bool given_up_ = false;
};

}  // namespace redshift
