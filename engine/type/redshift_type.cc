#include "engine/type/redshift_type.h"

#include "engine/type/table_schema.h"

namespace redshift {

std::string RedshiftType::ToSql() const {
  return spelling;
}

const TargetColumn* TargetTable::Find(std::string_view column) const {
  for (const TargetColumn& candidate : columns) {
    if (FoldName(candidate.name) == FoldName(column)) return &candidate;
  }
  return nullptr;
}

arrow::Result<RedshiftType> ParseRedshiftType(std::string_view data_type, std::optional<int64_t>,
                                              std::optional<int64_t>, std::optional<int64_t>) {
  return arrow::Status::NotImplemented("reading type ", data_type);
}

}  // namespace redshift
