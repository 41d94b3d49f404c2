// The parameters that sink.copy.options may add to COPY.
#pragma once

#include <arrow/result.h>

#include <string>
#include <string_view>
#include <vector>

namespace redshift {

enum class CopyParameterKind {
  kAcceptInvChars,
  kTruncateColumns,
  kTrimBlanks,
  kRoundDec,
  kAcceptAnyDate,
  kCompUpdate,
  kStatUpdate,
};

/// Out of Redshift's "Data conversion parameters" and "Data load operations".
struct CopyParameter {
  CopyParameterKind kind;
  std::string sql;  ///< as COPY takes it: "ACCEPTINVCHARS AS '?'", "COMPUPDATE OFF"
  friend bool operator==(const CopyParameter&, const CopyParameter&) = default;
};

/// Reads a list such as "TRUNCATECOLUMNS ACCEPTINVCHARS '_' COMPUPDATE OFF", words in any case, separated by
/// white space or commas. Everything that is not on the list above is refused by its name.
arrow::Result<std::vector<CopyParameter>> ParseCopyParameters(std::string_view text);

bool Contains(const std::vector<CopyParameter>& parameters, CopyParameterKind kind);

/// Refuses parameters that change values for a table with a key (what is found by its key would be another
/// value than what was written), and for Parquet those that Redshift takes with text only.
arrow::Status CheckCopyParameters(const std::vector<CopyParameter>& parameters, bool has_key, bool parquet);

}  // namespace redshift
