#include "engine/sink/committer.h"

#include <algorithm>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "engine/file/s3_error.h"
#include "engine/file/staged_file.h"
#include "engine/file/staging.h"
#include "engine/sink/commit_session.h"
#include "engine/sink/commit_settings.h"
#include "engine/sink/commit_transaction.h"
#include "engine/sink/committable.h"
#include "engine/sink/load_error.h"
#include "engine/sink/reject_files.h"
#include "engine/sink/staged_load.h"
#include "engine/warehouse/session.h"

namespace redshift {
namespace {

constexpr std::chrono::hours kPruneEvery(1);

/// `text` as a sentence that another one can follow.
std::string Sentence(std::string text) {
  if (!text.empty() && text.back() != '.' && text.back() != '?') text += '.';
  return text;
}

std::string Millis(std::chrono::milliseconds time) {
  return std::to_string(time.count()) + " ms";
}

}  // namespace

class Committer::Impl {
 public:
  Impl(const SinkPlan& plan, CommitSettings settings, HostEnvironment environment)
      : plan_(plan),
        settings_(std::move(settings)),
        environment_(std::move(environment)),
        keys_note_(settings_.KeysNote()) {}

  arrow::Result<std::string> MakeCommittable(const std::string& job_id, const std::string& attempt_id,
                                             int64_t checkpoint_id, const std::optional<std::string>& run_id,
                                             const StagedFiles& files);
  arrow::Result<CommitOutcome> Commit(const std::string& text);
  void Interrupt();
  arrow::Status Close();

 private:
  /// One transaction from BEGIN to COMMIT.
  arrow::Result<CommitResult> Attempt(const StagedLoad& load, Clock::time_point deadline);
  arrow::Status OpenSession();
  arrow::Status OpenStaging();
  /// What follows once the ledger has the commit. Safe to repeat.
  arrow::Result<std::string> Finish(const StagedLoad& load);
  arrow::Status DeleteStaged(const StagedLoad& load);

