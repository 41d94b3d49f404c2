#include "engine/file/s3_address.h"

namespace redshift {

namespace {

constexpr std::string_view kS3Scheme = "s3://";

bool TakePrefix(std::string_view prefix, std::string_view* text) {
  if (!text->starts_with(prefix)) return false;
  text->remove_prefix(prefix.size());
  return true;
}

}  // namespace

arrow::Result<S3Url> ParseS3Url(std::string_view url) {
  std::string_view rest = url;
  if (!TakePrefix(kS3Scheme, &rest)) {
    return arrow::Status::Invalid("'", url, "' is not the address of an S3 object: it must begin with s3://");
  }
  const size_t slash = rest.find('/');
  if (slash == 0 || slash == std::string_view::npos || slash + 1 == rest.size()) {
    return arrow::Status::Invalid("'", url, "' is not the address of an S3 object (s3://bucket/key)");
  }
  return S3Url{std::string(rest.substr(0, slash)), std::string(rest.substr(slash + 1))};
}

arrow::Result<S3Endpoint> ParseS3Endpoint(std::string_view text, std::string_view setting) {
  std::string_view rest = text;
  S3Endpoint endpoint{"https", ""};
  if (TakePrefix("http://", &rest)) {
    endpoint.scheme = "http";
  } else {
    TakePrefix("https://", &rest);
  }
  if (rest.ends_with('/')) rest.remove_suffix(1);
  // The text itself is not repeated: it may hold a password before an '@'.
  if (rest.find('@') != std::string_view::npos) {
    return arrow::Status::Invalid(
        setting, " holds a user name. Give http[s]://host[:port] and the keys as aws.credentials.*");
  }
  if (rest.empty() || rest.find_first_of("/?# \t\n") != std::string_view::npos) {
    return arrow::Status::Invalid(setting, " = '", text, "' is not of the form http[s]://host[:port]");
  }
  endpoint.authority = std::string(rest);
  return endpoint;
}

}  // namespace redshift
