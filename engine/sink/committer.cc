#include "engine/sink/committer.h"

#include <algorithm>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "engine/file/manifest.h"
#include "engine/file/s3_error.h"
#include "engine/file/staged_file.h"
#include "engine/file/staging.h"
#include "engine/sink/commit_settings.h"
#include "engine/sink/committable.h"
#include "engine/sink/ledger.h"
#include "engine/sink/load_error.h"
#include "engine/sql/copy_statement.h"
#include "engine/sql/ledger_statements.h"
#include "engine/sql/session_statements.h"
#include "engine/warehouse/session.h"

namespace redshift {
namespace {

constexpr std::chrono::hours kPruneEvery(1);
/// How far the clocks of the machines that stage and commit may differ from the warehouse's.
constexpr std::chrono::hours kClockTolerance(24);

/// `text` as a sentence that another one can follow.
std::string Sentence(std::string text) {
  if (!text.empty() && text.back() != '.') text += '.';
  return text;
}

std::string Millis(std::chrono::milliseconds time) {
  return std::to_string(time.count()) + " ms";
}

/// What a commit found out for good: no repeat changes it, and nothing became visible.
template <typename... Args>
arrow::Status CommitError(ErrorKind kind, Retry retry, Args&&... message) {
  auto detail = std::make_shared<WarehouseErrorDetail>();
  detail->kind = kind;
  detail->retry = retry;
  detail->session_usable = true;
  detail->label = "commit";
  return arrow::Status::FromDetailAndArgs(arrow::StatusCode::IOError, std::move(detail),
                                          std::forward<Args>(message)...);
}

/// One committable with its names checked.
struct Load {
  Committable committable;
  QualifiedName target;
  QualifiedName ledger;
  std::vector<Identifier> columns;
  WrittenManifest manifest;
  /// Read once, before the first transaction, so that no lock is held meanwhile.
  arrow::Result<std::vector<ManifestEntry>> entries;

  std::string Name() const {
    return committable.checkpointed
               ? "checkpoint " + std::to_string(committable.checkpoint_id) + " of job " + committable.job_id
               : "run " + committable.run_id;
  }
};

}  // namespace

class Committer::Impl {
 public:
  Impl(const SinkPlan& plan, CommitSettings settings) : plan_(plan), settings_(std::move(settings)) {}

  arrow::Result<std::string> MakeCommittable(const std::string& job_id, const std::string& attempt_id,
                                             int64_t checkpoint_id, const std::optional<std::string>& run_id,
                                             const StagedFiles& files);
  arrow::Result<CommitOutcome> Commit(const std::string& text);
  void Interrupt();
  arrow::Status Close();

 private:
  enum class Found { kLoaded, kInLedger, kSkipped };

  arrow::Result<Load> Prepare(const std::string& text);
  /// One transaction from BEGIN to COMMIT.
  arrow::Result<Found> Attempt(const Load& load, Clock::time_point deadline);
  /// What stands between BEGIN and COMMIT.
  arrow::Result<Found> Transaction(const Load& load, Clock::time_point deadline);
  arrow::Status LoadFiles(const Load& load, Clock::time_point deadline);
  /// What is not in the ledger may have been loaded and forgotten: kSkipped, an error, or kLoaded where it
  /// is to be loaded.
  arrow::Result<Found> CheckAge(const Load& load, Clock::time_point deadline);
  arrow::Status Prune(const Load& load, Clock::time_point deadline);
  arrow::Result<Statement> CopyFor(const Load& load);
  /// Within statement.timeout and the commit's deadline.
  arrow::Result<QueryResult> Run(const Statement& statement, Clock::time_point deadline);
  arrow::Status OpenSession();
  arrow::Status OpenStaging();
  std::string CleanUp(const Load& load);

