// One commit of many small files.
#include <gmock/gmock.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <thread>

#include "engine/file/testing/peak_memory.h"
#include "engine/sink/testing/written_table.h"

namespace redshift {
namespace {

using testing::kMib;
using testing::PeakResidentBytes;

/// Few, unless the environment asks for more, as the soak does (tests/soak/soak.py).
int FileCount() {
  const char* asked = std::getenv("MANY_FILES");
  return asked == nullptr ? 200 : std::atoi(asked);
}

double SecondsSince(std::chrono::steady_clock::time_point begin) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

const RedshiftLocal& Local() {
  return RedshiftLocal::Get();
}

TEST(ManyFiles, AreLoadedByOneCopyAndAllDeleted) {
  const int file_count = FileCount();
  const std::string table = TestTableName();
  Local().Sql("CREATE TABLE " + table + " (id BIGINT, name VARCHAR(10))");
  const SinkPlan plan = PlanFor(table, "copy", {{"id", "BIGINT"}, {"name", "STRING"}},
                                {{"s3-uri", "s3://" + Local().bucket() + "/" + table}});
  ASSERT_TRUE(OpenTarget(plan, testing::kOneWriter).ok());
  const auto staging = Staging::Open(plan.options()).ValueOrDie();
  auto begin = std::chrono::steady_clock::now();
  std::vector<StagedFile> files(static_cast<size_t>(file_count));
  {
    std::vector<std::jthread> threads;
    for (int thread = 0; thread < 8; ++thread) {
      threads.emplace_back([&, thread] {
        for (int i = thread; i < file_count; i += 8) {
          files[static_cast<size_t>(i)] =
              StageCsv(staging.get(), "files/" + std::to_string(i), std::to_string(i) + ",a\n", 1);
        }
      });
    }
  }
  const double staging_seconds = SecondsSince(begin);
  const int64_t peak_before = PeakResidentBytes();
  begin = std::chrono::steady_clock::now();
  const std::string committable = MakeCommittable(plan, staging.get(), "job-1", "attempt-2", 1,
                                                  /*checkpointed=*/true, {.data = files, .rejects = {}})
                                      .ValueOrDie();
  // What is kept in Flink's state does not grow with the files.
  EXPECT_LT(committable.size(), 4000u);
  const auto outcome = Committer::Make(plan, testing::kOneWriter).ValueOrDie()->Commit(committable);
  ASSERT_TRUE(outcome.ok()) << outcome.status();
  EXPECT_EQ(outcome->warning, "");
  const double seconds = SecondsSince(begin);
  const int64_t growth = PeakResidentBytes() - peak_before;
  std::printf("%d files: staged in %.1f s, committed in %.1f s (%.2f ms a file), memory grew by %lld MiB\n",
              file_count, staging_seconds, seconds, 1000 * seconds / file_count,
              static_cast<long long>(growth / kMib));
  EXPECT_LT(growth, 200 * kMib);
  EXPECT_EQ(Local().Count("SELECT count(*) FROM " + table), file_count);
  EXPECT_EQ(Local().Count("SELECT count(DISTINCT id) FROM " + table), file_count);
  EXPECT_EQ(Local().Count("SELECT count(*) FROM stl_query WHERE querytxt LIKE 'COPY%" + table + "%'"), 1);
  // Some of each request that deleted: those have up to a thousand.
  for (int i = 0; i < file_count; i += 1 + file_count / 250)
    EXPECT_FALSE(staging->ReadObject(files[static_cast<size_t>(i)].url).ok()) << i;
}

}  // namespace
}  // namespace redshift
