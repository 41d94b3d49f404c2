#include "local/server/child_process.h"

#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <system_error>
#include <thread>

namespace redshift_local {
namespace {

using namespace std::chrono_literals;

bool Write(const char* file, const std::string& text) {
  const int descriptor = ::open(file, O_WRONLY);
  const bool good = ::write(descriptor, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  ::close(descriptor);
  return good;
}

/// What mounting a PrivateDisk takes, ready before the fork.
struct Mount {
  std::string folder;
  /// For tmpfs.
  std::string data;
  /// Of a user who is not root: the maps of a user namespace.
  std::string users;
  std::string groups;
};

Mount MountOf(const PrivateDisk& disk, const passwd* user) {
  const uid_t uid = user != nullptr ? user->pw_uid : ::geteuid();
  const gid_t gid = user != nullptr ? user->pw_gid : ::getegid();
  Mount mount;
  mount.folder = disk.folder;
  mount.data = "size=" + std::to_string(disk.bytes) + ",mode=0700,uid=" + std::to_string(uid) +
               ",gid=" + std::to_string(gid);
  if (::geteuid() != 0) {
    mount.users = std::to_string(uid) + " " + std::to_string(uid) + " 1";
    mount.groups = std::to_string(gid) + " " + std::to_string(gid) + " 1";
  }
  return mount;
}

// In the child: safe between fork and exec.
bool MountDisk(const Mount& mount) {
  const bool is_root = mount.users.empty();
  if (::unshare(CLONE_NEWNS | (is_root ? 0 : CLONE_NEWUSER)) != 0) return false;
  if (!is_root && (!Write("/proc/self/setgroups", "deny") || !Write("/proc/self/uid_map", mount.users) ||
                   !Write("/proc/self/gid_map", mount.groups))) {
    return false;
  }
  return ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
         ::mount("tmpfs", mount.folder.c_str(), "tmpfs", MS_NOSUID | MS_NODEV, mount.data.c_str()) == 0;
}

// Runs in the child between fork and exec: only calls that are safe there.
[[noreturn]] void Execute(const ChildOptions& options, const Mount* mount, const passwd* user, pid_t parent,
                          char* const* argv, char* const* envp) {
  ::setpgid(0, 0);
  const int log = ::open(options.log_file.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644);
  const int null = ::open("/dev/null", O_RDONLY);
  ::dup2(null, 0);
  ::dup2(log >= 0 ? log : 2, 1);
  ::dup2(1, 2);
  if (mount != nullptr && !MountDisk(*mount)) {
    constexpr std::string_view kWhy =
        "a file system could not be mounted: that takes root, or a kernel that gives users namespaces\n";
    static_cast<void>(!::write(2, kWhy.data(), kWhy.size()));
    ::_exit(126);
  }
  if (user != nullptr) {
    if (::initgroups(user->pw_name, user->pw_gid) != 0 || ::setgid(user->pw_gid) != 0 ||
        ::setuid(user->pw_uid) != 0) {
      ::_exit(126);
    }
  }
  if (!options.working_directory.empty() && ::chdir(options.working_directory.c_str()) != 0) ::_exit(126);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  // After the change of user, which would clear it.
  ::prctl(PR_SET_PDEATHSIG, options.death_signal);
  if (::getppid() != parent) ::_exit(126);
  ::execve(argv[0], argv, envp);
  ::_exit(127);
}

int ExitCode(int status) {
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

// The janitor's own life: reads lines until the pipe breaks.
[[noreturn]] void CleanUpAfterParent(int pipe) {
  std::vector<pid_t> groups;
  std::vector<std::string> folders;
  std::string text;
  char buffer[4096];
  ssize_t n;
  while ((n = ::read(pipe, buffer, sizeof(buffer))) > 0 || (n < 0 && errno == EINTR)) {
    if (n > 0) text.append(buffer, static_cast<size_t>(n));
  }
  size_t begin = 0;
  for (size_t end; (end = text.find('\n', begin)) != std::string::npos; begin = end + 1) {
    const std::string line = text.substr(begin, end - begin);
    if (line == "done") ::_exit(0);
    if (line.starts_with("process ")) groups.push_back(static_cast<pid_t>(std::stol(line.substr(8))));
    if (line.starts_with("folder ")) folders.push_back(line.substr(7));
  }
  // PostgreSQL's postmaster takes its own children along on SIGQUIT; SIGKILL is for what is left.
  for (pid_t group : groups) ::kill(-group, SIGQUIT);
  for (int i = 0; i < 50; ++i) {
    bool alive = false;
    for (pid_t group : groups) alive = alive || ::kill(-group, 0) == 0;
    if (!alive) break;
    std::this_thread::sleep_for(100ms);
  }
  for (pid_t group : groups) ::kill(-group, SIGKILL);
  std::error_code ignored;
  for (const std::string& folder : folders) std::filesystem::remove_all(folder, ignored);
  ::_exit(0);
}

}  // namespace

ChildProcess ChildProcess::Start(const ChildOptions& options) {
  const passwd* user = nullptr;
  if (!options.user.empty() && ::geteuid() == 0) {
    user = ::getpwnam(options.user.c_str());
    if (user == nullptr) throw std::runtime_error("there is no system user '" + options.user + "'");
  }
  std::vector<char*> argv;
  for (const std::string& word : options.command) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  std::vector<std::string> variables;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    if (!options.environment.contains(std::string(text.substr(0, text.find('=')))))
      variables.emplace_back(text);
  }
  for (const auto& [name, value] : options.environment) variables.push_back(name + "=" + value);
  std::vector<char*> envp;
  for (std::string& variable : variables) envp.push_back(variable.data());
  envp.push_back(nullptr);

  std::optional<Mount> mount;
  if (options.disk) mount = MountOf(*options.disk, user);

  const pid_t parent = ::getpid();
  const pid_t pid = ::fork();
  if (pid < 0) throw std::runtime_error(std::string("fork failed: ") + std::strerror(errno));
  if (pid == 0) Execute(options, mount ? &*mount : nullptr, user, parent, argv.data(), envp.data());
  ::setpgid(pid, pid);
  return ChildProcess(pid);
}

ChildProcess::~ChildProcess() {
  if (pid_ > 0 && !Poll()) Stop(SIGKILL, 1s);
}

std::optional<int> ChildProcess::Poll() {
  if (exit_code_) return exit_code_;
  int status = 0;
  if (::waitpid(pid_, &status, WNOHANG) == pid_) exit_code_ = ExitCode(status);
  return exit_code_;
}

void ChildProcess::Stop(int signal, std::chrono::milliseconds patience) {
  if (pid_ <= 0 || Poll()) return;
  ::kill(pid_, signal);
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while (!Poll() && std::chrono::steady_clock::now() < deadline) std::this_thread::sleep_for(10ms);
  if (!Poll()) {
    ::kill(-pid_, SIGKILL);
    Wait();
  }
}

int ChildProcess::Wait() {
  if (exit_code_) return *exit_code_;
  int status = 0;
  while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  exit_code_ = ExitCode(status);
  return *exit_code_;
}

Janitor::Janitor() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0)
    throw std::runtime_error(std::string("pipe failed: ") + std::strerror(errno));
  pid_ = ::fork();
  if (pid_ < 0) throw std::runtime_error(std::string("fork failed: ") + std::strerror(errno));
  if (pid_ == 0) {
    // A session of its own: neither Ctrl-C nor the end of the terminal concerns it.
    ::setsid();
    ::signal(SIGINT, SIG_IGN);
    ::signal(SIGTERM, SIG_IGN);
    ::signal(SIGHUP, SIG_IGN);
    ::close(ends[1]);
    // Whoever reads our output must not wait for the janitor.
    const int null = ::open("/dev/null", O_RDWR);
    for (int fd : {0, 1, 2}) ::dup2(null, fd);
    CleanUpAfterParent(ends[0]);
  }
  ::close(ends[0]);
  pipe_ = ends[1];
}

Janitor::~Janitor() {
  Tell("done");
  ::close(pipe_);
  int status = 0;
  while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
}

void Janitor::WatchProcess(pid_t pid) {
  Tell("process " + std::to_string(pid));
}
void Janitor::WatchFolder(const std::string& path) {
  Tell("folder " + path);
}

void Janitor::Tell(const std::string& line) {
  const std::string text = line + "\n";
  if (::write(pipe_, text.data(), text.size()) < 0) {
    throw std::runtime_error(std::string("the janitor process has gone: ") + std::strerror(errno));
  }
}

}  // namespace redshift_local
