// Staged files in Apache Parquet.
#pragma once

#include <cstdint>
#include <memory>

#include "engine/file/parquet_columns.h"
#include "engine/file/row_format.h"
#include "engine/option/options.h"

namespace redshift {

/// Parquet with the physical types that Redshift reads (docs/adr/0017): TIMESTAMP as INT96, DECIMAL as
/// FIXED_LEN_BYTE_ARRAY, SMALLINT as INT32 with INT_16. The codec inside is `sink.copy.compression` at its
/// level. Rows are held until they are `row_group_bytes` in memory and then become one row group; a file
/// takes that much, and a page of one column, beside the output. Invalid for a codec or level that does not
/// exist.
arrow::Result<std::unique_ptr<RowFormat>> MakeParquetFormat(ParquetColumns columns, const Options& options,
                                                            int64_t row_group_bytes);

}  // namespace redshift
