// The words in which Redshift tells what a fault of local.fault() makes happen.
#pragma once

#include <arrow/status.h>

#include <cstdint>

#include "local/copy/s3_access.h"
#include "local/copy/sql_error.h"
#include "local/session/fault_board.h"

namespace redshift_local {

/// The error that a statement gets instead of running.
SqlErrorFields FaultError(Fault fault, int32_t pid, int64_t query_id);

/// What COPY says when reading `file` fails by the fault.
arrow::Status CopyFaultError(Fault fault, const S3Path& file);

}  // namespace redshift_local
