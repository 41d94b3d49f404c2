// The entry point: one COPY statement, start to end.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "local/copy/host.h"

namespace redshift_local {

/// How a COPY ended.
struct CopyResult {
  /// OK: the client gets the tag COPY. Otherwise the error for the client (SqlErrorOf in sql_error.h); the
  /// session must put a transaction block into the failed state unless the back end is in it already.
  arrow::Status status;
  /// Set when loading began (after grammar, privileges, credentials): what pg_last_copy_id() and
  /// pg_last_copy_count() tell from now on. A failed load has count 0. Unset: both stay as they were.
  std::optional<int64_t> last_copy_id;
  int64_t last_copy_count = 0;
};

/// Carries out `COPY table FROM 's3://...' ...`; `statement` is the client's text without the semicolon at
/// its end (one is tolerated). Blocks until the load ended. Rows are streamed: memory does not grow with the
/// files.
///
/// Also answers, with Redshift's words, the forms of COPY that Redshift does not have (FROM STDIN, TO ...).
CopyResult RunCopy(std::string_view statement, CopyHost& host);

}  // namespace redshift_local
