#include "engine/option/options.h"

namespace redshift {

arrow::Result<Options> Options::Parse(const std::map<std::string, std::string>&) {
  return arrow::Status::NotImplemented("reading options");
}

arrow::Result<TableName> ParseTableName(std::string_view text, std::string_view) {
  return arrow::Status::NotImplemented("reading table name ", text);
}

}  // namespace redshift
