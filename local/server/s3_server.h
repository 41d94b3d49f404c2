// The S3 server beside the stand-in: moto, unless the user names another one.
#pragma once

#include <memory>
#include <string>

#include "local/server/child_process.h"

namespace redshift_local {

struct S3ServerOptions {
  /// Port for moto.
  int port = 0;
  /// Folder for the log; exists.
  std::string run_directory;
};

/// A running moto_server. The destructor ends it.
class S3Server {
 public:
  /// Starts it and returns at once. Throws ProgramError.
  static std::unique_ptr<S3Server> Start(const S3ServerOptions& options, Janitor* janitor);
  ~S3Server();

  /// Blocks until it answers. Throws ProgramError.
  void AwaitReady();
  std::string url() const;
  bool HasEnded() { return child_.Poll().has_value(); }

 private:
  S3Server(ChildProcess child, int port, std::string log_file)
      : child_(std::move(child)), port_(port), log_file_(std::move(log_file)) {}
  ChildProcess child_;
  int port_;
  std::string log_file_;
};

/// Makes a bucket on the S3 server at `url` (http://host:port); one that exists is fine. Throws ProgramError.
void CreateBucket(const std::string& url, const std::string& bucket);

}  // namespace redshift_local
