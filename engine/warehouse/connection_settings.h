// Where the warehouse is and how to log in.
#pragma once

#include <arrow/result.h>

#include <chrono>
#include <memory>
#include <string>

#include "engine/aws/host_environment.h"
#include "engine/option/options.h"

namespace redshift {

class DatabaseCredentials;

/// What a session needs to be opened.
struct ConnectionSettings {
  std::string host;
  int port = 5439;
  std::string database;
  std::string user;
  Secret password;
  std::string ssl_mode = "verify-full";  ///< libpq's word
  std::string ssl_root_cert;             ///< a file; empty: the system's roots
  std::chrono::milliseconds connect_timeout{30'000};
  std::chrono::milliseconds statement_timeout{0};  ///< 0: none
  std::string application_name = "flink-connector-redshift";
  /// Asked by every session that is opened for what is not given above; null when all is.
  std::shared_ptr<DatabaseCredentials> credentials;
  /// What to check when the login is refused.
  std::string login_advice = "Check 'username' and 'password' (or 'password-file').";
  std::string query_group;  ///< label of the session's statements; empty: not set

  /// From the option table; reads `password-file` now. Pure otherwise: AWS is asked when a session is opened.
  static arrow::Result<ConnectionSettings> From(const Options& options,
                                                const HostEnvironment& environment = {});
};

}  // namespace redshift
