// Loads what a checkpoint staged: once, whatever happens.
#pragma once

#include <arrow/result.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/sink/sink_plan.h"

namespace redshift {

struct StagedFiles;

struct CommitOutcome {
  enum class Kind {
    kCommitted,         ///< loaded by this call
    kAlreadyCommitted,  ///< the ledger had it; only the clean-up was repeated
    kSkipped,           ///< older than the ledger's retention and sink.commit.expired = skip
  };
  Kind kind = Kind::kCommitted;
  int64_t row_count = 0;  ///< rows this call made visible
  int attempts = 1;       ///< transactions that were tried
  std::chrono::milliseconds duration{0};
  std::string note;     ///< empty, or what the log should say once
  std::string warning;  ///< empty, or what was not loaded, or what the clean-up could not do
};

/// Makes the committables of one sink and commits them, one after the other. Owns a session that it keeps
/// between commits. One thread calls everything but Interrupt; Interrupt may come from any thread.
class Committer {
 public:
  static arrow::Result<std::unique_ptr<Committer>> Make(const SinkPlan& plan, const WriterContext& context);
  ~Committer();

  /// Writes the manifest of `files`, as redshift::MakeCommittable does. `run_id` for a job that commits once
  /// at its end: one sink object may stand in several topologies, each with a run of its own. Blocks for the
  /// upload.
  arrow::Result<std::string> MakeCommittable(const std::string& job_id, const std::string& attempt_id,
                                             int64_t checkpoint_id, const std::optional<std::string>& run_id,
                                             const StagedFiles& files);

  /// One transaction: lock the ledger, look for this identity, COPY, compare counts, apply the stage of a
  /// table with a key, ledger row, COMMIT. Then rejected rows are published and staged files deleted. May be
  /// called again with the same committable, in another process too: what is in the ledger is not loaded
  /// again. Blocks, with retries, for at most sink.commit.timeout. After an error nothing of it is visible,
  /// except where the message says that the outcome is unknown; a repeat finds out.
  arrow::Result<CommitOutcome> Commit(const std::string& committable);

  /// Makes a running call fail soon, and every later one at once.
  void Interrupt();
  /// Safe to repeat.
  arrow::Status Close();

 private:
  class Impl;
  explicit Committer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace redshift
