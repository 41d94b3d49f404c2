// What the warehouse says about a table.
#pragma once

#include <arrow/result.h>

#include "engine/sql/identifier.h"
#include "engine/type/redshift_type.h"
#include "engine/warehouse/session.h"

namespace redshift {

/// Reads the table's columns from SVV_COLUMNS. One readable error for a table that does not exist, or is not
/// visible: ErrorKind::kUndefinedTable. Its keys (pg_attribute) and collations (SHOW COLUMNS) are left empty
/// where the cluster refuses to tell them: no start fails for that.
arrow::Result<TargetTable> InspectTable(Session* session, const QualifiedName& table,
                                        Clock::time_point deadline);

}  // namespace redshift
