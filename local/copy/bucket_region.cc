#include "local/copy/bucket_region.h"

#include <httplib.h>

namespace redshift_local {

std::optional<std::string> RegionOfBucket(const S3Place& place, const std::string& bucket) {
  if (place.endpoint.empty() || place.scheme != "http") return std::nullopt;
  httplib::Client client("http://" + place.endpoint);
  client.set_read_timeout(std::chrono::seconds(60));
  const auto answer = client.Head("/" + bucket);
  if (!answer || !answer->has_header("x-amz-bucket-region")) return std::nullopt;
  return answer->get_header_value("x-amz-bucket-region");
}

}  // namespace redshift_local
