#include "engine/warehouse/tls_verdict.h"

#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

namespace redshift {
namespace {

// Of the TLS session that was freed last on this thread and whose certificate was not accepted.
thread_local int64_t verdict = X509_V_OK;

void OnFree(void* session, void*, CRYPTO_EX_DATA*, int, long, void*) {  // NOLINT: OpenSSL's signature
  const int64_t result = SSL_get_verify_result(static_cast<const SSL*>(session));
  if (result != X509_V_OK) verdict = result;
}

}  // namespace

TlsVerdict::TlsVerdict() {
  // OpenSSL calls it for every TLS session that it frees, as long as the process lives.
  [[maybe_unused]] static const int registered = SSL_get_ex_new_index(0, nullptr, nullptr, nullptr, &OnFree);
  verdict = X509_V_OK;
}

std::string TlsVerdict::WhatIsWrong(const std::string& roots) const {
  switch (verdict) {
    case X509_V_OK:
      return "";
    case X509_V_ERR_CERT_HAS_EXPIRED:
      return "it, or one above it in its chain, has expired. Check this machine's clock, then renew the "
             "certificate";
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return "it is not valid yet. Check this machine's clock";
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
      return "its chain ends at no authority of '" + roots +
             "'. Give the file with the server's authority as 'ssl.root-cert'; Amazon's is named in the "
             "Redshift guide, \"Configuring security options for connections\"";
    default:
      return X509_verify_cert_error_string(static_cast<long>(verdict));  // NOLINT: OpenSSL's signature
  }
}

}  // namespace redshift
