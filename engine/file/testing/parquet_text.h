#pragma once

#include <string>

namespace redshift::testing {

/// What pyarrow finds in a Parquet file: see read_parquet.py. Its message when it cannot read the file.
std::string ParquetText(const std::string& file);

}  // namespace redshift::testing
