#include "engine/sink/ledger.h"

#include <algorithm>
#include <charconv>
#include <memory>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "engine/sql/inspect_statements.h"
#include "engine/sql/ledger_statements.h"
#include "engine/sql/session_statements.h"
#include "engine/warehouse/rights.h"

namespace redshift {
namespace {

constexpr std::chrono::seconds kLookTime(60);

/// An error about the ledger that no repeat mends.
template <typename... Args>
arrow::Status LedgerError(ErrorKind kind, Args&&... message) {
  auto detail = std::make_shared<WarehouseErrorDetail>();
  detail->kind = kind;
  detail->session_usable = true;
  detail->label = "ledger";
  return arrow::Status::FromDetailAndArgs(arrow::StatusCode::IOError, std::move(detail),
                                          std::forward<Args>(message)...);
}

/// Whether the ledger is there; an error if the table of that name is something else.
arrow::Result<bool> LedgerExists(Session* session, const QualifiedName& ledger, Clock::time_point deadline) {
  ARROW_ASSIGN_OR_RAISE(Statement sql, TableColumnsSql(ledger));
  ARROW_ASSIGN_OR_RAISE(QueryResult columns, session->Execute(sql, deadline));
  if (columns.row_count() == 0) return false;
  std::set<std::string, std::less<>> names;
  for (int row = 0; row < columns.row_count(); ++row) names.emplace(columns.Get(row, 0).value_or(""));
  for (const std::string& column : LedgerColumns()) {
    if (!names.contains(column)) {
      return LedgerError(ErrorKind::kPermanent, "The table ", ledger.ToString(),
                         " is not a ledger of this connector: it has no column \"", column,
                         "\". Name another table with 'sink.ledger.table', or rename this one.");
    }
  }
  return true;
}

arrow::Result<int64_t> CountHeads(Session* session, const QualifiedName& ledger, Clock::time_point deadline) {
  ARROW_ASSIGN_OR_RAISE(Statement sql, CountLedgerSql(ledger, kLedgerHead));
  ARROW_ASSIGN_OR_RAISE(QueryResult count, session->Execute(sql, deadline));
  return count.OnlyNumber();
}

arrow::Result<Rights> RightsOnLedger(std::vector<std::string_view> on_table) {
  ARROW_ASSIGN_OR_RAISE(const Identifier column, Identifier::Make(LedgerColumns().front(), "column"));
  return Rights{.on_table = std::move(on_table), .read = {column}, .set = {column}};
}

arrow::Result<Rights> CommitRights() {
  return RightsOnLedger({"select", "insert", "update", "delete"});
}

/// LOCK asks for UPDATE or DELETE.
arrow::Result<Rights> LockRights() {
  return RightsOnLedger({"update"});
}

arrow::Status CreateLedger(Session* session, const QualifiedName& ledger, const Rights& rights,
                           Clock::time_point deadline) {
  ARROW_RETURN_NOT_OK(CheckHidden(session, ledger, rights, deadline));
  ARROW_RETURN_NOT_OK(session->Execute(BeginSql(), deadline).status());
  arrow::Status status = session->Execute(CreateLedgerSql(ledger), deadline).status();
  if (status.ok()) status = session->Execute(CommitSql(), deadline).status();
  if (status.ok()) return status;
  if (session->usable()) ARROW_RETURN_NOT_OK(session->Rollback());
  const WarehouseErrorDetail* error = WarehouseError(status);
  if (error != nullptr && error->kind == ErrorKind::kPermission) {
    const std::string user = DatabaseUser(session, deadline);
    return LedgerError(ErrorKind::kPermission, "User '", user, "' may not create the ledger ",
                       ledger.ToString(), " (", error->message, "). Ask for ",
                       GrantText("CREATE ON SCHEMA " + ledger.schema().Quoted(), user),
                       ", name a table in another schema with 'sink.ledger.table', or let someone who may "
                       "run this once:\n",
                       LedgerSetUpScript(ledger, RightsText(rights.on_table), user));
  }
  // Another sink may have created it meanwhile.
  if (session->usable()) {
    ARROW_ASSIGN_OR_RAISE(bool exists, LedgerExists(session, ledger, deadline));
    if (exists) return arrow::Status::OK();
  }
  return status;
}

arrow::Status EnsureTable(Session* session, const QualifiedName& ledger, const Rights& rights,
                          Clock::time_point deadline) {
  ARROW_ASSIGN_OR_RAISE(bool exists, LedgerExists(session, ledger, deadline));
  if (!exists) ARROW_RETURN_NOT_OK(CreateLedger(session, ledger, rights, deadline));
  return CheckRights(session, ledger, rights, deadline);
}

/// Behind the lock, so that two sinks that start together do not write two head rows.
arrow::Status InsertHead(Session* session, const QualifiedName& ledger, Clock::time_point deadline) {
  auto insert = [&]() -> arrow::Status {
    ARROW_RETURN_NOT_OK(session->Execute(BeginSql(), deadline).status());
    ARROW_RETURN_NOT_OK(session->Execute(LockLedgerSql(ledger), deadline).status());
    ARROW_ASSIGN_OR_RAISE(int64_t heads, CountHeads(session, ledger, deadline));
    if (heads == 0) {
      ARROW_ASSIGN_OR_RAISE(Statement sql, InsertLedgerHeadSql(ledger));
      ARROW_RETURN_NOT_OK(session->Execute(sql, deadline).status());
    }
    ARROW_ASSIGN_OR_RAISE(QueryResult commit, session->Execute(CommitSql(), deadline));
    if (commit.tag() != "COMMIT") {
      return LedgerError(ErrorKind::kPermanent, "The head row of the ledger ", ledger.ToString(),
                         " could not be committed.");
    }
    return arrow::Status::OK();
  };
  arrow::Status status = insert();
  if (!status.ok() && session->usable()) ARROW_RETURN_NOT_OK(session->Rollback());
  return status;
}

/// A session that holds the lock.
struct Holder {
  int64_t pid = 0;
  std::string user;
  std::string label;
  bool running = false;
};

arrow::Result<std::vector<Holder>> FindHolders(Session* look, const QualifiedName& ledger) {
  const Clock::time_point deadline = Clock::now() + kLookTime;
  ARROW_ASSIGN_OR_RAISE(Statement id_sql, TableIdSql(ledger));
  ARROW_ASSIGN_OR_RAISE(QueryResult id_result, look->Execute(id_sql, deadline));
  ARROW_ASSIGN_OR_RAISE(int64_t id, id_result.OnlyNumber());
  ARROW_ASSIGN_OR_RAISE(QueryResult rows, look->Execute(LockHoldersSql(id), deadline));
  std::vector<Holder> holders;
  for (int row = 0; row < rows.row_count(); ++row) {
    Holder holder;
    const std::string_view pid = rows.Get(row, 0).value_or("0");
    std::from_chars(pid.data(), pid.data() + pid.size(), holder.pid);
    holder.user = std::string(rows.Get(row, 1).value_or(""));
    auto label = look->Execute(StlSessionLabelSql(holder.pid), deadline);
    if (!label.ok() && look->usable()) label = look->Execute(SysSessionLabelSql(holder.pid), deadline);
    if (!label.ok() && !look->usable()) return label.status();
    if (label.ok() && label->row_count() > 0) holder.label = std::string(label->Get(0, 0).value_or(""));
    ARROW_ASSIGN_OR_RAISE(QueryResult running, look->Execute(RunningStatementsSql(holder.pid), deadline));
    ARROW_ASSIGN_OR_RAISE(int64_t count, running.OnlyNumber());
    holder.running = count > 0;
    holders.push_back(std::move(holder));
  }
  return holders;
}

std::string Describe(const Holder& holder) {
  std::string text = "session " + std::to_string(holder.pid) + " of user '" + holder.user + "'";
  if (!holder.label.empty()) text += ", label '" + holder.label + "'";
  text += holder.running ? ", which runs a statement" : ", which is idle in a transaction";
  return text;
}

/// Ends the holders if all of them are our own dead; says who else is in the way otherwise.
arrow::Result<std::string> EndOwnDead(const ConnectionSettings& settings, const QualifiedName& ledger,
                                      const Interrupt* interrupt) {
  ARROW_ASSIGN_OR_RAISE(std::unique_ptr<Session> look, Session::Open(settings, interrupt));
  ARROW_ASSIGN_OR_RAISE(std::vector<Holder> holders, FindHolders(look.get(), ledger));
  // Not the name that logged in: that of a temporary login has a prefix.
  const std::string user = DatabaseUser(look.get(), Clock::now() + kLookTime);
  std::string others;
  for (const Holder& holder : holders) {
    if (holder.user == user && holder.label == settings.query_group && !holder.running) continue;
    others += (others.empty() ? "" : "; ") + Describe(holder);
  }
  if (!others.empty()) return others;
  for (const Holder& holder : holders) {
    ARROW_RETURN_NOT_OK(look->Execute(TerminateSessionSql(holder.pid), Clock::now() + kLookTime).status());
  }
  return others;
}

}  // namespace

arrow::Status LedgerIsMissing(const QualifiedName& ledger) {
  return LedgerError(
      ErrorKind::kUndefinedTable, "The ledger ", ledger.ToString(),
      " is missing, so nobody knows which checkpoints were loaded. This job goes on from state of an "
      "earlier run: bring the table back (or set 'sink.ledger.table' to its name), or start the job "
      "without state.");
}

arrow::Status LedgerHasNoHead(const QualifiedName& ledger) {
  ARROW_ASSIGN_OR_RAISE(const Statement insert, InsertLedgerHeadSql(ledger));
  return LedgerError(
      ErrorKind::kPermanent, "The ledger ", ledger.ToString(),
      " has no head row, so no commit has gone through it, or its rows were deleted. If this job, or the run "
      "whose state it goes on from, has committed in copy mode, bring the rows back, else they are loaded "
      "twice. If not, let someone who may run this once, then start the job again: ",
      insert.text, ".");
}

arrow::Status EnsureLedger(Session* session, const QualifiedName& ledger, Clock::time_point deadline) {
  ARROW_ASSIGN_OR_RAISE(const Rights rights, CommitRights());
  ARROW_RETURN_NOT_OK(EnsureTable(session, ledger, rights, deadline));
  ARROW_ASSIGN_OR_RAISE(int64_t heads, CountHeads(session, ledger, deadline));
  if (heads > 0) return arrow::Status::OK();
  return InsertHead(session, ledger, deadline);
}

arrow::Status EnsureLock(Session* session, const QualifiedName& ledger, Clock::time_point deadline) {
  ARROW_ASSIGN_OR_RAISE(const Rights rights, LockRights());
  return EnsureTable(session, ledger, rights, deadline);
}

arrow::Status RequireLedger(Session* session, const QualifiedName& ledger, Clock::time_point deadline) {
  ARROW_ASSIGN_OR_RAISE(const Rights rights, CommitRights());
  ARROW_ASSIGN_OR_RAISE(bool exists, LedgerExists(session, ledger, deadline));
  if (exists) {
    ARROW_RETURN_NOT_OK(CheckRights(session, ledger, rights, deadline));
    ARROW_ASSIGN_OR_RAISE(int64_t heads, CountHeads(session, ledger, deadline));
    return heads > 0 ? arrow::Status::OK() : LedgerHasNoHead(ledger);
  }
  // Who is told that it is missing may start without state, and loses rows if it is only hidden.
  ARROW_RETURN_NOT_OK(CheckHidden(session, ledger, rights, deadline));
  return LedgerIsMissing(ledger);
}

arrow::Status LockLedger(Session* session, const QualifiedName& ledger, const LockWait& wait,
                         Clock::time_point deadline, const Interrupt* interrupt) {
  auto read = [&](Clock::time_point until) -> arrow::Result<bool> {
    auto answer = session->Receive(until);
    if (answer.ok()) return answer->has_value();
    const WarehouseErrorDetail* error = WarehouseError(answer.status());
    if (error != nullptr && error->kind == ErrorKind::kUndefinedTable) return LedgerIsMissing(ledger);
    return answer.status();
  };
  const Clock::time_point begin = Clock::now();
  const Clock::time_point patience = std::min(begin + wait.timeout, deadline);
  ARROW_RETURN_NOT_OK(session->Send(LockLedgerSql(ledger)));
  ARROW_ASSIGN_OR_RAISE(bool locked, read(patience));
  if (locked) return arrow::Status::OK();

  auto others = EndOwnDead(session->settings(), ledger, interrupt);
  if (others.ok() && others->empty()) {
    ARROW_ASSIGN_OR_RAISE(locked, read(Clock::now() + wait.after_termination));
    if (locked) return arrow::Status::OK();
  }
  ARROW_ASSIGN_OR_RAISE(const std::optional<QueryResult> late, session->CancelAndDrain());
  // The holder may have let go at the last moment.
  if (late) return arrow::Status::OK();
  const bool own_limit = patience < deadline;
  const std::string who =
      !others.ok()      ? "Who holds it could not be found out: " + others.status().message()
      : others->empty() ? "Its holders changed, did not end when told to, or are not shown to this user: "
                          "SVV_TRANSACTIONS shows all sessions to superusers only."
                        : "It is held by " + *others +
                              ". End that transaction, or let a superuser call "
                              "pg_terminate_backend with its number.";
  return LedgerError(
      ErrorKind::kTimeout, "The lock of the ledger ", ledger.ToString(), " was not had within ",
      std::chrono::ceil<std::chrono::milliseconds>(patience - begin).count(), " ms (",
      own_limit ? "'sink.commit.lock-timeout'" : "what 'sink.commit.timeout' had left", "). ", who);
}

}  // namespace redshift
