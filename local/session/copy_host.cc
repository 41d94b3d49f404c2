#include "local/session/copy_host.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

#include "local/dialect/long_name.h"
#include "local/session/error_mapping.h"
#include "local/session/fault_error.h"
#include "local/session/session.h"
#include "local/sql/lexer.h"

namespace redshift_local {
namespace {

arrow::Status ToStatus(const ErrorFields& fields) {
  SqlErrorFields error;
  error.sqlstate = FindField(fields, 'C');
  error.message = FindField(fields, 'M');
  error.detail = FindField(fields, 'D');
  error.hint = FindField(fields, 'H');
  return SqlError(std::move(error));
}

ColumnKind KindOf(std::string_view type) {
  static const std::map<std::string_view, ColumnKind> kKinds = {
      {"bool", ColumnKind::kBoolean},
      {"int2", ColumnKind::kSmallint},
      {"int4", ColumnKind::kInteger},
      {"int8", ColumnKind::kBigint},
      {"numeric", ColumnKind::kDecimal},
      {"float4", ColumnKind::kReal},
      {"float8", ColumnKind::kDouble},
      {"bpchar", ColumnKind::kChar},
      {"varchar", ColumnKind::kVarchar},
      {"date", ColumnKind::kDate},
      {"time", ColumnKind::kTime},
      {"timetz", ColumnKind::kTimeTz},
      {"timestamp", ColumnKind::kTimestamp},
      {"timestamptz", ColumnKind::kTimestampTz},
      {"super", ColumnKind::kSuper},
      {"varbyte", ColumnKind::kVarbyte},
      {"intervaly2m", ColumnKind::kIntervalYearToMonth},
      {"intervald2s", ColumnKind::kIntervalDayToSecond}};
  const auto found = kKinds.find(type);
  return found == kKinds.end() ? ColumnKind::kOther : found->second;
}

// A row of local.describe_table().
CopyColumn ToColumn(const TextRow& row) {
  CopyColumn column;
  column.name = *row[2];
  column.backend_name = QuoteIdentifier(*row[2]);
  column.kind = KindOf(*row[3]);
  const int typmod = std::stoi(*row[4]);
  if (typmod >= 4 && (column.kind == ColumnKind::kChar || column.kind == ColumnKind::kVarchar ||
                      column.kind == ColumnKind::kVarbyte)) {
    column.length = typmod - 4;
  }
  if (typmod >= 0 && column.kind == ColumnKind::kIntervalDayToSecond) {
    column.length = std::min(typmod & 0xFFFF, 6);
  }
  if (typmod >= 4 && column.kind == ColumnKind::kDecimal) {
    column.precision = (typmod - 4) >> 16;
    column.scale = (typmod - 4) & 0xFFFF;
  }
  column.not_null = row[5] == "t";
  column.has_default = row[6] == "t";
  if (row[7] == "a") column.identity = IdentityKind::kAlways;
  if (row[7] == "d") column.identity = IdentityKind::kByDefault;
  return column;
}

}  // namespace

SessionCopyHost::SessionCopyHost(Session* session, const std::string& text, bool in_block)
    : session_(session), text_(text), in_block_(in_block) {
  facts_.process_id = session->handle_.pid;
  facts_.database = session->startup_.database;
}

arrow::Status SessionCopyHost::Explained(const ErrorFields& fields) {
  return ToStatus(session_->Explained(fields));
}

template <typename Work>
arrow::Status SessionCopyHost::Guard(Work work) {
  if (backend_end_) return Explained(*backend_end_);
  try {
    return work();
  } catch (const BackendError& error) {
    if (FindField(error.fields, 'V') == "FATAL") backend_end_ = error.fields;
    return Explained(error.fields);
  } catch (const ConnectionLost& lost) {
    backend_end_ = ErrorFields{{'S', "FATAL"},
                               {'V', "FATAL"},
                               {'C', "57P01"},
                               {'M', "terminating connection due to administrator command"}};
    spdlog::info("session {}: the back end has gone during COPY: {}", session_->handle_.pid, lost.what());
    return Explained(*backend_end_);
  }
}

const S3Place& SessionCopyHost::s3() const {
  return session_->server_->s3();
}

bool SessionCopyHost::case_sensitive_identifiers() const {
  return session_->dialect_.case_sensitive;
}

arrow::Result<S3Access> SessionCopyHost::Authorize(const CopyAuthorization& authorization) {
  return session_->server_->access().Authorize(authorization, session_->startup_.database_user, s3().region);
}

arrow::Result<CopyTarget> SessionCopyHost::DescribeTarget(const CopyTableName& name) {
  std::string quoted = QuoteIdentifier(BackendName(name.table));
  if (!name.schema.empty()) quoted = QuoteIdentifier(BackendName(name.schema)) + "." + quoted;
  CopyTarget target;
  ARROW_RETURN_NOT_OK(Guard([&] {
    Backend& backend = *session_->backend_;
    // Also the statement's snapshot: what a writer commits while we wait for the lock conflicts with it.
    const auto rows = backend.Query(
        fmt::format("select local.write_lock(to_regclass({0})); select * from local.describe_table({0})",
                    QuoteLiteral(quoted)));
    for (const TextRow& row : rows) {
      if (row.size() < 8) continue;
      target.table_id = static_cast<uint32_t>(std::stoul(*row[0]));
      target.backend_name = *row[1];
      if (!row[2]) continue;
      target.columns.push_back(ToColumn(row));
      std::string& column = target.columns.back().name;
      if (IsShortened(column)) column = session_->ShownName(column);
    }
    const auto facts = backend.Query(
        "select usesysid, coalesce(txid_current_if_assigned(), 0), current_setting('statement_timeout', "
        "true), "
        "(select setting from pg_settings where name = 'statement_timeout') from pg_user where usename = "
        "current_user");
    facts_.user_id = std::stoi(*facts[0][0]);
    facts_.transaction_id = std::stoll(*facts[0][1]);
    if (facts_.transaction_id != 0) session_->NoteWrite(facts_.transaction_id, target.table_id);
    if (const long limit = std::stol(*facts[0][3]); limit > 0) {
      deadline_ = std::chrono::steady_clock::now() + std::chrono::milliseconds(limit);
    }
    return arrow::Status::OK();
  }));
  if (target.table_id == 0) {
    return SqlError("42P01", fmt::format("relation \"{}{}{}\" does not exist", name.schema,
                                         name.schema.empty() ? "" : ".", name.table));
  }
  target.name = CutName(name.table);
  return target;
}

// Everything up to ReadyForQuery; the first error in it is the result.
arrow::Status SessionCopyHost::ReadToReady() {
  arrow::Status status;
  while (true) {
    const Message message = session_->backend_->Receive();
    if (message.type == 'Z') return status;
    if (message.type == 'E') {
      ErrorFields fields = ReadErrorFields(message.body);
      if (FindField(fields, 'V') == "FATAL") throw BackendError(std::move(fields));
      if (status.ok()) status = Explained(fields);
    }
  }
}

arrow::Status SessionCopyHost::BeforeFiles(const S3Path& first) {
  const auto fault = session_->server_->faults().Take(FaultMoment::kCopyFiles, text_);
  if (!fault) return arrow::Status::OK();
  session_->LogFault(fault->fault);
  return CopyFaultError(fault->fault, first);
}

arrow::Status SessionCopyHost::BeginRows(const std::string& copy_from_stdin) {
  return Guard([&] {
    Backend& backend = *session_->backend_;
    backend.Send('Q', BodyWriter().String(copy_from_stdin).body());
    backend.Flush();
    while (true) {
      const Message message = backend.Receive();
      if (message.type == 'G') return arrow::Status::OK();
      if (message.type == 'E') {
        const ErrorFields fields = ReadErrorFields(message.body);
        ARROW_RETURN_NOT_OK(ReadToReady());
        return Explained(fields);
      }
      if (message.type == 'Z')
        return arrow::Status::Invalid("PostgreSQL takes no rows for: ", copy_from_stdin);
    }
  });
}

arrow::Status SessionCopyHost::WriteRows(std::string_view rows) {
  return Guard([&] {
    session_->backend_->Send('d', rows);
    if (std::exchange(has_sent_rows_, true)) return arrow::Status::OK();
    if (const auto fault = session_->server_->faults().Take(FaultMoment::kCopyRows, text_)) {
      session_->LogFault(fault->fault);
      session_->backend_->Flush();
      // As when any client has gone: a load in autocommit goes on, one in a block ends.
      session_->client_.Shutdown();
    }
    return arrow::Status::OK();
  });
}

arrow::Status SessionCopyHost::FinishRows() {
  return Guard([&] {
    session_->backend_->Send('c', "");
    session_->backend_->Flush();
    return ReadToReady();
  });
}

void SessionCopyHost::AbortRows() {
  const arrow::Status ignored = Guard([&] {
    session_->backend_->Send('f', BodyWriter().String("the load was given up").body());
    session_->backend_->Flush();
    return ReadToReady();
  });
}

void SessionCopyHost::SendInfo(std::string_view text) {
  session_->SendNotice("INFO", "00000", text);
}

arrow::Status SessionCopyHost::CheckInterrupt() {
  if (backend_end_) return Explained(*backend_end_);
  if (session_->handle_.cancelled) {
    return SqlError("57014", fmt::format("Query ({}) cancelled on user's request", session_->query_id_));
  }
  if (deadline_ && std::chrono::steady_clock::now() > *deadline_) {
    SqlErrorFields error;
    error.sqlstate = "57014";
    error.message = fmt::format("Query ({}) cancelled on user's request", session_->query_id_);
    error.detail = "statement_timeout was reached.";
    return SqlError(std::move(error));
  }
  if (in_block_ && session_->client_.PeerHasGone()) {
    return SqlError("08006", "the client has gone while its COPY ran in a transaction block");
  }
  return arrow::Status::OK();
}

int64_t SessionCopyHost::query_id() {
  return session_->query_id_;
}

void SessionCopyHost::ExecuteApart(const std::string& sql) {
  try {
    session_->server_->Admin(session_->startup_.database, sql);
  } catch (const std::exception& error) {
    spdlog::error("session {}: recording a load failed: {}", session_->handle_.pid, error.what());
  }
}

}  // namespace redshift_local
