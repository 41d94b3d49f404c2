// One session with the warehouse, over libpq.
#pragma once

#include <arrow/result.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/sql/statement.h"
#include "engine/wait/interrupt.h"
#include "engine/warehouse/connection_settings.h"
#include "engine/warehouse/error.h"

struct pg_conn;
struct pg_result;

namespace redshift {

class PgConnection;

using Clock = std::chrono::steady_clock;

/// What a statement answered. Owns libpq's memory; views into it live as long as this object.
class QueryResult {
 public:
  /// Takes ownership.
  explicit QueryResult(pg_result* result) : result_(result) {}

  int row_count() const;
  int column_count() const;
  /// The position of the first column of that name; nothing when there is none.
  std::optional<int> Find(const char* column) const;
  /// Text of one field; no value for NULL.
  std::optional<std::string_view> Get(int row, int column) const;
  /// The command tag: "COMMIT", "UPDATE 1".
  std::string_view tag() const;
  /// The count at the tag's end; 0 where there is none.
  int64_t affected_rows() const;
  /// The only field of the only row as a number; an error if the answer has another shape.
  arrow::Result<int64_t> OnlyNumber() const;

 private:
  struct Free {
    void operator()(pg_result* result) const;
  };
  std::unique_ptr<pg_result, Free> result_;
};

/// Bind parameters: text or NULL, each with the type the server is told.
struct Parameters {
  std::vector<uint32_t> types;      ///< OIDs
  std::vector<const char*> values;  ///< NUL-terminated, owned by the caller; null for NULL
};

/// A session. Belongs to one thread; only the Interrupt may be set from another. Every call has a deadline. A
/// failed call's Status carries a WarehouseErrorDetail.
class Session {
 public:
  /// Opens, logs in and sets label and statement timeout within `settings.connect_timeout` (name resolution
  /// included). What the settings leave to AWS is asked for first, for as long again; a login of AWS's that
  /// is refused is fetched anew once. TLS is what `ssl_mode` says and never less. `interrupt` may be null; it
  /// must outlive the session.
  static arrow::Result<std::unique_ptr<Session>> Open(const ConnectionSettings& settings,
                                                      const Interrupt* interrupt = nullptr);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  /// Sends one statement (simple protocol) and waits for its end. When the deadline passes, the statement is
  /// cancelled; if even that gets no answer, the session is given up (usable() is false).
  arrow::Result<QueryResult> Execute(const Statement& statement, Clock::time_point deadline);
  /// The same with bind parameters (extended protocol, unnamed statement).
  arrow::Result<QueryResult> Execute(const Statement& statement, const Parameters& parameters,
                                     Clock::time_point deadline);

  /// Split form of Execute for a caller that does something else while the server works (a lock wait).
  arrow::Status Send(const Statement& statement);
  /// No value: not ready by `until`; the statement goes on.
  arrow::Result<std::optional<QueryResult>> Receive(Clock::time_point until);
  /// Ends the statement that was sent and takes its answer. No value: it was ended. A result: it had come to
  /// its end before the request to end it did. An error when the session is lost.
  arrow::Result<std::optional<QueryResult>> CancelAndDrain();

  /// Leaves a transaction, if one is open. Safe to repeat.
  arrow::Status Rollback();

  bool usable() const;
  bool in_transaction() const;
  int backend_pid() const;
  /// `text` of the server's without the secrets of this session's statements, of the latest dozen where they
  /// change. For what a view tells about a statement; errors are masked already.
  std::string Mask(std::string_view text) const;
  /// With the host and the login that were used.
  const ConnectionSettings& settings() const { return settings_; }

 private:
  Session(ConnectionSettings settings, const Interrupt* interrupt, std::unique_ptr<PgConnection> connection);
  /// Forgets the result so far of the statement that runs.
  void StartStatement(const Statement& statement);
  arrow::Result<QueryResult> Finish(Clock::time_point deadline);
  arrow::Status Timeout(std::string_view what_happened);
  arrow::Status FromResult(const pg_result* result);
  arrow::Status Lost(std::string_view message);

  ConnectionSettings settings_;
  const Interrupt* interrupt_;
  std::unique_ptr<PgConnection> connection_;
  std::string label_;                 // of the statement that runs or ran last
  std::vector<std::string> secrets_;  // of this and earlier statements, which the server may quote
  bool undone_when_lost_ = false;     // the statement is part of a transaction that is not being committed
  Clock::time_point sent_at_;
  std::optional<QueryResult> pending_;
};

}  // namespace redshift
