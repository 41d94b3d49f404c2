// Questions to the catalogue and to the load-error views.
#pragma once

#include <arrow/result.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/sql/identifier.h"
#include "engine/sql/statement.h"

namespace redshift {

/// Columns of a table in order: column_name, data_type, character_maximum_length, numeric_precision,
/// numeric_scale, is_nullable ('YES'/'NO'), column_default. No row: no such table, or not visible to the
/// user.
arrow::Result<Statement> TableColumnsSql(const QualifiedName& table);
/// Columns of the table's keys in the order of the sort key: attname, attisdistkey, attsortkeyord (0: not in
/// the sort key; interleaved keys alternate the sign). PG_TABLE_DEF shows only the search path and
/// SVV_TABLE_INFO only to superusers, so this asks pg_attribute.
arrow::Result<Statement> TableKeysSql(const QualifiedName& table);
/// One row per column; those of interest are named column_name and collation. Clusters before SHOW COLUMNS
/// refuse it.
Statement ShowColumnsSql(const Identifier& database, const QualifiedName& table);
/// The user as GRANT knows it, whether it may use the schema, whether it may create temporary tables in the
/// database. No row: no such schema.
arrow::Result<Statement> SchemaRightsSql(const Identifier& schema);
/// A statement that needs `privilege` on the table, explained and not run: the server checks the right and
/// changes nothing. `columns` are those that "select" reads and "update" sets (at least one).
arrow::Result<Statement> ExplainUseSql(const QualifiedName& table, std::string_view privilege,
                                       const std::vector<Identifier>& columns);
/// What somebody else is asked to run; `rights`: "USAGE ON SCHEMA \"sales\"".
std::string GrantText(std::string_view rights, std::string_view user);
/// One row, one boolean per privilege ("insert"): has the session's user got it?
arrow::Result<Statement> PrivilegesSql(const QualifiedName& table,
                                       const std::vector<std::string_view>& privileges);

/// Why a COPY failed, first error first: file, line, column, column type, code, reason. `query` is
/// pg_last_copy_id(). STL views are not readable everywhere (serverless): then ask the SYS view.
Statement StlLoadErrorsSql(int64_t query);
Statement SysLoadErrorsSql(int64_t query);

}  // namespace redshift
