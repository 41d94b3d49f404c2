#include "engine/type/check_target.h"

namespace redshift {

arrow::Status CheckTarget(const TableSchema&, const TargetTable&) {
  return arrow::Status::OK();
}

}  // namespace redshift
