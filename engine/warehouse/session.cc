#include "engine/warehouse/session.h"

#include <libpq-fe.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "engine/sql/session_statements.h"
#include "engine/warehouse/connect_error.h"
#include "engine/warehouse/database_credentials.h"
#include "engine/warehouse/pg_connection.h"
#include "engine/warehouse/resolve_host.h"

namespace redshift {
namespace {

/// How long a cancelled statement may take to end before the session is given up.
constexpr std::chrono::seconds kCancelTime(10);
/// The same when our own side wants to stop.
constexpr std::chrono::seconds kInterruptTime(2);
constexpr std::chrono::seconds kRollbackTime(30);
/// A key, its id and its token are three.
constexpr size_t kSecretsKept = 12;

std::string Text(const char* text) {
  return text == nullptr ? "" : text;
}

/// Tries the addresses of the host one after the other.
arrow::Result<std::unique_ptr<PgConnection>> Connect(const ConnectionSettings& settings,
                                                     Clock::time_point deadline, const Interrupt* interrupt) {
  ARROW_ASSIGN_OR_RAISE(std::vector<std::string> addresses, ResolveHost(settings.host, deadline, interrupt));
  for (size_t i = 0;; ++i) {
    // An address that stays silent must not use up the time of the next one.
    const auto share = (deadline - Clock::now()) / static_cast<int64_t>(addresses.size() - i);
    auto opened = PgConnection::Open(settings, addresses[i], Clock::now() + share, interrupt);
    if (opened.ok()) return opened;
    const WarehouseErrorDetail* error = WarehouseError(opened.status());
    const bool try_next =
        error != nullptr && error->kind == ErrorKind::kConnection && error->sqlstate.empty();
    if (!try_next || i + 1 == addresses.size()) return opened;
  }
}

bool IsLoginRefused(const arrow::Status& status) {
  const WarehouseErrorDetail* error = WarehouseError(status);
  return error != nullptr && error->sqlstate.starts_with("28");
}

}  // namespace

void QueryResult::Free::operator()(pg_result* result) const {
  PQclear(result);
}

int QueryResult::row_count() const {
  return PQntuples(result_.get());
}
int QueryResult::column_count() const {
  return PQnfields(result_.get());
}

std::optional<int> QueryResult::Find(const char* column) const {
  const int at = PQfnumber(result_.get(), column);
  if (at < 0) return std::nullopt;
  return at;
}

std::optional<std::string_view> QueryResult::Get(int row, int column) const {
  if (row >= row_count() || column >= column_count() || PQgetisnull(result_.get(), row, column)) {
    return std::nullopt;
  }
  return std::string_view(PQgetvalue(result_.get(), row, column),
                          static_cast<size_t>(PQgetlength(result_.get(), row, column)));
}

std::string_view QueryResult::tag() const {
  return PQcmdStatus(result_.get());
}

int64_t QueryResult::affected_rows() const {
  const std::string_view text = PQcmdTuples(result_.get());
  int64_t rows = 0;
  std::from_chars(text.data(), text.data() + text.size(), rows);
  return rows;
}

arrow::Result<int64_t> QueryResult::OnlyNumber() const {
  const std::optional<std::string_view> text = Get(0, 0);
  int64_t number = 0;
  if (row_count() != 1 || column_count() != 1 || !text ||
      std::from_chars(text->data(), text->data() + text->size(), number).ptr != text->data() + text->size()) {
    return arrow::Status::Invalid("The warehouse answered ", row_count(), " rows of ", column_count(),
                                  " columns where one number was expected.");
  }
  return number;
}

Session::Session(ConnectionSettings settings, const Interrupt* interrupt,
                 std::unique_ptr<PgConnection> connection)
    : settings_(std::move(settings)),
      interrupt_(interrupt),
      connection_(std::move(connection)),
      secrets_{settings_.password.Reveal()} {}

Session::~Session() = default;

arrow::Result<std::unique_ptr<Session>> Session::Open(const ConnectionSettings& given,
                                                      const Interrupt* interrupt) {
  ConnectionSettings settings = given;
  if (settings.credentials) {
    ARROW_RETURN_NOT_OK(
        settings.credentials->Complete(&settings, Clock::now() + settings.connect_timeout, interrupt));
  }
  Clock::time_point deadline = Clock::now() + settings.connect_timeout;
  auto connected = Connect(settings, deadline, interrupt);
  if (settings.credentials && IsLoginRefused(connected.status())) {
    // The password may have expired or been changed since it was asked for.
    deadline = Clock::now() + settings.connect_timeout;
    ARROW_ASSIGN_OR_RAISE(const bool renewed, settings.credentials->Renew(&settings, deadline, interrupt));
    if (renewed) connected = Connect(settings, deadline, interrupt);
  }
  ARROW_ASSIGN_OR_RAISE(std::unique_ptr<PgConnection> connection, std::move(connected));
  std::unique_ptr<Session> session(new Session(settings, interrupt, std::move(connection)));
  if (!settings.query_group.empty()) {
    ARROW_ASSIGN_OR_RAISE(Statement set, SetQueryGroupSql(settings.query_group));
    ARROW_RETURN_NOT_OK(session->Execute(set, deadline).status());
  }
  if (settings.statement_timeout.count() > 0) {
    ARROW_RETURN_NOT_OK(
        session->Execute(SetStatementTimeoutSql(settings.statement_timeout), deadline).status());
  }
  return session;
}

void Session::StartStatement(const Statement& statement) {
  label_ = statement.label;
  for (const std::string& secret : statement.secrets) {
    if (std::find(secrets_.begin(), secrets_.end(), secret) != secrets_.end()) continue;
    // The first one is the password.
    if (secrets_.size() > kSecretsKept) secrets_.erase(secrets_.begin() + 1);
    secrets_.push_back(secret);
  }
  // A lost session rolls back what its open transaction did, unless it was just being committed. BEGIN and
  // ROLLBACK change nothing either way.
  const bool is_commit = statement.text == CommitSql().text;
  undone_when_lost_ = (in_transaction() && !is_commit) || statement.text == BeginSql().text ||
                      statement.text == RollbackSql().text;
  sent_at_ = Clock::now();
  pending_.reset();
}

arrow::Status Session::Send(const Statement& statement) {
  StartStatement(statement);
  if (!connection_->alive()) return Lost("the session was lost earlier");
  if (PQsendQuery(connection_->get(), statement.text.c_str()) != 1) {
    return Lost(PQerrorMessage(connection_->get()));
  }
  return arrow::Status::OK();
}

arrow::Result<QueryResult> Session::Execute(const Statement& statement, Clock::time_point deadline) {
  ARROW_RETURN_NOT_OK(Send(statement));
  return Finish(deadline);
}

arrow::Result<QueryResult> Session::Execute(const Statement& statement, const Parameters& parameters,
                                            Clock::time_point deadline) {
  StartStatement(statement);
  if (!connection_->alive()) return Lost("the session was lost earlier");
  if (PQsendQueryParams(connection_->get(), statement.text.c_str(),
                        static_cast<int>(parameters.values.size()), parameters.types.data(),
                        parameters.values.data(), nullptr, nullptr,
                        /*resultFormat=*/0) != 1) {
    return Lost(PQerrorMessage(connection_->get()));
  }
  return Finish(deadline);
}

arrow::Result<QueryResult> Session::Finish(Clock::time_point deadline) {
  ARROW_ASSIGN_OR_RAISE(std::optional<QueryResult> result, Receive(deadline));
  if (result) return std::move(*result);
  // The answer may arrive while the cancel request is under way: then it counts.
  const Clock::time_point until = Clock::now() + kCancelTime;
  connection_->Cancel(until);
  arrow::Result<std::optional<QueryResult>> late = Receive(until);
  if (late.ok() && late->has_value()) return std::move(**late);
  const WarehouseErrorDetail* error = late.ok() ? nullptr : WarehouseError(late.status());
  if (error != nullptr && error->kind == ErrorKind::kTimeout) return Timeout("It was cancelled.");
  if (!late.ok()) return late.status();
  connection_->GiveUp();
  return Timeout("It did not react to being cancelled, so the session was given up.");
}

arrow::Result<std::optional<QueryResult>> Session::Receive(Clock::time_point until) {
  PGconn* connection = connection_->get();
  while (true) {
    const int unsent = PQflush(connection);
    if (unsent < 0) return Lost(PQerrorMessage(connection));
    while (!PQisBusy(connection)) {
      PGresult* raw = PQgetResult(connection);
      if (raw == nullptr) {
        std::optional<QueryResult> result = std::move(pending_);
        pending_.reset();
        if (!result) return Lost("the server answered nothing");
        return result;
      }
      QueryResult result(raw);
      switch (PQresultStatus(raw)) {
        case PGRES_COMMAND_OK:
        case PGRES_TUPLES_OK:
        case PGRES_EMPTY_QUERY:
          pending_.emplace(std::move(result));
          break;
        case PGRES_FATAL_ERROR: {
          arrow::Status status = FromResult(raw);
          // Take the rest of the answer, so that the session can go on.
          while (connection_->alive()) {
            if (PQisBusy(connection)) {
              if (connection_->Wait(true, false, Clock::now() + kCancelTime, nullptr) !=
                      PgConnection::Wake::kReady ||
                  PQconsumeInput(connection) != 1) {
                connection_->GiveUp();
              }
              continue;
            }
            PGresult* rest = PQgetResult(connection);
            if (rest == nullptr) break;
            PQclear(rest);
          }
          return status;
        }
        default:
          connection_->GiveUp();
          return Lost("the server answered with something that no statement of ours asks for");
      }
    }
    switch (connection_->Wait(true, unsent == 1, until, interrupt_)) {
      case PgConnection::Wake::kTimeout:
        return std::nullopt;
      case PgConnection::Wake::kInterrupted: {
        const Clock::time_point end = Clock::now() + kInterruptTime;
        connection_->Cancel(end);
        connection_->GiveUp();
        return InterruptedError(label_, /*outcome_known=*/undone_when_lost_);
      }
      case PgConnection::Wake::kReady:
        break;
    }
    if (PQconsumeInput(connection) != 1) {
      // The server may have said why before it hung up.
      std::string why = PQerrorMessage(connection);
      connection_->GiveUp();
      while (!PQisBusy(connection)) {
        PGresult* raw = PQgetResult(connection);
        if (raw == nullptr) break;
        QueryResult result(raw);
        if (PQresultStatus(raw) == PGRES_FATAL_ERROR &&
            PQresultErrorField(raw, PG_DIAG_SQLSTATE) != nullptr) {
          return FromResult(raw);
        }
      }
      return Lost(why);
    }
  }
}

arrow::Result<std::optional<QueryResult>> Session::CancelAndDrain() {
  const Clock::time_point until = Clock::now() + kCancelTime;
  connection_->Cancel(until);
  arrow::Result<std::optional<QueryResult>> answer = Receive(until);
  if (answer.ok() && answer->has_value()) return answer;
  if (answer.ok()) connection_->GiveUp();
  if (!usable()) return Lost("the session was given up after a cancelled statement");
  return std::nullopt;
}

arrow::Status Session::Rollback() {
  if (!usable()) return Lost("the session was lost earlier");
  if (!in_transaction()) return arrow::Status::OK();
  return Execute(RollbackSql(), Clock::now() + kRollbackTime).status();
}

bool Session::usable() const {
  if (!connection_->alive()) return false;
  const PGTransactionStatusType status = PQtransactionStatus(connection_->get());
  return status != PQTRANS_UNKNOWN && status != PQTRANS_ACTIVE;
}

bool Session::in_transaction() const {
  const PGTransactionStatusType status = PQtransactionStatus(connection_->get());
  return status == PQTRANS_INTRANS || status == PQTRANS_INERROR;
}

int Session::backend_pid() const {
  return PQbackendPID(connection_->get());
}

std::string Session::Mask(std::string_view text) const {
  return MaskSecrets(text, secrets_);
}

arrow::Status Session::Timeout(std::string_view what_happened) {
  auto detail = std::make_shared<WarehouseErrorDetail>();
  detail->kind = ErrorKind::kTimeout;
  detail->retry = Retry::kStatement;
  detail->session_usable = usable();
  detail->outcome_known = usable() || undone_when_lost_;
  detail->label = label_;
  const auto waited = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - sent_at_);
  return arrow::Status::FromDetailAndArgs(arrow::StatusCode::IOError, std::move(detail), label_,
                                          " had no answer after ", waited.count(), " ms. ", what_happened);
}

