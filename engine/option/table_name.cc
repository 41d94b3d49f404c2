#include "engine/option/table_name.h"

#include <vector>

#include "engine/option/quoted_name.h"

namespace redshift {

arrow::Result<TableName> ParseTableName(std::string_view text, std::string_view default_schema) {
  std::vector<std::string> parts;
  std::string_view rest = text;
  for (;;) {
    if (rest.starts_with('#')) return arrow::Status::Invalid("a temporary table cannot be written to");
    ARROW_ASSIGN_OR_RAISE(std::string part, TakeName(&rest, '.'));
    parts.push_back(std::move(part));
    if (rest.empty()) break;
    if (rest.front() != '.')
      return arrow::Status::Invalid("something other than a point follows a quoted part");
    rest.remove_prefix(1);
  }
  if (parts.size() > 2) {
    return arrow::Status::Invalid(
        "it has more parts than schema and table; the database is named by 'database-name'");
  }
  if (parts.size() == 1) return TableName{std::string(default_schema), parts[0]};
  return TableName{parts[0], parts[1]};
}

}  // namespace redshift
