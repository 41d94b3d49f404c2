// The PostgreSQL server behind the stand-in: own data directory, reachable only through a Unix socket that
// only we can open.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "local/server/child_process.h"
#include "local/server/stop_request.h"
#include "local/wire/backend.h"

namespace redshift_local {

/// Owner of the database cluster, as on Redshift. Client sessions never log in as this role.
inline constexpr char kInternalRole[] = "rdsdb";

enum class Isolation { kSnapshot, kSerializable };

struct PostgresOptions {
  /// The data directory. Made and initialised when it is empty.
  std::string data_directory;
  /// Folder for socket and log; exists.
  std::string run_directory;
  /// Flush to disk: wanted when the data directory is kept.
  bool durable = false;
  std::string database;
  /// The administrator, a superuser as on Redshift.
  std::string user;
  std::string password;
  /// Of clients; the stand-in needs a few more for itself.
  int max_sessions = 250;
  /// For the rows of all tables; none: they are where the rest is.
  std::optional<PrivateDisk> disk;
  /// Of databases that were not given a level themselves.
  Isolation isolation = Isolation::kSnapshot;
};

/// The system user that PostgreSQL runs as: `postgres` when we are root, else empty (ourselves).
std::string PostgresSystemUser();

/// Initialises, starts and prepares the server; blocks until it answers. Throws ProgramError,
/// StopRequested. The destructor stops it (a few seconds at most).
class Postgres {
 public:
  static std::unique_ptr<Postgres> Start(const PostgresOptions& options, Janitor* janitor,
                                         const StopRequest& stop);
  ~Postgres();

  const BackendAddress& address() const { return address_; }
  /// Set when the server has ended by itself.
  bool HasEnded() { return child_.Poll().has_value(); }
  const std::string& log_file() const { return log_file_; }

 private:
  Postgres(ChildProcess child, BackendAddress address, std::string log_file)
      : child_(std::move(child)), address_(std::move(address)), log_file_(std::move(log_file)) {}

  ChildProcess child_;
  BackendAddress address_;
  std::string log_file_;
};

}  // namespace redshift_local
