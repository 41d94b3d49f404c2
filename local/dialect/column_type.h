// Redshift's column types, as CREATE TABLE and ALTER TABLE spell them.
#pragma once

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
};

/// Reads the type of column `column` of table `table` at `at`. Refuses types that Redshift lacks, and lengths
/// and precisions out of its range.
ColumnType ReadColumnType(const Rewriter& sql, size_t at, const std::string& table,
                          const std::string& column);

}  // namespace redshift_local
