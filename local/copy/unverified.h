// What COPY does where no documentation says what Redshift does. Each choice is one named switch here, so
// that a fact learnt from a real cluster changes one line; the stand-in logs them at its start.
#pragma once

#include <string>
#include <vector>

namespace redshift_local {

struct UnverifiedCopyChoices {
  /// CSV: a quoted field equal to the null marker is NULL. False: it is that text.
  bool quoted_null_marker_is_null = false;
  /// CSV: EMPTYASNULL takes "" too. False: only a field with nothing between its delimiters.
  bool quoted_empty_is_empty = false;
  /// REAL and DOUBLE PRECISION take NaN, Infinity, inf and their signs, in any case. False: error 1208.
  bool nan_and_infinity = true;
  /// A CR in front of a record's LF belongs to the line end. False: it is data.
  bool carriage_return_ends_line = true;
  /// Digits of a second beyond the sixth are rounded. False: cut.
  bool round_seconds = true;
  /// NULL AS '\N' means backslash N, as '\\N' does. False: the escape makes it plain N.
  bool null_as_keeps_backslash_n = true;
  /// Without a column list an IDENTITY column has its field in the file; without EXPLICIT_IDS that field is
  /// read over and a value generated. False: the file has no field for it.
  bool identity_has_field = true;
};

/// The choices in force.
const UnverifiedCopyChoices& CopyChoices();

/// One line per choice, for the log: `copy.quoted-null-marker-is-null=false`.
std::vector<std::string> DescribeCopyChoices();

}  // namespace redshift_local
