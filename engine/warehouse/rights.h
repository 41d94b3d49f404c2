// What the user of a session may do, and what to ask for where it is too little.
#pragma once

#include <arrow/status.h>

#include <string>
#include <string_view>
#include <vector>

#include "engine/sql/identifier.h"
#include "engine/warehouse/session.h"

namespace redshift {

/// What statements of ours need on a table.
struct Rights {
  std::vector<std::string_view> on_table;  ///< "insert", as GRANT and has_table_privilege() name them
  bool temporary_tables = false;
  std::vector<Identifier> read;  ///< the columns for which "select" is needed, at least one where it is
  std::vector<Identifier> set;   ///< the same for "update"
};

/// The names as GRANT takes them: "SELECT, INSERT".
std::string RightsText(const std::vector<std::string_view>& on_table);

/// Asks for USAGE of the table's schema, then for the rights. What is missing is an error
/// (ErrorKind::kPermission) that shows the GRANT to ask for. A right that the catalogue's functions deny is
/// tried before it counts as missing: they do not know rights on columns, and whether they know those of
/// roles and of scopes is documented nowhere. Where the server refuses to answer, all is well: the statement
/// that needs the right will tell. The table must exist.
arrow::Status CheckRights(Session* session, const QualifiedName& table, const Rights& rights,
                          Clock::time_point deadline);

/// For a table that SVV_COLUMNS does not show: the error of CheckRights where it is there and the user merely
/// has no right on it, or on its schema. OK where it is not there.
arrow::Status CheckHidden(Session* session, const QualifiedName& table, const Rights& rights,
                          Clock::time_point deadline);

/// The user as GRANT and the system views know it: temporary credentials log in under a name with a prefix.
/// Where the warehouse does not say it, the name that logged in.
std::string DatabaseUser(Session* session, Clock::time_point deadline);

}  // namespace redshift
