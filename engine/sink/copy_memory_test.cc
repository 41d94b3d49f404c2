#include "engine/sink/copy_memory.h"

#include <gmock/gmock.h>

#include "engine/aws/testing/copy_options.h"
#include "engine/file/staging.h"

namespace redshift {
namespace {

using ::redshift::testing::OptionMap;
using ::redshift::testing::ParsedCopyOptions;
using ::testing::HasSubstr;

constexpr int64_t kMib = 1024 * 1024;

arrow::Result<CopyMemory> Divide(const OptionMap& options, bool keyed = false) {
  return CopyMemory::Make(ParsedCopyOptions("http://127.0.0.1:1", "s3://bucket/p", options), keyed);
}

TEST(CopyMemory, SharesStayBelowTheWhole) {
  for (const int64_t mib : {32, 64, 100, 1000}) {
    const CopyMemory memory = Divide({{"sink.copy.memory", std::to_string(mib) + "mb"}}).ValueOrDie();
    EXPECT_GE(memory.upload, Staging::kMinUploadMemory);
    EXPECT_GE(memory.queue, 2 * CopyMemory::kChunkBytes);
    // Encoding needs some too.
    EXPECT_LT(memory.upload + memory.queue, (mib - 5) * kMib);
  }
}

TEST(CopyMemory, TheDefaultSuffices) {
  EXPECT_EQ(Divide({}).ValueOrDie().upload, 40 * kMib);
}

TEST(CopyMemory, KeysAndRowGroupsHaveSharesOfTheirOwn) {
  const CopyMemory plain = Divide({}).ValueOrDie();
  EXPECT_EQ(plain.reduction, 0);
  EXPECT_EQ(plain.row_group, 0);
  for (const int64_t mib : {44, 64, 100, 1000}) {
    const CopyMemory memory =
        Divide({{"sink.copy.memory", std::to_string(mib) + "mb"}, {"sink.copy.format", "parquet"}},
               /*keyed=*/true)
            .ValueOrDie();
    EXPECT_GE(memory.upload, Staging::kMinUploadMemory);
    EXPECT_GE(memory.queue, 2 * CopyMemory::kChunkBytes);
    EXPECT_GE(memory.reduction, 8 * kMib);
    EXPECT_GE(memory.row_group, 4 * kMib);
    EXPECT_LT(memory.upload + memory.queue + memory.reduction + memory.row_group, (mib - 5) * kMib);
  }
  EXPECT_THAT(Divide({{"sink.copy.memory", "32mb"}}, /*keyed=*/true).status().message(),
              ::testing::AllOf(HasSubstr("of a table with a key"), HasSubstr("needs at least 40 mb")));
}

TEST(CopyMemory, RefusesTooLittleAndSaysWhatSuffices) {
  const OptionMap high_level = {{"sink.copy.memory", "64mb"}, {"sink.copy.compression-level", "19"}};
  EXPECT_THAT(Divide(high_level).status().message(),
              ::testing::AllOf(HasSubstr("'sink.copy.memory' is 64 mb"), HasSubstr("level 19"),
                               HasSubstr("needs at least 120 mb")));
  EXPECT_TRUE(Divide({{"sink.copy.memory", "120mb"}, {"sink.copy.compression-level", "19"}}).ok());
}

}  // namespace
}  // namespace redshift
