// For tests only: a server that speaks TLS as Redshift does, by OpenSSL.
#pragma once

#include <atomic>
#include <functional>
#include <string>
#include <vector>

#include "engine/warehouse/testing/certificates.h"
#include "engine/warehouse/testing/listener.h"

namespace redshift {

/// Answers the request for TLS, shakes hands, and lets everybody in without a password.
class TlsListener {
 public:
  struct Manner {
    int oldest = 0;  ///< TLS1_2_VERSION; 0: OpenSSL's choice
    int newest = 0;
    std::string in_the_clear = {};  ///< sent between the agreement to TLS and the handshake
    std::string welcome =
        std::string("R\0\0\0\x08\0\0\0\0Z\0\0\0\x05I", 15);  ///< AuthenticationOk, ReadyForQuery
    std::vector<std::string> answer = {};                    ///< to the first statement, as TLS records
  };
  explicit TlsListener(const Certificate& certificate) : TlsListener(certificate, Manner{}) {}
  TlsListener(const Certificate& certificate, Manner manner);

  int port() const { return listener_.port(); }
  /// Clients that asked for TLS.
  int asked() const { return asked_; }
  /// What the last session speaks: "TLSv1.3"; empty where none came about.
  std::string version();
  /// What the last client sent inside TLS: its login.
  std::string login();

 private:
  void Serve(int client);

  Certificate certificate_;
  Manner manner_;
  std::atomic<int> asked_ = 0;
  std::string version_;
  std::string login_;
  Listener listener_;
};

}  // namespace redshift
