#pragma once

#include <sys/types.h>

#include <string>

#include "engine/sink/sink_plan.h"

namespace redshift::testing {

/// A commit in a process of its own (commit_program.cc), killed with this object.
class CommitProcess {
 public:
  CommitProcess(const SinkPlan& plan, const std::string& committable);
  ~CommitProcess();
  CommitProcess(const CommitProcess&) = delete;
  CommitProcess& operator=(const CommitProcess&) = delete;

  /// SIGKILL, SIGSTOP (returns when it stands still), SIGCONT.
  void Signal(int number);
  /// The line it printed: "committed 3", "already-committed 0", "error ..". Empty when it was killed. Blocks.
  std::string Outcome();

 private:
  pid_t process_ = -1;
  int output_ = -1;
};

}  // namespace redshift::testing
