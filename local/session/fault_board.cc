#include "local/session/fault_board.h"

#include <algorithm>
#include <utility>

#include "local/sql/lexer.h"

namespace redshift_local {

namespace {

struct KnownFault {
  Fault fault;
  FaultMoment moment;
  std::string_view name;
};

/// Also known to local.fault() in system/10_local.sql.
constexpr KnownFault kFaults[] = {
    {Fault::kCutAtLogin, FaultMoment::kLogIn, "cut-at-login"},
    {Fault::kTooManyConnections, FaultMoment::kLogIn, "too-many-connections"},
    {Fault::kSilenceAtLogin, FaultMoment::kLogIn, "silence-at-login"},
    {Fault::kExpireCredentials, FaultMoment::kTemporaryLogIn, "expire-credentials"},
    {Fault::kSnapshotAtBegin, FaultMoment::kBegin, "snapshot-at-begin"},
    {Fault::kSerializableViolation, FaultMoment::kStatement, "serializable-violation"},
    {Fault::kConflict, FaultMoment::kStatement, "conflict"},
    {Fault::kDeadlock, FaultMoment::kStatement, "deadlock"},
    {Fault::kDiskFull, FaultMoment::kStatement, "disk-full"},
    {Fault::kReadOnly, FaultMoment::kStatement, "read-only"},
    {Fault::kStatementTimeout, FaultMoment::kStatement, "statement-timeout"},
    {Fault::kShutdown, FaultMoment::kStatement, "shutdown"},
    {Fault::kSlow, FaultMoment::kStatement, "slow"},
    {Fault::kSilence, FaultMoment::kStatement, "silence"},
    {Fault::kCopyAccessDenied, FaultMoment::kCopyFiles, "copy-access-denied"},
    {Fault::kCopyExpiredToken, FaultMoment::kCopyFiles, "copy-expired-token"},
    {Fault::kCopySlowDown, FaultMoment::kCopyFiles, "copy-slow-down"},
    {Fault::kCopyMissingFile, FaultMoment::kCopyFiles, "copy-missing-file"},
    {Fault::kCutDuringCopy, FaultMoment::kCopyRows, "cut-during-copy"},
    {Fault::kCutBeforeCommit, FaultMoment::kCommit, "cut-before-commit"},
    {Fault::kCutAfterCommit, FaultMoment::kCommitted, "cut-after-commit"},
    {Fault::kApiThrottle, FaultMoment::kApiCall, "api-throttle"},
    {Fault::kApiError, FaultMoment::kApiCall, "api-error"},
};

const KnownFault& Known(Fault fault) {
  return *std::find_if(std::begin(kFaults), std::end(kFaults),
                       [fault](const KnownFault& known) { return known.fault == fault; });
}

}  // namespace

std::string_view FaultName(Fault fault) {
  return Known(fault).name;
}

std::optional<Fault> ParseFault(std::string_view name) {
  for (const KnownFault& known : kFaults) {
    if (known.name == name) return known.fault;
  }
  return std::nullopt;
}

std::vector<std::string_view> FaultNames() {
  std::vector<std::string_view> names;
  for (const KnownFault& known : kFaults) names.push_back(known.name);
  return names;
}

void FaultBoard::Arm(FaultOrder order) {
  if (order.pattern) order.pattern = FoldCase(*order.pattern);
  const int times = order.times;
  std::lock_guard lock(mutex_);
  faults_.push_back({static_cast<int>(faults_.size()) + 1, std::move(order), times, 0, 0});
}

std::optional<FaultOrder> FaultBoard::Take(FaultMoment moment, std::string_view subject,
                                           bool only_with_pattern) {
  std::optional<std::string> folded;
  std::lock_guard lock(mutex_);
  for (ArmedFault& armed : faults_) {
    const FaultOrder& order = armed.order;
    if (armed.remaining == 0 || Known(order.fault).moment != moment) continue;
    if (only_with_pattern && !order.pattern) continue;
    if (order.pattern) {
      if (!folded) folded = FoldCase(subject);
      if (folded->find(*order.pattern) == std::string::npos) continue;
    }
    ++armed.asked;
    if (order.probability < 1 && std::uniform_real_distribution()(random_) >= order.probability) continue;
    --armed.remaining;
    ++armed.fired;
    return order;
  }
  return std::nullopt;
}

void FaultBoard::Clear() {
  std::lock_guard lock(mutex_);
  for (ArmedFault& armed : faults_) armed.remaining = 0;
}

std::vector<ArmedFault> FaultBoard::All() const {
  std::lock_guard lock(mutex_);
  return faults_;
}

int CountNeverFired(std::span<const ArmedFault> faults) {
  return static_cast<int>(std::count_if(faults.begin(), faults.end(), [](const ArmedFault& armed) {
    return armed.remaining > 0 && armed.fired == 0;
  }));
}

}  // namespace redshift_local
