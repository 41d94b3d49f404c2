#pragma once

#include <arrow/status.h>

#include "engine/type/table_schema.h"

namespace redshift {

/// Refuses, when a table is planned, every column that cannot be written: its type, or a part of it, has no
/// place in Redshift, a TIMESTAMP has more than six fractional digits (unless they may be cut), its name is
/// longer than 127 bytes, or two names differ only in case (Redshift folds them). Of a PRIMARY KEY also
/// columns that may be NULL and types that Redshift cannot compare exactly or distribute by: FLOAT, DOUBLE,
/// VARBYTE, INTERVAL, SUPER. All of them in one message.
arrow::Status CheckSupported(const TableSchema& schema, TimestampOverflow overflow);

}  // namespace redshift
