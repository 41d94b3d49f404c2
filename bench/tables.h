#pragma once

#include <cstdint>
#include <vector>

#include "engine/type/redshift_type.h"
#include "engine/type/table_schema.h"

namespace redshift {

/// One hand-over: a buffer of about 1 MiB as the Flink side fills it.
struct Frames {
  std::vector<uint8_t> bytes;
  int64_t row_count;
};

/// A table with rows enough not to fit the processor's caches.
struct BenchTable {
  TableSchema schema;
  TargetTable target;
  std::vector<Frames> buffers;
};

/// The shape of TPC-H's lineitem: 16 columns, mostly numbers, dates and short codes, one text of words.
BenchTable LineItems();

/// The shape of a stream of events: 9 columns with a timestamp, free text in several scripts, and one NULL in
/// ten.
BenchTable Events();

}  // namespace redshift
