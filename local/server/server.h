// The whole stand-in: PostgreSQL, the S3 server, and the port that clients connect to.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "local/api/api_server.h"
#include "local/server/child_process.h"
#include "local/server/postgres.h"
#include "local/server/s3_server.h"
#include "local/server/stop_request.h"
#include "local/session/server_state.h"

namespace redshift_local {

struct ServerOptions {
  int port = 5439;
  int s3_port = 5440;
  /// Another S3 server instead of ours: http://host:port.
  std::string s3_endpoint;
  /// Kept after the end; empty: everything goes when the program ends.
  std::string data;
  /// Bytes on the disk of the tables; 0: as many as the machine has.
  int64_t disk_bytes = 0;
  std::string user = "awsuser";
  std::string password = "Awsuser1";
  std::string database = "dev";
  std::string bucket = "local";
  /// Of the Redshift API; 0: any free one.
  int api_port = 5441;
  TlsMode tls = TlsMode::kAllow;
  /// Of databases that were not given a level themselves.
  Isolation isolation = Isolation::kSnapshot;
  /// Sessions at a time.
  int max_connections = 250;
  /// "ARN=s3://bucket/prefix" or "ARN,ARN=s3://bucket/prefix" each; empty: every role and all keys may do
  /// everything.
  std::vector<std::string> roles;
};

/// Started by Start, ended by the destructor, which leaves nothing behind unless `data` was given.
class Server {
 public:
  /// Blocks until clients can connect. Throws ProgramError, StopRequested.
  static std::unique_ptr<Server> Start(const ServerOptions& options, Janitor* janitor,
                                       const StopRequest& stop);
  ~Server();

  /// The line that tells users and programs how to connect.
  std::string ReadyLine() const;
  /// Serves clients until `stop` is made. Throws ProgramError when PostgreSQL or the
  /// S3 server ends by itself.
  void Run(const StopRequest& stop);
  /// Faults that were asked for, have never fired and were not cleared.
  int FaultsNeverFired() const;

 private:
  class SessionThreads;
  explicit Server(const ServerOptions& options);
  /// The file in the folder of --data that says: its database was made to the end.
  std::filesystem::path CompleteMark() const;
  void PrepareFolders(Janitor* janitor);
  void StartApi(int port);
  /// Throws ProgramError.
  TlsPolicy PrepareTls();
  void ReportFaults() const;

  ServerOptions options_;
  std::filesystem::path run_directory_;
  std::filesystem::path data_directory_;
  /// Of the authority that signed our certificate; empty without TLS.
  std::filesystem::path authority_file_;
  int listener_ = -1;
  std::unique_ptr<S3Server> s3_server_;
  std::unique_ptr<Postgres> postgres_;
  std::unique_ptr<ServerState> state_;
  std::unique_ptr<SessionThreads> sessions_;
  std::unique_ptr<ApiServer> api_;
};

}  // namespace redshift_local
