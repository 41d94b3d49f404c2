// Multi-row INSERT with bind parameters.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/sql/identifier.h"
#include "engine/sql/statement.h"

namespace redshift {

/// Redshift counts bind parameters of a statement in a signed Int16.
inline constexpr int kMaxParameters = 32767;
/// Redshift takes statements below 16 MB; what the parameters hold counts here, with room to spare.
inline constexpr int64_t kMaxStatementBytes = 15 * 1024 * 1024;

/// INSERT INTO t (columns) VALUES ($1,$2),($3,$4)...; rows * columns must not pass kMaxParameters.
Statement InsertSql(const TableReference& target, const std::vector<Identifier>& columns, int rows);

}  // namespace redshift
