#pragma once

#include <arrow/status.h>

#include "engine/type/redshift_type.h"
#include "engine/type/table_schema.h"

namespace redshift {

/// What becomes of digits of a decimal's fraction that its target has no place for.
enum class SurplusDigits {
  kRefused,
  kRounded,  ///< by COPY with ROUNDEC
};

/// Compares what is declared in Flink with the table in the warehouse, by name (folded to lower case), and
/// lists every mismatch in one message: a column that does not exist or is an IDENTITY column; a type that
/// the target's cannot hold without change for every value; a NOT NULL column without default that is not
/// declared; a name that sessions of ours cannot tell from another one; a key column that is compared without
/// case. With `surplus` = kRounded a decimal may have more fractional digits than its target. Key columns
/// that may be NULL in the target are accepted: the sink writes none, and rows that have one match nothing
/// and stay as they are. Accepted are the same type, integers into wider integers or decimals with room,
/// decimals into decimals with at least as many digits on both sides of the point, text into any CHAR or
/// VARCHAR and bytes into any VARBYTE (RowValidator checks lengths per value), nested types into SUPER.
/// TIMESTAMP and TIMESTAMP_LTZ are not exchanged: the server would guess a time zone.
arrow::Status CheckTarget(const TableSchema& declared, const TargetTable& target,
                          SurplusDigits surplus = SurplusDigits::kRefused);

}  // namespace redshift
