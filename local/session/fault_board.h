// Faults that a test asked for: a connection cut just before COMMIT reaches PostgreSQL, or just after
// PostgreSQL has committed and before the answer.
#pragma once

#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace redshift_local {

enum class Fault { kCutBeforeCommit, kCutAfterCommit };

std::string_view FaultName(Fault fault);
std::optional<Fault> ParseFault(std::string_view name);

struct ArmedFault {
  int id = 0;
  Fault fault = Fault::kCutBeforeCommit;
  /// Text that a statement of the transaction must contain, in lower case; none: every COMMIT counts.
  std::optional<std::string> pattern;
  int remaining = 0;
  int fired = 0;
};

/// All faults of the server; shared by all sessions, safe for several threads.
class FaultBoard {
 public:
  void Arm(Fault fault, int times, std::optional<std::string> pattern);
  /// The fault for a COMMIT of a transaction in which these statements ran (lower case, joined); counts it.
  std::optional<ArmedFault> TakeFor(std::string_view statements);
  std::vector<ArmedFault> All() const;
  /// True when some fault still waits for its COMMIT.
  bool IsArmed() const;

 private:
  mutable std::mutex mutex_;
  std::vector<ArmedFault> faults_;
};

}  // namespace redshift_local
