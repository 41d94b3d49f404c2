// A running redshift-local with its S3, and clients of both: for tests over the wire.
#pragma once

#include <arrow/filesystem/filesystem.h>
#include <libpq-fe.h>
#include <sys/types.h>

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace redshift_local {

/// The process, started with free ports and stopped at the end.
class RunningLocal {
 public:
  /// Aborts the test program when redshift-local does not come up. REDSHIFT_LOCAL overrides its path.
  RunningLocal();
  ~RunningLocal();
  RunningLocal(const RunningLocal&) = delete;
  RunningLocal& operator=(const RunningLocal&) = delete;

  /// A value of the ready line: url, s3, bucket, access-key ...
  const std::string& operator[](const std::string& key) const { return ready_.at(key); }

  /// Writes an object; `path` is bucket/key.
  void Put(const std::string& path, std::string_view bytes) const;
  void Delete(const std::string& path) const;

 private:
  pid_t pid_ = 0;
  std::map<std::string, std::string> ready_;
  std::shared_ptr<arrow::fs::FileSystem> s3_;
};

struct Answer {
  /// The command tag; empty after an error.
  std::string tag;
  std::string sqlstate;
  std::string message;
  /// Columns joined by '|', NULL as "NULL".
  std::vector<std::string> rows;
};

/// One client connection.
class Client {
 public:
  explicit Client(const std::string& url);
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  Answer Run(const std::string& sql);
  /// The one value of a query.
  std::string Value(const std::string& sql);
  /// "INFO: text" of each notice since the last call.
  std::vector<std::string> TakeNotices();

  /// Sends without waiting.
  void Send(const std::string& sql);
  bool IsBusy();
  Answer Wait();
  void Cancel();
  /// Leaves without a word.
  void Drop();
  PGconn* get() const { return connection_; }

 private:
  PGconn* connection_;
  std::vector<std::string> notices_;
};

}  // namespace redshift_local
