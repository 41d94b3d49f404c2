#include "engine/type/check_supported.h"

namespace redshift {

arrow::Status CheckSupported(const TableSchema&, TimestampOverflow) {
  return arrow::Status::OK();
}

}  // namespace redshift
