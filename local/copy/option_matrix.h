// Which parameters of COPY go together, and which this stand-in carries out.
#pragma once

#include <arrow/status.h>

#include "local/copy/copy_statement.h"

namespace redshift_local {

/// 0A000 for a format, source or parameter that this stand-in does not carry out (the text says so) and for a
/// parameter that the format does not take; 42601 for parameters that exclude each other.
arrow::Status CheckCopyOptions(const CopyStatement& statement);

}  // namespace redshift_local
