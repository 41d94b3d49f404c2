#include "engine/sink/row_chunks.h"

#include <gmock/gmock.h>

namespace redshift {
namespace {

using ::testing::HasSubstr;

// A frame of `length` bytes.
void Add(std::vector<uint8_t>* frames, uint8_t length) {
  frames->insert(frames->end(), {length, 0, 0, 0});
  frames->insert(frames->end(), length, 0xAB);
}

TEST(RowChunks, HoldWholeRowsOfAboutTheSizeAsked) {
  std::vector<uint8_t> frames;
  for (int i = 0; i < 5; ++i) Add(&frames, 16);
  const auto chunks = SplitIntoChunks(frames, 5, 45).ValueOrDie();
  ASSERT_EQ(chunks.size(), 3U);
  EXPECT_EQ(chunks[0].frames.size(), 40U);
  EXPECT_EQ(chunks[0].rows, 2);
  EXPECT_EQ(chunks[1].frames.data(), frames.data() + 40);
  EXPECT_EQ(chunks[2].frames.size(), 20U);
  EXPECT_EQ(chunks[2].rows, 1);
}

TEST(RowChunks, ALongRowIsAChunkOfItsOwn) {
  std::vector<uint8_t> frames;
  Add(&frames, 8);
  Add(&frames, 200);
  Add(&frames, 8);
  const auto chunks = SplitIntoChunks(frames, 3, 50).ValueOrDie();
  ASSERT_EQ(chunks.size(), 3U);
  EXPECT_EQ(chunks[1].rows, 1);
  EXPECT_EQ(chunks[1].longest_row, 200);
}

TEST(RowChunks, KnowTheirLongestRow) {
  std::vector<uint8_t> frames;
  Add(&frames, 8);
  Add(&frames, 24);
  Add(&frames, 16);
  const auto chunks = SplitIntoChunks(frames, 3, 1000).ValueOrDie();
  ASSERT_EQ(chunks.size(), 1U);
  EXPECT_EQ(chunks[0].longest_row, 24);
  EXPECT_EQ(chunks[0].longest_row_index, 1);
}

TEST(RowChunks, NothingIsNoChunk) {
  EXPECT_TRUE(SplitIntoChunks({}, 0, 10).ValueOrDie().empty());
}

TEST(RowChunks, RefuseDamage) {
  std::vector<uint8_t> frames;
  Add(&frames, 8);
  EXPECT_THAT(SplitIntoChunks(frames, 2, 100).status().message(),
              HasSubstr("2 rows were announced, 1 found"));
  frames.push_back(1);
  EXPECT_TRUE(SplitIntoChunks(frames, 1, 100).status().IsInvalid());
  frames = {9, 0, 0, 0, 1, 2, 3};
  EXPECT_THAT(SplitIntoChunks(frames, 1, 100).status().message(), HasSubstr("claims 9 bytes"));
  frames = {0xFF, 0xFF, 0xFF, 0xFF};
  EXPECT_TRUE(SplitIntoChunks(frames, 1, 100).status().IsInvalid());
}

}  // namespace
}  // namespace redshift
