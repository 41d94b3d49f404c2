#include "engine/file/sha256.h"

#include <arrow/util/base64.h>
#include <openssl/evp.h>

#include <array>

namespace redshift {

arrow::Result<std::string> Sha256Hex(std::string_view bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
  unsigned int length = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), &length, EVP_sha256(), nullptr) != 1) {
    return arrow::Status::UnknownError("libcrypto could not compute a SHA-256");
  }
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string hex;
  hex.reserve(2 * length);
  for (unsigned int i = 0; i < length; ++i) {
    hex += kDigits[digest[i] >> 4];
    hex += kDigits[digest[i] & 15];
  }
  return hex;
}

arrow::Result<std::string> Md5Base64(std::string_view bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
  unsigned int length = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), &length, EVP_md5(), nullptr) != 1) {
    return arrow::Status::NotImplemented("libcrypto computes no MD5 on this machine");
  }
  return arrow::util::base64_encode(std::string_view(reinterpret_cast<const char*>(digest.data()), length));
}

}  // namespace redshift
