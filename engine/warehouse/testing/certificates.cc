#include "engine/warehouse/testing/certificates.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>

namespace redshift {
namespace {

void Must(bool done, const char* what) {
  if (!done) throw std::runtime_error(std::string("OpenSSL could not ") + what);
}

std::shared_ptr<void> MakeDirectory(std::string* path) {
  std::string name = (std::filesystem::temp_directory_path() / "certificate-XXXXXX").string();
  Must(mkdtemp(name.data()) != nullptr, "have a directory");
  *path = name;
  return {new std::string(name), [](void* held) {
            const std::unique_ptr<std::string> directory(static_cast<std::string*>(held));
            std::filesystem::remove_all(*directory);
          }};
}

void AddExtension(X509* certificate, X509* issuer, int kind, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  const std::unique_ptr<X509_EXTENSION, decltype(&X509_EXTENSION_free)> extension(
      X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str()), &X509_EXTENSION_free);
  Must(extension != nullptr && X509_add_ext(certificate, extension.get(), -1) == 1, "add an extension");
}

template <typename Write>
void WriteFile(const std::string& path, Write write) {
  const std::unique_ptr<FILE, decltype(&fclose)> file(fopen(path.c_str(), "w"), &fclose);
  Must(file != nullptr && write(file.get()) == 1, "write a file");
}

}  // namespace

Certificate Certificate::Authority(const std::string& name) {
  return Make(name, {}, Life{}, nullptr);
}

Certificate Certificate::Issue(const std::vector<std::string>& hosts, Life life) const {
  return Make("server", hosts, life, this);
}

Certificate Certificate::Make(const std::string& name, const std::vector<std::string>& hosts, Life life,
                              const Certificate* issuer) {
  Certificate made;
  made.key_.reset(EVP_EC_gen("P-256"), &EVP_PKEY_free);
  made.certificate_.reset(X509_new(), &X509_free);
  X509* const x509 = made.certificate_.get();
  EVP_PKEY* const key = made.key_.get();
  Must(key != nullptr && x509 != nullptr, "make a key");
  static int serial = 0;
  ASN1_INTEGER_set(X509_get_serialNumber(x509), ++serial);
  X509_set_version(x509, X509_VERSION_3);
  X509_gmtime_adj(X509_getm_notBefore(x509), life.from_now.count());
  X509_gmtime_adj(X509_getm_notAfter(x509), life.until_now_plus.count());
  X509_set_pubkey(x509, key);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(x509), "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
  X509* const signer = issuer == nullptr ? x509 : issuer->certificate_.get();
  X509_set_issuer_name(x509, X509_get_subject_name(signer));
  AddExtension(x509, signer, NID_basic_constraints, issuer == nullptr ? "critical,CA:TRUE" : "CA:FALSE");
  std::string names;
  for (const std::string& host : hosts) names += (names.empty() ? "" : ",") + host;
  if (!names.empty()) AddExtension(x509, signer, NID_subject_alt_name, names);
  Must(X509_sign(x509, issuer == nullptr ? key : issuer->key_.get(), EVP_sha256()) > 0, "sign");

  std::string directory;
  made.directory_ = MakeDirectory(&directory);
  made.certificate_file_ = directory + "/certificate.pem";
  made.key_file_ = directory + "/key.pem";
  WriteFile(made.certificate_file_, [&](FILE* file) { return PEM_write_X509(file, x509); });
  WriteFile(made.key_file_, [&](FILE* file) {
    return PEM_write_PrivateKey(file, key, nullptr, nullptr, 0, nullptr, nullptr);
  });
  return made;
}

}  // namespace redshift
