// AWS access keys that the stand-in can vouch for: those of its ready line, and those that IAM and STS of the
// S3 server beside it have made.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "local/copy/host.h"

namespace redshift_local {

struct KnownKey {
  S3Keys keys;
  /// The IAM identity: arn:aws:iam::<account>:user/<name> or
  /// arn:aws:sts::<account>:assumed-role/<role>/<session>.
  std::string arn;
};

/// The account that everything here belongs to; moto's.
inline constexpr char kAccount[] = "123456789012";

/// Safe for several threads.
class AccessKeys {
 public:
  /// `own` belong to IAM users that are named like the key. `moto_url` is the S3 server that redshift-local
  /// has started, e.g. http://127.0.0.1:5440; empty when it has started none.
  AccessKeys(std::vector<S3Keys> own, std::string moto_url);

  /// nullopt when nobody here has made the key. May block for a call of the S3 server, 10 s at most; one that
  /// fails is logged and counts as not knowing the key.
  std::optional<KnownKey> Find(const std::string& access_key_id);

 private:
  void AskMoto();

  const std::string moto_url_;
  std::mutex mutex_;
  std::map<std::string, KnownKey> known_;
};

}  // namespace redshift_local
