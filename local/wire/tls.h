// TLS for a client's connection: the certificate shown, and one encrypted stream over a socket.
#pragma once

#include <openssl/ossl_typ.h>

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace redshift_local {

/// Whether clients may, or must, speak TLS.
enum class TlsMode { kOff, kAllow, kRequire };

struct FreeCertificate {
  void operator()(X509* certificate) const;
};
struct FreeKey {
  void operator()(EVP_PKEY* key) const;
};
using Certificate = std::unique_ptr<X509, FreeCertificate>;
using PrivateKey = std::unique_ptr<EVP_PKEY, FreeKey>;

/// What a server needs for TLS: 1.2 or newer, no renegotiation, no resumption. Safe for several threads.
class TlsContext {
 public:
  /// Throws std::runtime_error when OpenSSL refuses the certificate or its key.
  TlsContext(const Certificate& certificate, const PrivateKey& key);

 private:
  friend class TlsStream;
  struct Free {
    void operator()(SSL_CTX* context) const;
  };
  std::unique_ptr<SSL_CTX, Free> context_;
};

/// The server's end of TLS on a connected, blocking socket, which it does not own. Used by one thread.
class TlsStream {
 public:
  /// What became of a call.
  enum class Result { kDone, kEnd, kTimeout, kFailed };

  TlsStream(const TlsContext& context, int socket);

  /// Blocks until the handshake is over.
  Result Accept();
  /// Reads up to `size` bytes, at least one; `got` is how many. kEnd: the peer closed. kTimeout: the socket's
  /// SO_RCVTIMEO is over.
  Result Read(char* data, size_t size, size_t* got);
  /// Writes all.
  Result Write(std::string_view bytes);
  /// Bytes that wait, decrypted; poll() does not know of them.
  bool HasInput() const;
  /// `TLSv1.3`.
  std::string Version() const;
  /// Tells the peer that nothing more comes, if that can be done without waiting. The socket must be open.
  void Close();

  /// Why the last call failed.
  const std::string& failure() const { return failure_; }

 private:
  struct Free {
    void operator()(SSL* ssl) const;
  };
  Result Explain(int returned);

  std::unique_ptr<SSL, Free> ssl_;
  int socket_;
  std::string failure_;
  /// After an error OpenSSL must not be asked for a farewell.
  bool broken_ = false;
};

}  // namespace redshift_local
