// A session that works for one commit.
#pragma once

#include <arrow/result.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <utility>

#include "engine/warehouse/session.h"

namespace redshift {

/// What a commit found out for good, with what it could do about it; nothing became visible.
template <typename... Args>
arrow::Status CommitError(ErrorKind kind, Retry retry, Args&&... message) {
  auto detail = std::make_shared<WarehouseErrorDetail>();
  detail->kind = kind;
  detail->retry = retry;
  detail->session_usable = true;
  detail->label = "commit";
  return arrow::Status::FromDetailAndArgs(arrow::StatusCode::IOError, std::move(detail),
                                          std::forward<Args>(message)...);
}

/// Statements of one commit, each within statement.timeout and all within the commit's deadline. Borrows the
/// session.
class CommitSession {
 public:
  CommitSession(Session* session, std::chrono::milliseconds statement_timeout, Clock::time_point deadline)
      : session_(session), statement_timeout_(statement_timeout), deadline_(deadline) {}

  arrow::Result<QueryResult> Run(const Statement& statement) const {
    return session_->Execute(statement, until());
  }

  /// When a statement that begins now must have ended.
  Clock::time_point until() const {
    return statement_timeout_.count() > 0 ? std::min(deadline_, Clock::now() + statement_timeout_)
                                          : deadline_;
  }
  Clock::time_point deadline() const { return deadline_; }
  Session* session() const { return session_; }

 private:
  Session* session_;
  std::chrono::milliseconds statement_timeout_;
  Clock::time_point deadline_;
};

}  // namespace redshift
