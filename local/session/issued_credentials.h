// The temporary database passwords that the credential API has given out, each until it expires.
#pragma once

#include <chrono>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace redshift_local {

/// One answer of GetClusterCredentials and its kin, and what a session that logs in with it may do.
struct IssuedLogin {
  /// As the client sends it: `IAM:alice`, `IAMA:alice:loaders`, `IAMR:etl`.
  std::string user;
  std::string password;
  /// Whom the session runs as: `alice`. Users that stand for an IAM identity keep their prefix: `IAMR:etl`.
  std::string database_user;
  /// The one database it is good for; empty: any.
  std::string database;
  /// The database user is made at log-in where there is none.
  bool create_user = false;
  /// Groups that the session joins; they must exist.
  std::vector<std::string> groups;
  /// Until when a session may be started with it; a started one goes on.
  std::chrono::system_clock::time_point expires;
};

/// True for names with the prefix `IAM:`, `IAMA:` or `IAMR:`: nobody else may log in under such a name, and
/// these only over TLS.
bool IsTemporaryUser(std::string_view user);

/// Every issued password that has not expired; issuing one leaves the earlier ones of the same user valid, as
/// on Redshift. Kept in memory only. Safe for several threads.
class IssuedCredentials {
 public:
  using TimePoint = std::chrono::system_clock::time_point;

  void Issue(IssuedLogin login);
  /// What `user` may log in with at `now`, latest first; none when all have expired.
  std::vector<IssuedLogin> Find(const std::string& user, TimePoint now) const;
  /// Ends all passwords of `user`, as if their time were up.
  void Expire(const std::string& user);

 private:
  mutable std::mutex mutex_;
  std::map<std::string, std::vector<IssuedLogin>> logins_;
};

}  // namespace redshift_local
