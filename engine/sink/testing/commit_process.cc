#include "engine/sink/testing/commit_process.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

namespace redshift::testing {
namespace {

void Check(bool good, const char* what) {
  if (good) return;
  std::perror(what);
  std::abort();
}

}  // namespace

CommitProcess::CommitProcess(const SinkPlan& plan, const std::string& committable) {
  int in[2];
  int out[2];
  Check(pipe2(in, O_CLOEXEC) == 0 && pipe2(out, O_CLOEXEC) == 0, "pipe2");
  process_ = fork();
  Check(process_ >= 0, "fork");
  if (process_ == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    dup2(in[0], STDIN_FILENO);
    dup2(out[1], STDOUT_FILENO);
    execl(COMMIT_PROGRAM, COMMIT_PROGRAM, nullptr);
    _exit(127);
  }
  close(in[0]);
  close(out[1]);
  output_ = out[0];
  const std::string lines = plan.ToJson() + "\n" + committable + "\n";
  Check(write(in[1], lines.data(), lines.size()) == static_cast<ssize_t>(lines.size()), "write");
  close(in[1]);
}

CommitProcess::~CommitProcess() {
  kill(process_, SIGKILL);
  waitpid(process_, nullptr, 0);
  close(output_);
}

void CommitProcess::Signal(int number) {
  Check(kill(process_, number) == 0, "kill");
  if (number == SIGSTOP) Check(waitpid(process_, nullptr, WUNTRACED) == process_, "waitpid");
}

std::string CommitProcess::Outcome() {
  std::string text;
  char piece[4096];
  for (ssize_t count; (count = read(output_, piece, sizeof piece)) > 0;) {
    text.append(piece, static_cast<size_t>(count));
  }
  return text.substr(0, text.find('\n'));
}

}  // namespace redshift::testing
