// For tests only: a redshift-local of the test executable's own.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "engine/warehouse/connection_settings.h"
#include "engine/warehouse/session.h"

namespace redshift {

/// The stand-in that this executable's tests share; started before the first test, stopped after the last
/// one. The program is build/bin/redshift-local unless REDSHIFT_LOCAL names another; REDSHIFT_LOCAL_ISOLATION
/// is its --isolation.
class RedshiftLocal {
 public:
  /// Aborts the test run when it cannot be started.
  static const RedshiftLocal& Get();
  /// More arguments for the program, said before the first test: to be called by the initialiser of a global.
  static bool AddArguments(const std::vector<std::string>& arguments);

  /// Options of a copy-mode or jdbc-mode sink on it (without table-name and sink.write.mode).
  std::map<std::string, std::string> Options() const;
  ConnectionSettings Connection() const;
  /// A session as its administrator.
  std::unique_ptr<Session> Connect() const;

  /// Runs a statement that must succeed. The first field of the first row, "" where there is none or it is
  /// NULL.
  std::string Sql(const std::string& text) const;
  /// The same for a number.
  int64_t Count(const std::string& text) const;

  const std::string& host() const { return host_; }
  int port() const { return port_; }
  const std::string& s3() const { return s3_; }
  const std::string& bucket() const { return bucket_; }
  /// The file of the authority that signed its certificate.
  const std::string& ca() const { return ca_; }
  /// The URL of its Redshift API.
  const std::string& api() const { return api_; }

 private:
  friend class RedshiftLocalProcess;
  void ReadReadyLine(const std::string& line);

  std::string host_, user_, password_, database_, s3_, bucket_, region_, access_key_, secret_key_, ca_, api_;
  int port_ = 0;
  mutable std::unique_ptr<Session> session_;
};

}  // namespace redshift
