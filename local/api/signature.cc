#include "local/api/signature.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <time.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

#include "local/api/api_error.h"
#include "local/session/password.h"

namespace redshift_local {
namespace {

using std::chrono::system_clock;

constexpr std::string_view kAlgorithm = "AWS4-HMAC-SHA256";
constexpr std::chrono::minutes kClockSkew{15};

std::vector<std::string> Split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  for (size_t start = 0;;) {
    const size_t end = text.find(separator, start);
    parts.emplace_back(text.substr(start, end == std::string_view::npos ? end : end - start));
    if (end == std::string_view::npos) return parts;
    start = end + 1;
  }
}

std::string_view Trim(std::string_view text) {
  const size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return "";
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

// Blanks at the ends go, several in a row become one.
std::string CanonicalValue(std::string_view value) {
  std::string canonical;
  for (const char c : Trim(value)) {
    if (c == ' ' && canonical.ends_with(' ')) continue;
    canonical.push_back(c);
  }
  return canonical;
}

std::string CanonicalQuery(std::string_view target) {
  const size_t mark = target.find('?');
  if (mark == std::string_view::npos || mark + 1 == target.size()) return "";
  std::vector<std::string> parameters = Split(target.substr(mark + 1), '&');
  for (std::string& parameter : parameters) {
    if (parameter.find('=') == std::string::npos) parameter += '=';
  }
  std::sort(parameters.begin(), parameters.end());
  return fmt::format("{}", fmt::join(parameters, "&"));
}

std::string Hmac(std::string_view key, std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
  unsigned int size = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data(), &size);
  return {reinterpret_cast<const char*>(digest.data()), size};
}

// 20260131T235959Z
std::optional<system_clock::time_point> ReadTime(const std::string& text) {
  std::tm time{};
  const char* end = ::strptime(text.c_str(), "%Y%m%dT%H%M%SZ", &time);
  if (end == nullptr || *end != '\0') return std::nullopt;
  return system_clock::from_time_t(::timegm(&time));
}

std::string WriteTime(system_clock::time_point time) {
  return fmt::format("{:%Y%m%dT%H%M%SZ}", fmt::gmtime(system_clock::to_time_t(time)));
}

bool SameSecret(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace

std::string ApiRequest::Header(const std::string& name) const {
  const auto found = headers.find(name);
  return found == headers.end() ? "" : found->second;
}

Signature ReadSignature(const ApiRequest& request) {
  const std::string header = request.Header("authorization");
  if (header.empty()) throw ApiError(ApiErrorKind::kMissingSignature, "Missing Authentication Token");
  if (!header.starts_with(kAlgorithm)) {
    throw ApiError(ApiErrorKind::kMalformedSignature,
                   fmt::format("Unsupported AWS 'algorithm': '{}'; {} is expected.",
                               header.substr(0, header.find(' ')), kAlgorithm));
  }
  Signature signature;
  std::vector<std::string> scope;
  for (const std::string& part : Split(std::string_view(header).substr(kAlgorithm.size()), ',')) {
    const std::string_view trimmed = Trim(part);
    const size_t equals = trimmed.find('=');
    if (equals == std::string_view::npos) continue;
    const std::string_view name = trimmed.substr(0, equals);
    const std::string_view value = trimmed.substr(equals + 1);
    if (name == "Credential") scope = Split(value, '/');
    if (name == "SignedHeaders") signature.signed_headers = Split(value, ';');
    if (name == "Signature") signature.signature = value;
  }
  for (const auto& [present, name] : {std::pair(!scope.empty(), "Credential"),
                                      std::pair(!signature.signed_headers.empty(), "SignedHeaders"),
                                      std::pair(!signature.signature.empty(), "Signature"),
                                      std::pair(!request.Header("x-amz-date").empty(), "X-Amz-Date")}) {
    if (!present) {
      throw ApiError(ApiErrorKind::kMalformedSignature,
                     fmt::format("Authorization header requires '{}' parameter.", name));
    }
  }
  if (scope.size() != 5 || scope[4] != "aws4_request") {
    throw ApiError(ApiErrorKind::kMalformedSignature,
                   "Credential must have exactly 5 slash-delimited elements, e.g. "
                   "keyid/date/region/service/aws4_request.");
  }
  if (std::find(signature.signed_headers.begin(), signature.signed_headers.end(), "host") ==
      signature.signed_headers.end()) {
    throw ApiError(ApiErrorKind::kMalformedSignature,
                   "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.");
  }
  signature.access_key_id = scope[0];
  signature.date = scope[1];
  signature.region = scope[2];
  signature.service = scope[3];
  return signature;
}

std::string Sign(const ApiRequest& request, const Signature& signature, const std::string& secret) {
  std::string headers;
  for (const std::string& name : signature.signed_headers) {
    const auto found = request.headers.find(name);
    if (found == request.headers.end()) {
      throw ApiError(ApiErrorKind::kMalformedSignature,
                     fmt::format("'{}' is a 'SignedHeader' but is missing from request.", name));
    }
    headers += fmt::format("{}:{}\n", name, CanonicalValue(found->second));
  }
  const std::string canonical =
      fmt::format("{}\n{}\n{}\n{}\n{}\n{}", request.method,
                  request.target.substr(0, request.target.find('?')), CanonicalQuery(request.target), headers,
                  fmt::join(signature.signed_headers, ";"), Sha256Hex(request.body));
  const std::string scope =
      fmt::format("{}/{}/{}/aws4_request", signature.date, signature.region, signature.service);
  const std::string text =
      fmt::format("{}\n{}\n{}\n{}", kAlgorithm, request.Header("x-amz-date"), scope, Sha256Hex(canonical));
  std::string key = "AWS4" + secret;
  for (const std::string& part : {signature.date, signature.region, signature.service}) key = Hmac(key, part);
  return ToHex(Hmac(Hmac(key, "aws4_request"), text));
}

void CheckSignature(const ApiRequest& request, const Signature& signature, const S3Keys& keys,
                    const SignedFor& place, system_clock::time_point now) {
  const auto wrong = [](const std::string& message) {
    return ApiError(ApiErrorKind::kWrongSignature, message);
  };
  if (signature.region != place.region) {
    throw wrong(fmt::format("Credential should be scoped to a valid region, not '{}'.", signature.region));
  }
  if (signature.service != place.service) {
    throw wrong(fmt::format("Credential should be scoped to correct service: '{}'.", place.service));
  }
  const std::string date = request.Header("x-amz-date");
  const auto signed_at = ReadTime(date);
  if (!signed_at || !date.starts_with(signature.date)) {
    throw wrong(fmt::format(
        "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date: {}", date));
  }
  if (*signed_at < now - kClockSkew) {
    throw wrong(fmt::format("Signature expired: {} is now earlier than {} ({} - 15 min.)", date,
                            WriteTime(now - kClockSkew), WriteTime(now)));
  }
  if (*signed_at > now + kClockSkew) {
    throw wrong(fmt::format("Signature not yet current: {} is still later than {} ({} + 15 min.)", date,
                            WriteTime(now + kClockSkew), WriteTime(now)));
  }
  if (!SameSecret(request.Header("x-amz-security-token"), keys.session_token)) {
    throw ApiError(ApiErrorKind::kUnknownKey, "The security token included in the request is invalid.");
  }
  if (!SameSecret(Sign(request, signature, keys.secret_access_key), signature.signature)) {
    throw wrong(
        "The request signature we calculated does not match the signature you provided. Check your AWS "
        "Secret "
        "Access Key and signing method. Consult the service documentation for details.");
  }
}

}  // namespace redshift_local
