// The start of a session: what a client asks for, and whether it is who it says.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "local/session/server_state.h"
#include "local/wire/connection.h"

namespace redshift_local {

struct Startup {
  std::string user;
  std::string database;
  /// Whom the session runs as, by Authenticate; another than `user` after temporary credentials.
  std::string database_user;
  /// Keeps the user in the groups that its credentials were asked for with.
  std::shared_ptr<void> groups;
  /// As the client sent them, by lower-case name; also those that nobody knows.
  std::map<std::string, std::string> parameters;
};

/// Reads start-up packets until one asks for a session. After an SSLRequest the connection speaks TLS when
/// the server has it, otherwise the answer is N, as to a GSSENCRequest; a CancelRequest is carried out and
/// gives nullopt. Throws ConnectionLost.
std::optional<Startup> ReadStartup(Connection* client, ServerState* server);

/// Refuses clients that had to speak TLS: all of them where it is required, otherwise those with temporary
/// credentials. Asks for the password the way the user's stored one demands and compares. False after the
/// client was told that it may not come in. Throws ConnectionLost.
bool Authenticate(Startup* startup, Connection* client, ServerState* server);

/// What PostgreSQL is told at log-in: the user, the database, and those parameters that it knows.
std::map<std::string, std::string> BackendParameters(const Startup& startup);

/// What nobody has verified of all this, as name=choice.
std::vector<std::string> DescribeLoginChoices();

/// Sends a FATAL error and flushes.
void SendFatal(Connection* client, const std::string& sqlstate, const std::string& message);

}  // namespace redshift_local
