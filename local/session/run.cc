// What both query protocols share: running one statement that is not simply passed on.
#include <fmt/format.h>

#include <utility>

#include "local/copy/copy.h"
#include "local/session/copy_host.h"
#include "local/session/error_mapping.h"
#include "local/session/session.h"
#include "local/sql/lexer.h"

namespace redshift_local {
namespace {

/// Of each statement, what is kept for the faults' patterns and for the history.
constexpr size_t kKeptText = 64 * 1024;
constexpr size_t kKeptTransactionText = 1024 * 1024;
constexpr size_t kLoggedText = 4000;

// Cut at a character's start, so that it stays UTF-8.
std::string_view Prefix(std::string_view text, size_t size) {
  if (text.size() <= size) return text;
  while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xC0) == 0x80) --size;
  return text.substr(0, size);
}

}  // namespace

void Session::Publish(const Statement& statement) {
  if (statement.reads_history) server_->PublishHistory(startup_.database);
  if (statement.uses_faults) server_->PublishFaults(startup_.database);
}

std::vector<std::string> Session::Prelude(const Statement& statement) {
  std::vector<std::string> steps;
  Publish(statement);
  if (statement.reads_counters) {
    steps.push_back(fmt::format(
        "select set_config('local.last_copy_count', '{}', false), set_config('local.last_copy_id', '{}', "
        "false), set_config('local.last_query_id', '{}', false)",
        last_copy_count_, last_copy_id_, last_query_id_));
  }
  steps.insert(steps.end(), statement.before.begin(), statement.before.end());
  return steps;
}

void Session::BeginStatement(const Statement& statement) {
  handle_.cancelled = false;
  const bool controls = statement.kind == StatementKind::kBegin || statement.kind == StatementKind::kCommit ||
                        statement.kind == StatementKind::kRollback;
  if (!InBlock() || controls) open_cursor_.clear();
  if (!InBlock()) transaction_text_.clear();
  if (!InBlock()) EndTransaction();
  if (transaction_.started.empty()) transaction_.started = UtcNow();
  if (transaction_.snapshot == 0 && statement.counts_as_query) {
    transaction_.snapshot = server_->transactions().Now();
  }
  for (const LongName& long_name : statement.long_names) server_->RememberName(long_name);
  if (statement.kind == StatementKind::kBegin) transaction_text_.clear();
  if (!InBlock()) block_has_data_ = false;
  if (transaction_text_.size() < kKeptTransactionText) {
    transaction_text_ += FoldCase(Prefix(statement.text, kKeptText));
    transaction_text_ += '\n';
  }
  query_id_ = server_->NextQueryId();
  running_ = LoggedQuery{query_id_,         handle_.pid,  startup_.database_user,
                         startup_.database, query_group_, std::string(Prefix(statement.text, kLoggedText)),
                         UtcNow(),          {},           false};
}

void Session::EndStatement(const Statement& statement, bool failed) {
  if (statement.counts_as_query) last_query_id_ = query_id_;
  if (!failed) {
    NoteSettings(statement);
    if (!statement.opens_cursor.empty()) open_cursor_ = statement.opens_cursor;
    if (statement.closes_cursor) open_cursor_.clear();
    ForgetPrepared(statement);
  }
  if (running_ && !statement.reads_history) {
    running_->ended = UtcNow();
    running_->aborted = failed;
    server_->LogQuery(std::move(*running_));
  }
  running_.reset();
}

std::optional<SqlErrorFields> Session::RefusedHere(const Statement& statement) const {
  if (backend_->transaction_status() != 'T') return std::nullopt;
  SqlErrorFields error;
  if (!statement.opens_cursor.empty() && !open_cursor_.empty()) {
    error.sqlstate = "0A000";
    error.message =
        fmt::format("cursor \"{}\" cannot be opened: \"{}\" is open, and a session has one cursor at a time",
                    statement.opens_cursor, open_cursor_);
    return error;
  }
  if (statement.refused_in_block.empty()) return std::nullopt;
  error.sqlstate = "25001";
  error.message = statement.refused_in_block + " cannot run inside a transaction block";
  return error;
}

void Session::NoteSettings(const Statement& statement) {
  if (statement.query_group) query_group_ = *statement.query_group;
  if (statement.case_sensitive) dialect_.case_sensitive = *statement.case_sensitive;
  if (statement.checks_matches) dialect_.checks_matches = *statement.checks_matches;
}

std::string Session::TagFor(const Statement& statement, std::string_view backend_tag) const {
  if (!statement.tag.empty()) return statement.tag;
  // PostgreSQL 8.0 counts no rows of a SELECT in its tag.
  if (backend_tag.starts_with("SELECT ")) return "SELECT";
  return std::string(backend_tag);
}

