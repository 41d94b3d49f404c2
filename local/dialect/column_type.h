// Redshift's column types, as CREATE TABLE and ALTER TABLE spell them.
#pragma once

#include <optional>
#include <string>

#include "local/dialect/rewriter.h"

namespace redshift_local {

struct ColumnType {
  /// As PostgreSQL wants it, e.g. character varying(256).
  std::string sql;
  /// May be a distribution or sort key.
  bool can_be_key = true;
  bool is_integer = false;
  /// The index after the type.
  size_t end = 0;
  bool is_super = false;
};

/// Reads the type of column `column` of table `table` at `at`. Refuses types that Redshift lacks, and lengths
/// and precisions out of its range.
ColumnType ReadColumnType(const Rewriter& sql, size_t at, const std::string& table,
                          const std::string& column);

/// The qualifier after INTERVAL or an INTERVAL literal: YEAR TO MONTH, DAY TO SECOND(3) and their parts.
/// nullopt when there is none at `at`.
std::optional<ColumnType> ReadIntervalQualifier(const Rewriter& sql, size_t at);

}  // namespace redshift_local
