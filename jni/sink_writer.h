// One writer for Java, whichever way its rows go.
#pragma once

#include <arrow/result.h>

#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>

#include "engine/sink/sink_plan.h"
#include "engine/wait/interrupt.h"

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
/// any. Nothing but Start, Interrupt and Close may be called before Start has succeeded.
class SinkWriter {
 public:
  /// Of the plan's mode. Asks nobody anything. `plan` is SinkPlan's JSON; `context` {"job_id", "attempt_id",
  /// "subtask", "restored"}.
  static arrow::Result<std::unique_ptr<SinkWriter>> Make(std::string_view plan, std::string_view context);
  ~SinkWriter();

  /// Compares the target with the plan (one short session) and makes sure that rows can be written. Blocks.
  arrow::Status Start();
  arrow::Status Write(std::span<const uint8_t> frames, int64_t rows);
  /// Blocks until everything is durable; the files that were finished, as StagedFilesToJson puts
  /// them.
  arrow::Result<std::string> Finish();
  SinkMetrics metrics() const;
  void Interrupt();
  arrow::Status Close();

  class Way;

 private:
  SinkWriter(SinkPlan plan, WriterContext context);

  const SinkPlan plan_;
  const WriterContext context_;
  redshift::Interrupt interrupt_;
  std::mutex way_mutex_;  // against Interrupt, which alone comes from another thread
  std::unique_ptr<Way> way_;
};

}  // namespace redshift::jni
