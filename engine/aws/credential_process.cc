#include "engine/aws/credential_process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <nlohmann/json.hpp>

#include "engine/aws/credential_document.h"

extern char** environ;

namespace redshift {

namespace {

using Clock = std::chrono::steady_clock;

constexpr size_t kMostBytes = 1 << 16;

// A started program and the end of its standard output. Kills what is still running.
class Program {
 public:
  static arrow::Result<Program> Start(const std::vector<std::string>& words) {
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) != 0) return arrow::Status::IOError(std::strerror(errno));
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, ends[1], 1);
    std::vector<char*> arguments;
    arguments.reserve(words.size() + 1);
    for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    pid_t id = -1;
    const int error = posix_spawnp(&id, arguments[0], &actions, nullptr, arguments.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);
    if (error != 0) {
      close(ends[0]);
      return arrow::Status::IOError(words[0], ": ", std::strerror(error));
    }
    return Program(id, ends[0]);
  }
  Program(Program&& other) noexcept : id_(other.id_), output_(other.output_) {
    other.id_ = -1;
    other.output_ = -1;
  }
  Program& operator=(Program&&) = delete;
  ~Program() {
    if (output_ >= 0) close(output_);
    if (id_ < 0) return;
    kill(id_, SIGKILL);
    Wait(0);
  }

  // All that it prints.
  arrow::Result<std::string> Output(Clock::time_point deadline) {
    std::string text;
    std::array<char, 4096> piece{};
    while (true) {
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
      pollfd wait{output_, POLLIN, 0};
      const int ready = left > 0 ? poll(&wait, 1, static_cast<int>(left)) : 0;
      if (ready < 0 && errno == EINTR) continue;
      if (ready <= 0) return arrow::Status::IOError("it did not end in time and was killed");
      const ssize_t count = read(output_, piece.data(), piece.size());
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) return arrow::Status::IOError(std::strerror(errno));
      if (count == 0) return text;
      text.append(piece.data(), static_cast<size_t>(count));
      if (text.size() > kMostBytes) return arrow::Status::IOError("it printed more than 64 KiB");
    }
  }

  // The exit status; a program that closed its output and stays is killed at the deadline.
  arrow::Result<int> End(Clock::time_point deadline) {
    while (Clock::now() < deadline) {
      if (const auto status = Wait(WNOHANG)) return *status;
      poll(nullptr, 0, 5);
    }
    return arrow::Status::IOError("it did not end in time and was killed");
  }

 private:
  Program(pid_t id, int output) : id_(id), output_(output) {}

  std::optional<int> Wait(int flags) {
    int status = 0;
    pid_t ended = 0;
    do {
      ended = waitpid(id_, &status, flags);
    } while (ended < 0 && errno == EINTR);
    if (ended == 0) return std::nullopt;
    id_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }

  pid_t id_;
  int output_;
};

}  // namespace

arrow::Result<std::vector<std::string>> SplitCommand(std::string_view command) {
  std::vector<std::string> words;
  bool in_word = false;
  char quote = 0;
  for (size_t i = 0; i < command.size(); ++i) {
    const char c = command[i];
    if (quote == 0 && (c == ' ' || c == '\t')) {
      in_word = false;
      continue;
    }
    if (!in_word) {
      words.emplace_back();
      in_word = true;
    }
    if (c == quote) {
      quote = 0;
    } else if (quote == 0 && (c == '"' || c == '\'')) {
      quote = c;
    } else if (c == '\\' && i + 1 < command.size() &&
               (quote == 0 || (quote == '"' && (command[i + 1] == '"' || command[i + 1] == '\\')))) {
      words.back() += command[++i];
    } else {
      words.back() += c;
    }
  }
  if (quote != 0) return arrow::Status::Invalid("a quote is not closed");
  if (words.empty()) return arrow::Status::Invalid("it is empty");
  return words;
}

arrow::Result<AwsKeys> KeysFromProcess(const std::string& command, const std::string& source,
                                       std::chrono::milliseconds timeout) {
  const auto deadline = Clock::now() + timeout;
  const auto run = [&]() -> arrow::Result<std::string> {
    ARROW_ASSIGN_OR_RAISE(const std::vector<std::string> words, SplitCommand(command));
    ARROW_ASSIGN_OR_RAISE(Program program, Program::Start(words));
    ARROW_ASSIGN_OR_RAISE(std::string output, program.Output(deadline));
    ARROW_ASSIGN_OR_RAISE(const int status, program.End(deadline));
    if (status != 0) return arrow::Status::IOError("it ended with status ", status);
    return output;
  };
  const arrow::Result<std::string> output = run();
  if (!output.ok()) {
    // Not the command: its arguments may be secret.
    return output.status().WithMessage("the program of ", source, " failed: ", output.status().message());
  }
  ARROW_ASSIGN_OR_RAISE(AwsKeys keys, KeysFromDocument(*output, "SessionToken", source));
  const auto document = nlohmann::json::parse(*output);
  if (document.value("Version", nlohmann::json()) != 1) {
    return arrow::Status::IOError(source, " answered another Version than 1");
  }
  return keys;
}

}  // namespace redshift
