#include "engine/aws/system_roots.h"

#include <unistd.h>

#include <array>
#include <cstdlib>

namespace redshift {

std::string SystemRoots() {
  // A file that was named and cannot be read is not passed over in silence: whoever opens it says so.
  if (const char* file = std::getenv("SSL_CERT_FILE"); file != nullptr && *file != '\0') return file;
  static constexpr std::array kFiles = {
      "/etc/ssl/certs/ca-certificates.crt",                 // Debian, Ubuntu, Alpine
      "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",  // Amazon Linux, RHEL, Fedora
      "/etc/pki/tls/certs/ca-bundle.crt",                   // older of these
      "/etc/ssl/ca-bundle.pem",                             // SUSE
      "/etc/ssl/cert.pem"};
  for (const char* file : kFiles) {
    if (access(file, R_OK) == 0) return file;
  }
  return "";
}

}  // namespace redshift
