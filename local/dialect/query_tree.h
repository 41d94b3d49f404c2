// Queries as PostgreSQL's own parser understands them, for rules that words alone cannot decide.
#pragma once

#include <string>

namespace redshift_local {

/// Refuses what Redshift's compute nodes cannot do in a statement that reads or writes a user's table:
/// functions of the leader node or of PostgreSQL only, arrays, constant tables, types that do not exist, an
/// UPDATE ... FROM without equijoin.
/// `sql` is what PostgreSQL would get; one that does not parse is left to PostgreSQL. Throws Refusal.
void RefuseOnUserTables(const std::string& sql);

}  // namespace redshift_local
