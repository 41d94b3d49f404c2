#include "local/copy/sql_error.h"

#include <memory>
#include <utility>

namespace redshift_local {
namespace {

constexpr char kTypeId[] = "redshift_local::SqlErrorDetail";

class SqlErrorDetail : public arrow::StatusDetail {
 public:
  explicit SqlErrorDetail(SqlErrorFields fields) : fields_(std::move(fields)) {}
  const char* type_id() const override { return kTypeId; }
  std::string ToString() const override { return "SQLSTATE " + fields_.sqlstate; }
  const SqlErrorFields& fields() const { return fields_; }

 private:
  SqlErrorFields fields_;
};

}  // namespace

arrow::Status SqlError(SqlErrorFields fields) {
  auto message = fields.message;
  return {arrow::StatusCode::ExecutionError, std::move(message),
          std::make_shared<SqlErrorDetail>(std::move(fields))};
}

arrow::Status SqlError(std::string sqlstate, std::string message) {
  SqlErrorFields fields;
  fields.sqlstate = std::move(sqlstate);
  fields.message = std::move(message);
  return SqlError(std::move(fields));
}

bool IsSqlError(const arrow::Status& status) {
  return status.detail() != nullptr && status.detail()->type_id() == kTypeId;
}

SqlErrorFields SqlErrorOf(const arrow::Status& status) {
  if (IsSqlError(status)) {
    return static_cast<const SqlErrorDetail&>(*status.detail()).fields();
  }
  SqlErrorFields fields;
  fields.sqlstate = "XX000";
  fields.message = status.message();
  return fields;
}

}  // namespace redshift_local
