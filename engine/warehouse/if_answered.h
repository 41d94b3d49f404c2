// Questions without whose answer a job can run.
#pragma once

#include <arrow/result.h>

#include <optional>
#include <utility>

#include "engine/warehouse/session.h"

namespace redshift {

/// OK also when the server refused the statement, as long as the session can go on: then there is no answer.
inline arrow::Result<std::optional<QueryResult>> IfAnswered(Session* session, const Statement& sql,
                                                            Clock::time_point deadline) {
  auto answer = session->Execute(sql, deadline);
  if (answer.ok()) return std::optional<QueryResult>(std::move(*answer));
  if (!session->usable() || Clock::now() >= deadline) return answer.status();
  return std::nullopt;
}

}  // namespace redshift
