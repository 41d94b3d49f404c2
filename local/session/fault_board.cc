#include "local/session/fault_board.h"

#include <array>
#include <utility>

#include "local/sql/lexer.h"

namespace redshift_local {

namespace {

/// Also known to local.fault() in system/10_local.sql.
constexpr std::array<std::pair<Fault, std::string_view>, 5> kNames = {{
    {Fault::kCutBeforeCommit, "cut-before-commit"},
    {Fault::kCutAfterCommit, "cut-after-commit"},
    {Fault::kApiThrottle, "api-throttle"},
    {Fault::kApiError, "api-error"},
    {Fault::kExpireCredentials, "expire-credentials"},
}};

}  // namespace

std::string_view FaultName(Fault fault) {
  for (const auto& [known, name] : kNames) {
    if (known == fault) return name;
  }
  return "";
}

std::optional<Fault> ParseFault(std::string_view name) {
  for (const auto& [fault, known] : kNames) {
    if (known == name) return fault;
  }
  return std::nullopt;
}

void FaultBoard::Arm(Fault fault, int times, std::optional<std::string> pattern, std::string database) {
  if (pattern) pattern = FoldCase(*pattern);
  std::lock_guard lock(mutex_);
  faults_.push_back(
      {static_cast<int>(faults_.size()) + 1, fault, std::move(pattern), std::move(database), times, 0});
}

template <typename Wanted>
std::optional<ArmedFault> FaultBoard::TakeFirst(Wanted wanted, std::string_view subject) {
  std::lock_guard lock(mutex_);
  for (ArmedFault& armed : faults_) {
    if (armed.remaining == 0 || !wanted(armed.fault)) continue;
    if (armed.pattern && subject.find(*armed.pattern) == std::string_view::npos) continue;
    --armed.remaining;
    ++armed.fired;
    return armed;
  }
  return std::nullopt;
}

std::optional<ArmedFault> FaultBoard::TakeFor(std::string_view statements) {
  return TakeFirst(
      [](Fault fault) { return fault == Fault::kCutBeforeCommit || fault == Fault::kCutAfterCommit; },
      statements);
}

std::optional<ArmedFault> FaultBoard::Take(Fault fault, std::string_view subject) {
  return TakeFirst([fault](Fault armed) { return armed == fault; }, FoldCase(subject));
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
