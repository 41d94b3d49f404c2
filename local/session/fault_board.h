// Faults that a test asked for.
#pragma once

#include <chrono>
#include <mutex>
#include <optional>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace redshift_local {

enum class Fault {
  /// At a log-in: the connection is cut, refused as one too many, or never answered.
  kCutAtLogin,
  kTooManyConnections,
  kSilenceAtLogin,
  /// At a log-in with temporary credentials: all that were issued to that user expire first.
  kExpireCredentials,
  /// PostgreSQL takes the transaction's snapshot at BEGIN.
  kSnapshotAtBegin,
  /// Instead of a statement: the error, with which the transaction fails.
  kSerializableViolation,
  kConflict,
  kDeadlock,
  kDiskFull,
  kReadOnly,
  kStatementTimeout,
  /// Instead of a statement: the session ends (57P01).
  kShutdown,
  /// The statement runs only after a delay, or never, and nothing is said about it.
  kSlow,
  kSilence,
  /// COPY fails when it wants to read its files.
  kCopyAccessDenied,
  kCopyExpiredToken,
  kCopySlowDown,
  kCopyMissingFile,
  /// The connection is cut when PostgreSQL has some of COPY's rows.
  kCutDuringCopy,
  /// The connection is cut just before COMMIT reaches PostgreSQL, or just after PostgreSQL has committed and
  /// before the answer.
  kCutBeforeCommit,
  kCutAfterCommit,
  /// A call of the Redshift API is answered with `Rate exceeded`, or with an internal error.
  kApiThrottle,
  kApiError,
};

/// When a fault can happen, and what a pattern is looked for in then.
enum class FaultMoment {
  /// The session's facts (Session::Facts).
  kLogIn,
  /// The user's name.
  kTemporaryLogIn,
  /// The session's facts.
  kBegin,
  /// The statement; without a pattern, only the first data statement of a transaction block counts.
  kStatement,
  /// The COPY statement.
  kCopyFiles,
  kCopyRows,
  /// The statements of the transaction.
  kCommit,
  kCommitted,
  /// The name of the operation.
  kApiCall,
};

std::string_view FaultName(Fault fault);
std::optional<Fault> ParseFault(std::string_view name);
/// Of all faults.
std::vector<std::string_view> FaultNames();

/// What local.fault() was given.
struct FaultOrder {
  Fault fault = Fault::kCutBeforeCommit;
  int times = 1;
  /// Text, in any case, that must be there for a moment to count; none: every moment counts.
  std::optional<std::string> pattern = std::nullopt;
  /// How likely it is that the fault fires at its moment: above 0, 1 for always.
  double probability = 1;
  /// For kSlow.
  std::chrono::milliseconds delay{1000};
};

struct ArmedFault {
  int id = 0;
  /// The pattern in lower case.
  FaultOrder order;
  int remaining = 0;
  /// Moments at which it could have fired.
  int asked = 0;
  int fired = 0;
};

/// All faults of the server; shared by all sessions, safe for several threads.
class FaultBoard {
 public:
  void Arm(FaultOrder order);
  /// The fault that is to happen at this moment; counts it. `only_with_pattern`: others are not meant here.
  std::optional<FaultOrder> Take(FaultMoment moment, std::string_view subject,
                                 bool only_with_pattern = false);
  /// Ends those that still wait; they stay in the list.
  void Clear();
  std::vector<ArmedFault> All() const;

 private:
  mutable std::mutex mutex_;
  std::vector<ArmedFault> faults_;
  std::mt19937_64 random_{std::random_device{}()};
};

/// Of faults that still wait and have never fired.
int CountNeverFired(std::span<const ArmedFault> faults);

}  // namespace redshift_local
