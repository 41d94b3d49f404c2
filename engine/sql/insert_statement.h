// Multi-row INSERT with bind parameters.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/sql/identifier.h"
#include "engine/sql/statement.h"
#include "engine/type/redshift_type.h"

namespace redshift {

/// Redshift counts bind parameters of a statement in a signed Int16.
inline constexpr int kMaxParameters = 32767;
/// Redshift takes statements below 16 MB; what the parameters hold counts here, with room to spare.
inline constexpr int64_t kMaxStatementBytes = 15 * 1024 * 1024;

/// How a bind parameter becomes a value of its column.
enum class ParameterForm {
  kValue,  ///< $1
  kJson,   ///< JSON_PARSE($1): SUPER; a text alone would become a JSON string
  kHex,    ///< TO_VARBYTE($1, 'hex'): VARBYTE; a text alone would give its UTF-8 bytes
};
ParameterForm ParameterFormOf(const RedshiftType& type);

/// INSERT INTO t (columns) VALUES ($1,$2),($3,$4)...; `forms` has one entry per column; rows * columns must
/// not pass kMaxParameters.
Statement InsertSql(const TableReference& target, const std::vector<Identifier>& columns,
                    const std::vector<ParameterForm>& forms, int rows);

}  // namespace redshift
