#include "local/server/certificate.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <sstream>
#include <string>

#include "local/server/program_error.h"
#include "local/session/password.h"

namespace redshift_local {
namespace {

namespace fs = std::filesystem;

constexpr long kDay = 24 * 60 * 60;
constexpr long kAuthorityDays = 3650;
/// What browsers and their like accept at most.
constexpr long kServerDays = 397;

using Bio = std::unique_ptr<BIO, decltype(&BIO_free)>;

struct Authority {
  Certificate certificate;
  PrivateKey key;
};

void Require(bool done, const char* what) {
  if (done) return;
  const char* reason = ERR_reason_error_string(ERR_peek_last_error());
  ERR_clear_error();
  throw ProgramError(
      fmt::format("OpenSSL cannot {}: {}", what, reason != nullptr ? reason : "no reason given"));
}

void AddExtension(X509* certificate, X509* issuer, int kind, const char* value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, kind, value);
  const bool added = extension != nullptr && X509_add_ext(certificate, extension, -1) == 1;
  X509_EXTENSION_free(extension);
  Require(added, "make a certificate");
}

// A certificate for `key`, with neither issuer nor signature yet. Its validity began yesterday, for clients
// whose clock is behind.
Certificate NewCertificate(const PrivateKey& key, const std::string& common_name, long days) {
  Certificate certificate(X509_new());
  X509* x509 = certificate.get();
  const std::string serial = RandomBytes(16);
  const std::unique_ptr<BIGNUM, decltype(&BN_free)> number(
      BN_bin2bn(reinterpret_cast<const unsigned char*>(serial.data()), static_cast<int>(serial.size()),
                nullptr),
      BN_free);
  X509_NAME* name = X509_get_subject_name(x509);
  Require(X509_set_version(x509, X509_VERSION_3) == 1 &&
              BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(x509)) != nullptr &&
              X509_gmtime_adj(X509_getm_notBefore(x509), -kDay) != nullptr &&
              X509_gmtime_adj(X509_getm_notAfter(x509), days * kDay) != nullptr &&
              X509_set_pubkey(x509, key.get()) == 1 &&
              X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                                         reinterpret_cast<const unsigned char*>(common_name.c_str()), -1, -1,
                                         0) == 1,
          "make a certificate");
  return certificate;
}

PrivateKey NewKey() {
  PrivateKey key(EVP_EC_gen("P-256"));
  Require(key != nullptr, "make a key");
  return key;
}

Authority NewAuthority() {
  PrivateKey key = NewKey();
  // Names of two authorities must differ, or clients take one for the other.
  Certificate certificate =
      NewCertificate(key, "redshift-local authority " + Md5Hex(RandomBytes(16)).substr(0, 8), kAuthorityDays);
  X509* x509 = certificate.get();
  Require(X509_set_issuer_name(x509, X509_get_subject_name(x509)) == 1, "make a certificate");
  AddExtension(x509, x509, NID_basic_constraints, "critical,CA:TRUE,pathlen:0");
  AddExtension(x509, x509, NID_key_usage, "critical,keyCertSign,cRLSign");
  AddExtension(x509, x509, NID_subject_key_identifier, "hash");
  Require(X509_sign(x509, key.get(), EVP_sha256()) != 0, "sign a certificate");
  return {std::move(certificate), std::move(key)};
}

Certificate NewServerCertificate(const Authority& authority, const PrivateKey& key) {
  Certificate certificate = NewCertificate(key, "localhost", kServerDays);
  X509* x509 = certificate.get();
  X509* issuer = authority.certificate.get();
  Require(X509_set_issuer_name(x509, X509_get_subject_name(issuer)) == 1, "make a certificate");
  AddExtension(x509, issuer, NID_basic_constraints, "critical,CA:FALSE");
  AddExtension(x509, issuer, NID_key_usage, "critical,digitalSignature");
  AddExtension(x509, issuer, NID_ext_key_usage, "serverAuth");
  AddExtension(x509, issuer, NID_subject_alt_name, "DNS:localhost,IP:127.0.0.1,IP:::1");
  AddExtension(x509, issuer, NID_subject_key_identifier, "hash");
  AddExtension(x509, issuer, NID_authority_key_identifier, "keyid:always");
  Require(X509_sign(x509, authority.key.get(), EVP_sha256()) != 0, "sign a certificate");
  return certificate;
}

std::string Pem(const Bio& memory) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(memory.get(), &data);
  return std::string(data, static_cast<size_t>(size));
}

void Write(const fs::path& file, const std::string& text, mode_t mode) {
  // Never seen half written, nor with other rights.
  const std::string unfinished = file.string() + ".new";
  ::unlink(unfinished.c_str());
  const int descriptor = ::open(unfinished.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
  const bool written = descriptor >= 0 && ::fchmod(descriptor, mode) == 0 &&
                       ::write(descriptor, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  if (descriptor >= 0) ::close(descriptor);
  if (!written || ::rename(unfinished.c_str(), file.c_str()) != 0) {
    throw ProgramError(fmt::format("cannot write {}", file.string()));
  }
}

Bio ReadToMemory(const fs::path& file) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  Bio memory(BIO_new(BIO_s_mem()), BIO_free);
  BIO_puts(memory.get(), text.str().c_str());
  return memory;
}

Authority FindAuthority(const fs::path& certificate_file, const fs::path& key_file) {
  Authority authority;
  authority.certificate.reset(
      PEM_read_bio_X509(ReadToMemory(certificate_file).get(), nullptr, nullptr, nullptr));
  authority.key.reset(PEM_read_bio_PrivateKey(ReadToMemory(key_file).get(), nullptr, nullptr, nullptr));
  ERR_clear_error();
  if (!authority.certificate || !authority.key ||
      X509_check_private_key(authority.certificate.get(), authority.key.get()) != 1 ||
      X509_cmp_current_time(X509_get0_notAfter(authority.certificate.get())) <= 0) {
    throw ProgramError(fmt::format(
        "{} and ca.key beside it are not a valid authority. Remove the folder and start again: a new "
        "authority is then made, which clients must be told of.",
        certificate_file.string()));
  }
  return authority;
}

}  // namespace

ServerIdentity MakeServerIdentity(const fs::path& folder, bool keep_key) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error)
    throw ProgramError(fmt::format("cannot make the folder {}: {}", folder.string(), error.message()));
  ServerIdentity identity;
  identity.authority_file = folder / "ca.crt";
  const fs::path key_file = folder / "ca.key";
  Authority authority;
  if (fs::exists(identity.authority_file) && fs::exists(key_file)) {
    authority = FindAuthority(identity.authority_file, key_file);
  } else {
    authority = NewAuthority();
    if (keep_key) {
      const Bio key(BIO_new(BIO_s_mem()), BIO_free);
      Require(PEM_write_bio_PKCS8PrivateKey(key.get(), authority.key.get(), nullptr, nullptr, 0, nullptr,
                                            nullptr) == 1,
              "write a key");
      Write(key_file, Pem(key), 0600);
    }
    const Bio certificate(BIO_new(BIO_s_mem()), BIO_free);
    Require(PEM_write_bio_X509(certificate.get(), authority.certificate.get()) == 1, "write a certificate");
    Write(identity.authority_file, Pem(certificate), 0644);
  }
  identity.key = NewKey();
  identity.certificate = NewServerCertificate(authority, identity.key);
  return identity;
}

}  // namespace redshift_local
