#include "local/session/issued_credentials.h"

#include <utility>

namespace redshift_local {
namespace {

/// Passwords kept per user. Issuing goes on beyond it; the oldest are forgotten.
constexpr size_t kMostPerUser = 1000;

}  // namespace

bool IsTemporaryUser(std::string_view user) {
  return user.starts_with("IAM:") || user.starts_with("IAMA:") || user.starts_with("IAMR:");
}

void IssuedCredentials::Issue(IssuedLogin login) {
  std::lock_guard lock(mutex_);
  std::vector<IssuedLogin>& logins = logins_[login.user];
  if (logins.size() >= kMostPerUser) logins.erase(logins.begin());
  logins.push_back(std::move(login));
}

std::vector<IssuedLogin> IssuedCredentials::Find(const std::string& user, TimePoint now) const {
  std::lock_guard lock(mutex_);
  std::vector<IssuedLogin> valid;
  const auto found = logins_.find(user);
  if (found == logins_.end()) return valid;
  for (auto login = found->second.rbegin(); login != found->second.rend(); ++login) {
    if (login->expires > now) valid.push_back(*login);
  }
  return valid;
}

void IssuedCredentials::Expire(const std::string& user) {
  std::lock_guard lock(mutex_);
  logins_.erase(user);
}

}  // namespace redshift_local
