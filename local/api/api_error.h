// What the Redshift API refuses, in the words of its two protocols.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

namespace redshift_local {

enum class ApiErrorKind {
  kMissingSignature,
  kMalformedSignature,
  kWrongSignature,
  kUnknownKey,
  kExpiredKey,
  kUnknownOperation,
  kMissingParameter,
  kInvalidParameter,
  kNotFound,
  kThrottled,
  kInternal,
};

/// Query is the protocol of Redshift, JSON that of Redshift Serverless.
enum class ApiProtocol { kQuery, kJson };

struct ApiErrorCode {
  int http_status;
  std::string_view code;
};

/// The code under which a protocol knows the error. Sources: the service models of botocore, "Common errors"
/// of both API references.
ApiErrorCode CodeOf(ApiErrorKind kind, ApiProtocol protocol);

struct ApiError : std::runtime_error {
  ApiError(ApiErrorKind error_kind, const std::string& message)
      : std::runtime_error(message), kind(error_kind) {}
  ApiErrorKind kind;
};

}  // namespace redshift_local
