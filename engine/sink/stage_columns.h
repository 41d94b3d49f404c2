// What the staged files of a table with a key carry beside its columns.
#pragma once

#include <string>
#include <vector>

namespace redshift {

/// Names of the three columns that a stage has behind the declared ones, in this order: what happens to the
/// key (SMALLINT, 0 upsert, 1 delete), the place of the change within its writer (BIGINT) and the writer
/// (INTEGER). The greatest (seq, subtask) of a key wins.
struct StageColumns {
  std::string op;
  std::string seq;
  std::string subtask;

  /// Names that no declared column has, compared as Redshift does.
  static StageColumns For(const std::vector<std::string>& declared);
};

}  // namespace redshift
