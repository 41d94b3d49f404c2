#include "local/session/login.h"

#include <array>
#include <string_view>

#include "local/session/password.h"
#include "local/sql/lexer.h"

namespace redshift_local {
namespace {

constexpr int32_t kProtocolVersion = 196608;
constexpr int32_t kCancelRequest = 80877102;
constexpr int32_t kSslRequest = 80877103;
constexpr int32_t kGssEncRequest = 80877104;

constexpr int32_t kClearText = 3;
constexpr int32_t kMd5 = 5;

constexpr size_t kLargestPasswordMessage = 10000;

/// How a user logs in. Redshift's method follows from the form of the stored password; ALTER USER ... SET
/// redshift.login = 'clear' (of the stand-in only) makes it ask for clear text.
struct StoredPassword {
  std::string md5;
  bool clear_text = false;
};

std::optional<StoredPassword> LookUp(const std::string& user, ServerState* server) {
  const auto rows =
      // Not template1: an open session there would keep everybody from creating databases.
      server->Admin("postgres",
                    "select rolpassword, exists (select from pg_db_role_setting where setrole = r.oid and "
                    "'redshift.login=clear' = "
                    "any(setconfig)) from pg_authid r where rolcanlogin and rolname = " +
                        QuoteLiteral(user) + " and (rolvaliduntil is null or rolvaliduntil > now())");
  if (rows.empty() || !rows[0][0]) return std::nullopt;
  return StoredPassword{*rows[0][0], rows[0][1] == "t"};
}

// The password message, without its zero byte.
std::string ReadPassword(Connection* client) {
  const Message message = client->Read(kLargestPasswordMessage);
  if (message.type != 'p') throw ConnectionLost(client->peer() + " sent no password");
  return std::string(BodyReader(message.body).String());
}

bool PasswordIsRight(const Startup& startup, Connection* client, ServerState* server) {
  const std::optional<StoredPassword> stored = LookUp(startup.user, server);
  if (stored && stored->clear_text) {
    client->Add('R', BodyWriter().Int32(kClearText).body());
    client->Flush();
    return Md5Password(startup.user, ReadPassword(client)) == stored->md5;
  }
  const std::string salt = RandomBytes(4);
  client->Add('R', BodyWriter().Int32(kMd5).Bytes(salt).body());
  client->Flush();
  const std::string answer = ReadPassword(client);
  return stored && stored->md5.starts_with("md5") && answer == Md5Answer(stored->md5, salt);
}

}  // namespace

std::optional<Startup> ReadStartup(Connection* client, ServerState* server) {
  while (true) {
    const std::string body = client->ReadStartup();
    BodyReader reader(body);
    const int32_t code = reader.Int32();
    if (code == kSslRequest || code == kGssEncRequest) {
      client->AddRaw("N");
      client->Flush();
      continue;
    }
    if (code == kCancelRequest) {
      const int32_t pid = reader.Int32();
      server->Cancel(pid, reader.Int32());
      return std::nullopt;
    }
    if (code >> 16 != kProtocolVersion >> 16) {
      SendFatal(client, "0A000",
                "unsupported frontend protocol " + std::to_string(code >> 16) + "." +
                    std::to_string(code & 0xFFFF) + ": server supports 3.0");
      return std::nullopt;
    }
    Startup startup;
    while (reader.ok()) {
      const std::string name = FoldCase(reader.String());
      if (name.empty()) break;
      startup.parameters[name] = std::string(reader.String());
    }
    startup.user = startup.parameters["user"];
    startup.database = startup.parameters["database"];
    if (startup.database.empty()) startup.database = startup.user;
    if (startup.user.empty()) {
      SendFatal(client, "28000", "no user name specified in startup packet");
      return std::nullopt;
    }
    return startup;
  }
}

bool Authenticate(const Startup& startup, Connection* client, ServerState* server) {
  if (!PasswordIsRight(startup, client, server)) {
    SendFatal(client, "28000", "password authentication failed for user \"" + startup.user + "\"");
    return false;
  }
  return true;
}

std::map<std::string, std::string> BackendParameters(const Startup& startup) {
  static constexpr std::array<std::string_view, 7> kPassed = {
      "application_name",   "client_encoding", "datestyle",  "timezone",
      "extra_float_digits", "options",         "search_path"};
  std::map<std::string, std::string> parameters = {{"user", startup.user}, {"database", startup.database}};
  for (std::string_view name : kPassed) {
    const auto found = startup.parameters.find(std::string(name));
    if (found != startup.parameters.end() && !found->second.empty()) parameters.insert(*found);
  }
  return parameters;
}

void SendFatal(Connection* client, const std::string& sqlstate, const std::string& message) {
  client->Add('E', WriteErrorFields({{'S', "FATAL"}, {'V', "FATAL"}, {'C', sqlstate}, {'M', message}}));
  client->Flush();
}

}  // namespace redshift_local
