// One client session: speaks to the client as Redshift, to PostgreSQL as its client.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "local/copy/sql_error.h"
#include "local/dialect/statement.h"
#include "local/session/login.h"
#include "local/session/row_shape.h"
#include "local/session/server_state.h"
#include "local/wire/backend.h"
#include "local/wire/connection.h"

namespace redshift_local {

class SessionCopyHost;

/// Lives in one thread, from log-in to the end of the connection.
class Session {
 public:
  Session(int socket, std::string peer, ServerState* server);
  ~Session();

  /// Serves the client until it leaves, is cut off, or PostgreSQL ends the session. Does not throw.
  void Run();

 private:
  friend class SessionCopyHost;

  /// A statement that the client prepared. `native`: PostgreSQL has it under the same name.
  struct Prepared {
    std::shared_ptr<const Statement> statement;
    bool native = false;
  };
  struct Portal {
    std::shared_ptr<const Statement> statement;
    bool native = false;
    bool started = false;
    /// Of its rows; not there before the portal was described or run.
    std::optional<RowShape> shape = std::nullopt;
  };
  /// How the answer to one statement ended.
  enum class Outcome { kDone, kSuspended, kFailed };

  // session.cc
  bool LogIn();
  void Greet();
  void RefuseAsOneTooMany();
  void Serve();
  void AwaitClient();
  void Handle(const Message& message);
  /// The error for a text beyond Redshift's limit.
  std::optional<SqlErrorFields> TooLarge(std::string_view sql) const;
  void SendReady();
  void SendError(const SqlErrorFields& error, std::string_view severity = "ERROR");
  void SendNotice(std::string_view severity, std::string_view sqlstate, std::string_view text);
  void SendComplete(std::string_view tag);
  /// An error of ours: tells the client, and makes the transaction block on the back end fail.
  void Fail(const SqlErrorFields& error);
  /// The name that a client knows for one that the back end keeps.
  std::string ShownName(std::string_view backend_name);
  ErrorFields Restored(ErrorFields fields);
  /// PostgreSQL's error in Redshift's words; a conflict is recorded.
  ErrorFields Explained(ErrorFields fields);
  void NoteWrite(int64_t transaction, int64_t table);
  /// To be called when PostgreSQL has no transaction open.
  void EndTransaction();
  /// A RowDescription and a DataRow, as the client is to see them.
  RowShape AddDescription(std::string_view body);
  void AddRow(const RowShape& shape, std::string_view body);
  /// A message of PostgreSQL outside any result: notices, parameters, a fatal error.
  void ForwardAside(const Message& message);
  void ForwardError(const Message& message);

  // faults.cc: what local.fault() makes happen
  void ArmFault(std::string_view notice);
  /// Who this session is, as `name=value`: patterns of faults that have no statement are looked for in it.
  std::string Facts() const;
  void LogFault(Fault fault) const;
  /// Breaks the connection. Always throws ConnectionLost.
  [[noreturn]] void CutConnection(Fault fault);
  /// Answers nothing more, until the client leaves, PostgreSQL ends the session or the stand-in stops; throws
  /// ConnectionLost then.
  [[noreturn]] void KeepSilence();
  /// Waits, also for a client that has left; a cancel request ends it.
  void HoldBack(std::chrono::milliseconds delay);
  /// At log-in. False: the client was told that it may not come in.
  bool IsLetIn();
  /// Before a statement: the error that it gets instead of running.
  std::optional<SqlErrorFields> FaultInsteadOf(const Statement& statement);
  /// Tells it; the transaction fails, or is over where the statement had to end it.
  void FailInstead(const Statement& statement, const SqlErrorFields& error);
  /// After BEGIN. False: the client got an error.
  bool TakeSnapshotIfAsked();

  // run.cc: what both protocols share
  bool InBlock() const { return backend_->transaction_status() != 'I'; }
  /// Writes what a statement reads of the proxy's state where it finds it.
  void Publish(const Statement& statement);
  /// Before a statement: ids, what it reads of the proxy's state.
  std::vector<std::string> Prelude(const Statement& statement);
  void BeginStatement(const Statement& statement);
  void EndStatement(const Statement& statement, bool failed);
  /// Runs SQL of ours by the simple protocol; false after the client got PostgreSQL's error.
  bool RunHidden(std::string_view sql);
  /// COMMIT, ROLLBACK, BEGIN, TRUNCATE, COPY: both protocols run them alike. False: the client got an error.
  bool RunSpecial(const Statement& statement);
  bool RunCommit(const Statement& statement);
  bool RunTruncate(const Statement& statement);
  bool RunCopyStatement(const Statement& statement);
  bool RunApart(const Statement& statement);
  /// The error for what Redshift refuses inside a transaction block: some statements, and a second cursor.
  std::optional<SqlErrorFields> RefusedHere(const Statement& statement) const;
  void SendInfos(const Statement& statement);
  /// DEALLOCATE, as far as it concerns us; IsOnlyOurs: PostgreSQL does not know the statement it names.
  void ForgetPrepared(const Statement& statement);
  bool IsOnlyOurs(const Statement& statement) const;
  void NoteSettings(const Statement& statement);
  std::string TagFor(const Statement& statement, std::string_view backend_tag) const;

  // simple_query.cc
  void SimpleQuery(const Message& message);
  bool RunSimple(const Statement& statement);

  // extended_query.cc
  void Parse(const Message& message);
  void Bind(const Message& message);
  void Describe(const Message& message);
  void Execute(const Message& message);
  void Close(const Message& message);
  void Sync();
  bool ExecuteStep(const std::string& sql);
  Outcome PumpExecute(const Statement& statement, const RowShape& shape);
  /// Asks PostgreSQL behind the client's back how the portal's rows look. False: the client got an error.
  bool AskForShape(std::string_view name, Portal* portal);
  /// Reads one answer of the given type (or of `other`); false after an error went to the client.
  bool AwaitAnswer(char type, char other = 0);
  void FailExtended(const SqlErrorFields& error);

  ServerState* server_;
  Connection client_;
  std::unique_ptr<Backend> backend_;
  Startup startup_;
  SessionHandle handle_;
  bool registered_ = false;

  std::map<std::string, Prepared, std::less<>> prepared_;
  std::map<std::string, Portal, std::less<>> portals_;
  /// From the last RowDescription that AwaitAnswer passed on.
  RowShape described_;
  /// After an error in the extended protocol, until Sync.
  bool skip_to_sync_ = false;
  /// Inside a simple query of several statements that no BEGIN opened.
  bool implicit_block_ = false;
  /// A data statement was begun in this transaction block.
  bool block_has_data_ = false;

  DialectContext dialect_;
  std::string query_group_ = "default";
  TransactionNotes transaction_;
  /// Lower-case text of the statements of this transaction, for the faults' patterns.
  std::string transaction_text_;
  /// The one cursor that a transaction may have open; empty: none.
  std::string open_cursor_;
  int64_t query_id_ = 0;
  int64_t last_query_id_ = -1;
  int64_t last_copy_id_ = -1;
  int64_t last_copy_count_ = 0;
  std::optional<LoggedQuery> running_;
  /// The last tag that RunHidden saw.
  std::string hidden_tag_;
};

}  // namespace redshift_local
