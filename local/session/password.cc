#include "local/session/password.h"

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include <charconv>
#include <stdexcept>

namespace redshift_local {
namespace {

std::string Digest(const EVP_MD* algorithm, std::string_view bytes) {
  std::string digest(EVP_MAX_MD_SIZE, '\0');
  unsigned int size = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), reinterpret_cast<unsigned char*>(digest.data()), &size,
                 algorithm, nullptr) != 1) {
    throw std::runtime_error("OpenSSL cannot compute a digest");
  }
  digest.resize(size);
  return digest;
}

}  // namespace

std::string Md5Hex(std::string_view bytes) {
  return ToHex(Digest(EVP_md5(), bytes));
}

std::string Sha256(std::string_view bytes) {
  return Digest(EVP_sha256(), bytes);
}

std::string Sha256Hex(std::string_view bytes) {
  return ToHex(Sha256(bytes));
}

std::string ToHex(std::string_view bytes) {
  std::string hex;
  for (unsigned char byte : bytes) hex += fmt::format("{:02x}", byte);
  return hex;
}

std::optional<std::string> FromHex(std::string_view digits) {
  if (digits.size() % 2 != 0) return std::nullopt;
  std::string bytes;
  for (size_t i = 0; i < digits.size(); i += 2) {
    unsigned char byte = 0;
    const char* end = digits.data() + i + 2;
    const auto [read_to, error] = std::from_chars(digits.data() + i, end, byte, 16);
    if (error != std::errc() || read_to != end) return std::nullopt;
    bytes.push_back(static_cast<char>(byte));
  }
  return bytes;
}

std::string Sha256Answer(std::string_view stored_digest, std::string_view server_nonce,
                         std::string_view client_nonce) {
  return Sha256(fmt::format("{}{}{}", stored_digest, server_nonce, client_nonce));
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
