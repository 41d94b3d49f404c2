// What can be wrong with the values of one column. For RowValidator alone.
#pragma once

#include <arrow/type_fwd.h>

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "engine/type/flink_type.h"
#include "engine/type/redshift_type.h"

namespace redshift {

/// Takes a bad value: its position and what is wrong. Answers whether later positions are of interest too.
using ReportBadValue = std::function<bool(int64_t row, std::string reason)>;

struct ValueRule {
  const FlinkType& declared;
  const RedshiftType& target;
  std::string_view null_marker;  // empty: none
  bool text_length;
  bool text_utf8;
  bool date_range;
};

/// Reports the bad values among the first `rows` that are not NULL, in ascending order.
void CheckValues(const arrow::ArrayData& column, int64_t rows, const ValueRule& rule,
                 const ReportBadValue& report);

}  // namespace redshift
