// Writes rows by multi-row INSERT: jdbc mode.
#pragma once

#include <arrow/result.h>

#include <cstdint>
#include <memory>
#include <span>

#include "engine/sink/sink_plan.h"
#include "engine/type/redshift_type.h"

namespace redshift {

struct InsertMetrics {
  int64_t rows = 0;         ///< committed
  int64_t rejected = 0;     ///< bad rows put into reject files
  int64_t bytes = 0;        ///< of bind parameters, committed
  int64_t batches = 0;      ///< transactions committed
  int64_t retries = 0;      ///< transactions that had to be repeated
  int64_t last_millis = 0;  ///< how long the last transaction took
};

/// At-least-once: a transaction whose reply was lost is sent again, though it may have been committed, and
/// after a restart Flink hands over again what came after its last checkpoint. A background thread of its own
/// sends batches strictly one after the other, retries included, so rows of a subtask arrive in order.
/// A table with a key gets upserts and deletes, of each batch the last change per key (InsertTransaction);
/// there a batch that is sent again changes nothing, but older values may show until the restart has caught
/// up. Belongs to one thread; Interrupt and metrics may be called from any.
class InsertWriter {
 public:
  static arrow::Result<std::unique_ptr<InsertWriter>> Make(const SinkPlan& plan, const WriterContext& context,
                                                           const TargetTable& target);
  ~InsertWriter();

  /// Copies the frames (engine/row) into a bounded queue; blocks while it is full. An earlier error of the
  /// background thread comes back here, and from then on at every call.
  arrow::Status Write(std::span<const uint8_t> frames, int64_t rows);
  /// Blocks until everything handed over so far is committed, or is in reject files under
  /// `<s3-uri>/rejected/`, where rejected rows also come by themselves within seconds. What is rejected
  /// before a failure may be there twice after it.
  arrow::Status Flush();
  /// Stops without waiting for what is queued; call Flush first to keep it. Safe to repeat.
  arrow::Status Close();
  /// Makes blocked and later calls fail soon.
  void Interrupt();
  InsertMetrics metrics() const;

 private:
  class Impl;
  explicit InsertWriter(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace redshift
