#include "local/session/session.h"

#include <fmt/format.h>
#include <poll.h>
#include <spdlog/spdlog.h>

#include <array>
#include <chrono>
#include <nlohmann/json.hpp>
#include <utility>

#include "local/dialect/long_name.h"
#include "local/session/error_mapping.h"
#include "local/sql/lexer.h"

namespace redshift_local {
namespace {

/// Largest SQL text of one statement.
constexpr size_t kLargestStatement = 16 * 1024 * 1024;

/// As long as PostgreSQL gives a client to log in.
constexpr std::chrono::seconds kLogInPatience(60);

/// SQLSTATEs under which local.fault(), local.write_lock() and local.clear_faults() speak to the proxy.
constexpr std::string_view kFaultNotice = "LF001";
constexpr std::string_view kWriteNotice = "LF002";
constexpr std::string_view kClearNotice = "LF003";

}  // namespace

Session::Session(int socket, std::string peer, ServerState* server)
    : server_(server), client_(socket, std::move(peer)) {}

Session::~Session() {
  EndTransaction();
  if (registered_) server_->Unregister(&handle_);
}

void Session::Run() {
  try {
    if (LogIn()) Serve();
  } catch (const ConnectionLost& lost) {
    if (client_.HasTls() && !registered_) {
      // As a client does that refuses the certificate.
      spdlog::info("{} was gone before it had logged in: {}", client_.peer(), lost.what());
    } else {
      spdlog::debug("session {} of {} ended: {}", handle_.pid, client_.peer(), lost.what());
    }
  } catch (const std::exception& error) {
    spdlog::error("session {} of {} ended: {}", handle_.pid, client_.peer(), error.what());
  }
}

bool Session::LogIn() {
  client_.SetPatience(kLogInPatience);
  std::optional<Startup> startup = ReadStartup(&client_, server_);
  if (!startup) return false;
  startup_ = std::move(*startup);
  if (!Authenticate(&startup_, &client_, server_)) return false;
  try {
    backend_ = Backend::Connect(server_->address(), BackendParameters(startup_));
  } catch (const BackendError& error) {
    client_.Add('E', WriteErrorFields(ToRedshift(error.fields)));
    client_.Flush();
    return false;
  }
  handle_.pid = backend_->pid();
  handle_.key = backend_->key();
  handle_.disconnect = [this] {
    client_.Shutdown();
    backend_->Shutdown();
  };
  registered_ = server_->Register(&handle_);
  if (!registered_) {
    RefuseAsOneTooMany();
    return false;
  }
  client_.SetPatience(std::chrono::seconds(0));
  if (!IsLetIn()) return false;
  Greet();
  server_->LogConnection(startup_.database, handle_.pid, startup_.user, client_.TlsVersion(),
                         startup_.parameters);
  return true;
}

void Session::RefuseAsOneTooMany() {
  SendFatal(
      &client_, "53300",
      fmt::format("connection limit \"{}\" exceeded for non-bootstrap users", server_->most_sessions()));
}

void Session::Greet() {
  client_.Add('R', BodyWriter().Int32(0).body());
  const auto& reported = backend_->parameters();
  static constexpr std::array<std::string_view, 7> kReported = {
      "application_name", "client_encoding",      "DateStyle", "integer_datetimes", "is_superuser",
      "TimeZone",         "session_authorization"};
  for (std::string_view name : kReported) {
    const auto found = reported.find(std::string(name));
    if (found != reported.end()) client_.Add('S', BodyWriter().String(name).String(found->second).body());
  }
  client_.Add('S', BodyWriter().String("server_encoding").String("UTF8").body());
  client_.Add('S', BodyWriter().String("server_version").String("8.0.2").body());
  client_.Add('K', BodyWriter().Int32(handle_.pid).Int32(handle_.key).body());
  SendReady();
}

void Session::Serve() {
  while (true) {
    AwaitClient();
    const Message message = client_.Read();
    if (message.type == 'X') return;
    Handle(message);
  }
}

// Also passes on what PostgreSQL says while the client is silent: the end of the session, above all.
void Session::AwaitClient() {
  if (client_.HasInput()) return;
  client_.Flush();
  while (true) {
    std::array<pollfd, 2> fds = {pollfd{client_.descriptor(), POLLIN, 0},
                                 pollfd{backend_->descriptor(), POLLIN, 0}};
    if (::poll(fds.data(), fds.size(), -1) < 0) continue;
    if (fds[1].revents != 0 || backend_->HasInput()) {
      ForwardAside(backend_->Receive());
      client_.Flush();
      continue;
    }
    if (fds[0].revents != 0) return;
  }
}

void Session::Handle(const Message& message) {
  if (skip_to_sync_ && message.type != 'S') return;
  switch (message.type) {
    case 'Q':
      return SimpleQuery(message);
    case 'P':
      return Parse(message);
    case 'B':
      return Bind(message);
    case 'D':
      return Describe(message);
    case 'E':
      return Execute(message);
    case 'C':
      return Close(message);
    case 'S':
      return Sync();
    case 'H':
      return client_.Flush();
    case 'd':
    case 'c':
    case 'f':
      return;  // leftovers of a client that began to copy although it was refused
    default:
      SendFatal(&client_, "08P01",
                fmt::format("invalid frontend message type {}", static_cast<int>(message.type)));
      throw ConnectionLost(client_.peer() + " sent an unknown message");
  }
}

std::optional<SqlErrorFields> Session::TooLarge(std::string_view sql) const {
  if (sql.size() <= kLargestStatement) return std::nullopt;
  SqlErrorFields error;
  error.sqlstate = "54001";
  error.message = fmt::format("Statement is too large. Statement Size: {} bytes. Maximum Allowed: {} bytes",
                              sql.size(), kLargestStatement);
  return error;
}

void Session::SendReady() {
  const char status = backend_->transaction_status();
  if (status == 'I') EndTransaction();
  client_.Add('Z', std::string_view(&status, 1));
  client_.Flush();
}

std::string Session::ShownName(std::string_view backend_name) {
  return server_->ShownName(startup_.database, backend_name);
}

ErrorFields Session::Restored(ErrorFields fields) {
  for (ErrorField& field : fields) {
    RestoreNames(&field.value, [this](std::string_view name) { return ShownName(name); });
  }
  return fields;
}

ErrorFields Session::Explained(ErrorFields fields) {
  if (!IsConflict(fields)) return ToRedshift(std::move(fields));
  // PostgreSQL does not say with whom: all that wrote since our snapshot are named.
  std::vector<int64_t> cycle;
  if (transaction_.id != 0) cycle.push_back(transaction_.id);
  for (const auto& writer : server_->transactions().Since(transaction_.snapshot)) {
    if (writer.id == transaction_.id) continue;
    cycle.push_back(writer.id);
    if (transaction_.id == 0) transaction_.table = writer.table;
  }
  if (!server_->RecordConflict(startup_.database, handle_.pid, transaction_)) {
    return SnapshotConflict(std::move(fields));
  }
  return SerializableViolation(std::move(fields), transaction_.table, cycle, handle_.pid);
}

void Session::NoteWrite(int64_t transaction, int64_t table) {
  transaction_.id = transaction;
  transaction_.table = table;
  server_->transactions().Wrote(transaction, table);
}

void Session::EndTransaction() {
  if (transaction_.id != 0) server_->transactions().Ended(transaction_.id);
  transaction_ = TransactionNotes();
}

void Session::SendError(const SqlErrorFields& error, std::string_view severity) {
  ErrorFields fields = {{'S', std::string(severity)},
                        {'V', std::string(severity)},
                        {'C', error.sqlstate},
                        {'M', error.message}};
  if (!error.detail.empty()) fields.push_back({'D', error.detail});
  if (!error.hint.empty()) fields.push_back({'H', error.hint});
  if (error.position > 0) fields.push_back({'P', std::to_string(error.position)});
  client_.Add('E', WriteErrorFields(Restored(std::move(fields))));
}

void Session::SendNotice(std::string_view severity, std::string_view sqlstate, std::string_view text) {
  client_.Add('N', WriteErrorFields({{'S', std::string(severity)},
                                     {'V', std::string(severity)},
                                     {'C', std::string(sqlstate)},
                                     {'M', std::string(text)}}));
}

void Session::SendComplete(std::string_view tag) {
  client_.Add('C', BodyWriter().String(tag).body());
}

RowShape Session::AddDescription(std::string_view body) {
  RowShape shape(body, [this](std::string_view name) { return ShownName(name); });
  client_.Add('T', shape.description());
  return shape;
}

void Session::AddRow(const RowShape& shape, std::string_view body) {
  if (shape.changes_rows()) {
    client_.Add('D', shape.Row(body));
  } else {
    client_.Add('D', body);
  }
}

void Session::Fail(const SqlErrorFields& error) {
  if (backend_->transaction_status() == 'T') {
    try {
      backend_->Query("select local.refuse('XX000', 'the transaction block fails with the statement')");
    } catch (const BackendError&) {
      // That was the purpose.
    }
  }
  SendError(error);
}

void Session::ForwardError(const Message& message) {
  const ErrorFields fields = ReadErrorFields(message.body);
  client_.Add('E', WriteErrorFields(Restored(Explained(fields))));
  const std::string_view severity = FindField(fields, 'V');
  if (severity == "FATAL" || severity == "PANIC") {
    client_.Flush();
    throw ConnectionLost("PostgreSQL ended the session: " + std::string(FindField(fields, 'M')));
  }
}

void Session::ForwardAside(const Message& message) {
  if (message.type == 'E') return ForwardError(message);
  if (message.type == 'N') {
    const ErrorFields fields = ReadErrorFields(message.body);
    if (FindField(fields, 'C') == kFaultNotice) {
      ArmFault(FindField(fields, 'M'));
    } else if (FindField(fields, 'C') == kClearNotice) {
      server_->faults().Clear();
    } else if (FindField(fields, 'C') == kWriteNotice) {
      const auto wrote = nlohmann::json::parse(FindField(fields, 'M'));
      NoteWrite(wrote["transaction"].get<int64_t>(), wrote["table"].get<int64_t>());
    } else if (IsForClients(fields)) {
      client_.Add('N', WriteErrorFields(Restored(ToRedshift(fields))));
    }
    return;
  }
  if (message.type == 'S') {
    const std::string_view name = BodyReader(message.body).String();
    if (name == "client_encoding" || name == "DateStyle" || name == "TimeZone" ||
        name == "application_name" || name == "session_authorization" || name == "is_superuser") {
      client_.Add('S', message.body);
    }
  }
}

}  // namespace redshift_local
