#include "engine/sink/load_error.h"

#include <string>

#include "engine/sql/inspect_statements.h"
#include "engine/sql/session_statements.h"
#include "engine/warehouse/rights.h"

namespace redshift {
namespace {

constexpr std::chrono::seconds kLookTime(60);

/// The views' rows; both say file, line, column, type, code, reason.
arrow::Result<QueryResult> ReadErrors(Session* session) {
  const Clock::time_point deadline = Clock::now() + kLookTime;
  ARROW_ASSIGN_OR_RAISE(QueryResult id_result, session->Execute(LastCopyIdSql(), deadline));
  ARROW_ASSIGN_OR_RAISE(int64_t id, id_result.OnlyNumber());
  auto errors = session->Execute(StlLoadErrorsSql(id), deadline);
  if (errors.ok() && errors->row_count() > 0) return errors;
  if (!session->usable()) return errors;
  return session->Execute(SysLoadErrorsSql(id), deadline);
}

std::string Describe(const Session& session, const QueryResult& errors, int row) {
  auto field = [&](int column) { return std::string(errors.Get(row, column).value_or("?")); };
  std::string text = "file " + field(0) + ", line " + field(1);
  if (!field(2).empty() && field(2) != "?") text += ", column " + field(2) + " (" + field(3) + ")";
  // The reason is the server's own text.
  return text + ": " + session.Mask(field(5)) + " (code " + field(4) + ")";
}

}  // namespace

arrow::Status ExplainLoadError(Session* session, const arrow::Status& failure) {
  if (!session->usable()) return failure;
  auto errors = ReadErrors(session);
  if (!errors.ok()) {
    return failure.WithMessage(failure.message(),
                               " The load-error views could not be read: ", errors.status().message());
  }
  if (errors->row_count() == 0) {
    return failure.WithMessage(failure.message(), " The load-error views show no row to user '",
                               DatabaseUser(session, Clock::now() + kLookTime), "'.");
  }
  std::string text = Describe(*session, *errors, 0);
  for (int row = 1; row < errors->row_count(); ++row) text += "; " + Describe(*session, *errors, row);
  const WarehouseErrorDetail* detail = WarehouseError(failure);
  return failure.WithMessage(detail == nullptr ? "COPY" : detail->label, " was refused: ", text, ".");
}

}  // namespace redshift
