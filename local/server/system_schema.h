// What PostgreSQL must have before it can pass for Redshift: schema `local`, Redshift's views and functions.
#pragma once

#include <string>

#include "local/wire/backend.h"

namespace redshift_local {

/// Fills template1 of a new cluster, makes the administrator and the database (or brings their names and
/// password up to date on an older one). `admin` is a session of the internal role on template1.
/// Throws BackendError.
void PrepareCluster(Backend* admin, bool is_new, const std::string& user, const std::string& password,
                    const std::string& database);

/// Tells a database that this build filled from one of another build, whose functions and views differ.
std::string SystemFingerprint();

/// The statements of local/system/*.sql, in the order of their names.
std::string SystemSql();

}  // namespace redshift_local
