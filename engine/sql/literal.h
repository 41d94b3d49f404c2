// String literals of the statements we send.
#pragma once

#include <arrow/result.h>

#include <string>
#include <string_view>

namespace redshift {

/// `text` as a literal in single quotes, with ' and \ doubled: Redshift has standard_conforming_strings off,
/// there a single backslash would start an escape. Control characters are refused; `what` names the value.
arrow::Result<std::string> QuoteLiteral(std::string_view text, std::string_view what);

}  // namespace redshift
