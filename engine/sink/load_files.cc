#include "engine/sink/load_files.h"

#include <algorithm>
#include <utility>

#include "engine/aws/signed_call.h"
#include "engine/file/s3_error.h"
#include "engine/file/staging.h"
#include "engine/sink/commit_session.h"
#include "engine/sink/commit_settings.h"
#include "engine/sink/copy_error.h"
#include "engine/sink/stage_table.h"
#include "engine/sink/staged_load.h"
#include "engine/sql/copy_statement.h"
#include "engine/sql/session_statements.h"
#include "engine/warehouse/inspect.h"

namespace redshift {
namespace {

/// Temporary keys that expire earlier, counted from the end of the longest wait for the ledger, are renewed
/// first. A COPY that takes longer than they last is rolled back, and repeated with new ones.
constexpr std::chrono::minutes kKeysLast(15);

bool SaysThatKeysExpired(const arrow::Status& status) {
  const WarehouseErrorDetail* error = WarehouseError(status);
  return error != nullptr && (error->message.find("ExpiredToken") != std::string::npos ||
                              error->message.find("token has expired") != std::string::npos);
}

/// One transaction's loading.
class Loading {
 public:
  Loading(const CommitSession& session, Staging* staging, const CommitSettings& settings,
          const StagedLoad& load, const TargetTable& target, const std::optional<AwsKeys>& keys)
      : session_(session),
        staging_(staging),
        settings_(settings),
        load_(load),
        target_(target),
        keys_(keys) {}

  arrow::Status Run() {
    // Before the first change: a mistake shows while there is nothing to undo.
    ARROW_RETURN_NOT_OK(CheckManifest());
    if (load_.overwrite()) ARROW_RETURN_NOT_OK(session_.Run(DeleteAllSql(load_.target)).status());
    if (!load_.has_files()) return arrow::Status::OK();
    return load_.key.empty() ? Append() : ThroughStage();
  }

 private:
  arrow::Status CheckManifest() const {
    const Committable& committable = load_.committable;
    if (!load_.entries.ok()) {
      const arrow::Status& status = load_.entries.status();
      if (!IsNoSuchObject(status)) return status;
      return CommitError(ErrorKind::kPermanent, Retry::kNever, "The manifest ", load_.manifest.url,
                         " is gone and the ledger does not have this commit: the ", committable.row_count,
                         " rows it names are lost unless the object is brought back. Does a lifecycle rule "
                         "delete staged files too early?");
    }
    if (static_cast<int64_t>(load_.entries->size()) != committable.file_count) {
      return CommitError(ErrorKind::kPermanent, Retry::kNever, "The manifest ", load_.manifest.url, " names ",
                         load_.entries->size(), " files where ", committable.file_count, " were staged.");
    }
    return arrow::Status::OK();
  }

  arrow::Status Append() const {
    if (load_.parquet()) ARROW_RETURN_NOT_OK(CheckParquetColumns());
    return Copy(load_.target, load_.columns, {});
  }

  /// Parquet is loaded by position: the target must have the columns of the files, in their order.
  arrow::Status CheckParquetColumns() const {
    std::string difference;
    for (const Identifier& column : load_.columns) {
      if (target_.Find(column.name()) == nullptr) difference += " \"" + column.name() + "\" is gone;";
    }
    for (const TargetColumn& column : target_.columns) {
      if (std::none_of(load_.columns.begin(), load_.columns.end(),
                       [&](const Identifier& name) { return name.name() == column.name; })) {
        difference += " \"" + column.name + "\" is new;";
      }
    }
    for (size_t i = 0; difference.empty() && i < load_.columns.size(); ++i) {
      if (load_.columns[i].name() == target_.columns[i].name) continue;
      difference =
          " \"" + target_.columns[i].name + "\" stands where \"" + load_.columns[i].name() + "\" was;";
    }
    if (difference.empty()) return arrow::Status::OK();
    return CommitError(ErrorKind::kPermanent, Retry::kNever, "The columns of ", load_.target.ToString(),
                       " have changed since the Parquet files were staged:", difference,
                       " bring the table back into the shape it had, so that they can be loaded.");
  }

  arrow::Status ThroughStage() const {
    auto made = MakeStage(load_.target, target_, load_.columns, load_.key);
    if (!made.ok()) return CommitError(ErrorKind::kPermanent, Retry::kNever, made.status().message());
    const UpsertStatements& stage = *made;
    ARROW_RETURN_NOT_OK(session_.Run(stage.CreateStage()).status());
    // A stage is read once; statistics and encodings would cost more than they bring.
    std::vector<std::string> unless_asked_for;
    if (!load_.parquet() && !Contains(load_.parameters, CopyParameterKind::kCompUpdate)) {
      unless_asked_for.emplace_back("COMPUPDATE OFF");
    }
    if (!Contains(load_.parameters, CopyParameterKind::kStatUpdate)) {
      unless_asked_for.emplace_back("STATUPDATE OFF");
    }
    ARROW_RETURN_NOT_OK(Copy(stage.stage(), stage.stage_columns(), std::move(unless_asked_for)));
    ARROW_ASSIGN_OR_RAISE(QueryResult repeated, session_.Run(stage.CountRepeatedKeys()));
    ARROW_ASSIGN_OR_RAISE(int64_t repeated_keys, repeated.OnlyNumber());
    if (repeated_keys > 0) ARROW_RETURN_NOT_OK(RunAll(stage.KeepLastPerKey()));
    ARROW_RETURN_NOT_OK(load_.overwrite() ? session_.Run(stage.Fill()).status() : RunAll(stage.Apply()));
    return session_.Run(stage.DropStage()).status();
  }

