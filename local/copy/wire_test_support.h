// A running redshift-local with its S3, and clients of both: for tests over the wire.
#pragma once

#include <arrow/filesystem/filesystem.h>
#include <gtest/gtest.h>
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
  explicit RunningLocal(const std::vector<std::string>& arguments = {});
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
  std::string detail;
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

inline constexpr char kAuth[] = " access_key_id 'test' secret_access_key 'testtest' ";
inline constexpr char kFailed[] =
    "Load into table 't' failed.  Check 'stl_load_errors' system table for details.";

/// One redshift-local for the whole test program; each test has its own prefix, and drops its table `t`.
class CopyWireFixture : public testing::Test {
 protected:
  static RunningLocal& local();

  void SetUp() override;

  std::string Url(const std::string& key) const { return "s3://" + local()["bucket"] + "/" + prefix_ + key; }
  void Put(const std::string& key, std::string_view bytes) const {
    local().Put(local()["bucket"] + "/" + prefix_ + key, bytes);
  }
  std::string CopyText(const std::string& key, const std::string& options,
                       const std::string& table = "t") const {
    return "copy " + table + " from '" + Url(key) + "'" + kAuth + options;
  }
  Answer Copy(const std::string& key, const std::string& options = "", const std::string& table = "t") {
    return client_.Run(CopyText(key, options, table));
  }

  /// Loads bytes that must fail and gives "code column line" of the recorded error.
  std::string ErrorOf(std::string_view bytes, const std::string& options = "");
  /// Creates `t` anew and loads the bytes into it: its rows, or the error.
  std::vector<std::string> Load(const std::string& columns, std::string_view bytes,
                                const std::string& options, const std::string& query = "select * from t");

  Client client_{local()["url"]};
  std::string prefix_;
};

}  // namespace redshift_local
