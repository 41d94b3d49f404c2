// For tests: a running redshift-local, clients of it, and objects in its S3.
#pragma once

#include <libpq-fe.h>
#include <sys/types.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace redshift_local {

/// A started program with its output.
class LocalProcess {
 public:
  /// Starts build/bin/redshift-local (or what REDSHIFT_LOCAL names) with these arguments and waits for its
  /// ready line or its end.
  explicit LocalProcess(const std::vector<std::string>& arguments);
  ~LocalProcess();
  LocalProcess(const LocalProcess&) = delete;
  LocalProcess& operator=(const LocalProcess&) = delete;

  bool is_ready() const { return !ready_line_.empty(); }
  const std::string& ready_line() const { return ready_line_; }
  /// The value of `key=` in the ready line.
  std::string Ready(std::string_view key) const;
  int port() const;
  pid_t pid() const { return pid_; }
  /// What went to standard error so far.
  std::string Log() const;
  /// Sends the signal and waits; the exit code, or 128 + signal.
  int Stop(int signal);
  int Wait();

 private:
  pid_t pid_ = -1;
  int output_ = -1;
  std::optional<int> exit_code_;
  std::string ready_line_;
  std::string log_file_;
};

/// The one that all tests of an executable share.
LocalProcess& SharedLocal();

struct Answer {
  /// The command tag; empty after an error.
  std::string tag;
  std::vector<std::vector<std::string>> rows;
  std::string sqlstate;
  std::string message;
  std::string detail;
  std::string hint;
  bool ok() const { return sqlstate.empty() && message.empty(); }
  /// The only value; "(n rows)" when there is not exactly one, the message after an error. NULL is "NULL".
  std::string Value() const;
};

/// A libpq session.
class Client {
 public:
  /// `extra` is appended to the connection string.
  explicit Client(const LocalProcess& local = SharedLocal(), const std::string& extra = "");

  bool is_connected() const { return PQstatus(connection_.get()) == CONNECTION_OK; }
  std::string error() const { return PQerrorMessage(connection_.get()); }
  int pid() const { return PQbackendPID(connection_.get()); }
  PGconn* connection() const { return connection_.get(); }

  /// By the simple protocol; the last result counts.
  Answer Run(const std::string& sql);
  /// By the extended protocol, values as text.
  Answer RunWith(const std::string& sql, const std::vector<std::string>& values);
  /// Sends a statement and does not wait.
  void Send(const std::string& sql);
  /// The answer to Send.
  Answer Await();
  /// True when an answer to Send is there within the time.
  bool HasAnswerWithin(int milliseconds);
  /// Breaks the TCP connection without a farewell.
  void Vanish();
  /// Notices since the last call, as "SEVERITY: text".
  std::vector<std::string> TakeNotices();

 private:
  static void OnNotice(void* self, const PGresult* notice);
  std::unique_ptr<PGconn, decltype(&PQfinish)> connection_;
  std::vector<std::string> notices_;
};

/// Puts an object into the S3 server.
void PutObject(const LocalProcess& local, const std::string& key, const std::string& bytes);

/// Waits until `condition` holds, at most ten seconds; false when it never did.
template <typename Condition>
bool Eventually(Condition condition);

}  // namespace redshift_local

#include <chrono>
#include <thread>

template <typename Condition>
bool redshift_local::Eventually(Condition condition) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (std::chrono::steady_clock::now() < deadline) {
    if (condition()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return condition();
}
