// Rows that go all the way into a table of the stand-in.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "engine/file/staging.h"
#include "engine/sink/committable.h"
#include "engine/sink/committer.h"
#include "engine/sink/copy_writer.h"
#include "engine/sink/insert_writer.h"
#include "engine/sink/sink_start.h"
#include "engine/sink/sink_test_support.h"
#include "engine/sink/testing/copy_rows.h"

namespace redshift::testing {

using ColumnTypes = std::vector<std::pair<std::string, std::string>>;

inline const WriterContext kOneWriter{"job-1", "attempt-1", 0, false};

/// Writes rows in the mode of the plan, as a job of one checkpoint does.
inline arrow::Status WriteTable(const SinkPlan& plan, const CopyRows& rows) {
  ARROW_ASSIGN_OR_RAISE(const TargetTable target, OpenTarget(plan, kOneWriter));
  if (plan.options().Get(option::kSinkWriteMode) == option::WriteMode::kJdbc) {
    ARROW_ASSIGN_OR_RAISE(auto writer, InsertWriter::Make(plan, kOneWriter, target));
    arrow::Status status = writer->Write(rows.frames(), rows.count());
    if (status.ok()) status = writer->Flush();
    status &= writer->Close();
    return status;
  }
  ARROW_ASSIGN_OR_RAISE(auto writer, CopyWriter::Make(plan, kOneWriter, target));
  arrow::Status status = writer->Write(rows.frames(), rows.count());
  auto files = writer->Finish();
  status &= files.status();
  status &= writer->Close();
  ARROW_RETURN_NOT_OK(status);
  ARROW_ASSIGN_OR_RAISE(const auto staging, Staging::Open(plan.options()));
  ARROW_ASSIGN_OR_RAISE(const std::string committable,
                        MakeCommittable(plan, staging.get(), kOneWriter.job_id, "attempt-2", 1,
                                        /*checkpointed=*/true, *files));
  ARROW_ASSIGN_OR_RAISE(auto committer, Committer::Make(plan, kOneWriter));
  const arrow::Status committed = committer->Commit(committable).status();
  return committed & committer->Close();
}

}  // namespace redshift::testing
