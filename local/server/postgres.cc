#include "local/server/postgres.h"

#include <fmt/format.h>
#include <pwd.h>
#include <signal.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>

#include "local/server/program_error.h"
#include "local/server/system_schema.h"
#include "local/sql/lexer.h"

namespace redshift_local {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

/// Sessions of the stand-in itself, and those of clients that have left but not yet ended.
constexpr int kOwnSessions = 50;

/// The tablespace of PostgresOptions::disk.
constexpr char kDisk[] = "redshift_local_disk";

std::string BinDirectory() {
  const char* set = std::getenv("REDSHIFT_LOCAL_POSTGRES_BIN");
  const std::string directory = set != nullptr ? set : "/usr/lib/postgresql/15/bin";
  if (!fs::exists(directory + "/postgres")) {
    throw ProgramError(
        fmt::format("PostgreSQL 15 is not in {}. Install it (dev/setup does, from the package postgresql-15) "
                    "or set REDSHIFT_LOCAL_POSTGRES_BIN to the folder of its programs.",
                    directory));
  }
  return directory;
}

std::string LastLines(const std::string& path) {
  std::ifstream file(path);
  std::string line;
  std::string last;
  while (std::getline(file, line)) {
    if (!line.empty()) last = line;
  }
  return last;
}

void Initialise(const PostgresOptions& options, const std::string& bin, const std::string& log_file,
                Janitor* janitor, const StopRequest& stop) {
  ChildOptions initdb;
  initdb.command = {bin + "/initdb",
                    "-D",
                    options.data_directory,
                    "-U",
                    kInternalRole,
                    "--auth=trust",
                    "--encoding=UTF8",
                    "--locale=C.UTF-8",
                    "--no-sync",
                    "--no-instructions"};
  initdb.working_directory = "/";
  initdb.user = PostgresSystemUser();
  initdb.log_file = log_file;
  initdb.death_signal = SIGKILL;
  ChildProcess child = ChildProcess::Start(initdb);
  janitor->WatchProcess(child.pid());
  while (!child.Poll()) {
    stop.ThrowIfMade();
    std::this_thread::sleep_for(10ms);
  }
  if (const int code = child.Wait(); code != 0) {
    throw ProgramError(fmt::format("PostgreSQL could not make its data directory {} (exit code {}): {}",
                                   options.data_directory, code, LastLines(log_file)));
  }
}

std::vector<std::string> ServerCommand(const PostgresOptions& options, const std::string& bin) {
  std::vector<std::string> command = {bin + "/postgres", "-D", options.data_directory};
  const bool serializable = options.isolation == Isolation::kSerializable;
  std::vector<std::string> settings = {
      "listen_addresses=",
      "unix_socket_directories=" + options.run_directory,
      "unix_socket_permissions=0700",
      fmt::format("max_connections={}", options.max_sessions + kOwnSessions),
      "shared_buffers=128MB",
      "max_wal_size=2GB",
      fmt::format("default_transaction_isolation={}", serializable ? "serializable" : "repeatable read"),
      // What the system views tell (local.isolation_of).
      fmt::format("local.isolation={}", serializable ? "serializable" : "snapshot"),
      "timezone=UTC",
      "datestyle=ISO, MDY",
      "lc_messages=C",
      "extra_float_digits=0",
      "password_encryption=md5",
      "autovacuum_naptime=60s",
      "max_locks_per_transaction=256",
      "deadlock_timeout=500ms",
      "log_min_messages=error",
      // A password can then be asked for as MD5, and compared with one in clear text.
      "password_encryption=md5",
      "log_min_error_statement=panic",
      std::string("fsync=") + (options.durable ? "on" : "off"),
      std::string("full_page_writes=") + (options.durable ? "on" : "off"),
      // What was committed outlives a server process that is killed.
      "synchronous_commit=on",
  };
  if (options.disk) {
    // Neither is looked for before somebody makes a table.
    settings.push_back(fmt::format("default_tablespace={}", kDisk));
    settings.push_back(fmt::format("temp_tablespaces={}", kDisk));
  }
  for (const std::string& setting : settings) {
    command.push_back("-c");
    command.push_back(setting);
  }
  return command;
}

std::unique_ptr<Backend> ConnectAs(const BackendAddress& address, const std::string& database) {
  return Backend::Connect(address, {{"user", kInternalRole}, {"database", database}});
}

}  // namespace

std::string PostgresSystemUser() {
  return ::geteuid() == 0 ? "postgres" : "";
}

std::unique_ptr<Postgres> Postgres::Start(const PostgresOptions& options, Janitor* janitor,
                                          const StopRequest& stop) {
  const std::string bin = BinDirectory();
  const std::string log_file = options.run_directory + "/postgres.log";
  const bool is_new = !fs::exists(options.data_directory + "/PG_VERSION");
  if (is_new) Initialise(options, bin, log_file, janitor, stop);

  ChildOptions server;
  server.command = ServerCommand(options, bin);
  server.working_directory = "/";
  server.user = PostgresSystemUser();
  server.log_file = log_file;
  server.death_signal = SIGQUIT;
  server.disk = options.disk;
  std::unique_ptr<Postgres> postgres(
      new Postgres(ChildProcess::Start(server), BackendAddress{options.run_directory}, log_file));
  janitor->WatchProcess(postgres->child_.pid());

  const auto deadline = std::chrono::steady_clock::now() + 50s;
  std::unique_ptr<Backend> admin;
  while (!admin) {
    stop.ThrowIfMade();
    if (postgres->HasEnded()) {
      throw ProgramError(fmt::format("PostgreSQL ended while it started with data directory {}: {}",
                                     options.data_directory, LastLines(log_file)));
    }
    if (std::chrono::steady_clock::now() > deadline) {
      throw ProgramError(fmt::format("PostgreSQL did not answer within 50 s; its log is {}", log_file));
    }
    try {
      admin = ConnectAs(postgres->address_, "template1");
    } catch (const ConnectionLost&) {
      std::this_thread::sleep_for(20ms);
    } catch (const BackendError&) {
      std::this_thread::sleep_for(20ms);  // still starting up
    }
  }
  try {
    PrepareCluster(admin.get(), is_new, options.user, options.password, options.database);
    if (options.disk) {
      admin->Query(
          fmt::format("create tablespace {} location {}", kDisk, QuoteLiteral(options.disk->folder)));
      admin->Query(fmt::format("grant create on tablespace {} to public", kDisk));
    }
  } catch (const BackendError& error) {
    throw ProgramError(fmt::format("PostgreSQL refused the stand-in's system schema: {} {}", error.what(),
                                   FindField(error.fields, 'W')));
  }
  return postgres;
}

Postgres::~Postgres() {
  // Fast shutdown: sessions are ended, their transactions rolled back.
  child_.Stop(SIGINT, 5s);
}

}  // namespace redshift_local
