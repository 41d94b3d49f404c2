// Dates and times as Parquet stores them.
#pragma once

#include <arrow/array.h>
#include <arrow/result.h>

#include "local/copy/civil_time.h"

namespace redshift_local {

/// The civil time, in UTC, of a DATE32, TIME32, TIME64 or TIMESTAMP value that is not NULL. Nanoseconds below
/// the microsecond are cut. Fails outside of 4713 BC to 294276 AD, and for a time of day that no day has.
arrow::Result<CivilTime> ParquetTimeOf(const arrow::Array& array, int64_t row);

}  // namespace redshift_local
