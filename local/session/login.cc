#include "local/session/login.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "local/session/issued_login.h"
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
/// Redshift's own, for passwords stored as SHA-256.
constexpr int32_t kDigest = 13;
constexpr int32_t kDigestIsSha256 = 0;
constexpr size_t kServerNonceSize = 32;

constexpr size_t kLargestPasswordMessage = 10000;

/// How a user logs in. Redshift's method follows from the form of the stored password; ALTER USER ... SET
/// redshift.login = 'clear' (of the stand-in only) makes it ask for clear text.
struct StoredPassword {
  std::string md5;
  /// Of a password stored as SHA-256, as bytes: SHA-256 over password and salt.
  std::string digest;
  std::string salt;
  bool clear_text = false;
};

// The value of a setting that the user's sessions get.
std::string UserSetting(const std::string& name) {
  return "(select substr(s, " + std::to_string(name.size() + 2) +
         ") from pg_db_role_setting, unnest(setconfig) s where setrole = r.oid and setdatabase = 0 and "
         "starts_with(s, " +
         QuoteLiteral(name + "=") + "))";
}

std::optional<StoredPassword> LookUp(const std::string& user, ServerState* server) {
  const auto rows =
      // Not template1: an open session there would keep everybody from creating databases.
      server->Admin("postgres",
                    "select coalesce(rolpassword, ''), " + UserSetting("redshift.login") + ", " +
                        UserSetting("redshift.digest") +
                        " from pg_authid r where rolcanlogin and rolname = " + QuoteLiteral(user) +
                        " and (rolvaliduntil is null or rolvaliduntil > now())");
  if (rows.empty()) return std::nullopt;
  StoredPassword stored;
  stored.md5 = *rows[0][0];
  stored.clear_text = rows[0][1] == "clear";
  if (rows[0][2]) {
    // local.keep_digest wrote it: digest|salt. What somebody else put there is no password.
    const std::string_view digest = *rows[0][2];
    const size_t bar = digest.find('|');
    stored.digest = FromHex(digest.substr(0, bar)).value_or("");
    stored.salt = FromHex(digest.substr(bar + 1)).value_or("");
  }
  if (stored.md5.empty() && stored.digest.empty()) return std::nullopt;
  return stored;
}

// The answer to a request for a password.
std::string ReadAnswer(Connection* client, char type) {
  const Message message = client->Read(kLargestPasswordMessage);
  if (message.type != type) throw ConnectionLost(client->peer() + " sent no password");
  return message.body;
}

// The password message, without its zero byte.
std::string ReadPassword(Connection* client) {
  return std::string(BodyReader(ReadAnswer(client, 'p')).String());
}

void Ask(Connection* client, const BodyWriter& request) {
  client->Add('R', request.body());
  client->Flush();
}

bool DigestIsRight(const StoredPassword& stored, Connection* client) {
  const std::string nonce = RandomBytes(kServerNonceSize);
  Ask(client, BodyWriter()
                  .Int32(kDigest)
                  .Int32(kDigestIsSha256)
                  .Int32(static_cast<int32_t>(stored.salt.size()))
                  .Bytes(stored.salt)
                  .Int32(static_cast<int32_t>(nonce.size()))
                  .Bytes(nonce));
  const std::string answer = ReadAnswer(client, 'd');
  BodyReader reader(answer);
  const std::string_view digest = reader.Bytes(static_cast<size_t>(std::max(reader.Int32(), 0)));
  const std::string_view client_nonce = reader.Bytes(static_cast<size_t>(std::max(reader.Int32(), 0)));
  return reader.ok() && digest == Sha256Answer(stored.digest, nonce, client_nonce);
}

bool PasswordIsRight(const std::string& user, Connection* client, ServerState* server) {
  const std::optional<StoredPassword> stored = LookUp(user, server);
  if (stored && stored->clear_text) {
    Ask(client, BodyWriter().Int32(kClearText));
    const std::string password = ReadPassword(client);
    return stored->digest.empty() ? Md5Password(user, password) == stored->md5
                                  : Sha256(password + stored->salt) == stored->digest;
  }
  if (stored && !stored->digest.empty()) return DigestIsRight(*stored, client);
  const std::string salt = RandomBytes(4);
  Ask(client, BodyWriter().Int32(kMd5).Bytes(salt));
  const std::string answer = ReadPassword(client);
  return stored && stored->md5.starts_with("md5") && answer == Md5Answer(stored->md5, salt);
}

// `why` goes to the log only: clients are not told more than Redshift tells them.
bool Refuse(Connection* client, const std::string& message, const std::string& why = "") {
  spdlog::info("{} is not let in: {}{}", client->peer(), message, why);
  SendFatal(client, "28000", message);
  return false;
}

bool RefusePassword(const std::string& user, Connection* client, const std::string& why = "") {
  return Refuse(client, "password authentication failed for user \"" + user + "\"", why);
}

// With what the credential API has issued.
bool AuthenticateTemporary(Startup* startup, Connection* client, ServerState* server) {
  Ask(client, BodyWriter().Int32(kClearText));
  const std::string password = ReadPassword(client);
  for (const IssuedLogin& login : FindIssuedLogins(startup->user, server)) {
    if (login.password != password) continue;
    Admission admission = AdmitIssuedLogin(login, startup->database, server);
    if (admission.refusal) return Refuse(client, *admission.refusal, admission.why);
    startup->groups = std::move(admission.groups);
    startup->database_user = login.database_user;
    return true;
  }
  return RefusePassword(startup->user, client,
                        ": it is no password that was issued for this name and is still good");
}

}  // namespace

std::optional<Startup> ReadStartup(Connection* client, ServerState* server) {
  while (true) {
    const std::string body = client->ReadStartup();
    BodyReader reader(body);
    const int32_t code = reader.Int32();
    if (code == kSslRequest && server->tls().context && !client->HasTls()) {
      client->AddRaw("S");
      client->Flush();
      client->BeginTls(*server->tls().context);
      continue;
    }
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

bool Authenticate(Startup* startup, Connection* client, ServerState* server) {
  const bool is_temporary = IsTemporaryUser(startup->user);
  if (!client->HasTls() && (server->tls().required || is_temporary)) {
    // Redshift listens on IPv6 sockets, and names IPv4 clients their way.
    return Refuse(
        client,
        fmt::format(
            "no pg_hba.conf entry for host \"::ffff:127.0.0.1\", user \"{}\", database \"{}\", SSL off",
            startup->user, startup->database));
  }
  if (is_temporary) return AuthenticateTemporary(startup, client, server);
  startup->database_user = startup->user;
  return PasswordIsRight(startup->user, client, server) || RefusePassword(startup->user, client);
}

std::vector<std::string> DescribeLoginChoices() {
  return {
      "login.without-tls=28000, as PostgreSQL 8 says it",
      "login.temporary-without-tls=28000, the same words",
      "login.temporary-password=asked for in clear text",
      "login.expired-password=as a wrong one",
      "login.too-many-sessions=53300",
      "login.sha256-salt=sent as the bytes its hexadecimal digits stand for",
  };
}

std::map<std::string, std::string> BackendParameters(const Startup& startup) {
  static constexpr std::array<std::string_view, 7> kPassed = {
      "application_name",   "client_encoding", "datestyle",  "timezone",
      "extra_float_digits", "options",         "search_path"};
  std::map<std::string, std::string> parameters = {{"user", startup.database_user},
                                                   {"database", startup.database}};
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
