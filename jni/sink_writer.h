// One writer for Java, whichever way its rows go.
#pragma once

#include <arrow/result.h>

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace redshift::jni {

/// Running totals, in the order in which Java reads them.
struct SinkMetrics {
  int64_t rows = 0;
  int64_t bytes = 0;
  int64_t files = 0;
  int64_t retries = 0;
  int64_t send_millis = 0;
  int64_t rejected_rows = 0;
};

/// A copy writer or an insert writer behind one interface. Belongs to one thread; Interrupt may come from
/// any.
class SinkWriter {
 public:
  /// Compares the target with the plan (one short session) and makes the writer of the plan's mode. `plan` is
  /// SinkPlan's JSON; `context` {"job_id", "attempt_id", "subtask", "restored"}.
  static arrow::Result<std::unique_ptr<SinkWriter>> Open(std::string_view plan, std::string_view context);
  virtual ~SinkWriter() = default;

  virtual arrow::Status Write(std::span<const uint8_t> frames, int64_t rows) = 0;
  /// Blocks until everything is durable; the files that were finished, as StagedFilesToJson puts
  /// them.
  virtual arrow::Result<std::string> Finish() = 0;
  virtual SinkMetrics metrics() const = 0;
  virtual void Interrupt() = 0;
  virtual arrow::Status Close() = 0;
};

}  // namespace redshift::jni