  arrow::Status RunAll(const std::vector<Statement>& statements) const {
    for (const Statement& statement : statements) ARROW_RETURN_NOT_OK(session_.Run(statement).status());
    return arrow::Status::OK();
  }

  arrow::Status Copy(const TableReference& into, std::vector<Identifier> columns,
                     std::vector<std::string> parameters) const {
    const Committable& committable = load_.committable;
    for (const CopyParameter& parameter : load_.parameters) parameters.push_back(parameter.sql);
    CopyRequest request{.target = into,
                        .columns = std::move(columns),
                        .manifest_url = load_.manifest.url,
                        .authorization = {},
                        .compression = committable.compression,
                        .null_marker = committable.null_marker,
                        .region = Region(),
                        .format = load_.parquet() ? CopyFormat::kParquet : CopyFormat::kCsv,
                        .has_super = HasSuper(),
                        .parameters = std::move(parameters)};
    if (!settings_.iam_role.empty()) {
      request.authorization = IamRole{settings_.iam_role};
    } else {
      request.authorization = S3Keys{keys_->access_key_id, keys_->secret_access_key, keys_->session_token};
    }
    ARROW_ASSIGN_OR_RAISE(Statement copy, CopySql(request));
    const arrow::Status copied = session_.Run(copy).status();
    if (!copied.ok()) {
      if (keys_ && SaysThatKeysExpired(copied)) settings_.keys->Refuse(*keys_);
      return ExplainCopyError(copied, {.manifest_url = load_.manifest.url,
                                       .iam_role = settings_.iam_role,
                                       .keys_source = settings_.keys ? settings_.keys->description() : "",
                                       .region = request.region,
                                       .parquet = load_.parquet()});
    }
    ARROW_ASSIGN_OR_RAISE(QueryResult count_result, session_.Run(LastCopyCountSql()));
    ARROW_ASSIGN_OR_RAISE(int64_t loaded, count_result.OnlyNumber());
    if (loaded == committable.row_count) return arrow::Status::OK();
    return CommitError(ErrorKind::kPermanent, Retry::kNever, "COPY loaded ", loaded, " rows where ",
                       committable.row_count,
                       " were staged, so it was rolled back. Manifest: ", load_.manifest.url, ".");
  }

  /// Parquet cannot say it.
  std::optional<std::string> Region() const {
    if (load_.parquet()) return std::nullopt;
    return CopyRegion(session_.session()->settings().host, staging_->region());
  }

  bool HasSuper() const {
    return std::any_of(load_.columns.begin(), load_.columns.end(), [&](const Identifier& name) {
      const TargetColumn* column = target_.Find(name.name());
      return column != nullptr && column->type.kind == RedshiftKind::kSuper;
    });
  }

  const CommitSession& session_;
  Staging* const staging_;
  const CommitSettings& settings_;
  const StagedLoad& load_;
  const TargetTable& target_;  // empty where nobody needs to know
  const std::optional<AwsKeys>& keys_;
};

arrow::Result<TargetTable> InspectForLoad(const CommitSession& session, const StagedLoad& load) {
  if (load.key.empty() && !load.parquet()) return TargetTable();
  return InspectTable(session.session(), load.target, session.until());
}

arrow::Result<std::optional<AwsKeys>> KeysForCopy(const CommitSession& session,
                                                  const CommitSettings& settings, const StagedLoad& load,
                                                  const Interrupt* interrupt) {
  if (!settings.iam_role.empty() || !load.has_files()) return std::nullopt;
  auto keys = settings.keys->Get(kKeysLast + settings.lock_wait.timeout, {session.deadline(), interrupt});
  if (keys.ok()) return std::move(*keys);
  const std::string what =
      "No S3 keys for COPY from " + load.manifest.url + ": " + std::string(keys.status().message());
  if (keys.status().IsCancelled()) return arrow::Status::Cancelled(what);
  const bool passes = IsRetryable(keys.status());
  return CommitError(passes ? ErrorKind::kConnection : ErrorKind::kPermission,
                     passes ? Retry::kConnection : Retry::kNever, what);
}

}  // namespace

LoadPreparation PrepareLoad(const CommitSession& session, const CommitSettings& settings,
                            const StagedLoad& load, const Interrupt* interrupt) {
  return {InspectForLoad(session, load), KeysForCopy(session, settings, load, interrupt)};
}

arrow::Status LoadFiles(const CommitSession& session, Staging* staging, const CommitSettings& settings,
                        const StagedLoad& load, const LoadPreparation& preparation) {
  ARROW_RETURN_NOT_OK(preparation.target.status());
  ARROW_RETURN_NOT_OK(preparation.keys.status());
  return Loading(session, staging, settings, load, *preparation.target, *preparation.keys).Run();
}

}  // namespace redshift