arrow::Status Session::FromResult(const pg_result* result) {
  auto detail = std::make_shared<WarehouseErrorDetail>();
  detail->sqlstate = Text(PQresultErrorField(result, PG_DIAG_SQLSTATE));
  detail->message = Mask(Text(PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY)));
  detail->detail = Mask(Text(PQresultErrorField(result, PG_DIAG_MESSAGE_DETAIL)));
  if (detail->sqlstate.empty()) {
    // libpq's own error: the connection went away.
    return Lost(PQresultErrorMessage(result));
  }
  detail->label = label_;
  const ErrorClass error = ClassifyError(detail->sqlstate, detail->message, detail->detail);
  detail->kind = error.kind;
  detail->retry = error.retry;
  const bool fatal = Text(PQresultErrorField(result, PG_DIAG_SEVERITY)) != "ERROR";
  if (fatal) connection_->GiveUp();
  detail->session_usable = !fatal;
  detail->outcome_known = !fatal || undone_when_lost_;
  std::string text = label_ + " failed: " + detail->message;
  if (!detail->detail.empty()) text += " " + detail->detail;
  text += " (SQLSTATE " + detail->sqlstate + ")";
  return arrow::Status(arrow::StatusCode::IOError, std::move(text), std::move(detail));
}

arrow::Status Session::Lost(std::string_view message) {
  connection_->GiveUp();
  while (!message.empty() && (message.back() == '\n' || message.back() == ' ')) message.remove_suffix(1);
  auto detail = std::make_shared<WarehouseErrorDetail>();
  detail->kind = ErrorKind::kConnection;
  detail->retry = Retry::kConnection;
  detail->outcome_known = undone_when_lost_;
  detail->label = label_;
  detail->message = Mask(message.substr(0, message.find('\n')));
  std::string text = "The session with " + settings_.host + ":" + std::to_string(settings_.port) +
                     " was lost during " + label_ + ": " + detail->message;
  return arrow::Status(arrow::StatusCode::IOError, std::move(text), std::move(detail));
}

}  // namespace redshift
