// In a program of its own, since the peak of resident memory is the whole process's.
#include "engine/sink/testing/memory_run.h"

namespace redshift {
namespace {

TEST(CopyWriterMemory, AGigabyteOfRowsPassesThroughWithinBounds) {
  EXPECT_LT(testing::GrowthOverAGigabyte({{"sink.copy.memory", "64mb"}}, /*keyed=*/false),
            250 * testing::kMib);
}

}  // namespace
}  // namespace redshift
