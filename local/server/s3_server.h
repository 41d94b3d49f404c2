// The S3 server beside the stand-in: moto, unless the user names another one.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "local/copy/access_rules.h"
#include "local/copy/host.h"
#include "local/server/child_process.h"
#include "local/server/stop_request.h"

namespace redshift_local {

struct S3ServerOptions {
  /// Port for moto.
  int port = 0;
  /// Folder for the log and the program; exists.
  std::string run_directory;
  /// Keys that may do everything.
  S3Keys keys;
  /// When there are any, S3 and STS refuse who is not allowed by them.
  std::vector<RoleGrant> roles;
};

/// s3_server.py and s3_gate.py, which it imports.
std::string S3ServerProgram();
std::string S3GateProgram();

/// A running moto_server. The destructor ends it.
class S3Server {
 public:
  /// Starts it and returns at once. Throws ProgramError.
  static std::unique_ptr<S3Server> Start(const S3ServerOptions& options, Janitor* janitor);
  ~S3Server();

  /// Blocks until it answers. Throws ProgramError, StopRequested.
  void AwaitReady(const StopRequest& stop);
  std::string url() const;
  /// Whether it tells which keys its STS has given out: REDSHIFT_LOCAL_MOTO may name a program that does not.
  bool tells_keys() const { return tells_keys_; }
  bool HasEnded() { return child_.Poll().has_value(); }

 private:
  S3Server(ChildProcess child, int port, std::string log_file, bool tells_keys)
      : child_(std::move(child)), port_(port), log_file_(std::move(log_file)), tells_keys_(tells_keys) {}
  ChildProcess child_;
  int port_;
  std::string log_file_;
  bool tells_keys_;
};

/// The keys with which the stand-in itself reads S3 when a statement names a role: any do for our own server;
/// for another one they are taken from AWS_ACCESS_KEY_ID and its kin, where set.
S3Keys KeysFor(const std::string& s3_endpoint);

/// Makes a bucket; one that exists is fine. Throws ProgramError.
void CreateBucket(const S3Place& place, const S3Keys& keys, const std::string& bucket);

}  // namespace redshift_local
