#include "engine/warehouse/testing/tls_listener.h"

#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include <string_view>
#include <utility>

namespace redshift {

TlsListener::TlsListener(const Certificate& certificate, Manner manner)
    : certificate_(certificate), manner_(std::move(manner)) {
  listener_.Serve([this](int client) { Serve(client); });
}

void TlsListener::Serve(int client) {
  using namespace std::string_view_literals;  // NOLINT: the bytes hold NUL
  // SSLRequest.
  if (ReadSome(client) != "\0\0\0\x08\x04\xd2\x16\x2f"sv) return;
  ++asked_;
  if (!SendAll(client, "S" + manner_.in_the_clear)) return;

  const std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context(SSL_CTX_new(TLS_server_method()),
                                                                  &SSL_CTX_free);
  // Old versions are below OpenSSL's default level.
  SSL_CTX_set_security_level(context.get(), 0);
  SSL_CTX_set_min_proto_version(context.get(), manner_.oldest);
  SSL_CTX_set_max_proto_version(context.get(), manner_.newest);
  EXPECT_EQ(SSL_CTX_use_certificate_chain_file(context.get(), certificate_.certificate_file().c_str()), 1);
  EXPECT_EQ(SSL_CTX_use_PrivateKey_file(context.get(), certificate_.key_file().c_str(), SSL_FILETYPE_PEM), 1);
  const std::unique_ptr<SSL, decltype(&SSL_free)> tls(SSL_new(context.get()), &SSL_free);
  SSL_set_fd(tls.get(), client);
  if (SSL_accept(tls.get()) != 1) return;
  version_ = SSL_get_version(tls.get());

  char bytes[4096];
  const int size = SSL_read(tls.get(), bytes, sizeof bytes);
  if (size <= 0) return;
  login_.assign(bytes, static_cast<size_t>(size));
  const std::string& welcome = manner_.welcome;
  if (SSL_write(tls.get(), welcome.data(), static_cast<int>(welcome.size())) <= 0) return;
  bool answered = false;
  while (SSL_read(tls.get(), bytes, sizeof bytes) > 0) {
    if (std::exchange(answered, true)) continue;
    for (const std::string& record : manner_.answer) {
      if (SSL_write(tls.get(), record.data(), static_cast<int>(record.size())) <= 0) return;
    }
  }
}

std::string TlsListener::version() {
  listener_.Stop();
  return version_;
}

std::string TlsListener::login() {
  listener_.Stop();
  return login_;
}

}  // namespace redshift
