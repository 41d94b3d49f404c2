#include "engine/file/s3_place.h"

#include <algorithm>
#include <chrono>

#include "engine/aws/aws_credentials.h"
#include "engine/aws/region.h"
#include "engine/file/s3_address.h"

namespace redshift {

namespace {

constexpr const char* kUsualRegion = "us-east-1";
constexpr std::chrono::milliseconds kTimeout{10'000};
constexpr int kAttempts = 3;

std::string AmazonHost(const std::string& region) {
  return "s3." + region + "." + std::string(DomainOfRegion(region));
}

bool IsAddress(std::string_view authority) {
  return authority.starts_with('[') ||
         authority.substr(0, authority.find(':')).find_first_not_of("0123456789.") == std::string_view::npos;
}

bool IsAmazon(std::string_view authority) {
  return authority.substr(0, authority.find(':')).find(".amazonaws.") != std::string_view::npos;
}

// Another S3 than the one Amazon's names lead to; an empty authority: none was set.
arrow::Result<S3Place> GivenEndpoint(const Options& options, const HostEnvironment& environment) {
  S3Place place;
  const auto take = [&](const std::string& text, const std::string& name) -> arrow::Status {
    ARROW_ASSIGN_OR_RAISE(S3Endpoint endpoint, ParseS3Endpoint(text, name));
    place.scheme = std::move(endpoint.scheme);
    place.authority = std::move(endpoint.authority);
    return arrow::Status::OK();
  };
  if (const auto endpoint = options.Find(option::kAwsEndpoint)) {
    ARROW_RETURN_NOT_OK(take(*endpoint, "'aws.endpoint'"));
    place.path_style = true;
    return place;
  }
  if (FlinkSettingsCount(options) && !environment.flink_endpoint.empty()) {
    ARROW_RETURN_NOT_OK(take(environment.flink_endpoint, "Flink's s3.endpoint"));
    place.path_style = environment.flink_path_style_access.value_or(false) || IsAddress(place.authority);
    return place;
  }
  if (const auto configured = FindConfiguredEndpoint("S3", environment)) {
    ARROW_RETURN_NOT_OK(take(configured->url, configured->variable));
    place.path_style = !IsAmazon(place.authority);
  }
  return place;
}

}  // namespace

arrow::Result<S3Place> FindS3Place(const Options& options, const HostEnvironment& environment,
                                   HttpClient& http, const Interrupt* interrupt) {
  ARROW_ASSIGN_OR_RAISE(S3Place place, GivenEndpoint(options, environment));
  const std::string configured = ConfiguredRegion(options, environment);
  place.region = options.Find(option::kAwsRegion).value_or("");
  if (!place.authority.empty()) {
    if (place.region.empty()) {
      place.region = RegionOfHost(place.authority.substr(0, place.authority.find(':')));
    }
    if (place.region.empty()) place.region = configured.empty() ? kUsualRegion : configured;
    return place;
  }
  if (place.region.empty()) {
    const std::string nearest = configured.empty() ? kUsualRegion : configured;
    auto region = AskBucketRegion(http, "https://" + AmazonHost(nearest), options.s3_bucket(), interrupt,
                                  std::min(kTimeout, options.Get(option::kAwsRequestTimeout)));
    // A network may let nothing out but to the region's own S3.
    const bool got_no_answer = HttpError(region.status()) != nullptr && !region.status().IsCancelled();
    if (got_no_answer && !configured.empty()) region = configured;
    ARROW_ASSIGN_OR_RAISE(place.region, std::move(region));
  }
  place.scheme = "https";
  place.authority = AmazonHost(place.region);
  return place;
}

arrow::Result<std::string> AskBucketRegion(HttpClient& http, const std::string& url,
                                           const std::string& bucket, const Interrupt* interrupt,
                                           std::chrono::milliseconds timeout) {
  HttpRequest request;
  request.method = "HEAD";
  request.url = url + "/" + UrlEscape(bucket);
  request.timeout = timeout;
  for (int attempt = 1;; ++attempt) {
    const auto answer = http.Send(request, interrupt);
    if (answer.ok()) {
      // Also said with 301 and 403.
      const std::string_view region = answer->Header("x-amz-bucket-region");
      if (!region.empty()) return std::string(region);
      if (answer->status < 500 || attempt == kAttempts) {
        return arrow::Status::Invalid("the region of the bucket '", bucket, "' was asked for at ", url,
                                      ", which answered with status ", answer->status,
                                      answer->status == 404
                                          ? ": the bucket does not exist. Create it, or correct 's3-uri'."
                                          : " and no region. Set 'aws.region' to the bucket's region.");
      }
      continue;
    }
    const HttpErrorDetail* error = HttpError(answer.status());
    if (error == nullptr || !error->retryable() || attempt == kAttempts) {
      return answer.status().WithMessage("the region of the bucket '", bucket,
                                         "' could not be asked for: ", answer.status().message(),
                                         ". Set 'aws.region' to the bucket's region, or check the network.");
    }
  }
}

}  // namespace redshift
