#include "local/session/server_state.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <chrono>
#include <ctime>
#include <utility>

#include "local/server/postgres.h"
#include "local/sql/lexer.h"

namespace redshift_local {
namespace {

/// Statements kept between two looks at the history.
constexpr size_t kHistorySize = 2000;
/// Long names kept in memory.
constexpr size_t kKnownNames = 10'000;

}  // namespace

std::string UtcNow() {
  const auto now = std::chrono::system_clock::now();
  const auto micros =
      std::chrono::duration_cast<std::chrono::microseconds>(now.time_since_epoch()).count() % 1'000'000;
  return fmt::format("{:%Y-%m-%d %H:%M:%S}.{:06}", fmt::gmtime(std::chrono::system_clock::to_time_t(now)),
                     micros);
}

ServerState::ServerState(BackendAddress address, S3Place s3, AccessRules access, TlsPolicy tls,
                         int most_sessions)
    : address_(std::move(address)),
      s3_(std::move(s3)),
      access_(std::move(access)),
      tls_(std::move(tls)),
      most_sessions_(most_sessions) {}

bool ServerState::Register(SessionHandle* session) {
  std::lock_guard lock(sessions_mutex_);
  if (sessions_.size() >= static_cast<size_t>(most_sessions_)) return false;
  sessions_[session->pid] = session;
  return true;
}

void ServerState::Unregister(SessionHandle* session) {
  std::lock_guard lock(sessions_mutex_);
  const auto found = sessions_.find(session->pid);
  if (found != sessions_.end() && found->second == session) sessions_.erase(found);
}

void ServerState::Cancel(int32_t pid, int32_t key) {
  {
    std::lock_guard lock(sessions_mutex_);
    const auto found = sessions_.find(pid);
    if (found == sessions_.end() || found->second->key != key) return;
    found->second->cancelled = true;
  }
  Backend::Cancel(address_, pid, key);
}

void ServerState::DisconnectAll() {
  std::lock_guard lock(sessions_mutex_);
  for (auto& [pid, session] : sessions_) {
    session->cancelled = true;
    session->disconnect();
  }
}

std::vector<TextRow> ServerState::Admin(const std::string& database, const std::string& sql) {
  std::lock_guard lock(admin_mutex_);
  std::unique_ptr<Backend>& admin = admins_[database];
  try {
    if (!admin) {
      admin = Backend::Connect(address_, {{"user", kInternalRole}, {"database", database}});
      admin->Query("set default_transaction_isolation = 'read committed'");
    }
    return admin->Query(sql);
  } catch (const BackendError&) {
    if (admin && admin->transaction_status() != 'I') admin->Query("rollback");
    throw;
  } catch (const ConnectionLost&) {
    admin.reset();
    throw;
  }
}

bool ServerState::RecordConflict(const std::string& database, int32_t pid, const TransactionNotes& loser) {
  const auto rows = Admin(
      database,
      fmt::format(
          "insert into local.transaction_conflicts values ({}, {}, timestamp '{}', timestamp '{}', {}); "
          "select local.isolation_of(oid) = 'Serializable' from pg_database where datname = "
          "current_database()",
          loser.id, pid, loser.started, UtcNow(), loser.table));
  return rows.at(0).at(0) == "t";
}

void ServerState::RememberName(const LongName& name) {
  std::lock_guard lock(names_mutex_);
  if (shown_names_.size() >= kKnownNames) shown_names_.clear();
  shown_names_[name.backend] = name.shown;
}

std::string ServerState::ShownName(const std::string& database, std::string_view backend_name) {
  {
    std::lock_guard lock(names_mutex_);
    const auto found = shown_names_.find(backend_name);
    if (found != shown_names_.end()) return found->second;
  }
  LongName name{std::string(backend_name), std::string(backend_name)};
  try {
    const auto rows =
        Admin(database, "select shown from local.long_names where backend = " + QuoteLiteral(backend_name) +
                            " limit 1");
    if (!rows.empty()) name.shown = *rows[0][0];
  } catch (const BackendError& error) {
    spdlog::warn("the long name of {} is not known: {}", backend_name, error.what());
  }
  RememberName(name);
  return name.shown;
}

void ServerState::PublishFaults(const std::string& database) {
  // An older state must not overwrite a newer one.
  std::lock_guard lock(publish_mutex_);
  std::string sql = "delete from local.fault_state;";
  for (const ArmedFault& armed : faults_.All()) {
    const FaultOrder& order = armed.order;
    sql += fmt::format("insert into local.fault_state values ({}, '{}', {}, {}, {}, {}, {});", armed.id,
                       FaultName(order.fault), order.pattern ? QuoteLiteral(*order.pattern) : "null",
                       order.probability, armed.remaining, armed.asked, armed.fired);
  }
  Admin(database, sql);
}

void ServerState::LogConnection(const std::string& database, int32_t pid, const std::string& user,
                                const std::string& tls,
                                const std::map<std::string, std::string>& parameters) {
  const auto value = [&](const char* name) {
    const auto found = parameters.find(name);
    return QuoteLiteral(found == parameters.end() ? "" : found->second);
  };
  std::lock_guard lock(history_mutex_);
  if (connections_.size() >= kHistorySize) connections_.erase(connections_.begin());
  connections_.push_back(
      fmt::format("insert into local.connection_log values ({}, {}, {}, {}, {}, {}, timestamp '{}', {});",
                  pid, QuoteLiteral(user), QuoteLiteral(database), value("application_name"),
                  value("driver_version"), value("os_version"), UtcNow(), QuoteLiteral(tls)));
}

void ServerState::LogQuery(LoggedQuery query) {
  std::lock_guard lock(history_mutex_);
  if (history_.size() >= kHistorySize) history_.erase(history_.begin(), history_.begin() + kHistorySize / 2);
  history_.push_back(std::move(query));
}

void ServerState::PublishHistory(const std::string& database) {
  std::vector<LoggedQuery> queries;
  std::vector<std::string> connections;
  {
    std::lock_guard lock(history_mutex_);
    queries.swap(history_);
    connections.swap(connections_);
  }
  std::string sql;
  for (const std::string& insert : connections) sql += insert;
  for (const LoggedQuery& query : queries) {
    sql += fmt::format("insert into local.query_log values ({}, {}, {}, {}, {}, {}, {}, {}, {});",
                       query.query_id, query.pid, QuoteLiteral(query.user), QuoteLiteral(query.database),
                       QuoteLiteral(query.label), QuoteLiteral(query.text), QuoteLiteral(query.started),
                       QuoteLiteral(query.ended), query.aborted ? 1 : 0);
  }
  if (!sql.empty()) Admin(database, sql);
}

}  // namespace redshift_local
