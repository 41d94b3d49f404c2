#include "engine/aws/region.h"

#include <utility>

#include "engine/aws/credential_machine.h"
#include "engine/aws/profile_file.h"

namespace redshift {

namespace {

// Amazon's partitions, by what the names of their regions begin with; the usual one last.
struct Partition {
  std::string_view regions;
  std::string_view domain;
};
constexpr Partition kPartitions[] = {
    {"cn-", "amazonaws.com.cn"},   {"eusc-", "amazonaws.eu"},      {"us-iso-", "c2s.ic.gov"},
    {"us-isob-", "sc2s.sgov.gov"}, {"eu-isoe-", "cloud.adc-e.uk"}, {"us-isof-", "csp.hci.ic.gov"},
    {"", "amazonaws.com"},
};

// "us-west-2", "us-gov-east-1", "ap-southeast-3": words of letters, then a number.
bool LooksLikeRegion(std::string_view label) {
  const size_t last = label.rfind('-');
  if (last == std::string_view::npos || last + 1 == label.size()) return false;
  if (label.substr(last + 1).find_first_not_of("0123456789") != std::string_view::npos) return false;
  const std::string_view words = label.substr(0, last);
  return words.size() >= 4 && (words.find('-') == 2 || words.starts_with("eusc-")) &&
         words.find_first_not_of("abcdefghijklmnopqrstuvwxyz-") == std::string_view::npos;
}

// Takes ".amazonaws.com" or its like off a host name; false if it is none of Amazon's.
bool TakeDomain(std::string_view* host) {
  for (const Partition& partition : kPartitions) {
    if (!host->ends_with(partition.domain)) continue;
    const std::string_view rest = host->substr(0, host->size() - partition.domain.size());
    if (!rest.ends_with('.')) continue;
    *host = rest.substr(0, rest.size() - 1);
    return true;
  }
  return false;
}

std::string ProfileRegion(const Options& options, const HostEnvironment& environment) {
  const auto profiles = ReadProfiles(environment, options.Find(option::kAwsProfilePath).value_or(""));
  if (!profiles.ok()) return "";
  const auto profile =
      profiles->find(ProfileName(environment, options.Find(option::kAwsProfileName).value_or("")));
  if (profile == profiles->end()) return "";
  const auto region = profile->second.find("region");
  return region == profile->second.end() ? "" : region->second;
}

}  // namespace

std::string ConfiguredRegion(const Options& options, const HostEnvironment& environment) {
  if (const auto region = options.Find(option::kAwsRegion)) return *region;
  for (const char* variable : {"AWS_REGION", "AWS_DEFAULT_REGION"}) {
    if (std::string region = environment.variable(variable); !region.empty()) return region;
  }
  return ProfileRegion(options, environment);
}

std::string FindRegion(const Options& options, const HostEnvironment& environment, HttpClient& http) {
  if (std::string region = ConfiguredRegion(options, environment); !region.empty()) return region;
  if (std::string region = RegionOfHost(options.Find(option::kHostname).value_or("")); !region.empty()) {
    return region;
  }
  return InstanceRegion(environment, http);
}

std::string RegionOfHost(std::string_view host) {
  if (host.ends_with('.')) host.remove_suffix(1);
  if (!TakeDomain(&host)) return "";
  // The last label that is a region: a cluster may be named like one.
  while (!host.empty()) {
    const size_t dot = host.rfind('.');
    const std::string_view label = dot == std::string_view::npos ? host : host.substr(dot + 1);
    if (LooksLikeRegion(label)) return std::string(label);
    host = dot == std::string_view::npos ? "" : host.substr(0, dot);
  }
  return "";
}

std::string_view DomainOfRegion(std::string_view region) {
  for (const Partition& partition : kPartitions) {
    if (region.starts_with(partition.regions)) return partition.domain;
  }
  return "";
}

std::optional<ConfiguredEndpoint> FindConfiguredEndpoint(std::string_view service,
                                                         const HostEnvironment& environment) {
  if (environment.variable("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS") == "true") return std::nullopt;
  for (const std::string& variable :
       {"AWS_ENDPOINT_URL_" + std::string(service), std::string("AWS_ENDPOINT_URL")}) {
    std::string url = environment.variable(variable);
    if (!url.empty()) return ConfiguredEndpoint{variable, std::move(url)};
  }
  return std::nullopt;
}

}  // namespace redshift
