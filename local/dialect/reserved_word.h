// Redshift's reserved words, which name a table or column only in double quotes.
#pragma once

#include <string_view>

#include "local/sql/token.h"

namespace redshift_local {

/// `word` in lower case.
bool IsReservedWord(std::string_view word);

/// Refuses a reserved word without quotes, as a syntax error. Throws Refusal.
void RefuseReservedWord(const Token& name);

}  // namespace redshift_local
