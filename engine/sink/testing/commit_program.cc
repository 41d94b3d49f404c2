// For tests only: one commit in a process of its own, so that it can be stopped and killed.
#include <iostream>
#include <string>

#include "engine/sink/committer.h"

namespace {

/// Standard input: a SinkPlan's JSON and a committable, a line each. Standard output: one line, "<outcome>
/// <rows>" or "error <message>".
int Run() {
  std::string plan_json;
  std::string committable;
  std::getline(std::cin, plan_json);
  std::getline(std::cin, committable);
  const auto commit = [&]() -> arrow::Result<redshift::CommitOutcome> {
    ARROW_ASSIGN_OR_RAISE(const redshift::SinkPlan plan, redshift::SinkPlan::FromJson(plan_json));
    ARROW_ASSIGN_OR_RAISE(const auto committer,
                          redshift::Committer::Make(plan, {"job-1", "commit-program", 0, false}));
    return committer->Commit(committable);
  };
  const auto outcome = commit();
  if (!outcome.ok()) {
    std::cout << "error " << outcome.status().message() << std::endl;
    return 1;
  }
  constexpr const char* kKinds[] = {"committed", "already-committed", "skipped"};
  std::cout << kKinds[static_cast<int>(outcome->kind)] << " " << outcome->row_count << std::endl;
  return 0;
}

}  // namespace

int main() {
  return Run();
}
