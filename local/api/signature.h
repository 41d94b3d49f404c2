// AWS Signature Version 4 of requests, as a server checks it.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
#pragma once

#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "local/copy/access_keys.h"

namespace redshift_local {

/// An HTTP request as it arrived.
struct ApiRequest {
  std::string method = "POST";
  /// Path and query: `/`.
  std::string target = "/";
  /// By lower-case name; values of a repeated header are joined by a comma.
  std::map<std::string, std::string> headers;
  std::string body;

  /// Empty when there is no such header. `name` in lower case.
  std::string Header(const std::string& name) const;
};

/// What a request says of its signer.
struct Signature {
  std::string access_key_id;
  /// YYYYMMDD.
  std::string date;
  std::string region;
  std::string service;
  std::vector<std::string> signed_headers;
  /// Lower-case hexadecimal.
  std::string signature;
};

/// Reads the header Authorization. Throws ApiError when there is none or it is not of this form.
Signature ReadSignature(const ApiRequest& request);

/// The signature that `request` has with this secret. Throws ApiError when a signed header is not there.
std::string Sign(const ApiRequest& request, const Signature& signature, const std::string& secret);

/// Where a request has arrived, as its signature names it.
struct SignedFor {
  /// `redshift`
  std::string service;
  std::string region;
};

/// Throws ApiError unless the request was signed for `place`, with these keys (their session token included),
/// at most 15 minutes before or after `now`.
void CheckSignature(const ApiRequest& request, const Signature& signature, const S3Keys& keys,
                    const SignedFor& place, std::chrono::system_clock::time_point now);

}  // namespace redshift_local
