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
  const RedshiftType& target;    // of values inside a SUPER: SUPER
  std::string_view null_marker;  // of CSV; empty where none is written
  bool text_length;
  bool trim_blanks;
  bool text_utf8;
  bool date_range;
};

/// Reports the bad values among the first `rows` of a column that is not ARRAY, MAP, MULTISET or ROW. NULL is
/// not bad. A row may be reported more than once.
void CheckValues(const arrow::ArrayData& column, int64_t rows, const ValueRule& rule,
                 const ReportBadValue& report);

/// The same for a column of ARRAY, MAP, MULTISET or ROW.
void CheckNestedValues(const arrow::Array& column, int64_t rows, const ValueRule& rule,
                       const ReportBadValue& report);

}  // namespace redshift
