// One commit of many small files.
#include <gmock/gmock.h>

#include <thread>

#include "engine/sink/testing/written_table.h"

namespace redshift {
namespace {

constexpr int kFiles = 200;

const RedshiftLocal& Local() {
  return RedshiftLocal::Get();
}

TEST(ManyFiles, AreLoadedByOneCopyAndAllDeleted) {
  const std::string table = TestTableName();
  Local().Sql("CREATE TABLE " + table + " (id BIGINT, name VARCHAR(10))");
  const SinkPlan plan = PlanFor(table, "copy", {{"id", "BIGINT"}, {"name", "STRING"}},
                                {{"s3-uri", "s3://" + Local().bucket() + "/" + table}});
  ASSERT_TRUE(OpenTarget(plan, testing::kOneWriter).ok());
  const auto staging = Staging::Open(plan.options()).ValueOrDie();
  std::vector<StagedFile> files(kFiles);
  {
    std::vector<std::jthread> threads;
    for (int thread = 0; thread < 8; ++thread) {
      threads.emplace_back([&, thread] {
        for (int i = thread; i < kFiles; i += 8) {
          files[static_cast<size_t>(i)] =
              StageCsv(staging.get(), "files/" + std::to_string(i), std::to_string(i) + ",a\n", 1);
        }
      });
    }
  }
  const std::string committable = MakeCommittable(plan, staging.get(), "job-1", "attempt-2", 1,
                                                  /*checkpointed=*/true, {.data = files, .rejects = {}})
                                      .ValueOrDie();
  // What is kept in Flink's state does not grow with the files.
  EXPECT_LT(committable.size(), 4000u);
  const auto outcome = Committer::Make(plan, testing::kOneWriter).ValueOrDie()->Commit(committable);
  ASSERT_TRUE(outcome.ok()) << outcome.status();
  EXPECT_EQ(outcome->warning, "");
  EXPECT_EQ(Local().Count("SELECT count(DISTINCT id) FROM " + table), kFiles);
  EXPECT_EQ(Local().Count("SELECT count(*) FROM stl_query WHERE querytxt LIKE 'COPY%" + table + "%'"), 1);
  for (const int i : {0, kFiles / 2, kFiles - 1})
    EXPECT_FALSE(staging->ReadObject(files[static_cast<size_t>(i)].url).ok());
}

}  // namespace
}  // namespace redshift
