#include "local/session/session_groups.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "local/sql/lexer.h"

namespace redshift_local {

/// What one session has joined.
class SessionGroups::Visit {
 public:
  explicit Visit(SessionGroups* groups) : groups_(groups) {}
  Visit(const Visit&) = delete;
  Visit& operator=(const Visit&) = delete;
  ~Visit() {
    for (const Membership& membership : entered_) groups_->Leave(membership);
  }
  void Enter(const Membership& membership) {
    if (groups_->Enter(membership)) entered_.push_back(membership);
  }

 private:
  SessionGroups* groups_;
  std::vector<Membership> entered_;
};

std::shared_ptr<void> SessionGroups::Join(const std::string& user, const std::vector<std::string>& groups) {
  auto visit = std::make_shared<Visit>(this);
  for (const std::string& group : groups) visit->Enter({user, group});
  return visit;
}

bool SessionGroups::Enter(const Membership& membership) {
  const auto& [user, group] = membership;
  std::lock_guard lock(mutex_);
  const auto held = visits_.find(membership);
  if (held != visits_.end()) {
    ++held->second;
    return true;
  }
  const bool is_member =
      !run_sql_(
           fmt::format("select from pg_auth_members where roleid = (select oid from pg_roles where rolname "
                       "= {}) and member = (select oid from pg_roles where rolname = {})",
                       QuoteLiteral(group), QuoteLiteral(user)))
           .empty();
  if (is_member) return false;
  run_sql_(fmt::format("grant {} to {}", QuoteIdentifier(group), QuoteIdentifier(user)));
  visits_[membership] = 1;
  return true;
}

void SessionGroups::Leave(const Membership& membership) {
  const auto& [user, group] = membership;
  std::lock_guard lock(mutex_);
  const auto held = visits_.find(membership);
  if (held == visits_.end() || --held->second > 0) return;
  visits_.erase(held);
  try {
    run_sql_(fmt::format("revoke {} from {}", QuoteIdentifier(group), QuoteIdentifier(user)));
  } catch (const std::exception& error) {
    // User or group was dropped meanwhile, or the server is being stopped.
    spdlog::info("user {} could not be taken out of group {} at the end of its session: {}", user, group,
                 error.what());
  }
}

}  // namespace redshift_local
