// One session on the PostgreSQL server behind the stand-in.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "local/wire/connection.h"

namespace redshift_local {

/// Where PostgreSQL listens: <directory>/.s.PGSQL.5432.
struct BackendAddress {
  std::string socket_directory;
  std::string socket_path() const { return socket_directory + "/.s.PGSQL.5432"; }
};

/// What PostgreSQL answered with, instead of letting us in or doing as told.
struct BackendError : std::runtime_error {
  explicit BackendError(ErrorFields error_fields)
      : std::runtime_error(std::string(FindField(error_fields, 'M'))), fields(std::move(error_fields)) {}
  ErrorFields fields;
};

/// A row as text; nullopt is NULL.
using TextRow = std::vector<std::optional<std::string>>;

/// Used by one thread. All calls block and throw ConnectionLost when PostgreSQL has gone.
class Backend {
 public:
  /// Logs in; the server trusts whoever reaches its socket. Throws BackendError when it refuses.
  static std::unique_ptr<Backend> Connect(const BackendAddress& address,
                                          const std::map<std::string, std::string>& parameters);
  /// Asks PostgreSQL to cancel what `pid` is doing, on a connection of its own.
  static void Cancel(const BackendAddress& address, int32_t pid, int32_t key);

  void Send(char type, std::string_view body);
  void Flush() { connection_.Flush(); }
  /// The next message. Keeps transaction_status() and the reported parameters up to date.
  Message Receive();

  /// Runs SQL by the simple protocol and returns the rows of all its results. Throws BackendError after the
  /// server is ready again.
  std::vector<TextRow> Query(std::string_view sql);

  /// 'I' idle, 'T' in a block, 'E' in a failed block.
  char transaction_status() const { return transaction_status_; }
  int32_t pid() const { return pid_; }
  int32_t key() const { return key_; }
  /// Parameters as PostgreSQL reported them at log-in.
  const std::map<std::string, std::string>& parameters() const { return parameters_; }
  int descriptor() const { return connection_.descriptor(); }
  bool HasInput() const { return connection_.HasInput(); }
  void Shutdown() { connection_.Shutdown(); }

 private:
  explicit Backend(int socket) : connection_(socket, "PostgreSQL") {}

  Connection connection_;
  std::map<std::string, std::string> parameters_;
  int32_t pid_ = 0;
  int32_t key_ = 0;
  char transaction_status_ = 'I';
};

}  // namespace redshift_local
