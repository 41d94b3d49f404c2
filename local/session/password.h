// Redshift's log-in by password, seen from the server.
#pragma once

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
std::string RandomBytes(size_t count);

}  // namespace redshift_local
