// Statements about the session itself: transaction control, settings, the last COPY, other sessions.
#pragma once

#include <arrow/result.h>

#include <chrono>
#include <cstdint>
#include <string_view>

#include "engine/sql/identifier.h"
#include "engine/sql/statement.h"

namespace redshift {

Statement BeginSql();
Statement CommitSql();
Statement RollbackSql();

/// The label under which Redshift's history views show the session's statements.
arrow::Result<Statement> SetQueryGroupSql(std::string_view label);
/// Counts planning, queueing and execution, COPY too; zero switches it off.
Statement SetStatementTimeoutSql(std::chrono::milliseconds timeout);

/// One row, one BIGINT: rows of this session's last COPY.
Statement LastCopyCountSql();
/// One row, one INTEGER: query id of this session's last COPY, -1 if none.
Statement LastCopyIdSql();

/// The sessions that hold a lock on the table. Columns: pid, user name, label of its last statement (or
/// NULL), whether a statement is running now (1 or 0).
arrow::Result<Statement> LockHoldersSql(const QualifiedName& table);
Statement TerminateSessionSql(int64_t pid);

}  // namespace redshift