  const SinkPlan plan_;
  const CommitSettings settings_;
  redshift::Interrupt interrupt_;
  std::mutex staging_mutex_;          // against Interrupt, which alone comes from another thread
  std::shared_ptr<Staging> staging_;  // opened by the first commit: most subtasks never have one
  std::unique_ptr<Session> session_;
  std::optional<Clock::time_point> pruned_at_;
  bool closed_ = false;
};

arrow::Result<Load> Committer::Impl::Prepare(const std::string& text) {
  ARROW_ASSIGN_OR_RAISE(Committable committable, Committable::FromJson(text));
  ARROW_ASSIGN_OR_RAISE(QualifiedName target,
                        QualifiedName::Make(committable.target_schema, committable.target_table));
  ARROW_ASSIGN_OR_RAISE(QualifiedName ledger,
                        QualifiedName::Make(committable.ledger_schema, committable.ledger_table));
  const std::string& database = settings_.connection.database;
  if (target != plan_.table() || committable.database != database) {
    return arrow::Status::Invalid("Files that were staged for ", committable.database, ".", target.ToString(),
                                  " came back from a checkpoint, but the sink now writes to ", database, ".",
                                  plan_.table().ToString(),
                                  ". They are not loaded. Start with the old table once so that they can be "
                                  "committed, or start without "
                                  "state to give them up.");
  }
  std::vector<Identifier> columns;
  for (const std::string& column : committable.columns) {
    ARROW_ASSIGN_OR_RAISE(Identifier name, Identifier::Make(column, "column"));
    columns.push_back(std::move(name));
  }
  ARROW_RETURN_NOT_OK(OpenStaging());
  WrittenManifest manifest{committable.manifest_url, committable.manifest_sha256};
  auto entries = ReadManifest(*staging_, manifest);
  return Load{std::move(committable), std::move(target),   std::move(ledger),
              std::move(columns),     std::move(manifest), std::move(entries)};
}

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
  ARROW_ASSIGN_OR_RAISE(const Load load, Prepare(text));

  RetryPolicy policy(settings_.retry);
  CommitOutcome outcome;
  bool may_be_committed = false;
  std::optional<Found> found;
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
    case Found::kLoaded:
      outcome.kind = CommitOutcome::Kind::kCommitted;
      outcome.row_count = load.committable.row_count;
      break;
    case Found::kInLedger:
      // A COMMIT whose answer was lost was ours.
      outcome.kind =
          may_be_committed ? CommitOutcome::Kind::kCommitted : CommitOutcome::Kind::kAlreadyCommitted;
      outcome.row_count = may_be_committed ? load.committable.row_count : 0;
      break;
    case Found::kSkipped:
      outcome.kind = CommitOutcome::Kind::kSkipped;
      outcome.warning =
          load.Name() + " is older than the ledger of " + load.target.ToString() + " remembers; its " +
          std::to_string(load.committable.row_count) +
          " rows were not loaded ('sink.commit.expired' = 'skip'). Manifest: " + load.manifest.url;
      break;
  }
  if (*found != Found::kSkipped) outcome.warning = CleanUp(load);
  if (outcome.kind == CommitOutcome::Kind::kAlreadyCommitted && !load.committable.checkpointed &&
      plan_.options().IsSet(option::kSinkRunId)) {
    // Whoever gave one name to two INSERTs has to hear of it.
    outcome.warning = load.Name() + " ('sink.run-id') is in the ledger already; the " +
                      std::to_string(load.committable.row_count) + " rows staged under this name now were " +
                      "not loaded. " + outcome.warning;
  }
  outcome.duration = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - start);
  return outcome;
}

arrow::Result<QueryResult> Committer::Impl::Run(const Statement& statement, Clock::time_point deadline) {
  Clock::time_point until = deadline;
  if (settings_.statement_timeout.count() > 0) {
    until = std::min(until, Clock::now() + settings_.statement_timeout);
  }
  return session_->Execute(statement, until);
}

