// Programs that redshift-local starts, and the guarantee that they do not outlive it.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace redshift_local {

/// A file system in memory, of a size.
struct PrivateDisk {
  /// An empty folder of the child's user, over which it is mounted.
  std::string folder;
  int64_t bytes = 0;
};

struct ChildOptions {
  std::vector<std::string> command;
  std::map<std::string, std::string> environment;
  /// Empty: stays where redshift-local is.
  std::string working_directory;
  /// User to become, when we are root. Empty: ours.
  std::string user;
  /// File that gets standard output and standard error.
  std::string log_file;
  /// Mounted for the child alone and gone with it. Where that is not allowed (it takes root, or a kernel that
  /// gives users namespaces), the child says so in its log and ends at once.
  std::optional<PrivateDisk> disk;
  /// What the kernel sends the child when redshift-local dies.
  int death_signal = 0;
};

/// A running child, in a process group of its own so that a Ctrl-C at the terminal reaches only us.
/// Must be started by a thread that lives as long as the program: the kernel's death signal is per thread.
class ChildProcess {
 public:
  /// Throws std::runtime_error when the program cannot be started.
  static ChildProcess Start(const ChildOptions& options);
  ChildProcess(ChildProcess&& other) noexcept
      : pid_(std::exchange(other.pid_, -1)), exit_code_(other.exit_code_) {}
  ChildProcess& operator=(ChildProcess&&) = delete;
  /// Kills what still runs.
  ~ChildProcess();

  pid_t pid() const { return pid_; }
  /// Exit code, or 128 + signal, when it has ended; nullopt while it runs.
  std::optional<int> Poll();
  /// Sends `signal`, waits; kills the whole group when `patience` is used up.
  void Stop(int signal, std::chrono::milliseconds patience);
  /// Waits for the end; returns as Poll does.
  int Wait();

 private:
  explicit ChildProcess(pid_t pid) : pid_(pid) {}
  pid_t pid_ = -1;
  std::optional<int> exit_code_;
};

/// A small process that cleans up after a redshift-local that was killed: it kills the process groups it was
/// told of and removes the folders it was told of, as soon as the pipe to us breaks.
class Janitor {
 public:
  /// Forks; call before any thread is started.
  Janitor();
  /// Tells it that nothing is left to do, and waits for it.
  ~Janitor();
  Janitor(const Janitor&) = delete;
  Janitor& operator=(const Janitor&) = delete;

  void WatchProcess(pid_t pid);
  void WatchFolder(const std::string& path);

 private:
  void Tell(const std::string& line);
  pid_t pid_ = -1;
  int pipe_ = -1;
};

}  // namespace redshift_local
