// What went wrong in the warehouse, and what the caller may do about it.
#pragma once

#include <arrow/status.h>

#include <memory>
#include <string>
#include <string_view>

namespace redshift {

/// The family of an error. The one table that assigns it is in error.cc.
enum class ErrorKind {
  kConnection,      ///< the session is lost, cannot be had, or the server is shutting down
  kConflict,        ///< lost against a concurrent transaction: the whole transaction again
  kTransient,       ///< may pass by itself: S3 503, too many connections, disk full for a while
  kTimeout,         ///< a deadline of ours or of the server
  kLogin,           ///< user, password, database or TLS refused
  kLoad,            ///< COPY refused the files; details are in the load-error view
  kUndefinedTable,  ///< 42P01
  kPermission,      ///< 42501
  kPermanent,       ///< a repeat ends the same way
  kUnknown,         ///< XX000 without a text we know: repeated a small number of times
  kInterrupted,     ///< our own side asked to stop
};

enum class Retry {
  kNever,
  kStatement,   ///< up to sink.max-retries times
  kConflict,    ///< at least 10 attempts, starting at 100 ms
  kConnection,  ///< in a new session, for 15 minutes
};

/// Attached to every Status that comes out of engine/warehouse after a session was asked for.
class WarehouseErrorDetail : public arrow::StatusDetail {
 public:
  ErrorKind kind = ErrorKind::kPermanent;
  /// May the unit of work (the whole transaction, never a bare COPY) be repeated?
  Retry retry = Retry::kNever;
  /// May the session go on after ROLLBACK?
  bool session_usable = false;
  /// Is it certain that the statement had no effect? False after a lost COMMIT.
  bool outcome_known = true;
  std::string sqlstate;  ///< empty where the error is ours or libpq's
  std::string label;     ///< of the statement
  std::string message;   ///< the server's primary message, masked
  std::string detail;    ///< the server's DETAIL, masked

  const char* type_id() const override;
  std::string ToString() const override;
};

/// The detail of `status`, or null.
const WarehouseErrorDetail* WarehouseError(const arrow::Status& status);

/// What SQLSTATE and text say. `detail` fields other than kind and retry are left alone.
struct ErrorClass {
  ErrorKind kind;
  Retry retry;
  friend bool operator==(const ErrorClass&, const ErrorClass&) = default;
};
ErrorClass ClassifyError(std::string_view sqlstate, std::string_view message, std::string_view detail);

}  // namespace redshift
