// Redshift's log-in by password, seen from the server.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace redshift_local {

/// Lower-case hexadecimal MD5.
std::string Md5Hex(std::string_view bytes);
/// Lower-case hexadecimal SHA-256.
std::string Sha256Hex(std::string_view bytes);
/// What Redshift and PostgreSQL store for a user whose password is kept as MD5: md5 + 32 digits.
std::string Md5Password(std::string_view user, std::string_view password);
/// What a client answers to an MD5 request with this salt, given the stored form.
std::string Md5Answer(std::string_view stored, std::string_view salt);
/// The answer to a SHA-256 request (authentication code 13), as bytes: SHA-256 over the stored digest and
/// what the server and the client drew for this log-in. The stored digest is SHA-256 over password and salt.
std::string Sha256Answer(std::string_view stored_digest, std::string_view server_nonce,
                         std::string_view client_nonce);
/// SHA-256 as bytes.
std::string Sha256(std::string_view bytes);
/// Lower-case hexadecimal digits.
std::string ToHex(std::string_view bytes);
/// The bytes that hexadecimal digits stand for; nullopt when they are none.
std::optional<std::string> FromHex(std::string_view digits);
std::string RandomBytes(size_t count);

}  // namespace redshift_local
