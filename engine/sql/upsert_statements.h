// How changes reach a table with a key: through a stage, a temporary table of the session.
#pragma once

#include <arrow/result.h>

#include <string>
#include <vector>

#include "engine/sql/identifier.h"
#include "engine/sql/statement.h"
#include "engine/type/redshift_type.h"

namespace redshift {

/// The names that the statements of one stage use.
struct UpsertNames {
  QualifiedName target;
  Identifier stage;                 ///< temporary: it has no schema
  Identifier earlier;               ///< temporary too, for changes that later ones of their key replace
  std::vector<Identifier> columns;  ///< declared in Flink, in that order
  std::vector<Identifier> key;      ///< some of `columns`
  Identifier op;                    ///< the columns that StageColumns names
  Identifier seq;
  Identifier subtask;
};

/// The statements that bring changes into a target, to be sent in one transaction of one session:
/// CreateStage; then the stage is filled (its columns are stage_columns()); KeepLastPerKey, unless no key
/// comes twice; Apply or Fill; DropStage. docs/adr/0018 says why these and not MERGE.
class UpsertStatements {
 public:
  /// `target` is the table as it is now. Invalid, naming all of them, when columns are missing there.
  static arrow::Result<UpsertStatements> Make(UpsertNames names, const TargetTable& target);

  TableReference stage() const { return TableReference::Temporary(names_.stage); }
  /// The declared columns, then op, seq and subtask.
  std::vector<Identifier> stage_columns() const;

  /// Only key columns and the three of the stage are NOT NULL: a delete may carry its key alone.
  Statement CreateStage() const;
  /// One row, one BIGINT: keys with more than one change in the stage.
  Statement CountRepeatedKeys() const;
  /// Leaves one row per key in the stage, the one with the greatest (seq, subtask). Looks at these and the
  /// key only, since Redshift refuses to sort rows of more than 65,535 bytes.
  std::vector<Statement> KeepLastPerKey() const;
  /// Upserts and deletes what the stage, with one row per key, says. Columns of the target that are not
  /// declared keep their values in rows that exist.
  std::vector<Statement> Apply() const;
  /// Inserts the stage's rows, deletes aside, into a target that was emptied.
  Statement Fill() const;
  Statement DropStage() const;

 private:
  UpsertStatements(UpsertNames names, const TargetTable& target);

  /// The key as values that are equal when Redshift takes the keys for equal.
  std::string ComparedKey() const;
  /// The target's key equals the stage's.
  std::string SameKey() const;

  UpsertNames names_;
  std::vector<TargetColumn> types_;  // of names_.columns
  std::string distkey_;              // empty: none that is declared
  std::vector<Identifier> sortkey_;
  bool all_declared_ = false;
};

/// Empties a table within the transaction; TRUNCATE would commit it.
Statement DeleteAllSql(const TableReference& table);

}  // namespace redshift
