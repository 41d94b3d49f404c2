#include "local/dialect/unverified.h"

namespace redshift_local {

std::vector<std::string> DescribeDialectChoices() {
  return {
      // Numbers inside a SUPER keep the digits they were given; blanks between tokens go, the order of keys
      // stays.
      "type.super-number-digits=kept",
      "type.super-json-null-is-null=false",
      "type.super-refusal=XX000",
      // SVV_COLUMNS, SHOW COLUMNS; reports from the field have `binary varying`.
      "type.varbyte-spelling=varbyte",
      "type.varbyte-modifier=length+4",
      "type.varbyte-too-long=22001",
      // As PostgreSQL prints them; zero months too.
      "type.interval-text=postgres",
      "type.interval-spelling-in-svv-columns=intervaly2m,intervald2s",
      "type.interval-modifier=postgres",
      "type.interval-out-of-range=22015",
      "type.months-in-day-to-second=refused",
      // Where the collation of a column is told.
      "catalog.collation=collation_name of SVV_COLUMNS, collation of SHOW COLUMNS",
      "update.without-equijoin=0A000",
  };
}

}  // namespace redshift_local
