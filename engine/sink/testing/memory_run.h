// How much memory a copy writer takes while a gigabyte of rows passes through it.
#pragma once

#include <gtest/gtest.h>

#include <cstdio>
#include <cstring>
#include <string>
#include <vector>

#include "engine/aws/testing/moto_server.h"
#include "engine/file/testing/peak_memory.h"
#include "engine/sink/copy_writer.h"
#include "engine/sink/testing/copy_rows.h"

namespace redshift::testing {

/// Writes 1 GiB of rows in two checkpoints and returns by how many bytes the process grew at most, so once
/// per program. With `key` the first column is the primary key, of which no two rows have the same.
inline int64_t GrowthOverAGigabyte(const OptionMap& options, bool keyed) {
  MotoServer moto;
  moto.CreateBucket("bucket");
  std::vector<std::string> types = {"BIGINT", "BIGINT", "VARCHAR(200)"};
  const TargetTable target = CopyTarget(types);
  if (keyed) types[0] = "BIGINT NOT NULL";
  const SinkPlan plan = CopyPlan(types, CopyOptions(moto.endpoint(), "s3://bucket/p", options),
                                 keyed ? std::vector<std::string>{"c0"} : std::vector<std::string>{});
  auto writer = CopyWriter::Make(
                    plan, {.job_id = "job", .attempt_id = "attempt", .subtask = 0, .restored = false}, target)
                    .ValueOrDie();

  // A megabyte of rows, over and over: with it the writer is the only thing that could grow.
  CopyRows rows;
  uint32_t seed = 1;
  while (static_cast<int64_t>(rows.frames().size()) < kMib) {
    std::string text(120, ' ');
    for (char& c : text) {
      seed = seed * 1664525 + 1013904223;
      c = static_cast<char>('a' + (seed >> 24) % 16);
    }
    rows.Add({rows.count(), static_cast<int64_t>(seed), text});
  }
  const size_t frame = rows.frames().size() / static_cast<size_t>(rows.count());
  std::vector<uint8_t> frames(rows.frames().begin(), rows.frames().end());
  const int64_t before = PeakResidentBytes();
  int64_t row_count = 0;
  for (int checkpoint = 0; checkpoint < 2; ++checkpoint) {
    for (int i = 0; i < 512; ++i) {
      // The first column: behind the length and 8 bytes of header.
      for (int64_t row = 0; row < rows.count(); ++row, ++row_count) {
        std::memcpy(&frames[static_cast<size_t>(row) * frame + 12], &row_count, sizeof(row_count));
      }
      EXPECT_TRUE(writer->Write(frames, rows.count()).ok());
    }
    EXPECT_TRUE(writer->Finish().ok());
  }
  const int64_t growth = PeakResidentBytes() - before;
  const CopyMetrics metrics = writer->metrics();
  EXPECT_EQ(metrics.rows, row_count);
  EXPECT_TRUE(writer->Close().ok());
  const int64_t bytes = 1024 * static_cast<int64_t>(frames.size());
  EXPECT_GE(bytes, 1024 * kMib);
  std::printf(
      "resident memory grew by %lld MiB at most while %lld MiB of rows became %lld MiB in %lld files\n",
      static_cast<long long>(growth / kMib), static_cast<long long>(bytes / kMib),
      static_cast<long long>(metrics.bytes / kMib), static_cast<long long>(metrics.files));
  return growth;
}

}  // namespace redshift::testing
