#include "engine/warehouse/connect_string.h"

#include <cstdlib>
#include <string_view>

#include "engine/warehouse/connect_error.h"

namespace redshift {
namespace {

/// Quoted as the libpq manual says, section "Connection Strings".
void Append(const char* keyword, std::string_view value, std::string* to) {
  to->append(keyword).append("='");
  for (const char c : value) {
    if (c == '\'' || c == '\\') to->push_back('\\');
    to->push_back(c);
  }
  to->append("' ");
}

}  // namespace

Secret ConnectString(const ConnectionSettings& settings, const std::string& address,
                     const std::string& roots) {
  std::string text;
  const auto say = [&text](const char* keyword, const std::string& value) {
    Append(keyword, value.c_str(), &text);
  };
  say("host", settings.host);
  say("hostaddr", address);
  say("port", std::to_string(settings.port));
  say("dbname", settings.database);
  say("user", settings.user);
  say("password", settings.password.Reveal());
  say("application_name", settings.application_name);
  say("client_encoding", "UTF8");
  say("options", "");
  say("replication", "");

  // Who may answer, and how it proves who it is.
  say("sslmode", settings.ssl_mode);
  say("sslrootcert", roots);
  say("sslcrl", kNoFile);
  say("sslcrldir", "");
  say("ssl_min_protocol_version", "TLSv1.2");
  say("ssl_max_protocol_version", "TLSv1.3");
  say("sslnegotiation", "postgres");
  say("sslsni", "1");
  say("sslcompression", "0");
  say("sslkeylogfile", "");
  say("gssencmode", "disable");
  say("requirepeer", "");
  say("target_session_attrs", "any");
  say("load_balance_hosts", "disable");

  // How we prove who we are: with the password alone.
  say("passfile", kNoFile);
  say("channel_binding", "disable");
  say("sslcertmode", "disable");
  say("sslcert", "");
  say("sslkey", "");
  say("sslpassword", "");
  say("krbsrvname", "postgres");
  say("gsslib", "");
  say("gssdelegation", "0");

  // Redshift speaks version 3.0 and knows no negotiation.
  say("min_protocol_version", "3.0");
  say("max_protocol_version", "3.0");

  // The deadline is ours.
  say("connect_timeout", "0");
  // Firewalls forget idle connections during a long COPY.
  say("keepalives", "1");
  say("keepalives_idle", "60");
  say("keepalives_interval", "20");
  say("keepalives_count", "6");
  // The same for one on which bytes wait for an answer. Both are answered by the kernel of the other side, so
  // that a statement may take as long as it likes: they end sessions with hosts that cannot be reached.
  say("tcp_user_timeout", "120000");
  return Secret(std::move(text));
}

arrow::Status CheckEnvironment() {
  for (const char* name : {"PGSERVICE", "PGREQUIREAUTH", "PGDATESTYLE", "PGTZ", "PGGEQO"}) {
    if (std::getenv(name) == nullptr) continue;
    return ConnectError(ErrorKind::kLogin, Retry::kNever, "The environment of this process sets ", name,
                        ", which libpq obeys whatever the table's options say. Start Flink without it.");
  }
  return arrow::Status::OK();
}

}  // namespace redshift
