// PostgreSQL's errors in Redshift's words.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "local/wire/message.h"

namespace redshift_local {

/// Of the error that says `Disk Full`.
inline constexpr std::string_view kDiskFullDetail =
    "-----------------------------------------------\n  error:  Disk Full\n  code:      1016\n"
    "  context:   node: 0\n-----------------------------------------------";

/// The fields for the client: source locations of PostgreSQL left out, texts and SQLSTATEs that Redshift has
/// otherwise replaced. Not for conflicts.
ErrorFields ToRedshift(ErrorFields fields);

/// PostgreSQL could not fit the transaction in with others.
bool IsConflict(const ErrorFields& fields);
/// What Redshift makes of it in a database of SNAPSHOT isolation.
ErrorFields SnapshotConflict(ErrorFields fields);
/// The same in one of SERIALIZABLE: error 1023.
ErrorFields SerializableViolation(ErrorFields fields, int64_t table, const std::vector<int64_t>& cycle,
                                  int32_t pid);

/// SQLSTATEs that were never seen from Redshift, for the log: `error.conflict=XX000`.
std::vector<std::string> DescribeErrorChoices();

/// False for notices that tell of the stand-in's own ways.
bool IsForClients(const ErrorFields& notice);

}  // namespace redshift_local
