#include "local/session/issued_login.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <chrono>

#include "local/sql/lexer.h"

namespace redshift_local {
namespace {

bool Exists(ServerState* server, const std::string& sql) {
  return !server->Admin("postgres", sql).empty();
}

bool UserExists(const std::string& name, ServerState* server) {
  return Exists(server, "select from pg_roles where rolcanlogin and rolname = " + QuoteLiteral(name));
}

// Two log-ins may make the same user at once: the loser finds it.
void MakeUser(const std::string& name, ServerState* server) {
  try {
    server->Admin("postgres", fmt::format("create role {} login", QuoteIdentifier(name)));
    spdlog::info("database user {} was made at its log-in with temporary credentials", name);
  } catch (const BackendError&) {
    if (!UserExists(name, server)) throw;
  }
}

}  // namespace

std::vector<IssuedLogin> FindIssuedLogins(const std::string& user, ServerState* server) {
  if (const auto fault = server->faults().Take(FaultMoment::kTemporaryLogIn, user)) {
    spdlog::info("fault {} fires: the temporary passwords of {} expire", FaultName(fault->fault), user);
    server->issued().Expire(user);
  }
  return server->issued().Find(user, std::chrono::system_clock::now());
}

Admission AdmitIssuedLogin(const IssuedLogin& login, const std::string& database, ServerState* server) {
  if (!login.database.empty() && login.database != database) {
    return {fmt::format("password authentication failed for user \"{}\"", login.user),
            fmt::format(": this password was issued for database \"{}\", not for \"{}\"", login.database,
                        database),
            nullptr};
  }
  if (!UserExists(login.database_user, server)) {
    if (!login.create_user)
      return {fmt::format("user \"{}\" does not exist", login.database_user), "", nullptr};
    MakeUser(login.database_user, server);
  }
  for (const std::string& group : login.groups) {
    if (!Exists(server, "select from pg_roles where not rolcanlogin and rolname = " + QuoteLiteral(group))) {
      return {fmt::format("group \"{}\" does not exist", group), "", nullptr};
    }
  }
  return {std::nullopt, "", server->session_groups().Join(login.database_user, login.groups)};
}

}  // namespace redshift_local
