// Where AWS is, when no option says so.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/aws/host_environment.h"
#include "engine/option/options.h"

namespace redshift {

class HttpClient;

/// The region that somebody set: `aws.region`, AWS_REGION, AWS_DEFAULT_REGION, the `region` of the profile in
/// use. Empty when nobody did. Reads files, asks nobody.
std::string ConfiguredRegion(const Options& options, const HostEnvironment& environment);

/// The region for calls to AWS other than S3: the configured one, else that of `hostname`, else that of the
/// machine (asked for over HTTP, a second or two where there is no answer). Empty when none is found.
std::string FindRegion(const Options& options, const HostEnvironment& environment, HttpClient& http);

/// "us-west-2" of "examplecluster.abc123xyz789.us-west-2.redshift.amazonaws.com",
/// "name.123.eu-central-1.redshift-serverless.amazonaws.com", "s3.eu-west-1.amazonaws.com" and their like of
/// other partitions; empty for names that are not Amazon's.
std::string RegionOfHost(std::string_view host);

/// "amazonaws.com", or what the partition of the region has instead, as botocore's partitions.json lists
/// them: "amazonaws.com.cn", "amazonaws.eu".
std::string_view DomainOfRegion(std::string_view region);

/// An endpoint that the environment names for a service.
struct ConfiguredEndpoint {
  std::string variable;  ///< that names it, for messages
  std::string url;
};

/// AWS_ENDPOINT_URL_<service> ("S3", "REDSHIFT_SERVERLESS"), else AWS_ENDPOINT_URL; none when neither is set
/// or AWS_IGNORE_CONFIGURED_ENDPOINT_URLS is `true`. As AWS's SDKs read them.
std::optional<ConfiguredEndpoint> FindConfiguredEndpoint(std::string_view service,
                                                         const HostEnvironment& environment);

}  // namespace redshift
