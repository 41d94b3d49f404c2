// Tables and rows made up from the bytes of a fuzz input.
#pragma once

#include <arrow/type_fwd.h>

#include <memory>

#include "engine/row/row_validator.h"
#include "engine/type/redshift_type.h"
#include "engine/type/table_schema.h"
#include "tests/fuzz/fuzz.h"

namespace redshift::testing {

/// A type per line up to an empty line or the end, as columns c0, c1, ...; no columns when one of them is no
/// type.
std::vector<Column> DrawnColumns(fuzz::Input* input);

/// The table that would be created for it; its types must have passed CheckSupported.
TargetTable CreatedTarget(const TableSchema& schema);

/// Up to 8 rows of any values that the columns' Arrow types can hold, also such as Redshift refuses. Columns
/// that are NOT NULL may hold NULL too.
std::shared_ptr<arrow::RecordBatch> DrawnRows(const TableSchema& schema, fuzz::Input* input);

/// The rows that the validator lets pass. It must name the others once each and in order.
std::shared_ptr<arrow::RecordBatch> GoodRows(const RowValidator& validator, const ChangeBatch& batch);

}  // namespace redshift::testing