  const SinkPlan plan_;
  const CommitSettings settings_;
  const HostEnvironment environment_;
  std::string keys_note_;  // until it was said
  redshift::Interrupt interrupt_;
  std::mutex staging_mutex_;          // against Interrupt, which alone comes from another thread
  std::shared_ptr<Staging> staging_;  // opened by the first commit: most subtasks never have one
  std::unique_ptr<Session> session_;
  std::optional<Clock::time_point> pruned_at_;
  bool closed_ = false;
};

arrow::Result<std::string> Committer::Impl::MakeCommittable(const std::string& job_id,
                                                            const std::string& attempt_id,
                                                            int64_t checkpoint_id,
                                                            const std::optional<std::string>& run_id,
                                                            const StagedFiles& files) {
  ARROW_RETURN_NOT_OK(OpenStaging());
  return redshift::MakeCommittable(run_id ? plan_.WithRunId(*run_id) : plan_, staging_.get(), job_id,
                                   attempt_id, checkpoint_id, /*checkpointed=*/!run_id, files);
}

arrow::Result<CommitOutcome> Committer::Impl::Commit(const std::string& text) {
  if (closed_) return arrow::Status::Invalid("The committer of ", plan_.table().ToString(), " is closed.");
  if (interrupt_.is_set()) {
    return arrow::Status::Cancelled("The committer of ", plan_.table().ToString(), " was stopped.");
  }
  const Clock::time_point start = Clock::now();
  const Clock::time_point deadline = start + settings_.timeout;
  ARROW_RETURN_NOT_OK(OpenStaging());
  ARROW_ASSIGN_OR_RAISE(const StagedLoad load,
                        ReadStagedLoad(text, plan_, settings_.connection.database, staging_.get()));

  RetryPolicy policy(settings_.retry);
  CommitOutcome outcome;
  bool may_be_committed = false;
  std::optional<CommitResult> found;
  for (outcome.attempts = 1; !found; ++outcome.attempts) {
    auto attempt = Attempt(load, deadline);
    if (attempt.ok()) {
      found = *attempt;
      break;
    }
    const arrow::Status& status = attempt.status();
    const WarehouseErrorDetail* error = WarehouseError(status);
    if (error != nullptr && !error->outcome_known) may_be_committed = true;
    const std::string doubt =
        may_be_committed ? " Whether it was committed is not known; the ledger tells when the commit is "
                           "repeated, as Flink does after a restart."
                         : " Nothing of it was loaded; its files are kept.";
    const auto wait = policy.NextWait(status, Clock::now());
    if (!wait) {
      return status.WithMessage("The commit of ", load.Name(), " into ", load.target.ToString(), " failed",
                                outcome.attempts > 1 ? " at attempt " + std::to_string(outcome.attempts) : "",
                                ": ", Sentence(status.message()), doubt);
    }
    if (Clock::now() + *wait >= deadline) {
      return status.WithMessage("The commit of ", load.Name(), " into ", load.target.ToString(),
                                " did not end within ", Millis(settings_.timeout),
                                " ('sink.commit.timeout'), after ", outcome.attempts,
                                " attempts. Last error: ", Sentence(status.message()), doubt);
    }
    if (!interrupt_.SleepFor(*wait)) {
      return arrow::Status::Cancelled("The commit of ", load.Name(), " into ", load.target.ToString(),
                                      " was stopped on request.", doubt);
    }
  }

  switch (*found) {
    case CommitResult::kLoaded:
      outcome.kind = CommitOutcome::Kind::kCommitted;
      outcome.row_count = load.committable.row_count;
      break;
    case CommitResult::kInLedger:
      // A COMMIT whose answer was lost was ours.
      outcome.kind =
          may_be_committed ? CommitOutcome::Kind::kCommitted : CommitOutcome::Kind::kAlreadyCommitted;
      outcome.row_count = may_be_committed ? load.committable.row_count : 0;
      break;
    case CommitResult::kSkipped:
      outcome.kind = CommitOutcome::Kind::kSkipped;
      outcome.warning =
          load.Name() + " is older than the ledger of " + load.target.ToString() + " remembers; its " +
          std::to_string(load.committable.row_count) +
          " rows were not loaded ('sink.commit.expired' = 'skip'). Manifest: " + load.manifest.url;
      break;
  }
  if (*found != CommitResult::kSkipped) {
    ARROW_ASSIGN_OR_RAISE(outcome.warning, Finish(load));
  }
  if (outcome.kind == CommitOutcome::Kind::kAlreadyCommitted && !load.committable.checkpointed &&
      plan_.options().IsSet(option::kSinkRunId)) {
    // Whoever gave one name to two INSERTs has to hear of it.
    outcome.warning = load.Name() + " ('sink.run-id') is in the ledger already; the " +
                      std::to_string(load.committable.row_count) + " rows staged under this name now were " +
                      "not loaded. " + outcome.warning;
  }
  if (*found == CommitResult::kLoaded && load.has_files()) outcome.note = std::exchange(keys_note_, "");
  outcome.duration = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - start);
  return outcome;
}

arrow::Status Committer::Impl::OpenStaging() {
  if (staging_) return arrow::Status::OK();
  ARROW_ASSIGN_OR_RAISE(auto staging,
                        Staging::Open(plan_.options(), environment_, Staging::kMinUploadMemory, &interrupt_));
  std::lock_guard lock(staging_mutex_);
  staging_ = std::move(staging);
  if (interrupt_.is_set()) staging_->Cancel();
  return arrow::Status::OK();
}

arrow::Status Committer::Impl::OpenSession() {
  if (session_ && session_->usable()) return session_->Rollback();
  session_.reset();
  ARROW_ASSIGN_OR_RAISE(session_, Session::Open(settings_.connection, &interrupt_));
  return arrow::Status::OK();
}

