#include "local/session/fault_error.h"

#include <fmt/format.h>

#include "local/copy/object_store.h"
#include "local/copy/source_files.h"
#include "local/session/error_mapping.h"

namespace redshift_local {
namespace {

SqlErrorFields ErrorOf(const char* sqlstate, std::string message, std::string detail = "") {
  SqlErrorFields error;
  error.sqlstate = sqlstate;
  error.message = std::move(message);
  error.detail = std::move(detail);
  return error;
}

}  // namespace

SqlErrorFields FaultError(Fault fault, int32_t pid, int64_t query_id) {
  switch (fault) {
    case Fault::kSerializableViolation:
      return ErrorOf("XX000", "1023",
                     fmt::format("Serializable isolation violation on table - 100000, transactions forming "
                                 "the cycle are: {}, {} (pid:{})",
                                 query_id, query_id + 1, pid));
    case Fault::kConflict:
      return ErrorOf("XX000", "could not complete because of conflict with concurrent transaction");
    case Fault::kDeadlock:
      return ErrorOf("40P01", "deadlock detected",
                     fmt::format("Process {} waits for AccessExclusiveLock on relation 100000; blocked by "
                                 "process {}.",
                                 pid, pid + 1));
    case Fault::kDiskFull:
      return ErrorOf("53100", "Disk Full", std::string(kDiskFullDetail));
    case Fault::kReadOnly:
      return ErrorOf("25006", "Query execution failed because system is in read-only mode");
    default:  // kStatementTimeout
      return ErrorOf("57014", fmt::format("Query ({}) cancelled on user's request", query_id),
                     "statement_timeout was reached.");
  }
}

arrow::Status CopyFaultError(Fault fault, const S3Path& file) {
  const std::string context = "Reading " + file.ToUrl();
  switch (fault) {
    case Fault::kCopyAccessDenied:
      return S3Exception("Access Denied", 403, "AccessDenied", context);
    case Fault::kCopyExpiredToken:
      return S3Exception("The provided token has expired.", 400, "ExpiredToken", context);
    case Fault::kCopySlowDown:
      return S3Exception("Please reduce your request rate.", 503, "SlowDown", context);
    default:  // kCopyMissingFile
      return MissingMandatoryFile(file.ToUrl());
  }
}

}  // namespace redshift_local
