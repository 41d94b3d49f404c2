// One statement of a client, understood: what it is and what PostgreSQL is to be told instead.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "local/copy/sql_error.h"

namespace redshift_local {

enum class StatementKind {
  kEmpty,
  /// PostgreSQL does it: `before`, `sql`, `after`.
  kSql,
  kBegin,
  kCommit,
  kRollback,
  /// COPY: local/copy does it.
  kCopy,
  /// Commits the transaction block it stands in, then runs.
  kTruncate,
  /// `sql`, then `after`, each in a transaction of its own, since PostgreSQL takes them no other way.
  kApart,
  /// Redshift does not have it: `refusal`.
  kRefused,
};

/// A name that the back end keeps under another, since it is too long.
struct LongName {
  std::string backend;
  std::string shown;
};

struct Statement {
  StatementKind kind = StatementKind::kEmpty;
  /// The client's words, without the semicolon.
  std::string text;
  /// For PostgreSQL.
  std::string sql;
  /// Statements to run just before and just after `sql`, in the same transaction; no rows, no parameters.
  std::vector<std::string> before;
  std::vector<std::string> after;
  /// The tag the client gets; empty: PostgreSQL's.
  std::string tag;
  std::optional<SqlErrorFields> refusal;
  /// INFO messages that go before the refusal.
  std::vector<std::string> infos;
  /// DEALLOCATE: the prepared statement; empty for ALL.
  std::optional<std::string> deallocates;
  /// DECLARE: the cursor. CLOSE: of whichever cursor, since there is only one.
  std::string opens_cursor;
  bool closes_cursor = false;
  /// What Redshift does not do inside a transaction block, as its error names it; empty: allowed.
  std::string refused_in_block;
  /// Asks for pg_last_copy_count() and its like.
  bool reads_counters = false;
  /// Asks for a view over the history of statements and sessions.
  bool reads_history = false;
  /// Asks for local.faults, local.fault() or local.clear_faults().
  bool uses_faults = false;
  /// May have a result set.
  bool returns_rows = false;
  /// Highest $n, and which of 1..n occur.
  std::vector<bool> parameters;
  /// A data statement: takes a query id.
  bool counts_as_query = false;
  /// Of the client's text; the answer may have them.
  std::vector<LongName> long_names;
  /// SET query_group: the new label.
  std::optional<std::string> query_group;
  /// SET enable_case_sensitive_identifier: the new value.
  std::optional<bool> case_sensitive;
  /// SET error_on_nondeterministic_update: the new value.
  std::optional<bool> checks_matches;
};

/// What the meaning of a statement depends on.
struct DialectContext {
  /// enable_case_sensitive_identifier.
  bool case_sensitive = false;
  /// error_on_nondeterministic_update.
  bool checks_matches = false;
};

/// Splits a client's text at its semicolons and understands each statement. Never fails: what cannot be
/// understood is a kRefused statement (then the last one).
std::vector<Statement> Understand(std::string_view sql, const DialectContext& context);

}  // namespace redshift_local
