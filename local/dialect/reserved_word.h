// Redshift's reserved words, which name a table or column only in double quotes.
#pragma once

#include "local/sql/token.h"

namespace redshift_local {

/// Refuses a reserved word without quotes, as a syntax error. Throws Refusal.
void RefuseReservedWord(const Token& name);

}  // namespace redshift_local
