// Groups that users join for the length of a session, as the DbGroups of temporary credentials ask for.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "local/wire/backend.h"

namespace redshift_local {

/// PostgreSQL knows lasting memberships only: one is granted to the first session that asks for it and
/// revoked when the last of them ends. A membership that the user has otherwise stays. Safe for several
/// threads.
class SessionGroups {
 public:
  /// Runs SQL as the internal role.
  using RunSql = std::function<std::vector<TextRow>(const std::string& sql)>;

  explicit SessionGroups(RunSql run_sql) : run_sql_(std::move(run_sql)) {}

  /// `groups` exist. The user is in them while the returned object lives, which this one outlives. Throws
  /// BackendError, ConnectionLost.
  std::shared_ptr<void> Join(const std::string& user, const std::vector<std::string>& groups);

 private:
  using Membership = std::pair<std::string, std::string>;
  class Visit;
  /// False when the user is in the group already and not through us.
  bool Enter(const Membership& membership);
  void Leave(const Membership& membership);

  const RunSql run_sql_;
  std::mutex mutex_;
  /// Sessions that hold a membership which was granted here.
  std::map<Membership, int> visits_;
};

}  // namespace redshift_local
