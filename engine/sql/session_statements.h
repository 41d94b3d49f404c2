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

/// One row, one BIGINT: the id under which the lock views know the table; no row if there is none.
arrow::Result<Statement> TableIdSql(const QualifiedName& table);
/// The sessions that hold a lock on the table: pid, user name.
Statement LockHoldersSql(int64_t table_id);
/// The label (query_group) of a session's last statement, in STL_QUERY; where STL views cannot be read, in
/// SYS_QUERY_HISTORY. At most one row, one column.
Statement StlSessionLabelSql(int64_t pid);
Statement SysSessionLabelSql(int64_t pid);
/// One row, one BIGINT: statements that the session runs now.
Statement RunningStatementsSql(int64_t pid);
Statement TerminateSessionSql(int64_t pid);

}  // namespace redshift
