#include "engine/type/row_validator.h"

#include <utility>

namespace redshift {

RowValidator::RowValidator(std::vector<ColumnRule> rules, std::string table)
    : rules_(std::move(rules)), table_(std::move(table)) {}

arrow::Result<RowValidator> RowValidator::Make(TableSchema, TargetTable, std::string table) {
  return RowValidator({}, std::move(table));
}

arrow::Status RowValidator::Check(const arrow::RecordBatch&, int64_t) const {
  return arrow::Status::OK();
}

}  // namespace redshift
