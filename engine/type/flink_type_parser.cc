#include "engine/type/flink_type.h"

namespace redshift {

arrow::Result<FlinkType> ParseFlinkType(std::string_view text) {
  return arrow::Status::NotImplemented("reading type ", text);
}

}  // namespace redshift
