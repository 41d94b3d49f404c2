// What a copy writer stages of a table with a key.
#include <gmock/gmock.h>

#include <charconv>
#include <cstdio>
#include <map>
#include <random>

#include "engine/file/testing/parquet_text.h"
#include "engine/sink/testing/copy_writer_fixture.h"

namespace redshift {
namespace {

using ::redshift::testing::CopyRows;
using ::redshift::testing::CopyWriterTest;
using ::redshift::testing::OptionMap;
using ::redshift::testing::ParquetText;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

using CopyChangesTest = CopyWriterTest;

// Row kinds as Flink numbers them.
constexpr uint8_t kInsert = 0;
constexpr uint8_t kUpdateBefore = 1;
constexpr uint8_t kUpdateAfter = 2;
constexpr uint8_t kDelete = 3;

TEST_F(CopyChangesTest, StagesTheLastChangeOfEachKeyWithWhatOrdersThem) {
  const SinkPlan plan = KeyedPlan();
  auto writer = TryOpen(plan).ValueOrDie();
  CopyRows rows;
  rows.Add({int64_t{1}, "old"}, kInsert);
  rows.Add({int64_t{2}, "gone"}, kInsert);
  rows.Add({int64_t{1}, "old"}, kUpdateBefore);
  rows.Add({int64_t{1}, "new, or so"}, kUpdateAfter);
  rows.Add({int64_t{2}, "gone"}, kDelete);
  rows.Add({int64_t{3}, "first"}, kInsert);
  rows.Add({int64_t{3}, nullptr}, kDelete);
  rows.Add({int64_t{3}, "again"}, kInsert);
  ASSERT_TRUE(writer->Write(rows.frames(), rows.count()).ok());
  const auto files = writer->Finish().ValueOrDie().data;
  ASSERT_THAT(files, SizeIs(1));
  EXPECT_EQ(files[0].rows, 3);
  // The key, the text, then op, seq and subtask. Of a delete only the key.
  EXPECT_EQ(TextOf(files[0]), "1,\"new, or so\",0,3,3\n2," + plan.null_marker() + ",1,4,3\n3,again,0,7,3\n");
  EXPECT_EQ(writer->metrics().rows, 8);

  rows.Clear();
  rows.Add({int64_t{3}, "last"}, kUpdateAfter);
  ASSERT_TRUE(writer->Write(rows.frames(), rows.count()).ok());
  EXPECT_EQ(TextOf(writer->Finish().ValueOrDie().data.at(0)), "3,last,0,8,3\n");
  EXPECT_THAT(writer->Finish().ValueOrDie().data, IsEmpty());
}

TEST_F(CopyChangesTest, StagesThemAsParquetToo) {
  auto writer = TryOpen(KeyedPlan({{"sink.copy.format", "parquet"}})).ValueOrDie();
  CopyRows rows;
  rows.Add({int64_t{1}, "old"}, kInsert);
  rows.Add({int64_t{2}, "gone"}, kDelete);
  rows.Add({int64_t{1}, "new"}, kUpdateAfter);
  ASSERT_TRUE(writer->Write(rows.frames(), rows.count()).ok());
  const auto files = writer->Finish().ValueOrDie().data;
  ASSERT_THAT(files, SizeIs(1));
  EXPECT_TRUE(files[0].url.ends_with("/3-0.parquet")) << files[0].url;
  EXPECT_EQ(ParquetText(BytesOf(files[0])),
            "c0 INT64 None ZSTD\n"
            "c1 BYTE_ARRAY String ZSTD\n"
            "_op INT32 Int(bitWidth=16, isSigned=true) ZSTD\n"
            "_seq INT64 None ZSTD\n"
            "_subtask INT32 None ZSTD\n"
            "2 rows\n"
            "2 | None | 1 | 1 | 3\n"
            "1 | 'new' | 0 | 2 | 3\n");
}

TEST_F(CopyChangesTest, TenMillionChangesOfAThousandKeysStageAThousandRowsACheckpoint) {
  constexpr int64_t kKeys = 1000;
  constexpr int kCheckpoints = 10;
  auto writer = TryOpen(KeyedPlan()).ValueOrDie();
  CopyRows rows;
  while (rows.count() < 10 * kKeys) {
    rows.Add({rows.count() * 7919 % kKeys, "a value of some forty bytes, as they are usual"}, kUpdateAfter);
  }
  int64_t changes = 0;
  int64_t staged = 0;
  for (int checkpoint = 0; checkpoint < kCheckpoints; ++checkpoint) {
    for (int i = 0; i < 100; ++i) {
      ASSERT_TRUE(writer->Write(rows.frames(), rows.count()).ok());
      changes += rows.count();
    }
    const auto files = writer->Finish().ValueOrDie().data;
    ASSERT_THAT(files, SizeIs(1));
    EXPECT_EQ(files[0].rows, kKeys);
    staged += files[0].rows;
  }
  std::printf("%lld changes of %lld keys in %d checkpoints staged %lld rows\n",
              static_cast<long long>(changes), static_cast<long long>(kKeys), kCheckpoints,
              static_cast<long long>(staged));
  EXPECT_EQ(changes, 10'000'000);
  EXPECT_EQ(staged, kKeys * kCheckpoints);
}

// What the warehouse does with the files of one checkpoint: the greatest number of a key wins.
void Fold(const std::string& csv, std::map<int64_t, std::pair<int64_t, std::string>>* table) {
  size_t at = 0;
  while (at < csv.size()) {
    const size_t end = csv.find('\n', at);
    std::vector<std::string> fields;
    for (size_t begin = at; begin <= end;) {
      const size_t comma = std::min(csv.find(',', begin), end);
      fields.push_back(csv.substr(begin, comma - begin));
      begin = comma + 1;
    }
    at = end + 1;
    ASSERT_THAT(fields, SizeIs(5));
    auto& last = table->try_emplace(std::stoll(fields[0]), -1, "").first->second;
    const int64_t seq = std::stoll(fields[3]);
    if (seq > last.first) last = {seq, fields[2] == "1" ? "deleted" : fields[1]};
  }
}

TEST_F(CopyChangesTest, MoreKeysThanFitIntoMemoryStillFoldToTheLastChanges) {
  auto writer =
      TryOpen(KeyedPlan({{"sink.copy.memory", "40mb"}, {"sink.copy.file-size", "512kb"}})).ValueOrDie();
  std::minstd_rand random(3);
  std::map<int64_t, std::string> expected;
  constexpr int64_t kChanges = 600'000;
  CopyRows rows;
  for (int64_t change = 0; change < kChanges; ++change) {
    const auto id = static_cast<int64_t>(random() % 3 == 0 ? random() % 100 : random() % 200'000);
    const bool deleted = random() % 5 == 0;
    const std::string value = "value" + std::to_string(change);
    rows.Add({id, value}, deleted ? kDelete : kUpdateAfter);
    expected[id] = deleted ? "deleted" : value;
    if (rows.frames().size() > (1 << 20) || change + 1 == kChanges) {
      ASSERT_TRUE(writer->Write(rows.frames(), rows.count()).ok());
      rows.Clear();
    }
  }
  const auto files = writer->Finish().ValueOrDie().data;
  EXPECT_GT(files.size(), 1U);
  std::map<int64_t, std::pair<int64_t, std::string>> found;
  int64_t staged = 0;
  for (const StagedFile& file : files) {
    Fold(TextOf(file), &found);
    staged += file.rows;
  }
  EXPECT_GT(staged, static_cast<int64_t>(expected.size()));
  EXPECT_LT(staged, kChanges);
  ASSERT_EQ(found.size(), expected.size());
  for (const auto& [id, value] : expected) ASSERT_EQ(found[id].second, value) << id;
}

}  // namespace
}  // namespace redshift
