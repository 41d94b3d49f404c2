// PostgreSQL's errors in Redshift's words.
#pragma once

#include <string>
#include <vector>

#include "local/wire/message.h"

namespace redshift_local {

/// The fields for the client: source locations of PostgreSQL left out, texts and SQLSTATEs that Redshift has
/// otherwise replaced.
ErrorFields ToRedshift(ErrorFields fields);

/// SQLSTATEs that were never seen from Redshift, for the log: `error.conflict=XX000`.
std::vector<std::string> DescribeErrorChoices();

/// False for notices that tell of the stand-in's own ways.
bool IsForClients(const ErrorFields& notice);

}  // namespace redshift_local
