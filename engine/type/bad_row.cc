#include "engine/type/bad_row.h"

#include <utility>

namespace redshift {
namespace {

constexpr const char* kTypeId = "redshift::BadRow";

class BadRowDetail : public arrow::StatusDetail {
 public:
  explicit BadRowDetail(BadRow bad_row) : bad_row_(std::move(bad_row)) {}
  const char* type_id() const override { return kTypeId; }
  std::string ToString() const override { return "bad row"; }
  const BadRow& bad_row() const { return bad_row_; }

 private:
  BadRow bad_row_;
};

}  // namespace

arrow::Status BadRowError(BadRow bad_row) {
  std::string message = "row " + std::to_string(bad_row.row);
  if (!bad_row.table.empty()) message += " for table " + bad_row.table;
  if (!bad_row.column.empty()) message += ", column \"" + bad_row.column + "\"";
  if (!bad_row.key.empty()) message += " (key " + bad_row.key + ")";
  message += " cannot be written: " + bad_row.reason;
  if (!bad_row.value.empty()) message += "; the value is " + bad_row.value;
  return arrow::Status::Invalid(message).WithDetail(std::make_shared<BadRowDetail>(std::move(bad_row)));
}

const BadRow* FindBadRow(const arrow::Status& status) {
  if (status.ok() || status.detail() == nullptr) return nullptr;
  if (std::string_view(status.detail()->type_id()) != kTypeId) return nullptr;
  return &static_cast<const BadRowDetail&>(*status.detail()).bad_row();
}

}  // namespace redshift
