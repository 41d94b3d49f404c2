#pragma once

#include <string>

namespace redshift {

/// The file with the certificate authorities that this system trusts: `SSL_CERT_FILE` of the environment, as
/// OpenSSL reads it, or the first that is there of the places where Linux distributions keep it. The TLS
/// libraries that the jar carries were built elsewhere and look in places that are not there. Empty when none
/// is found; then every certificate is refused.
std::string SystemRoots();

}  // namespace redshift
