#pragma once

#include "engine/type/flink_type.h"
#include "engine/type/redshift_type.h"

namespace redshift {

/// The type of a column that is created for one of Flink's: text becomes VARCHAR of four bytes per character,
/// the most that UTF-8 needs, up to Redshift's 65,535; bytes become VARBYTE up to its 1,024,000; ARRAY, MAP,
/// MULTISET and ROW become SUPER. Only for types that passed CheckSupported.
RedshiftType CreatedType(const FlinkType& type);

}  // namespace redshift
