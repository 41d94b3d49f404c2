// Whether what sinks really stage is found again by the form of its keys.
#include "engine/file/leftovers.h"

#include <gmock/gmock.h>

#include "engine/file/staging.h"
#include "engine/sink/committable.h"
#include "engine/sink/reject_files.h"
#include "engine/sink/testing/copy_writer_fixture.h"

namespace redshift {
namespace {

using ::testing::UnorderedElementsAreArray;

using LeftoversOfSinksTest = testing::CopyWriterTest;

TEST_F(LeftoversOfSinksTest, AreAllThatSinksStageInEveryFormat) {
  // As Flink prints a JobID.
  const std::string job_id = "5d41402abc4b2a76b9719d911017c592";
  size_t staged = 0;
  for (const testing::OptionMap& format : {testing::OptionMap{{"sink.copy.compression", "zstd"}},
                                           {{"sink.copy.compression", "gzip"}},
                                           {{"sink.copy.compression", "none"}},
                                           {{"sink.copy.format", "parquet"}}}) {
    testing::OptionMap options = format;
    options["sink.bad-rows"] = "reject";
    const SinkPlan plan = Plan(options);
    const std::string attempt = "11111111-2222-4333-8444-55555555555" + std::to_string(staged % 10);
    auto writer =
        CopyWriter::Make(plan, {.job_id = job_id, .attempt_id = attempt, .subtask = 11, .restored = false},
                         testing::CopyTarget(kTypes, /*text_bytes=*/5))
            .ValueOrDie();
    ASSERT_TRUE(testing::WriteRow(*writer, 1, "fits").ok());
    ASSERT_TRUE(testing::WriteRow(*writer, 2, "too long").ok());
    const StagedFiles files = writer->Finish().ValueOrDie();
    ASSERT_TRUE(writer->Close().ok());
    const auto staging = Staging::Open(plan.options()).ValueOrDie();
    ASSERT_TRUE(MakeCommittable(plan, staging.get(), job_id, attempt, 17, /*checkpointed=*/true, files).ok());
    staged += 3;
    EXPECT_EQ(moto().Keys(bucket_, "p/").size(), staged);
  }
  std::vector<std::string> addresses;
  for (const std::string& key : moto().Keys(bucket_, "p/"))
    addresses.push_back("s3://" + bucket_ + "/" + key);

  const auto search = LeftoverSearch::Open(Plan().options(), {}, std::chrono::milliseconds(0)).ValueOrDie();
  std::vector<std::string> found;
  for (auto page = search->Next().ValueOrDie(); page; page = search->Next().ValueOrDie()) {
    for (const Leftover& leftover : page->leftovers) found.push_back(leftover.url);
  }
  EXPECT_THAT(found, UnorderedElementsAreArray(addresses));
}

}  // namespace
}  // namespace redshift