arrow::Status Committer::Impl::OpenStaging() {
  if (staging_) return arrow::Status::OK();
  ARROW_ASSIGN_OR_RAISE(auto staging, Staging::Open(plan_.options()));
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

arrow::Result<Committer::Impl::Found> Committer::Impl::Attempt(const Load& load, Clock::time_point deadline) {
  ARROW_RETURN_NOT_OK(OpenSession());
  auto found = Transaction(load, deadline);
  if (found.ok() && *found == Found::kLoaded) return found;
  // A failed rollback leaves a dead session, which the server rolls back by itself.
  static_cast<void>(session_->Rollback());
  if (found.ok()) return found;
  const WarehouseErrorDetail* error = WarehouseError(found.status());
  if (error != nullptr && error->kind == ErrorKind::kLoad) {
    return ExplainLoadError(session_.get(), found.status());
  }
  return found;
}

arrow::Result<Committer::Impl::Found> Committer::Impl::Transaction(const Load& load,
                                                                   Clock::time_point deadline) {
  ARROW_RETURN_NOT_OK(Run(BeginSql(), deadline).status());
  // The first statement of the transaction: its snapshot must be younger than the lock.
  ARROW_RETURN_NOT_OK(LockLedger(session_.get(), load.ledger, settings_.lock_wait, deadline, &interrupt_));
  ARROW_ASSIGN_OR_RAISE(QueryResult head, Run(UpdateLedgerHeadSql(load.ledger), deadline));
  if (head.affected_rows() != 1) {
    return CommitError(
        ErrorKind::kPermanent, Retry::kNever, "The ledger ", load.ledger.ToString(), " has ",
        head.affected_rows(),
        " head rows where one belongs, so nobody knows whether it is complete. Bring it back from a "
        "backup, or start the job without state after deleting it.");
  }
  ARROW_ASSIGN_OR_RAISE(Statement count_sql, CountLedgerSql(load.ledger, load.committable.identity()));
  ARROW_ASSIGN_OR_RAISE(QueryResult count_result, Run(count_sql, deadline));
  ARROW_ASSIGN_OR_RAISE(int64_t count, count_result.OnlyNumber());
  if (count > 0) return Found::kInLedger;
  ARROW_ASSIGN_OR_RAISE(Found age, CheckAge(load, deadline));
  if (age == Found::kSkipped) return age;

  ARROW_RETURN_NOT_OK(LoadFiles(load, deadline));
  ARROW_ASSIGN_OR_RAISE(
      Statement insert,
      InsertLedgerSql(load.ledger, LedgerRow{load.committable.identity(), load.committable.job_id,
                                             load.committable.sink_id, load.committable.checkpoint_id,
                                             load.committable.row_count}));
  ARROW_RETURN_NOT_OK(Run(insert, deadline).status());
  const bool prune = !pruned_at_ || Clock::now() - *pruned_at_ > kPruneEvery;
  if (prune) {
    ARROW_RETURN_NOT_OK(Prune(load, deadline));
  }
  ARROW_ASSIGN_OR_RAISE(QueryResult commit, Run(CommitSql(), deadline));
  // A block that was aborted answers COMMIT with ROLLBACK and no error.
  if (commit.tag() != "COMMIT") {
    return CommitError(ErrorKind::kUnknown, Retry::kStatement, "COMMIT was answered with '", commit.tag(),
                       "': the transaction had been aborted.");
  }
  if (prune) pruned_at_ = Clock::now();
  return Found::kLoaded;
}

arrow::Status Committer::Impl::Prune(const Load& load, Clock::time_point deadline) {
  ARROW_ASSIGN_OR_RAISE(QueryResult pruned,
                        Run(PruneLedgerSql(load.ledger, settings_.ledger_retention), deadline));
  if (pruned.affected_rows() == 0) return arrow::Status::OK();
  return Run(NoteLedgerPrunedSql(load.ledger, settings_.ledger_retention), deadline).status();
}

arrow::Result<Committer::Impl::Found> Committer::Impl::CheckAge(const Load& load,
                                                                Clock::time_point deadline) {
  if (!load.committable.checkpointed) return Found::kLoaded;
  const auto age = std::chrono::system_clock::now() - load.committable.staged_at;
  // No retention is shorter than two days.
  if (age <= kClockTolerance) return Found::kLoaded;
  if (age <= settings_.ledger_retention - kClockTolerance) {
    // Another job, or this one with other options, may have kept less.
    ARROW_ASSIGN_OR_RAISE(QueryResult answer, Run(LedgerPrunedToSql(load.ledger), deadline));
    ARROW_ASSIGN_OR_RAISE(int64_t pruned_to, answer.OnlyNumber());
    const std::chrono::sys_seconds forgotten{std::chrono::seconds(pruned_to)};
    if (load.committable.staged_at >= forgotten + kClockTolerance) return Found::kLoaded;
  }
  switch (settings_.expired) {
    case option::CommitExpired::kLoad:
      return Found::kLoaded;
    case option::CommitExpired::kSkip:
      return Found::kSkipped;
    case option::CommitExpired::kFail:
      break;
  }
  return CommitError(ErrorKind::kPermanent, Retry::kNever, load.Name(), " was staged ",
                     std::chrono::duration_cast<std::chrono::hours>(age).count() / 24,
                     " days ago, longer than the ledger remembers ('sink.ledger.retention'): its ",
                     load.committable.file_count, " files with ", load.committable.row_count,
                     " rows may have been loaded long ago. Look into the table, then set "
                     "'sink.commit.expired' to 'load' or 'skip' "
                     "for one start. Manifest: ",
                     load.manifest.url, ".");
}

arrow::Result<Statement> Committer::Impl::CopyFor(const Load& load) {
  CopyAuthorization authorization;
  if (!settings_.iam_role.empty()) {
    authorization = IamRole{settings_.iam_role};
  } else {
    // Asked for anew at every attempt: temporary keys expire.
    ARROW_ASSIGN_OR_RAISE(S3Credentials keys, staging_->Credentials());
    authorization = S3Keys{keys.access_key_id, keys.secret_access_key.Reveal(), keys.session_token.Reveal()};
  }
  return CopySql(CopyRequest{load.target, load.columns, load.manifest.url, std::move(authorization),
                             load.committable.compression, load.committable.null_marker,
                             settings_.CopyRegion(staging_->region())});
}

arrow::Status Committer::Impl::LoadFiles(const Load& load, Clock::time_point deadline) {
  if (!load.entries.ok()) {
    const arrow::Status& status = load.entries.status();
    if (!IsNoSuchObject(status)) return status;
    return CommitError(
        ErrorKind::kPermanent, Retry::kNever, "The manifest ", load.manifest.url,
        " is gone and the ledger does not have this commit: the ", load.committable.row_count,
        " rows it names are lost unless the object is brought back. Does a lifecycle rule delete "
        "staged files too early?");
  }
  if (static_cast<int64_t>(load.entries->size()) != load.committable.file_count) {
    return CommitError(ErrorKind::kPermanent, Retry::kNever, "The manifest ", load.manifest.url, " names ",
                       load.entries->size(), " files where ", load.committable.file_count, " were staged.");
  }
  ARROW_ASSIGN_OR_RAISE(Statement copy, CopyFor(load));
  ARROW_RETURN_NOT_OK(Run(copy, deadline).status());
  ARROW_ASSIGN_OR_RAISE(QueryResult count_result, Run(LastCopyCountSql(), deadline));
  ARROW_ASSIGN_OR_RAISE(int64_t loaded, count_result.OnlyNumber());
  if (loaded != load.committable.row_count) {
    return CommitError(ErrorKind::kPermanent, Retry::kNever, "COPY loaded ", loaded, " rows where ",
                       load.committable.row_count,
                       " were staged, so it was rolled back. Manifest: ", load.manifest.url, ".");
  }
  return arrow::Status::OK();
}

std::string Committer::Impl::CleanUp(const Load& load) {
  if (settings_.keep_files) return "";
  if (!load.entries.ok()) {
    // An earlier clean-up got to its end.
    if (IsNoSuchObject(load.entries.status())) return "";
    return "Staged files were left behind: " + load.entries.status().message();
  }
  std::vector<std::string> urls;
  for (const ManifestEntry& entry : *load.entries) urls.push_back(entry.url);
  arrow::Status status = staging_->DeleteObjects(urls);
  // The manifest goes last: while it is there, a repeat finds what is left.
  if (status.ok()) status = staging_->DeleteObjects({load.manifest.url});
  if (status.ok()) return "";
  return "The rows are committed, but staged files were left behind: " + status.message();
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

arrow::Result<std::unique_ptr<Committer>> Committer::Make(const SinkPlan& plan, const WriterContext&) {
  if (plan.mode() != option::WriteMode::kCopy) {
    return arrow::Status::Invalid("Only copy mode has commits; ", plan.table().ToString(),
                                  " is in jdbc mode.");
  }
  ARROW_ASSIGN_OR_RAISE(CommitSettings settings, CommitSettings::From(plan));
  return std::unique_ptr<Committer>(new Committer(std::make_unique<Impl>(plan, std::move(settings))));
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
