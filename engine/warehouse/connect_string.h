// What libpq is told about a connection.
#pragma once

#include <arrow/status.h>

#include <string>

#include "engine/option/secret.h"
#include "engine/warehouse/connection_settings.h"

namespace redshift {

/// The words for PQconnectStart, with which a table's options decide alone: whatever libpq would otherwise
/// take from PG* variables, a service file or the home directory is said, be it as empty. `address`: numeric.
/// `roots`: the file with the trusted authorities.
Secret ConnectString(const ConnectionSettings& settings, const std::string& address,
                     const std::string& roots);

/// The few PG* variables that libpq obeys whatever it is told, or that cannot be told to be empty: an error
/// that names one that is set.
arrow::Status CheckEnvironment();

/// A path where nothing can be, so that libpq does not look into the home directory.
inline constexpr const char* kNoFile = "/dev/null/none";

}  // namespace redshift
