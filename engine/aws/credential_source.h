// One place where AWS keys may be found.
#pragma once

#include <arrow/result.h>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "engine/aws/aws_keys.h"
#include "engine/aws/host_environment.h"
#include "engine/aws/http_client.h"

namespace redshift {

/// What sources look at, and how they ask.
struct CredentialSurroundings {
  HostEnvironment environment;
  std::shared_ptr<HttpClient> http;
  /// URL of the STS that is asked in the place of Amazon's; empty: `AWS_ENDPOINT_URL_STS`, or Amazon's.
  std::string sts_endpoint;
  /// The region whose STS is asked; may block.
  std::function<std::string()> region;
  /// Of one call of STS; a program has twice as long.
  std::chrono::milliseconds request_timeout{30'000};
};

/// Keys; nothing when this place is not set up, so that the next one is looked at; an error when it is set up
/// and does not work, which is never passed over: another place may be another identity. Blocks while it
/// asks; a repeat asks anew.
using FoundKeys = arrow::Result<std::optional<AwsKeys>>;

struct CredentialSource {
  std::string name;  ///< for people: "the environment"
  std::function<FoundKeys()> find;
};

}  // namespace redshift
