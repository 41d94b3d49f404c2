#include "local/session/fault_board.h"

#include "local/sql/lexer.h"

namespace redshift_local {

std::string_view FaultName(Fault fault) {
  return fault == Fault::kCutBeforeCommit ? "cut-before-commit" : "cut-after-commit";
}

std::optional<Fault> ParseFault(std::string_view name) {
  for (Fault fault : {Fault::kCutBeforeCommit, Fault::kCutAfterCommit}) {
    if (FaultName(fault) == name) return fault;
  }
  return std::nullopt;
}

void FaultBoard::Arm(Fault fault, int times, std::optional<std::string> pattern) {
  if (pattern) pattern = FoldCase(*pattern);
  std::lock_guard lock(mutex_);
  faults_.push_back({static_cast<int>(faults_.size()) + 1, fault, std::move(pattern), times, 0});
}

std::optional<ArmedFault> FaultBoard::TakeFor(std::string_view statements) {
  std::lock_guard lock(mutex_);
  for (ArmedFault& armed : faults_) {
    if (armed.remaining == 0) continue;
    if (armed.pattern && statements.find(*armed.pattern) == std::string_view::npos) continue;
    --armed.remaining;
    ++armed.fired;
    return armed;
  }
  return std::nullopt;
}

std::vector<ArmedFault> FaultBoard::All() const {
  std::lock_guard lock(mutex_);
  return faults_;
}

bool FaultBoard::IsArmed() const {
  std::lock_guard lock(mutex_);
  for (const ArmedFault& armed : faults_) {
    if (armed.remaining > 0) return true;
  }
  return false;
}

}  // namespace redshift_local
