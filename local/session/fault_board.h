// Faults that a test asked for.
#pragma once

#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace redshift_local {

enum class Fault {
  /// The connection is cut just before COMMIT reaches PostgreSQL, or just after PostgreSQL has committed and
  /// before the answer.
  kCutBeforeCommit,
  kCutAfterCommit,
  /// A call of the Redshift API is answered with `Rate exceeded`, or with an internal error.
  kApiThrottle,
  kApiError,
  /// At a log-in with temporary credentials: all that were issued to that user expire first.
  kExpireCredentials,
};

std::string_view FaultName(Fault fault);
std::optional<Fault> ParseFault(std::string_view name);

struct ArmedFault {
  int id = 0;
  Fault fault = Fault::kCutBeforeCommit;
  /// In lower case: text that a statement of the transaction, the name of the API's operation or the user's
  /// name must contain; none: every one counts.
  std::optional<std::string> pattern;
  /// Where it was asked for, and where local.faults shows it.
  std::string database;
  int remaining = 0;
  int fired = 0;
};

/// All faults of the server; shared by all sessions, safe for several threads.
class FaultBoard {
 public:
  void Arm(Fault fault, int times, std::optional<std::string> pattern, std::string database);
  /// The fault for a COMMIT of a transaction in which these statements ran (lower case, joined); counts it.
  std::optional<ArmedFault> TakeFor(std::string_view statements);
  /// The fault when it is to happen now; counts it. `subject` is what a pattern is looked for in.
  std::optional<ArmedFault> Take(Fault fault, std::string_view subject);
  std::vector<ArmedFault> All() const;
  /// True when some fault still waits for its moment.
  bool IsArmed() const;

 private:
  template <typename Wanted>
  std::optional<ArmedFault> TakeFirst(Wanted wanted, std::string_view subject);

  mutable std::mutex mutex_;
  std::vector<ArmedFault> faults_;
};

}  // namespace redshift_local
