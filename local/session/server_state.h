// What all sessions of one redshift-local share.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "local/copy/access_rules.h"
#include "local/dialect/statement.h"
#include "local/session/fault_board.h"
#include "local/session/issued_credentials.h"
#include "local/session/session_groups.h"
#include "local/session/transaction_board.h"
#include "local/wire/backend.h"

namespace redshift_local {

/// How to reach a running session from another thread.
struct SessionHandle {
  int32_t pid = 0;
  int32_t key = 0;
  /// Set by a CancelRequest; the session clears it when a statement begins.
  std::atomic<bool> cancelled{false};
  /// Breaks the client's connection; safe from any thread while the session is registered.
  std::function<void()> disconnect;
};

/// How clients connect.
struct TlsPolicy {
  /// Null: TLS is not offered.
  std::unique_ptr<const TlsContext> context;
  /// Clients without TLS are refused.
  bool required = false;
};

/// A statement that ran, for STL_QUERY and its like.
struct LoggedQuery {
  int64_t query_id = 0;
  int32_t pid = 0;
  std::string user;
  std::string database;
  std::string label;
  std::string text;
  std::string started;
  std::string ended;
  bool aborted = false;
};

/// The time as PostgreSQL reads it: UTC, microseconds.
std::string UtcNow();

/// Safe for several threads.
class ServerState {
 public:
  ServerState(BackendAddress address, S3Place s3, AccessRules access, TlsPolicy tls, int most_sessions);

  const BackendAddress& address() const { return address_; }
  const S3Place& s3() const { return s3_; }
  /// Who may read what in S3, and the access keys that are known.
  const AccessRules& access() const { return access_; }
  const TlsPolicy& tls() const { return tls_; }
  FaultBoard& faults() { return faults_; }
  /// What the credential API has given out.
  IssuedCredentials& issued() { return issued_; }
  /// Memberships of users for the length of their sessions.
  SessionGroups& session_groups() { return session_groups_; }

  TransactionBoard& transactions() { return transactions_; }

  int64_t NextQueryId() { return ++last_query_id_; }

  /// False when as many sessions as may be are registered already.
  [[nodiscard]] bool Register(SessionHandle* session);
  int most_sessions() const { return most_sessions_; }
  void Unregister(SessionHandle* session);
  /// Carries out a CancelRequest; one with a wrong key is ignored, as in PostgreSQL.
  void Cancel(int32_t pid, int32_t key);
  /// Breaks the connections of all clients.
  void DisconnectAll();

  /// Runs SQL as the internal role, in a transaction of its own. Throws BackendError, ConnectionLost.
  std::vector<TextRow> Admin(const std::string& database, const std::string& sql);

  /// For STL_TR_CONFLICT; true where the database's isolation is SERIALIZABLE. Throws as Admin does.
  bool RecordConflict(const std::string& database, int32_t pid, const TransactionNotes& loser);

  /// Names that the back end keeps under a shorter one (local/dialect/long_name.h).
  void RememberName(const LongName& name);
  /// The name itself when nobody knows better.
  std::string ShownName(const std::string& database, std::string_view backend_name);

  /// Writes the state of the faults where local.faults reads it.
  void PublishFaults(const std::string& database);

  /// For STL_CONNECTION_LOG. `tls` is the version that the client speaks, if any.
  void LogConnection(const std::string& database, int32_t pid, const std::string& user,
                     const std::string& tls, const std::map<std::string, std::string>& parameters);
  void LogQuery(LoggedQuery query);
  /// Writes what was logged since the last time where the history views read it.
  void PublishHistory(const std::string& database);

 private:
  BackendAddress address_;
  S3Place s3_;
  AccessRules access_;
  TlsPolicy tls_;
  const int most_sessions_;
  FaultBoard faults_;
  TransactionBoard transactions_;
  IssuedCredentials issued_;
  // Not template1: an open session there would keep everybody from creating databases.
  SessionGroups session_groups_{[this](const std::string& sql) { return Admin("postgres", sql); }};
  std::atomic<int64_t> last_query_id_{100};
  std::mutex sessions_mutex_;
  std::map<int32_t, SessionHandle*> sessions_;
  std::mutex publish_mutex_;
  std::mutex admin_mutex_;
  std::map<std::string, std::unique_ptr<Backend>> admins_;
  std::mutex names_mutex_;
  /// From the back end's name; what is not here is asked of local.long_names.
  std::map<std::string, std::string, std::less<>> shown_names_;
  std::mutex history_mutex_;
  std::vector<LoggedQuery> history_;
  /// INSERTs into local.connection_log that wait for someone to look.
  std::vector<std::string> connections_;
};

}  // namespace redshift_local
