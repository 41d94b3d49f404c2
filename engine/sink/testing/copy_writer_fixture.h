// A copy writer on a real S3 API, or on one that fails.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/aws/testing/moto_server.h"
#include "engine/file/s3_address.h"
#include "engine/file/testing/s3_gate.h"
#include "engine/sink/copy_writer.h"
#include "engine/sink/testing/copy_rows.h"

namespace redshift::testing {

class CopyWriterTest : public ::testing::Test {
 protected:
  static constexpr char kAttempt[] = "11111111-2222-4333-8444-555555555555";
  static inline const std::vector<std::string> kTypes = {"BIGINT", "VARCHAR(2147483647)"};

  // One server for all test suites of a program.
  static MotoServer& moto() {
    static MotoServer server;
    return server;
  }

  void SetUp() override {
    bucket_ = "bucket-" + std::to_string(++buckets_);
    moto().CreateBucket(bucket_);
  }

  OptionMap Options(const OptionMap& more = {}) const {
    return CopyOptions(gate_ ? gate_->endpoint() : moto().endpoint(), "s3://" + bucket_ + "/p", more);
  }
  /// Columns c0 BIGINT and c1 STRING.
  SinkPlan Plan(const OptionMap& more = {}) const { return CopyPlan(kTypes, Options(more)); }
  /// The same with c0 as primary key.
  SinkPlan KeyedPlan(const OptionMap& more = {}) const {
    return CopyPlan({"BIGINT NOT NULL", kTypes[1]}, Options(more), {"c0"});
  }

  static arrow::Result<std::unique_ptr<CopyWriter>> TryOpen(const SinkPlan& plan,
                                                            int32_t text_bytes = 65535) {
    return CopyWriter::Make(plan, {.job_id = "job", .attempt_id = kAttempt, .subtask = 3, .restored = false},
                            CopyTarget(kTypes, text_bytes));
  }
  std::unique_ptr<CopyWriter> Open(const OptionMap& more = {}) const {
    return TryOpen(Plan(more)).ValueOrDie();
  }

  // A file's bytes, read without the code under test; compares its size on the way.
  std::string BytesOf(const StagedFile& file) const {
    std::string stored = moto().Get(bucket_, ParseS3Url(file.url)->key);
    EXPECT_EQ(static_cast<int64_t>(stored.size()), file.bytes);
    return stored;
  }
  std::string TextOf(const StagedFile& file, std::string_view suffix = ".csv.zst") const {
    return Decompressed(BytesOf(file), suffix);
  }

  static inline int buckets_ = 0;
  std::string bucket_;
  std::unique_ptr<S3Gate> gate_;
};

inline arrow::Status WriteRow(CopyWriter& writer, int64_t number, std::string_view text) {
  CopyRows rows;
  rows.Add({number, text});
  return writer.Write(rows.frames(), rows.count());
}

}  // namespace redshift::testing
