#include "local/wire/tls.h"

#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>

namespace redshift_local {
namespace {

// The reason of the latest error in OpenSSL's queue, which is empty afterwards.
std::string TakeError() {
  const unsigned long error = ERR_peek_last_error();
  ERR_clear_error();
  const char* reason = ERR_reason_error_string(error);
  return reason != nullptr ? reason : "no reason given";
}

}  // namespace

void FreeCertificate::operator()(X509* certificate) const {
  X509_free(certificate);
}

void FreeKey::operator()(EVP_PKEY* key) const {
  EVP_PKEY_free(key);
}

void TlsContext::Free::operator()(SSL_CTX* context) const {
  SSL_CTX_free(context);
}

TlsContext::TlsContext(const Certificate& certificate, const PrivateKey& key)
    : context_(SSL_CTX_new(TLS_server_method())) {
  SSL_CTX* context = context_.get();
  if (context == nullptr || SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) != 1 ||
      SSL_CTX_use_certificate(context, certificate.get()) != 1 ||
      SSL_CTX_use_PrivateKey(context, key.get()) != 1 || SSL_CTX_check_private_key(context) != 1) {
    throw std::runtime_error("OpenSSL refuses the server's certificate: " + TakeError());
  }
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_TICKET);
  SSL_CTX_set_num_tickets(context, 0);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
}

void TlsStream::Free::operator()(SSL* ssl) const {
  SSL_free(ssl);
}

TlsStream::TlsStream(const TlsContext& context, int socket)
    : ssl_(SSL_new(context.context_.get())), socket_(socket) {
  if (!ssl_ || SSL_set_fd(ssl_.get(), socket) != 1) {
    throw std::runtime_error("OpenSSL makes no TLS session: " + TakeError());
  }
}

TlsStream::Result TlsStream::Explain(int returned) {
  const int system_error = errno;
  switch (SSL_get_error(ssl_.get(), returned)) {
    case SSL_ERROR_ZERO_RETURN:
      return Result::kEnd;
    case SSL_ERROR_WANT_READ:
    case SSL_ERROR_WANT_WRITE:
      return Result::kTimeout;
    case SSL_ERROR_SYSCALL:
      broken_ = true;
      ERR_clear_error();
      if (system_error == 0) return Result::kEnd;
      failure_ = std::strerror(system_error);
      return Result::kFailed;
    default:
      broken_ = true;
#ifdef SSL_R_UNEXPECTED_EOF_WHILE_READING
      // Many clients close the socket without TLS's farewell.
      if (ERR_GET_REASON(ERR_peek_last_error()) == SSL_R_UNEXPECTED_EOF_WHILE_READING) {
        ERR_clear_error();
        return Result::kEnd;
      }
#endif
      failure_ = "TLS: " + TakeError();
      return Result::kFailed;
  }
}

TlsStream::Result TlsStream::Accept() {
  ERR_clear_error();
  errno = 0;
  const int returned = SSL_accept(ssl_.get());
  if (returned == 1) return Result::kDone;
  const Result result = Explain(returned);
  broken_ = true;
  return result;
}

TlsStream::Result TlsStream::Read(char* data, size_t size, size_t* got) {
  ERR_clear_error();
  while (true) {
    errno = 0;
    const int returned = SSL_read_ex(ssl_.get(), data, size, got);
    if (returned == 1) return Result::kDone;
    *got = 0;
    if (errno != EINTR || SSL_get_error(ssl_.get(), returned) != SSL_ERROR_WANT_READ)
      return Explain(returned);
  }
}

TlsStream::Result TlsStream::Write(std::string_view bytes) {
  if (bytes.empty()) return Result::kDone;
  ERR_clear_error();
  while (true) {
    errno = 0;
    size_t written = 0;
    const int returned = SSL_write_ex(ssl_.get(), bytes.data(), bytes.size(), &written);
    if (returned == 1) return Result::kDone;
    if (errno != EINTR || SSL_get_error(ssl_.get(), returned) != SSL_ERROR_WANT_WRITE)
      return Explain(returned);
  }
}

bool TlsStream::HasInput() const {
  return SSL_pending(ssl_.get()) > 0;
}

std::string TlsStream::Version() const {
  return SSL_get_version(ssl_.get());
}

void TlsStream::Close() {
  if (broken_) return;
  ERR_clear_error();
  // The peer may read no more: the farewell must not wait for it.
  ::fcntl(socket_, F_SETFL, ::fcntl(socket_, F_GETFL) | O_NONBLOCK);
  SSL_shutdown(ssl_.get());
  ERR_clear_error();
}

}  // namespace redshift_local
