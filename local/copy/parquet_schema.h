// Which columns of a Parquet file go into which columns of a table.
#pragma once

#include <arrow/status.h>
#include <parquet/schema.h>

#include <string>
#include <vector>

#include "local/copy/host.h"
#include "local/copy/load.h"
#include "local/copy/object_store.h"

namespace redshift_local {

/// Compares a file's columns with the columns to load, by position. Another count is error 15001, unless the
/// file is short and FILLRECORD was given; a type that does not fit exactly is error 15007. A SUPER column
/// takes any type, with SERIALIZETOJSON only.
arrow::Status CheckParquetSchema(const parquet::SchemaDescriptor& schema,
                                 const std::vector<FieldTarget>& targets, const CopyStatement& statement,
                                 const S3Path& file);

/// VARCHAR, DECIMAL(10, 2) ...: as Spectrum names a column's type in its errors.
std::string SpectrumTypeName(const CopyColumn& column);

}  // namespace redshift_local
