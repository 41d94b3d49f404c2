#include "engine/warehouse/connection_settings.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>

#include "engine/warehouse/database_credentials.h"

namespace redshift {
namespace {

arrow::Result<Secret> ReadPasswordFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    return arrow::Status::IOError("Cannot read the password file '", path,
                                  "' ('password-file'): ", std::strerror(errno),
                                  ". It must exist on every machine that opens a session.");
  }
  std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
  if (text.empty()) {
    return arrow::Status::Invalid("The password file '", path, "' ('password-file') is empty.");
  }
  return Secret(std::move(text));
}

}  // namespace

arrow::Result<ConnectionSettings> ConnectionSettings::From(const Options& options,
                                                           const HostEnvironment& environment) {
  static constexpr std::array kSslModes = {"disable", "require", "verify-ca", "verify-full"};
  ConnectionSettings settings;
  settings.host = options.Find(option::kHostname).value_or("");
  settings.port = static_cast<int>(options.Get(option::kPort));
  settings.database = options.Get(option::kDatabaseName);
  settings.user = options.Find(option::kUsername).value_or("");
  if (auto file = options.Find(option::kPasswordFile)) {
    ARROW_ASSIGN_OR_RAISE(settings.password, ReadPasswordFile(*file));
  } else {
    settings.password = options.Find(option::kPassword).value_or(Secret());
  }
  settings.ssl_mode = kSslModes[static_cast<size_t>(options.Get(option::kSslMode))];
  settings.ssl_root_cert = options.Find(option::kSslRootCert).value_or("");
  settings.connect_timeout = options.Get(option::kConnectTimeout);
  settings.statement_timeout = options.Find(option::kStatementTimeout).value_or(std::chrono::milliseconds(0));
  ARROW_ASSIGN_OR_RAISE(settings.credentials, DatabaseCredentials::For(options, environment));
  return settings;
}

}  // namespace redshift
