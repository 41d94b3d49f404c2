// For tests only: certificate authorities and certificates, made by OpenSSL.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

struct evp_pkey_st;
struct x509_st;

namespace redshift {

/// A certificate with its private key, in files of a directory of its own that goes with the object.
class Certificate {
 public:
  struct Life {
    std::chrono::seconds from_now{-3600};
    std::chrono::seconds until_now_plus{3600};
  };

  /// A certificate authority, signed by itself.
  static Certificate Authority(const std::string& name);
  /// A server's, signed by this authority. `hosts`: subjectAltName of OpenSSL: "DNS:localhost",
  /// "IP:127.0.0.1".
  Certificate Issue(const std::vector<std::string>& hosts, Life life) const;
  Certificate Issue(const std::vector<std::string>& hosts) const { return Issue(hosts, Life{}); }

  /// PEM.
  const std::string& certificate_file() const { return certificate_file_; }
  const std::string& key_file() const { return key_file_; }

 private:
  Certificate() = default;
  static Certificate Make(const std::string& name, const std::vector<std::string>& hosts, Life life,
                          const Certificate* issuer);

  std::shared_ptr<void> directory_;
  std::shared_ptr<evp_pkey_st> key_;
  std::shared_ptr<x509_st> certificate_;
  std::string certificate_file_;
  std::string key_file_;
};

}  // namespace redshift
