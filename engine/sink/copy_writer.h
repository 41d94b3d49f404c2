// Stages rows as files on S3: copy mode.
#pragma once

#include <arrow/result.h>

#include <cstdint>
#include <memory>
#include <span>

#include "engine/file/staged_file.h"
#include "engine/sink/sink_plan.h"
#include "engine/type/redshift_type.h"

namespace redshift {

struct CopyMetrics {
  int64_t rows = 0;         ///< taken over and checked; not those that were rejected
  int64_t rejected = 0;     ///< bad rows put into reject files
  int64_t bytes = 0;        ///< of completed files, as stored
  int64_t files = 0;        ///< completed
  int64_t last_millis = 0;  ///< how long the last Finish took
};

/// Writes the rows of one subtask to files under `<s3-uri>/<job id>/<sink id>/<attempt id>/`, whose keys are
/// never used again. Rows are checked, encoded, compressed and uploaded by a thread of its own while more are
/// handed over; all that is in between stays within sink.copy.memory (see CopyMemory). Of a table with a key
/// only the last change of each key is staged, as far as memory allows, with the columns of StagedSchema. Bad
/// rows fail the writer or, with sink.bad-rows = reject, go to files of their own before anything else
/// happens to them: the earlier state of their key stays.
/// Belongs to one thread; Interrupt and metrics may be called from any.
class CopyWriter {
 public:
  /// Makes sure that files can be written, so that a wrong bucket or key shows before the first row. Blocks.
  static arrow::Result<std::unique_ptr<CopyWriter>> Make(const SinkPlan& plan, const WriterContext& context,
                                                         const TargetTable& target);
  ~CopyWriter();

  /// Takes a copy of the frames (engine/row); they may be cut anywhere between rows. Blocks while the memory
  /// is used up. An earlier error of the background thread, a bad row too, comes back here, and from then on
  /// at every call.
  arrow::Status Write(std::span<const uint8_t> frames, int64_t rows);

  /// Blocks until everything handed over so far is in complete files, and returns those that were completed
  /// since the last Finish: their owner is the caller now. Empty when there were no rows.
  arrow::Result<StagedFiles> Finish();

  /// Stops without waiting for what is queued, gives up unfinished uploads and deletes the files that Finish
  /// has not returned. After any error too. Safe to repeat. An error says what may be left on S3.
  arrow::Status Close();

  /// Makes a blocked call return Cancelled soon, and every later one but Close at once. Never blocks.
  void Interrupt();

  CopyMetrics metrics() const;

 private:
  class Impl;
  explicit CopyWriter(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace redshift
