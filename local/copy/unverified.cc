#include "local/copy/unverified.h"

namespace redshift_local {

const UnverifiedCopyChoices& CopyChoices() {
  static const UnverifiedCopyChoices choices;
  return choices;
}

std::vector<std::string> DescribeCopyChoices() {
  const auto& choices = CopyChoices();
  const auto line = [](const char* name, bool value) {
    return std::string("copy.") + name + (value ? "=true" : "=false");
  };
  return {
      line("quoted-null-marker-is-null", choices.quoted_null_marker_is_null),
      line("quoted-empty-is-empty", choices.quoted_empty_is_empty),
      line("nan-and-infinity", choices.nan_and_infinity),
      line("carriage-return-ends-line", choices.carriage_return_ends_line),
      line("round-seconds", choices.round_seconds),
      line("null-as-keeps-backslash-n", choices.null_as_keeps_backslash_n),
      line("identity-has-field", choices.identity_has_field),
      line("json-last-duplicate-counts", choices.json_last_duplicate_counts),
      line("json-integers-are-floating", choices.json_integers_are_floating),
      line("json-nested-text-as-it-stands", choices.json_nested_text_as_it_stands),
      line("parquet-int64-timestamp", choices.parquet_int64_timestamp),
      line("parquet-nanos", choices.parquet_nanos),
      line("parquet-int96", choices.parquet_int96),
      line("parquet-other-int32-into-smallint", choices.parquet_other_int32_into_smallint),
      line("parquet-timestamptz", choices.parquet_timestamptz),
      line("parquet-time", choices.parquet_time),
      line("parquet-integer-decimal", choices.parquet_integer_decimal),
      line("parquet-other-decimal", choices.parquet_other_decimal),
      line("parquet-map-is-object", choices.parquet_map_is_object),
  };
}

}  // namespace redshift_local
