// What signs requests to AWS.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "engine/option/secret.h"

namespace redshift {

/// Keys that AWS accepts from us now. Temporary ones have a session token and expire.
struct AwsKeys {
  std::string access_key_id;
  Secret secret_access_key;
  Secret session_token;  ///< empty for keys that last
  std::optional<std::chrono::system_clock::time_point> expires;
  std::string source;  ///< where they came from, for people: "the environment", "the profile 'etl'"
};

}  // namespace redshift