arrow::Result<CommitResult> Committer::Impl::Attempt(const StagedLoad& load, Clock::time_point deadline) {
  ARROW_RETURN_NOT_OK(OpenSession());
  const CommitSession session(session_.get(), settings_.statement_timeout, deadline);
  const bool prune = !pruned_at_ || Clock::now() - *pruned_at_ > kPruneEvery;
  auto found = RunCommitTransaction(session, staging_.get(), settings_, load, prune, &interrupt_);
  if (found.ok() && *found == CommitResult::kLoaded) {
    if (prune) pruned_at_ = Clock::now();
    return found;
  }
  // A failed rollback leaves a dead session, which the server rolls back by itself.
  static_cast<void>(session_->Rollback());
  if (found.ok()) return found;
  const WarehouseErrorDetail* error = WarehouseError(found.status());
  if (error != nullptr && error->kind == ErrorKind::kLoad) {
    return ExplainLoadError(session_.get(), found.status());
  }
  return found;
}

arrow::Result<std::string> Committer::Impl::Finish(const StagedLoad& load) {
  const Committable& committable = load.committable;
  if (!committable.reject_files.empty()) {
    arrow::Status published = PublishRejects(*staging_, committable.reject_files, committable.checkpoint_id,
                                             committable.checkpointed ? "" : committable.run_id);
    if (!published.ok()) {
      return published.WithMessage("The rows of ", load.Name(), " are committed into ",
                                   load.target.ToString(), ", but those that were rejected could not be put ",
                                   "below rejected/: ", Sentence(published.message()),
                                   " That is tried again when the commit is repeated.");
    }
  }
  if (settings_.keep_files) return "";
  const arrow::Status deleted = DeleteStaged(load);
  // An earlier clean-up got to its end.
  if (deleted.ok() || IsNoSuchObject(deleted)) return "";
  return "The rows are committed, but staged files were left behind: " + deleted.message();
}

arrow::Status Committer::Impl::DeleteStaged(const StagedLoad& load) {
  std::vector<std::string> urls;
  for (const StagedFile& file : load.committable.reject_files) urls.push_back(file.url);
  if (!urls.empty()) ARROW_RETURN_NOT_OK(staging_->DeleteObjects(urls));
  if (!load.has_files()) return arrow::Status::OK();
  ARROW_RETURN_NOT_OK(load.entries.status());
  urls.clear();
  for (const ManifestEntry& entry : *load.entries) urls.push_back(entry.url);
  ARROW_RETURN_NOT_OK(staging_->DeleteObjects(urls));
  // The manifest goes last: while it is there, a repeat finds what is left.
  return staging_->DeleteObjects({load.manifest.url});
}

void Committer::Impl::Interrupt() {
  interrupt_.Set();
  std::lock_guard lock(staging_mutex_);
  if (staging_) staging_->Cancel();
}

arrow::Status Committer::Impl::Close() {
  closed_ = true;
  session_.reset();
  return arrow::Status::OK();
}

Committer::Committer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Committer::~Committer() = default;

arrow::Result<std::unique_ptr<Committer>> Committer::Make(const SinkPlan& plan,
                                                          const WriterContext& context) {
  if (plan.mode() != option::WriteMode::kCopy) {
    return arrow::Status::Invalid("Only copy mode has commits; ", plan.table().ToString(),
                                  " is in jdbc mode.");
  }
  ARROW_ASSIGN_OR_RAISE(CommitSettings settings, CommitSettings::From(plan, context.environment));
  return std::unique_ptr<Committer>(
      new Committer(std::make_unique<Impl>(plan, std::move(settings), context.environment)));
}

arrow::Result<std::string> Committer::MakeCommittable(const std::string& job_id,
                                                      const std::string& attempt_id, int64_t checkpoint_id,
                                                      const std::optional<std::string>& run_id,
                                                      const StagedFiles& files) {
  return impl_->MakeCommittable(job_id, attempt_id, checkpoint_id, run_id, files);
}

arrow::Result<CommitOutcome> Committer::Commit(const std::string& committable) {
  return impl_->Commit(committable);
}

void Committer::Interrupt() {
  impl_->Interrupt();
}

arrow::Status Committer::Close() {
  return impl_->Close();
}

}  // namespace redshift