void Session::SendInfos(const Statement& statement) {
  for (const std::string& info : statement.infos) SendNotice("INFO", "00000", info);
}

// The statement may be one that only we know of.
void Session::ForgetPrepared(const Statement& statement) {
  if (!statement.deallocates) return;
  if (statement.deallocates->empty()) {
    prepared_.clear();
  } else {
    prepared_.erase(*statement.deallocates);
  }
}

bool Session::IsOnlyOurs(const Statement& statement) const {
  if (!statement.deallocates) return false;
  const auto found = prepared_.find(*statement.deallocates);
  return found != prepared_.end() && !found->second.native;
}

bool Session::RunHidden(std::string_view sql) {
  backend_->Send('Q', BodyWriter().String(sql).body());
  backend_->Flush();
  bool good = true;
  hidden_tag_.clear();
  while (true) {
    const Message message = backend_->Receive();
    switch (message.type) {
      case 'Z':
        return good;
      case 'C':
        hidden_tag_ = std::string(BodyReader(message.body).String());
        break;
      case 'E':
        good = false;
        ForwardError(message);
        break;
      case 'N':
      case 'S':
        ForwardAside(message);
        break;
      default:
        break;
    }
  }
}

bool Session::RunSpecial(const Statement& statement) {
  switch (statement.kind) {
    case StatementKind::kEmpty:
      client_.Add('I', "");
      return true;
    case StatementKind::kRefused:
      SendInfos(statement);
      Fail(*statement.refusal);
      return false;
    case StatementKind::kBegin:
      if (implicit_block_) {
        implicit_block_ = false;
      } else if (!RunHidden(statement.sql)) {
        return false;
      }
      if (!TakeSnapshotIfAsked()) return false;
      SendComplete(statement.tag);
      return true;
    case StatementKind::kRollback:
      implicit_block_ = false;
      if (!RunHidden("rollback")) return false;
      SendComplete("ROLLBACK");
      return true;
    case StatementKind::kCommit:
      return RunCommit(statement);
    case StatementKind::kTruncate:
      return RunTruncate(statement);
    case StatementKind::kCopy:
      return RunCopyStatement(statement);
    case StatementKind::kApart:
      return RunApart(statement);
    case StatementKind::kSql:
      break;
  }
  return false;
}

bool Session::RunCommit(const Statement&) {
  implicit_block_ = false;
  const auto cut_at = [this, commits = backend_->transaction_status() == 'T'](FaultMoment moment) {
    if (!commits) return;
    if (const auto fault = server_->faults().Take(moment, transaction_text_)) CutConnection(fault->fault);
  };
  cut_at(FaultMoment::kCommit);
  if (!RunHidden("commit")) return false;
  // A failed block answers ROLLBACK, and no error.
  const std::string tag = hidden_tag_;
  cut_at(FaultMoment::kCommitted);
  SendComplete(tag);
  return true;
}

// It cannot be rolled back: what stands before it in the block is committed, and so is it.
bool Session::RunTruncate(const Statement& statement) {
  implicit_block_ = false;
  if (backend_->transaction_status() == 'T' && !RunHidden("commit")) return false;
  if (!RunHidden(statement.sql)) return false;
  SendComplete("TRUNCATE TABLE");
  return true;
}

bool Session::RunApart(const Statement& statement) {
  if (const auto refused = RefusedHere(statement)) {
    Fail(*refused);
    return false;
  }
  if (!RunHidden(statement.sql)) return false;
  for (const std::string& step : statement.after) {
    if (!RunHidden(step)) return false;
  }
  SendComplete(statement.tag);
  return true;
}

bool Session::RunCopyStatement(const Statement& statement) {
  const bool autocommit = !InBlock();
  if (autocommit && !RunHidden("begin")) return false;
  SessionCopyHost host(this, statement.text, !autocommit);
  const CopyResult result = RunCopy(statement.text, host);
  if (const std::optional<ErrorFields> fatal = host.backend_end()) {
    client_.Add('E', WriteErrorFields(Explained(*fatal)));
    client_.Flush();
    throw ConnectionLost("PostgreSQL ended the session during COPY");
  }
  if (result.last_copy_id) {
    last_copy_id_ = *result.last_copy_id;
    last_copy_count_ = result.last_copy_count;
  }
  if (!result.status.ok()) {
    if (autocommit) RunHidden("rollback");
    Fail(SqlErrorOf(result.status));
    return false;
  }
  if (autocommit && !RunHidden("commit")) return false;
  SendComplete("COPY");
  return true;
}

}  // namespace redshift_local
