// The start of a session: what a client asks for, and whether it is who it says.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "local/session/server_state.h"
#include "local/wire/connection.h"

namespace redshift_local {

struct Startup {
  std::string user;
  std::string database;
  /// As the client sent them, by lower-case name; also those that nobody knows.
  std::map<std::string, std::string> parameters;
};

/// Reads start-up packets until one asks for a session. SSLRequest and GSSENCRequest are answered with N;
/// a CancelRequest is carried out and gives nullopt. Throws ConnectionLost.
std::optional<Startup> ReadStartup(Connection* client, ServerState* server);

/// Asks for the password the way the user's stored one demands and compares. False after the client was told
/// that it may not come in. Throws ConnectionLost.
bool Authenticate(const Startup& startup, Connection* client, ServerState* server);

/// What PostgreSQL is told at log-in: the user, the database, and those parameters that it knows.
std::map<std::string, std::string> BackendParameters(const Startup& startup);

/// Sends a FATAL error and flushes.
void SendFatal(Connection* client, const std::string& sqlstate, const std::string& message);

}  // namespace redshift_local
