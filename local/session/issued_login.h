// Log-in with what the credential API has issued: which passwords count, and the user behind them.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "local/session/issued_credentials.h"
#include "local/session/server_state.h"

namespace redshift_local {

/// The passwords that `user` (IsTemporaryUser) may log in with now; none is as good as a wrong password.
/// The fault expire-credentials ends them first.
std::vector<IssuedLogin> FindIssuedLogins(const std::string& user, ServerState* server);

/// Whether a session may start.
struct Admission {
  /// What keeps it from starting, for a FATAL of 28000: no such user, no such group, another database.
  std::optional<std::string> refusal;
  /// What the refusal does not say, for the log: `: the password was issued for database x`.
  std::string why;
  /// The user is in the groups of the login while this lives.
  std::shared_ptr<void> groups;
};

/// Called once the password was right and before the session's back end is started, which then runs as
/// `login.database_user`. Makes the user where it may and is missing. Throws BackendError, ConnectionLost.
Admission AdmitIssuedLogin(const IssuedLogin& login, const std::string& database, ServerState* server);

}  // namespace redshift_local
