// CREATE TABLE for a table declared in Flink.
#pragma once

#include <arrow/result.h>

#include <optional>
#include <vector>

#include "engine/sql/identifier.h"
#include "engine/sql/statement.h"
#include "engine/type/redshift_type.h"
#include "engine/type/table_schema.h"

namespace redshift {

/// Whether Redshift takes a column of that type as DISTKEY or in a SORTKEY ("CREATE TABLE").
bool CanBeTableKey(const RedshiftType& type);

/// DISTKEY and SORTKEY of a created table; where one is empty, Redshift chooses (AUTO).
struct TableKeys {
  std::optional<Identifier> distkey = {};
  std::vector<Identifier> sortkey = {};
};

/// CREATE TABLE IF NOT EXISTS with the types of CreatedType, NOT NULL as declared and for the key's columns,
/// PRIMARY KEY as declared. The schema must have passed CheckSupported. All keys that are not declared
/// columns, are named twice or have a type that Redshift does not take there are refused in one message.
arrow::Result<Statement> CreateTableSql(const QualifiedName& table, const TableSchema& schema,
                                        const TableKeys& keys);

}  // namespace redshift
