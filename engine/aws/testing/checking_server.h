#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>

namespace redshift::testing {

/// checking_server.py as a child process: an HTTP or TLS server that compares signatures with botocore's.
/// Failing to start ends the test program with the reason.
class CheckingServer {
 public:
  /// `tls`: "" for plain HTTP, else one of checking_server.py's certificates: "good", "expired", ..
  explicit CheckingServer(const std::string& tls = "");
  ~CheckingServer();
  CheckingServer(const CheckingServer&) = delete;
  CheckingServer& operator=(const CheckingServer&) = delete;

  uint16_t port() const { return port_; }
  /// The authority of its certificate.
  const std::string& ca_file() const { return ca_file_; }

 private:
  pid_t process_ = -1;
  int stdin_ = -1;
  uint16_t port_ = 0;
  std::string ca_file_;
  std::string directory_;
};

}  // namespace redshift::testing
