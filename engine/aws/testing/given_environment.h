#pragma once

#include <map>
#include <string>

#include "engine/aws/host_environment.h"

namespace redshift::testing {

/// A machine with these environment variables and nothing else: no home, no EC2 around it.
inline HostEnvironment GivenEnvironment(std::map<std::string, std::string> variables = {}) {
  variables.emplace("HOME", "/nonexistent");
  variables.emplace("AWS_EC2_METADATA_DISABLED", "true");
  HostEnvironment environment;
  environment.variable = [variables](const std::string& name) {
    const auto found = variables.find(name);
    return found == variables.end() ? std::string() : found->second;
  };
  return environment;
}

}  // namespace redshift::testing
