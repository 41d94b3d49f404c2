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

  /// JSON: of an attribute that an object has twice the last one counts. False: the first. (In SUPER: an
  /// error.)
  bool json_last_duplicate_counts = true;
  /// JSON: an unquoted number passes through floating point on its way into an integer column too, not only
  /// into DECIMAL. False: its digits are taken.
  bool json_integers_are_floating = true;
  /// JSON: an object or array goes into a character column as it stands in the file. False: without its
  /// blanks.
  bool json_nested_text_as_it_stands = true;

  /// Parquet: INT64 TIMESTAMP in microseconds or milliseconds goes into TIMESTAMP. False: refused.
  bool parquet_int64_timestamp = true;
  /// Parquet: INT64 TIMESTAMP in nanoseconds goes into TIMESTAMP. False: refused.
  bool parquet_nanos = false;
  /// Parquet: INT96 goes into TIMESTAMP. False: refused.
  bool parquet_int96 = true;
  /// Parquet: INT32 without an annotation, or with that of 8 bits, goes into SMALLINT. False: only INT_16.
  bool parquet_other_int32_into_smallint = false;
  /// Parquet: timestamps go into TIMESTAMPTZ. False: refused.
  bool parquet_timestamptz = false;
  /// Parquet: INT64 TIME in microseconds goes into TIME. False: refused.
  bool parquet_time = false;
  /// Parquet: INT32 and INT64 with the annotation DECIMAL go into DECIMAL. False: only fixed-length bytes.
  bool parquet_integer_decimal = false;
  /// Parquet: a decimal's precision and scale may be others than the column's. False: refused.
  bool parquet_other_decimal = false;
  /// Parquet: SERIALIZETOJSON makes an object of a map. False: an array of {"key": ..., "value": ...}.
  bool parquet_map_is_object = true;
};

/// The choices in force.
const UnverifiedCopyChoices& CopyChoices();

/// One line per choice, for the log: `copy.quoted-null-marker-is-null=false`.
std::vector<std::string> DescribeCopyChoices();

}  // namespace redshift_local
