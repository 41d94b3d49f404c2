// The grammar of COPY: parameters in any order, with and without FORMAT and AS.
#pragma once

#include <arrow/result.h>

#include <string_view>

#include "local/copy/copy_statement.h"

namespace redshift_local {

/// 42601 for what is not COPY's grammar, unknown words, a parameter given twice, and anything but exactly one
/// authorization; 0A000 for sources that Redshift does not have (STDIN, files, TO). What is legal but not
/// carried out by this stand-in, and combinations, are CheckCopyOptions' matter.
arrow::Result<CopyStatement> ParseCopy(std::string_view statement, bool case_sensitive_identifiers);

}  // namespace redshift_local
