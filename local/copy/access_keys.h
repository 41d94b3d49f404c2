// AWS access keys that the stand-in can vouch for: its own, and those that IAM and STS of the S3 server
// beside it have made.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "local/copy/s3_access.h"

namespace redshift_local {

/// The account that everything here belongs to; moto's.
inline constexpr char kAccount[] = "123456789012";

struct KnownKey {
  S3Keys keys;
  /// The IAM identity: arn:aws:iam::<account>:user/<name> or
  /// arn:aws:sts::<account>:assumed-role/<role>/<session>.
  std::string arn;
  /// The role whose rights temporary keys have; empty: a user's keys, which may do everything.
  std::string role_arn;
  /// Unset: never.
  std::optional<std::chrono::system_clock::time_point> expires;
};

/// Safe for several threads.
class AccessKeys {
 public:
  /// `own` belong to IAM users that are named like the key; the first ones are those that the stand-in itself
  /// uses. `moto_url` is the S3 server that redshift-local has started, e.g. http://127.0.0.1:5440; empty
  /// when it has started none.
  AccessKeys(std::vector<S3Keys> own, std::string moto_url);

  const S3Keys& own() const { return own_.front(); }
  /// False: keys that Find does not know may still be good.
  bool knows_all() const { return !moto_url_.empty(); }
  /// nullopt when nobody here has made the key; expired ones are found. May block for a call of the S3
  /// server, 10 s at most; one that fails is logged and counts as not knowing the key.
  std::optional<KnownKey> Find(const std::string& access_key_id) const;

 private:
  std::vector<S3Keys> own_;
  std::string moto_url_;
};

}  // namespace redshift_local
