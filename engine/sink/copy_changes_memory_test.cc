// In a program of its own, since the peak of resident memory is the whole process's.
#include "engine/sink/testing/memory_run.h"

namespace redshift {
namespace {

// The worst case of both: no change replaces another, and row groups are held too.
TEST(CopyChangesMemory, AGigabyteOfDistinctKeysBecomesParquetWithinBounds) {
  EXPECT_LT(testing::GrowthOverAGigabyte({{"sink.copy.memory", "64mb"}, {"sink.copy.format", "parquet"}},
                                         /*keyed=*/true),
            250 * testing::kMib);
}

}  // namespace
}  // namespace redshift
