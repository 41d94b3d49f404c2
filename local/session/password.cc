#include "local/session/password.h"

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include <array>
#include <stdexcept>

namespace redshift_local {
namespace {

std::string HexDigest(const EVP_MD* algorithm, std::string_view bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, algorithm, nullptr) != 1) {
    throw std::runtime_error("OpenSSL cannot compute a digest");
  }
  std::string hex;
  for (unsigned int i = 0; i < size; ++i) hex += fmt::format("{:02x}", digest[i]);
  return hex;
}

}  // namespace

std::string Md5Hex(std::string_view bytes) {
  return HexDigest(EVP_md5(), bytes);
}
std::string Sha256Hex(std::string_view bytes) {
  return HexDigest(EVP_sha256(), bytes);
}

std::string Md5Password(std::string_view user, std::string_view password) {
  return "md5" + Md5Hex(fmt::format("{}{}", password, user));
}

std::string Md5Answer(std::string_view stored, std::string_view salt) {
  return "md5" + Md5Hex(fmt::format("{}{}", stored.substr(3), salt));
}

std::string RandomBytes(size_t count) {
  std::string bytes(count, '\0');
  if (RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(count)) != 1) {
    throw std::runtime_error("OpenSSL has no random bytes");
  }
  return bytes;
}

}  // namespace redshift_local
