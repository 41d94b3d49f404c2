// Places and keys in S3, and what a COPY may read there.
#pragma once

#include <arrow/result.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace redshift_local {

/// Where this stand-in's S3 is.
struct S3Place {
  /// host:port; empty: Amazon's own.
  std::string endpoint;
  /// http or https.
  std::string scheme = "http";
  /// The region the "cluster" is in: used unless the statement has REGION.
  std::string region = "us-east-1";
};

/// Keys for S3. There is no formatter for them on purpose.
struct S3Keys {
  std::string access_key_id;
  std::string secret_access_key;
  std::string session_token;
};

struct S3Path {
  std::string bucket;
  /// Or the beginning of keys; may be empty.
  std::string key;

  std::string ToUrl() const { return "s3://" + bucket + "/" + key; }
};

/// XX000 when `url` is no s3://bucket[/key].
arrow::Result<S3Path> ParseS3Url(std::string_view url);

/// The keys that a COPY reads with, and how far they reach.
struct S3Access {
  S3Keys keys;
  /// Beginnings of keys, as COPY's own prefixes are. Unset: everything that S3 itself allows.
  std::optional<std::vector<S3Path>> prefixes;
  /// Unset: never.
  std::optional<std::chrono::system_clock::time_point> expires;

  bool Reaches(const S3Path& path) const {
    return !prefixes || std::any_of(prefixes->begin(), prefixes->end(), [&](const S3Path& prefix) {
      return path.bucket == prefix.bucket && path.key.starts_with(prefix.key);
    });
  }
  bool HasExpired() const { return expires && std::chrono::system_clock::now() >= *expires; }
};

}  // namespace redshift_local
