// PRIMARY KEY, UNIQUE and FOREIGN KEY clauses: recorded and shown by the catalogs, never enforced.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "local/dialect/rewriter.h"

namespace redshift_local {

struct KeyClause {
  /// pg_constraint.contype: 'p', 'u' or 'f'.
  char kind = 'p';
  /// Empty: the stand-in chooses one.
  std::string name;
  std::vector<std::string> columns;
  /// FOREIGN KEY: the other table as SQL, and its columns (empty: its primary key).
  std::string foreign_table;
  std::vector<std::string> foreign_columns;
  /// The index after the clause.
  size_t end = 0;

  /// As local.record_table() takes it.
  nlohmann::json ToJson() const;
};

/// The column names in the parentheses at `open`.
std::vector<std::string> ReadKeyColumns(const Rewriter& sql, size_t open);

/// A table constraint at `at`; nullopt when there is none. Refuses CHECK and EXCLUDE.
std::optional<KeyClause> ReadTableKey(const Rewriter& sql, size_t at, const std::string& table);

/// A constraint of one column at `at`.
std::optional<KeyClause> ReadColumnKey(const Rewriter& sql, size_t at, const std::string& table,
                                       const std::string& column);

}  // namespace redshift_local
